package dev.landfall.gate;

/** How a gate stands. */
public enum State {
  /** Something is still to be done for it. */
  OPEN("open"),
  /** It is being checked. */
  RUNNING("running"),
  /** All that it needs is there, fresh, and about what is there now. */
  PASSED("passed"),
  /** It was looked at, and it is not so. */
  FAILED("failed"),
  /** It is not the time for it. */
  CLOSED("closed"),
  /** It had passed, and that is too old or about something else. */
  STALE("stale"),
  /** It is not met, and somebody who may has let it be for a time. */
  WAIVED("waived"),
  /** Somebody who may has said that it has nothing to do with this workload. */
  NOT_APPLICABLE("not applicable");

  private final String word;

  State(String word) {
    this.word = word;
  }

  /** The word for people. */
  public String word() {
    return word;
  }

  /** Whether it holds nobody back. */
  public boolean lets() {
    return switch (this) {
      case PASSED, WAIVED, NOT_APPLICABLE -> true;
      case OPEN, RUNNING, FAILED, CLOSED, STALE -> false;
    };
  }
}
