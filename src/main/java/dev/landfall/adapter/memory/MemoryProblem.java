package dev.landfall.adapter.memory;

import dev.landfall.problem.ProblemCode;

/** The codes of what a plane in memory can answer: those of the products it stands for. */
enum MemoryProblem implements ProblemCode {
  STALE_ORDER("router-stale-order"),
  UNREACHABLE("router-unreachable");

  private final String id;

  MemoryProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
