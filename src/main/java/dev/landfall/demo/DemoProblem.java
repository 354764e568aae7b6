package dev.landfall.demo;

import dev.landfall.problem.ProblemCode;

/** What can keep the demo from beginning. Each code is described in docs/reference/errors.md. */
public enum DemoProblem implements ProblemCode {
  /** PostgreSQL does not run as root, and nothing here lets root be somebody else. */
  ROOT("demo-root");

  private final String id;

  DemoProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean refuses() {
    return true;
  }
}
