package dev.landfall.gate;

/**
 * What speaks for a gate. Files and what checks saw lie beside the journal, under their hash.
 *
 * @param kind what it is
 * @param what the name of the file, the address, or the statement itself; never what a check saw
 * @param sha256 in lower-case hexadecimal: of the content, or of the address or statement
 * @param bytes how long that is
 */
public record Evidence(Kind kind, String what, String sha256, long bytes) {
  /** How many one gate may have for one flag. */
  public static final int COUNT_MAX = 20;

  /** What evidence can be. */
  public enum Kind {
    /** A file that somebody brought. */
    FILE,
    /** Where it can be read. */
    LINK,
    /** What a check saw. */
    OBSERVATION,
    /** A sentence of whoever brought it. */
    STATEMENT
  }
}
