package dev.landfall.flight;

/** What is counted as one when a metric is judged. */
public enum Unit {
  /** Each request by itself, as where users are not told apart. */
  REQUESTS("requests"),
  /** Each user in trouble as one, of the requests of those who are well. */
  USERS("users"),
  /** Now these and now those, as planes could tell. */
  BOTH("users and requests");

  private final String word;

  Unit(String word) {
    this.word = word;
  }

  /** For people. */
  public String word() {
    return word;
  }

  /** What was counted once this has been too. */
  Unit and(Unit other) {
    return this == other ? this : BOTH;
  }
}
