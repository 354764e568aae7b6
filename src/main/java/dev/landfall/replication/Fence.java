package dev.landfall.replication;

/** Whether users' programs may write on a side. */
public enum Fence {
  /** Writes are accepted. */
  OPEN,
  /** Every write is refused, and every write begun before has ended. */
  FENCED,
  /** Some tables refuse writes and others do not: an order was cut short, or somebody meddled. */
  PARTLY,
  /** The side did not answer, or nothing is there to be fenced yet. Never taken for FENCED. */
  UNKNOWN
}
