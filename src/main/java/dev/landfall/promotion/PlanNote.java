package dev.landfall.promotion;

import dev.landfall.problem.ProblemCode;

/** What a plan tells beside its steps. */
public enum PlanNote implements ProblemCode {
  /** What it costs that the data changes owner before the flights, or after them. */
  DATA_OF_FLIGHTS("flights-data"),
  /** That nothing but what Landfall itself checks holds a promotion back. */
  NO_GATES("gates-none"),
  /** That nothing keeps one person from doing all of it. */
  UNSEPARATED("gates-unseparated"),
  /** That a gate cannot be passed by the people whom the file names. */
  NOBODY("gates-nobody");

  private final String id;

  PlanNote(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
