package dev.landfall.routing;

import dev.landfall.workload.Side;

/**
 * What users are counted as, once they are told apart. Those who stayed are two groups, drawn
 * independently of who moves: a difference between them is noise.
 */
public enum Group {
  /** They belong to the target. */
  MOVED,
  /** They stayed; one half of them. */
  STAYED,
  /** They stayed; the other half, of which nobody is different. */
  STAYED_TOO;

  /** The side that serves them. */
  public Side side() {
    return this == MOVED ? Side.TARGET : Side.SOURCE;
  }
}
