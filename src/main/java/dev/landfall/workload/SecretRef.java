package dev.landfall.workload;

import java.util.regex.Pattern;

/**
 * Where a secret is to be found; never the secret itself, so it may be printed and journaled.
 *
 * @param scheme {@code env} or {@code file}
 * @param name the name of the environment variable, or the path of the file
 */
public record SecretRef(String scheme, String name) {
  private static final Pattern FORM = Pattern.compile("(env|file):(.+)");

  /**
   * Reads {@code env:NAME} or {@code file:PATH}.
   *
   * @throws IllegalArgumentException when the text has neither form; the message does not repeat
   *     the text, because it may be a secret written by mistake
   */
  public static SecretRef parse(String text) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a secret is given by reference: env:NAME or file:PATH (the text found is not shown)");
    }
    return new SecretRef(matcher.group(1), matcher.group(2));
  }

  @Override
  public String toString() {
    return scheme + ":" + name;
  }
}
