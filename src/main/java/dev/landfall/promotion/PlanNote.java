package dev.landfall.promotion;

import dev.landfall.problem.ProblemCode;

/** What a plan tells beside its steps. */
public enum PlanNote implements ProblemCode {
  /** What it costs that the data changes owner before the flights, or after them. */
  DATA_OF_FLIGHTS("flights-data");

  private final String id;

  PlanNote(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
