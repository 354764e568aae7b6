package dev.landfall.engine;

import dev.landfall.problem.ProblemCode;

/** What a look before the start finds of the planes that carry users, whatever their product. */
enum RouteProblem implements ProblemCode {
  /** The plane does not answer, or not to us. */
  UNREACHABLE("route-unreachable");

  private final String id;

  RouteProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
