package dev.landfall.adapter.sqlite;

import dev.landfall.problem.ProblemCode;

/** The codes of what the state file can answer. Each is described in docs/reference/errors.md. */
public enum SqliteProblem implements ProblemCode {
  /** It is no SQLite database, or another program's, or damaged, or the disk does not answer. */
  UNREADABLE("journal-unreadable"),
  /** The file, its folder or the file system refuses writing. */
  READ_ONLY("journal-read-only"),
  /** No room is left. */
  FULL("journal-full"),
  /** Another process held the file for longer than the limit. */
  BUSY("journal-busy"),
  /** A newer version of Landfall has written the file. */
  NEWER_VERSION("journal-newer-version"),
  /** The history is not what was written. */
  EDITED("journal-edited");

  private final String id;

  SqliteProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
