package dev.landfall.engine;

import dev.landfall.problem.ProblemCode;

/** What a look before the start finds, whatever the product. */
enum SurveyProblem implements ProblemCode {
  /** The plane does not answer, or not to us. */
  UNREACHABLE("route-unreachable"),
  /** The plane serves orders of another journal. */
  FOREIGN_ROUTE("route-foreign"),
  /** The plane needs time to reach everybody. */
  SLOW_ROUTE("route-slow"),
  /** The database took orders of another journal. */
  FOREIGN_DATA("data-foreign");

  private final String id;

  SurveyProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
