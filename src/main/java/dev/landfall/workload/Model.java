package dev.landfall.workload;

/** How users get from one side to the other (R17). More models come with their own states. */
public enum Model {
  /** Staging doubles as promotion: all users and the ownership of the data move at once (R19). */
  SINGLE_STEP("single-step"),
  /** Users move in flights, each judged before the next (R23). */
  FLIGHT("flight");

  private final String word;

  Model(String word) {
    this.word = word;
  }

  /** The word used in workload files. */
  public String word() {
    return word;
  }
}
