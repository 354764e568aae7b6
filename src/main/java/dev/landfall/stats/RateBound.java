package dev.landfall.stats;

/**
 * Whether events are rarer than a bound, by an e-value that may be looked at after every tick.
 * Where nothing ever happens a ratio proves nothing, but thousands of units without an event do.
 *
 * <p>The likelihood of a rate below the bound against the bound itself, multiplied over all units,
 * has an expectation of at most 1 for each unit whose probability of an event is the bound or more,
 * whatever came before it, because it falls with that probability and is 1 at the bound. So it is a
 * supermartingale, and so is its mean over fixed rates; by Ville's inequality the probability that
 * it ever reaches {@code 1 / alpha} while events are as frequent as the bound is at most {@code
 * alpha}.
 *
 * <p>Immutable.
 */
public final class RateBound {
  /** Rates that are told apart: the bound halved once, twice, and so on. */
  private static final int HALVINGS = 10;

  private final double bound;
  private final Arm seen;

  private RateBound(double bound, Arm seen) {
    this.bound = bound;
    this.seen = seen;
  }

  /**
   * Nothing seen yet.
   *
   * @param bound the rate of events that is too much, between 0 and 1
   * @throws IllegalArgumentException when it is out of its range
   */
  public static RateBound below(double bound) {
    if (!(bound > 0 && bound < 1)) {
      throw new IllegalArgumentException("a bound of " + bound + "; it is between 0 and 1");
    }
    return new RateBound(bound, Arm.NONE);
  }

  /** With what more units did. */
  public RateBound after(Arm more) {
    return new RateBound(bound, seen.plus(more));
  }

  /** The evidence that events are rarer: at least 1 / alpha is proof at that level. */
  public double rarer() {
    double sum = 0;
    for (int i = 1; i <= HALVINGS; i++) {
      double rate = bound * Math.pow(0.5, i);
      sum +=
          Math.exp(
              seen.events() * Math.log(rate / bound)
                  + (seen.units() - seen.events()) * (Math.log1p(-rate) - Math.log1p(-bound)));
    }
    return sum / HALVINGS;
  }

  /** All that was seen. */
  public Arm seen() {
    return seen;
  }
}
