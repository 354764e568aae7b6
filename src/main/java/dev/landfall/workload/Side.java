package dev.landfall.workload;

/** The two sides of a migration. */
public enum Side {
  /** Where the workload runs before the migration: the data centre of its owner. */
  SOURCE,
  /** Where the workload runs afterwards: the cloud. */
  TARGET;

  /** The side that this one is not. */
  public Side other() {
    return this == SOURCE ? TARGET : SOURCE;
  }

  /** The word for people: {@code source} or {@code target}. */
  public String word() {
    return this == SOURCE ? "source" : "target";
  }
}
