package dev.landfall.promotion;

/** What people last asked for; the promotion moves towards it and then rests. */
public enum Goal {
  /** Copied, following and proven equal; users have noticed nothing. */
  STAGED("staged"),
  /** Users and the ownership of the data are on the target. */
  PROMOTED("promoted"),
  /** Both are back on the source. */
  ROLLED_BACK("rolled back"),
  /** The link is severed; there is no way back. */
  COMPLETED("completed");

  private final String word;

  Goal(String word) {
    this.word = word;
  }

  /** The word for people. */
  public String word() {
    return word;
  }
}
