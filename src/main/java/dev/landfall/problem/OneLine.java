package dev.landfall.problem;

/** What somebody else wrote, as a line that may be journaled, logged and shown in a terminal. */
public final class OneLine {
  private OneLine() {}

  /**
   * The text with one space for whatever breaks lines or steers a terminal, and cut with {@code
   * ...} where it is longer.
   *
   * @param text without secrets already: a cut could leave a part of one
   * @param max how long it may be at most, in UTF-16 units
   */
  public static String of(String text, int max) {
    String line = of(text);
    return line.length() <= max ? line : whole(line.substring(0, max)) + "...";
  }

  /** The same, however long it is. */
  public static String of(String text) {
    return whole(text.replaceAll("[\\p{Cntrl}\\s\\x80-\\x9F\\u2028\\u2029]+", " ").strip());
  }

  /** Half a sign, as a cut leaves one and JSON can bring one, is nothing that can be written. */
  private static String whole(String line) {
    return line.replaceAll("\\p{Cs}", "\uFFFD");
  }
}
