package dev.landfall.adapter.backup;

import dev.landfall.problem.ProblemCode;

/** What can keep a backup from being tried. Each code is described in docs/reference/errors.md. */
public enum BackupProblem implements ProblemCode {
  /** The server for the copy is one of the workload's, or may be. */
  PRODUCTION("backup-production"),
  /** Another run of the same check is under way. */
  BUSY("backup-busy"),
  /** A program did not do what it was asked for. */
  FAILED("backup-failed");

  private final String id;

  BackupProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
