package dev.landfall.problem;

/**
 * The code of a kind of problem. Codes are kept for ever: programs and people search for them. Each
 * is described in {@code docs/reference/errors.md}.
 */
public interface ProblemCode {
  /** The code: lower-case words joined by dashes, the first of them the area. */
  String id();

  /**
   * Whether what was asked for is wrong in itself, so that nothing outside is to blame and trying
   * again does not help.
   */
  default boolean refuses() {
    return false;
  }
}
