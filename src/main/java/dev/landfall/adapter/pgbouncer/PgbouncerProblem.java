package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.ProblemCode;

/** The codes of what a PgBouncer can answer. Each is described in docs/reference/errors.md. */
public enum PgbouncerProblem implements ProblemCode {
  /** Its console does not answer, or not in time. */
  UNREACHABLE("pgbouncer-unreachable"),
  /** Its console refuses a command, or does not let us in. */
  REFUSED("pgbouncer-refused"),
  /** Its configuration does not lead as the file says, or cannot hold. */
  CONFIGURATION("pgbouncer-configuration"),
  /** It has an order of a newer epoch. */
  STALE_ORDER("pgbouncer-stale-order"),
  /** The file with its last order cannot be read or written. */
  STATE("pgbouncer-state"),
  /** The order cannot be put in its words. */
  ORDER("pgbouncer-order"),
  /** What ends a hold when the controller dies cannot be started. */
  WATCH("pgbouncer-watch");

  private final String id;

  PgbouncerProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
