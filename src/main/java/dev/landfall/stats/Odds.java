package dev.landfall.stats;

/**
 * What an event tells at given shares: the logarithm of its probability to be one of the moved, and
 * of that to be one of those who stayed, for each ratio. Computed once for all ticks in a row that
 * have the same shares, because logarithms are what costs.
 *
 * <p>Its arrays are never changed.
 */
final class Odds {
  /** Fits no tick. */
  static final Odds NONE = new Odds(0, 0, new double[0], new double[0]);

  private final long movedUnits;
  private final long stayedUnits;
  private final double[] ifMoved;
  private final double[] ifStayed;

  private Odds(long movedUnits, long stayedUnits, double[] ifMoved, double[] ifStayed) {
    this.movedUnits = movedUnits;
    this.stayedUnits = stayedUnits;
    this.ifMoved = ifMoved;
    this.ifStayed = ifStayed;
  }

  /** For the ratios of a grid, and two more. */
  static Odds of(
      long movedUnits, long stayedUnits, double[] grid, double harmless, double ruledOut) {
    double[] ifMoved = new double[grid.length + 2];
    double[] ifStayed = new double[grid.length + 2];
    for (int i = 0; i < ifMoved.length; i++) {
      double ratio = i < grid.length ? grid[i] : i == grid.length ? harmless : ruledOut;
      double weighted = movedUnits * ratio;
      double all = weighted + stayedUnits;
      ifMoved[i] = Math.log(weighted / all);
      ifStayed[i] = Math.log(stayedUnits / all);
    }
    return new Odds(movedUnits, stayedUnits, ifMoved, ifStayed);
  }

  /** Whether they are those of a tick with as many units. */
  boolean fit(long moved, long stayed) {
    return movedUnits == moved && stayedUnits == stayed;
  }

  /** The sums, with so many events more, or parts of events. */
  double[] added(double[] sums, double movedEvents, double stayedEvents) {
    double[] next = sums.clone();
    for (int i = 0; i < next.length; i++) {
      next[i] += movedEvents * ifMoved[i] + stayedEvents * ifStayed[i];
    }
    return next;
  }
}
