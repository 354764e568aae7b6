package dev.landfall.adapter.command;

import dev.landfall.problem.ProblemCode;

/** What can be wrong with a program. Each code is described in docs/reference/errors.md. */
public enum CommandProblem implements ProblemCode {
  /** It cannot be started, or ended as the contract does not say. */
  FAILED("command-failed"),
  /** It did not end in time, and was killed. */
  TIMEOUT("command-timeout"),
  /** What it printed is not what the contract says. */
  ANSWER("command-answer"),
  /** It has an order of a newer epoch. */
  STALE_ORDER("command-stale-order"),
  /** The order asks for what the file says that it cannot do. */
  ORDER("command-order");

  private final String id;

  CommandProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
