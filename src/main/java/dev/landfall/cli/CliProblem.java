package dev.landfall.cli;

import dev.landfall.problem.ProblemCode;

/** What the command line itself complains of. */
public enum CliProblem implements ProblemCode {
  /** The words typed make no order. */
  USAGE("cli-usage"),
  /** The workload file is wrong. */
  FILE("file-invalid"),
  /** No promotion of this name is in the data folder. */
  UNKNOWN("cli-unknown-workload"),
  /** An order that cannot be taken back was given without saying so. */
  UNCONFIRMED("cli-unconfirmed"),
  /** A file is no key that can be used. */
  KEY("cli-key"),
  /** A record of business is wrong, or lacks something. */
  RECORD("cli-record"),
  /** What is to be evidence cannot be read. */
  EVIDENCE("cli-evidence"),
  /** A file is no statement that could be signed. */
  STATEMENT("cli-statement"),
  /** Somebody or something changed the history. */
  TAMPERED("audit-tampered"),
  /** A fault in Landfall itself. */
  FAULT("cli-fault");

  private final String id;

  CliProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
