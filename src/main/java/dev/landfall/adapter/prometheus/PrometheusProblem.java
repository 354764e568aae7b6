package dev.landfall.adapter.prometheus;

import dev.landfall.problem.ProblemCode;

/** What can be wrong with Prometheus. Each code is described in docs/reference/errors.md. */
public enum PrometheusProblem implements ProblemCode {
  /** It does not answer, not in time, or not as who it should be. */
  UNREACHABLE("prometheus-unreachable"),
  /** It does not let us ask. */
  REFUSED("prometheus-refused"),
  /** It cannot do with a query. */
  QUERY("prometheus-query"),
  /** Its answer is not that of a Prometheus, or too large. */
  ANSWER("prometheus-answer"),
  /** A query finds nothing, or nothing new. */
  STALE("prometheus-stale");

  private final String id;

  PrometheusProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
