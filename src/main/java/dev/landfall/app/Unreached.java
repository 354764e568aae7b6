package dev.landfall.app;

import dev.landfall.problem.ProblemCode;

/** Why an order that was taken did not reach its goal, though nobody has to look. */
enum Unreached implements ProblemCode {
  /** Every cutover that was tried was taken back. */
  ATTEMPTS_EXHAUSTED("promotion-attempts-exhausted"),
  /** It cannot be told whether a flight does harm. */
  FLIGHT_UNDECIDED("promotion-flight-undecided"),
  /** A flight did harm, and its users are back. */
  FLIGHT_FAILED("promotion-flight-failed"),
  /** Somebody asked for something else, and that was reached. */
  GOAL_CHANGED("promotion-goal-changed");

  private final String id;

  Unreached(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
