package dev.landfall.adapter.router;

import dev.landfall.problem.ProblemCode;

/** The codes of what a router can answer. Each is described in docs/reference/errors.md. */
public enum RouterProblem implements ProblemCode {
  /** It does not answer, or not in time. */
  UNREACHABLE("router-unreachable"),
  /** It does not know the token. */
  TOKEN("router-token"),
  /** It has an order of a newer epoch. */
  STALE_ORDER("router-stale-order"),
  /** It answered that it cannot do as ordered. */
  REFUSED("router-refused"),
  /** Its settings do not allow it to start. */
  OPTIONS("router-options"),
  /** It cannot read or write the file with its last order. */
  STATE("router-state"),
  /** It cannot listen where it was told to. */
  LISTEN("router-listen");

  private final String id;

  RouterProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean refuses() {
    return this == OPTIONS;
  }
}
