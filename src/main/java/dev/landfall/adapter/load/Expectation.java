package dev.landfall.adapter.load;

import java.nio.charset.Charset;
import java.util.regex.Pattern;

/**
 * What must be in an answer for it to be a good one: else a page that says welcome, or sorry, with
 * a good status would do.
 *
 * @param text as it must be found, or a regular expression between slashes
 */
public record Expectation(String text) {
  /** So much of an answer is kept and looked through. */
  static final int BYTES_MAX = 64 * 1024;

  /**
   * A regular expression may take for ever on an unlucky text, and answers come all the time. No
   * honest one looks so often at a text of this size.
   */
  private static final int STEPS_MAX = 20_000_000;

  /**
   * Whether it is a regular expression, and right as such.
   *
   * @throws java.util.regex.PatternSyntaxException when it is one and is wrong
   */
  public Expectation {
    if (isPattern(text)) {
      Pattern.compile(within(text));
    }
  }

  private static boolean isPattern(String text) {
    return text.length() > 2 && text.startsWith("/") && text.endsWith("/");
  }

  private static String within(String text) {
    return text.substring(1, text.length() - 1);
  }

  /** Whether it is found in an answer. */
  boolean isMet(byte[] body, Charset charset) {
    String answer = new String(body, charset);
    try {
      return isPattern(text)
          ? Pattern.compile(within(text)).matcher(new Steps(answer)).find()
          : answer.contains(text);
    } catch (TooManyStepsException | StackOverflowError _) {
      // Whoever wrote it reads of answers that lack it, and can write it shorter.
      return false;
    }
  }

  /** A text that ends whoever looks at it too often. */
  private static final class Steps implements CharSequence {
    private final CharSequence text;
    private int taken;

    Steps(CharSequence text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (taken++ > STEPS_MAX) {
        throw new TooManyStepsException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyStepsException() {
      super("a regular expression took too long", null, false, false);
    }
  }
}
