package dev.landfall.engine;

import dev.landfall.problem.ProblemCode;

/** What goes wrong between a simulated machine and the rest of its world. */
enum Fault implements ProblemCode {
  UNREACHABLE("simulated-unreachable"),
  STALE_ORDER("simulated-stale-order"),
  REFUSED("simulated-refused");

  private final String id;

  Fault(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
