package dev.landfall.cli.file;

/**
 * One thing that is wrong with a workload file.
 *
 * @param file the file as the caller named it
 * @param line counted from 1; 0 when it is about the file as a whole
 * @param column counted from 1; 0 when it is about the file as a whole
 * @param where the place in the workload's own terms: {@code assets.orders.source.url}
 * @param found what was found; never a value that may be a secret
 * @param allowed what is allowed there, or what to do
 */
public record Mistake(
    String file, int line, int column, String where, String found, String allowed) {

  /** {@code shop.yaml:7:5: cannot read limits.hold: "5" has no unit; ...}. */
  @Override
  public String toString() {
    return place() + ": cannot read " + where + ": " + found + "; " + allowed;
  }

  /** The same without what was found: for what is kept for good, and was written by people. */
  public String withoutContent() {
    return place() + ": cannot read " + where + "; " + allowed;
  }

  private String place() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
