package dev.landfall.engine;

import dev.landfall.problem.ProblemCode;

/** What a look before the start finds, whatever the product. */
enum SurveyProblem implements ProblemCode {
  /** The plane does not answer, or not to us. */
  UNREACHABLE("route-unreachable"),
  /** The plane could not lead users to a side. */
  UNABLE_ROUTE("route-unable"),
  /** The plane serves orders of another journal. */
  FOREIGN_ROUTE("route-foreign"),
  /** The plane needs time to reach everybody. */
  SLOW_ROUTE("route-slow"),
  /** What counts the requests of a plane cannot be asked. */
  UNCOUNTED_ROUTE("route-uncounted"),
  /** The database took orders of another journal. */
  FOREIGN_DATA("data-foreign"),
  /** Nobody could say whether both sides can accept writes at once. */
  TWO_WAY_UNKNOWN("data-two-way-unknown");

  private final String id;

  SurveyProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
