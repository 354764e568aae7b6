package dev.landfall.adapter.reach;

import dev.landfall.problem.ProblemCode;

/** What agents that look from elsewhere do wrong. */
enum ProbeProblem implements ProblemCode {
  /** An agent does not know the token. */
  TOKEN("probe-token"),
  /** What was asked for cannot be looked at. */
  REFUSED("probe-refused"),
  /** Nothing could be looked at from there. */
  BLIND("probe-blind"),
  /** The settings of an agent do not allow it to start. */
  OPTIONS("probe-options"),
  /** An agent cannot listen where it was told to. */
  LISTEN("probe-listen");

  private final String id;

  ProbeProblem(String id) {
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
