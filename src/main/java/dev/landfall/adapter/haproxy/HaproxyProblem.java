package dev.landfall.adapter.haproxy;

import dev.landfall.problem.ProblemCode;

/** The codes of what an HAProxy can answer. Each is described in docs/reference/errors.md. */
public enum HaproxyProblem implements ProblemCode {
  /** Its socket does not answer, or not in time. */
  UNREACHABLE("haproxy-unreachable"),
  /** Its socket does not allow changes. */
  PERMISSION("haproxy-permission"),
  /** Its configuration has no include for this route, or one for something else. */
  INCLUDE("haproxy-include"),
  /** It has an order of a newer epoch. */
  STALE_ORDER("haproxy-stale-order"),
  /** It cannot read or write the files with its last order. */
  STATE("haproxy-state"),
  /** The order cannot be put in the words of HAProxy. */
  ORDER("haproxy-order"),
  /** It answered something that nobody expects. */
  ANSWER("haproxy-answer");

  private final String id;

  HaproxyProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
