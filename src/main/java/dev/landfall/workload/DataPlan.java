package dev.landfall.workload;

/** When the data changes owner while users move in flights; the services of both sides reach it. */
public enum DataPlan {
  /** The source owns the data until all users have moved; one cutover follows. */
  SOURCE_FIRST("source-first", Side.SOURCE),
  /** One cutover goes before the first flight; the target owns the data while users move. */
  TARGET_FIRST("target-first", Side.TARGET),
  /**
   * Both sides accept writes while users fly, each those of its own users; the source owns what
   * belongs to nobody in particular, and one cutover follows when all have moved.
   */
  TWO_WAY("two-way", Side.SOURCE);

  private final String word;
  private final Side owner;

  DataPlan(String word, Side owner) {
    this.word = word;
    this.owner = owner;
  }

  /** The word used in workload files. */
  public String word() {
    return word;
  }

  /** Who owns the data while users fly. */
  public Side owner() {
    return owner;
  }
}
