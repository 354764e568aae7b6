package dev.landfall.problem;

/**
 * One thing that a look before the start found.
 *
 * @param severity whether it stops the promotion
 * @param code the kind of finding, as in {@code docs/reference/errors.md}
 * @param subject what it is about: {@code orders: target: public.customer}
 * @param seen what was found, as a sentence
 * @param remedy what to do about it, as a sentence or a command
 */
public record Finding(Severity severity, String code, String subject, String seen, String remedy) {
  /** How much a finding weighs. */
  public enum Severity {
    /** The promotion cannot begin. */
    BLOCKS,
    /** It can, but somebody should know. */
    WARNS,
    /** Something to read: what will not be carried over, what was measured. */
    INFORMS
  }

  public boolean blocks() {
    return severity == Severity.BLOCKS;
  }
}
