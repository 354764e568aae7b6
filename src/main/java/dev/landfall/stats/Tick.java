package dev.landfall.stats;

/**
 * What happened to both groups in the same short time.
 *
 * <p>Who was in which group, and how many, must not depend on what happened to them in this tick;
 * it may depend on all that happened before, as when a share is raised.
 *
 * <p><b>Events in clusters.</b> One cause may have many events. If they are at most {@code C} of
 * one cause, all of one group, evidence stays valid when each event tells only the {@code C}-th
 * part of what it would by itself. With {@code a} for the factor of an event of the moved, {@code
 * b} for that of one of those who stayed and {@code S} for the size of a cluster, {@code a^(S/C) <=
 * 1 + (a - 1) S/C} and {@code b^(S/C) <= 1 + (b - 1) S/C}, because both are convex in {@code S} and
 * equal at 0 and at {@code C}. So the expectation of a tick is at most {@code exp(((a - 1) n1 p1 +
 * (b - 1) n0 p0) / C)}, with {@code p} for the events of a unit, which is 1 at most where {@code a}
 * and {@code b} are those of {@link RateRatio}. Sizes without a bound will do if large ones are
 * rare: if clusters go on with the same probability after each event, and have {@code m} events on
 * average, {@code C >= 4 m} is enough for {@code a} up to 16, which is the most that a ratio of 20
 * against 1.25 can have. A cluster that lies in several ticks counts with what it has so far, which
 * for those who stayed is more than it should be by less than one event of weight 1.
 *
 * @param moved the group that is judged
 * @param stayed the group that it is compared with
 * @param cluster how many events one cause may have; 1 when each stands alone
 */
public record Tick(Arm moved, Arm stayed, int cluster) {
  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException when a cluster has no event
   */
  public Tick {
    if (cluster < 1) {
      throw new IllegalArgumentException("clusters of " + cluster + " events");
    }
  }

  /** Of events that stand alone. */
  public Tick(Arm moved, Arm stayed) {
    this(moved, stayed, 1);
  }

  /** Whether it can tell anything: both groups were there, and something happened to somebody. */
  boolean tells() {
    return moved.units() > 0 && stayed.units() > 0 && moved.events() + stayed.events() > 0;
  }

  /** How much the events of the moved tell together. */
  double movedWeight() {
    return (double) moved.events() / cluster;
  }

  /** How much the events of those who stayed tell together. */
  double stayedWeight() {
    return (double) stayed.events() / cluster;
  }
}
