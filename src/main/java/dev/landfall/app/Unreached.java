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
  /** A rehearsal did not come to its end. */
  REHEARSAL_FAILED("promotion-rehearsal-failed"),
  /** This plan has to be rehearsed first. */
  NOT_REHEARSED("promotion-not-rehearsed"),
  /** What was rehearsed has changed since. */
  DRIFTED("promotion-drifted"),
  /** A check ran, and what it looked at is not as it must be. */
  CHECK_FAILED("gate-check-failed"),
  /** Gates are not passed. */
  GATED("promotion-gated"),
  /** The workload file was given anew, and demands less than before. */
  LOOSENED("promotion-gates-loosened"),
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
