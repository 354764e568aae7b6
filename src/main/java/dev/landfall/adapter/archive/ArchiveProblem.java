package dev.landfall.adapter.archive;

import dev.landfall.problem.ProblemCode;

/** What can be wrong with an archive. Each code is described in docs/reference/errors.md. */
public enum ArchiveProblem implements ProblemCode {
  /** It cannot be written. */
  UNWRITTEN("archive-unwritten"),
  /** It cannot be read. */
  UNREAD("archive-unread"),
  /** There is too much for one. */
  TOO_LARGE("archive-too-large");

  private final String id;

  ArchiveProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean refuses() {
    return this == TOO_LARGE;
  }
}
