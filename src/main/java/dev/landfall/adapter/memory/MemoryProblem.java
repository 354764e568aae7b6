package dev.landfall.adapter.memory;

import dev.landfall.problem.ProblemCode;

/** The codes of what products in memory can answer: those of the products they stand for. */
enum MemoryProblem implements ProblemCode {
  STALE_ORDER("router-stale-order"),
  UNREACHABLE("router-unreachable"),
  SIDE_STALE_ORDER("postgres-stale-order"),
  SIDE_UNREACHABLE("postgres-unreachable"),
  LOCK_WAIT("postgres-lock-wait"),
  LINK("postgres-link");

  private final String id;

  MemoryProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
