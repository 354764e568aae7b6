package dev.landfall.workload;

/** How users get from one side to the other (R17). */
public enum Model {
  /** Staging doubles as promotion: all users and the ownership of the data move at once (R19). */
  SINGLE_STEP("single-step"),
  /**
   * The workload is migrated first, and promoted on a later day: in between it is tested and tuned,
   * and kept in step (R21, R22).
   */
  STAGED("staged"),
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
