package dev.landfall.stats;

import java.util.OptionalDouble;

/**
 * Whether events are more frequent in one group than in another, by e-values that may be looked at
 * after every tick, with shares that change as they like.
 *
 * <p>Given that an event happened, how probable it is that it was one of the moved group depends on
 * the ratio {@code r} of both rates and on who was there, and on nothing that both groups share:
 * traffic, the hour, an outage that hits all. With {@code n1} moved and {@code n0} staying units in
 * a tick it is {@code theta(r) = n1 r / (n1 r + n0)} (Lindon and Malek, <i>Anytime-Valid Inference
 * for Multinomial Count Data</i>, NeurIPS 2022). The likelihood of {@code r} against {@code r0},
 * multiplied over all ticks, is an e-value against {@code r0}, and so is its mean over any fixed
 * weights of {@code r}. By Ville's inequality the probability that it ever reaches {@code 1 /
 * alpha} while {@code r0} holds is at most {@code alpha}, however often one looks.
 *
 * <p>Events need not be rare. With {@code a = theta(r) / theta(r0)} and {@code b = (1 - theta(r)) /
 * (1 - theta(r0))} the expected factor of a tick is {@code (1 - p1 + p1 a)^n1 (1 - p0 + p0 b)^n0},
 * at most {@code exp(n1 p1 (a - 1) + n0 p0 (b - 1))}, which is 1 where {@code p1 = r0 p0} and less
 * on the harmless side of it. So it holds for the share of requests slower than the median too.
 *
 * <p>Immutable.
 */
public final class RateRatio {
  /** Ratios that are told apart: from a twentieth to twenty times, each 10.5 % above the last. */
  private static final double RATIO_MAX = 20;

  private static final int STEPS = 60;

  private static final double[] GRID = grid();

  /** The logarithm of the likelihood of each ratio of the grid, and of the margin at its end. */
  private final double[] likelihoods;

  private final double margin;
  private final Arm moved;
  private final Arm stayed;

  /** Weighted sums of the estimate by Mantel and Haenszel, which shares that change do not bend. */
  private final double above;

  private final double below;

  private RateRatio(
      double margin, double[] likelihoods, Arm moved, Arm stayed, double above, double below) {
    this.margin = margin;
    this.likelihoods = likelihoods;
    this.moved = moved;
    this.stayed = stayed;
    this.above = above;
    this.below = below;
  }

  /**
   * Nothing seen yet.
   *
   * @param margin by how much more frequent events may be without harm: 0.25 for a quarter more;
   *     from 0 to 10
   * @throws IllegalArgumentException when the margin is out of its range
   */
  public static RateRatio against(double margin) {
    if (!(margin >= 0 && margin <= 10)) {
      throw new IllegalArgumentException("a margin of " + margin + "; it is from 0 to 10");
    }
    return new RateRatio(margin, new double[GRID.length + 1], Arm.NONE, Arm.NONE, 0, 0);
  }

  private static double[] grid() {
    double[] grid = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      grid[i] = Math.exp(Math.log(RATIO_MAX) * (2.0 * i / STEPS - 1));
    }
    return grid;
  }

  /** With what one more tick told. */
  public RateRatio after(Tick tick) {
    Arm movedNow = moved.plus(tick.moved());
    Arm stayedNow = stayed.plus(tick.stayed());
    if (!tick.tells()) {
      return new RateRatio(margin, likelihoods, movedNow, stayedNow, above, below);
    }
    double[] next = likelihoods.clone();
    for (int i = 0; i < next.length; i++) {
      next[i] += likelihood(tick, i < GRID.length ? GRID[i] : harmless());
    }
    double all = (double) tick.moved().units() + tick.stayed().units();
    return new RateRatio(
        margin,
        next,
        movedNow,
        stayedNow,
        above + tick.moved().events() * tick.stayed().units() / all,
        below + tick.stayed().events() * tick.moved().units() / all);
  }

  private static double likelihood(Tick tick, double ratio) {
    double weighted = tick.moved().units() * ratio;
    double all = weighted + tick.stayed().units();
    return tick.moved().events() * Math.log(weighted / all)
        + tick.stayed().events() * Math.log(tick.stayed().units() / all);
  }

  /** The highest ratio that does no harm. */
  public double harmless() {
    return 1 + margin;
  }

  /**
   * The evidence that events are more frequent than the margin allows: at least 1 / alpha is proof
   * at that level.
   */
  public double worse() {
    return evidence(harmless(), likelihoods[GRID.length], true);
  }

  /** The evidence that events are less frequent than the margin would still allow. */
  public double notWorse() {
    return evidence(harmless(), likelihoods[GRID.length], false);
  }

  /** The mean over all ratios on one side of a boundary. */
  private double evidence(double boundary, double atBoundary, boolean upwards) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < GRID.length; i++) {
      if (upwards ? GRID[i] > boundary : GRID[i] < boundary) {
        sum += Math.exp(likelihoods[i] - atBoundary);
        count++;
      }
    }
    return sum / count;
  }

  /**
   * The best guess of how many times more frequent events are, by Mantel and Haenszel; absent while
   * there is nothing to tell it from.
   */
  public OptionalDouble estimate() {
    return below > 0 ? OptionalDouble.of(above / below) : OptionalDouble.empty();
  }

  /**
   * How many times more frequent events are at least, so that the error is at most {@code alpha}
   * over all looks; absent when not even a twentieth is proven.
   *
   * @param alpha between 0 and 1
   */
  public OptionalDouble atLeast(double alpha) {
    double proven = worse() >= 1 / alpha ? harmless() : 0;
    for (int i = GRID.length - 2; i >= 0 && GRID[i] > proven; i--) {
      if (evidence(GRID[i], likelihoods[i], true) >= 1 / alpha) {
        return OptionalDouble.of(GRID[i]);
      }
    }
    return proven > 0 ? OptionalDouble.of(proven) : OptionalDouble.empty();
  }

  /**
   * How many times more frequent events are at most; absent when not even twenty times is ruled
   * out.
   *
   * @param alpha between 0 and 1
   */
  public OptionalDouble atMost(double alpha) {
    double proven = notWorse() >= 1 / alpha ? harmless() : Double.POSITIVE_INFINITY;
    for (int i = 1; i < GRID.length && GRID[i] < proven; i++) {
      if (evidence(GRID[i], likelihoods[i], false) >= 1 / alpha) {
        return OptionalDouble.of(GRID[i]);
      }
    }
    return proven < RATIO_MAX ? OptionalDouble.of(proven) : OptionalDouble.empty();
  }

  /** All units and events of the moved group. */
  public Arm moved() {
    return moved;
  }

  /** All units and events of the group that stayed. */
  public Arm stayed() {
    return stayed;
  }
}
