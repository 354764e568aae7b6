package dev.landfall.stats;

import java.util.Arrays;
import java.util.List;
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
 * <p>The weights are fixed, and none of this depends on which they are; they only decide what is
 * found soonest. See {@link #weight} for those of harm, and {@link #notWorse} for those of a pass.
 *
 * <p>Ticks add up: several ticks with the same ratio of {@code n1} to {@code n0} tell exactly what
 * one tick with their sums tells, because {@code theta} depends on that ratio alone. Where the
 * ratio changes they do not, and where the rate of events changes with it the sum would even blame
 * the group that was larger when all had it worse. {@link #memory} keeps everything.
 *
 * <p>Immutable.
 */
public final class RateRatio {
  /** Ratios that are told apart: from a twentieth to twenty times, each 10.5 % above the last. */
  private static final double RATIO_MAX = 20;

  private static final int STEPS = 60;

  static final double[] GRID = grid();
  private static final int HARMLESS = GRID.length;
  private static final int RULED_OUT = GRID.length + 1;

  /** Of the evidence of late harm: the weight that is not given away yet. */
  private static final int TO_COME = GRID.length;

  /**
   * From here on all ratios weigh the same, and below they weigh ever less: see {@link #weight}.
   */
  private static final double RATIO_HEAVY = 4;

  private static final double WEIGHT_POWER = 5;

  private static final double[] WEIGHTS = Arrays.stream(GRID).map(RateRatio::weight).toArray();
  private static final double[] EVENLY = Arrays.stream(GRID).map(_ -> 1).toArray();

  /** How much of the evidence of harm counts from the first tick on; the rest is for later. */
  private static final double FROM_START = 0.9;

  /** The logarithm of the likelihood of each ratio of the grid, and of both boundaries. */
  private final double[] likelihoods;

  /**
   * The evidence of harm that began later, for each ratio: the sum over all beginnings of their
   * weight times the likelihood since then. At the end the weight of all that are still to come.
   */
  private final double[] late;

  private final double margin;
  private final double marginRuledOut;
  private final Arm moved;
  private final Arm stayed;

  /** Weighted sums of the estimate by Mantel and Haenszel, which shares that change do not bend. */
  private final double above;

  private final double below;

  /** What was computed for the last tick serves the next one when its shares are the same. */
  private final Odds odds;

  private RateRatio(Memory memory, double[] likelihoods, double[] late, Odds odds) {
    this.margin = memory.margin();
    this.marginRuledOut = memory.marginRuledOut();
    this.likelihoods = likelihoods;
    this.late = late;
    this.moved = memory.moved();
    this.stayed = memory.stayed();
    this.above = memory.above();
    this.below = memory.below();
    this.odds = odds;
  }

  /**
   * All that is known of both groups, to be kept and read back: {@link #of} goes on from it as if
   * there had been no break.
   *
   * @param margin see {@link #between}
   * @param marginRuledOut likewise
   * @param likelihoods natural logarithms, one for each ratio and boundary; the number of them is
   *     this version's
   * @param late evidence of harm that began later, one for each ratio, and what is still to come
   * @param moved all units and events of the moved
   * @param stayed all units and events of those who stayed
   * @param above a sum of the estimate, in units
   * @param below likewise
   */
  public record Memory(
      double margin,
      double marginRuledOut,
      List<Double> likelihoods,
      List<Double> late,
      Arm moved,
      Arm stayed,
      double above,
      double below) {
    /** Takes a copy. */
    public Memory {
      likelihoods = List.copyOf(likelihoods);
      late = List.copyOf(late);
    }
  }

  /**
   * Nothing seen yet, with one boundary for harm and for its absence.
   *
   * @param margin see {@link #between}
   * @throws IllegalArgumentException when the margin is out of its range
   */
  public static RateRatio against(double margin) {
    return between(margin, margin);
  }

  /**
   * Nothing seen yet.
   *
   * @param margin by how much more frequent events may be without harm: 0.25 for a quarter more;
   *     from 0 to 10
   * @param marginRuledOut what is to be ruled out before it counts as no worse: 1 for twice as
   *     frequent; from {@code margin} to 10
   * @throws IllegalArgumentException when one is out of its range
   */
  public static RateRatio between(double margin, double marginRuledOut) {
    if (!(margin >= 0 && margin <= marginRuledOut && marginRuledOut <= 10)) {
      throw new IllegalArgumentException(
          "margins of " + margin + " and " + marginRuledOut + "; they go up, from 0 to 10");
    }
    double[] late = new double[GRID.length + 1];
    late[TO_COME] = 1;
    var nothing =
        new Memory(margin, marginRuledOut, List.of(), List.of(), Arm.NONE, Arm.NONE, 0, 0);
    return new RateRatio(nothing, new double[GRID.length + 2], late, Odds.NONE);
  }

  /**
   * What was kept.
   *
   * @throws IllegalArgumentException when it is another version's
   */
  public static RateRatio of(Memory memory) {
    if (memory.likelihoods().size() != GRID.length + 2 || memory.late().size() != GRID.length + 1) {
      throw new IllegalArgumentException(
          "cannot read evidence: it has "
              + memory.likelihoods().size()
              + " figures, not "
              + (GRID.length + 2)
              + "; it is another version's, begin anew");
    }
    return new RateRatio(memory, array(memory.likelihoods()), array(memory.late()), Odds.NONE);
  }

  /** What {@link #of} goes on from. */
  public Memory memory() {
    return new Memory(
        margin, marginRuledOut, list(likelihoods), list(late), moved, stayed, above, below);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
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
      return new RateRatio(with(movedNow, stayedNow, above, below), likelihoods, late, odds);
    }
    long movedUnits = tick.moved().units();
    long stayedUnits = tick.stayed().units();
    Odds now =
        odds.fit(movedUnits, stayedUnits)
            ? odds
            : Odds.of(movedUnits, stayedUnits, GRID, harmless(), ruledOut());
    double all = (double) movedUnits + stayedUnits;
    Memory next =
        with(
            movedNow,
            stayedNow,
            above + tick.moved().events() * stayedUnits / all,
            below + tick.stayed().events() * movedUnits / all);
    double[] sums = now.added(likelihoods, tick.movedWeight(), tick.stayedWeight());
    return new RateRatio(next, sums, lateAfter(sums), now);
  }

  private double[] lateAfter(double[] sums) {
    if (late[TO_COME] == 1) {
      return late;
    }
    double[] next = late.clone();
    double atBoundary = sums[HARMLESS] - likelihoods[HARMLESS];
    for (int i = GRID.length - 1; i >= 0 && GRID[i] > harmless(); i--) {
      next[i] *= Math.exp(sums[i] - likelihoods[i] - atBoundary);
    }
    return next;
  }

  /**
   * With the possibility that harm begins now. Without it, a group that did well for a day would
   * have to do ill for hours before it is noticed.
   *
   * <p>The evidence of harm since each beginning is a supermartingale that starts at 1, and so is
   * their mean by weights that are fixed beforehand: before a beginning has come, its part is 1.
   *
   * @param weight of this beginning, more than 0; those of all of them are at most 1 together
   * @throws IllegalArgumentException when they are not
   */
  public RateRatio orFromNow(double weight) {
    if (!(weight > 0 && weight <= late[TO_COME])) {
      throw new IllegalArgumentException("a weight of " + weight + " of " + late[TO_COME]);
    }
    double[] next = late.clone();
    for (int i = 0; i < GRID.length; i++) {
      next[i] += weight;
    }
    next[TO_COME] -= weight;
    return new RateRatio(with(moved, stayed, above, below), likelihoods, next, odds);
  }

  private Memory with(Arm movedNow, Arm stayedNow, double aboveNow, double belowNow) {
    return new Memory(
        margin, marginRuledOut, List.of(), List.of(), movedNow, stayedNow, aboveNow, belowNow);
  }

  /** The highest ratio that does no harm. */
  public double harmless() {
    return 1 + margin;
  }

  /** The lowest ratio that is ruled out by what {@link #notWorse} proves. */
  public double ruledOut() {
    return 1 + marginRuledOut;
  }

  /**
   * The evidence that events are more frequent than the margin allows: at least 1 / alpha is proof
   * at that level. Nine tenths of it are for harm since the first tick, and one for harm that began
   * later (see {@link #orFromNow}).
   */
  public double worse() {
    double fromStart = evidenceAbove(harmless(), likelihoods[HARMLESS], WEIGHTS);
    return FROM_START * fromStart + (1 - FROM_START) * evidenceLate();
  }

  private double evidenceLate() {
    double sum = 0;
    double weights = 0;
    for (int i = GRID.length - 1; i >= 0 && GRID[i] > harmless(); i--) {
      sum += WEIGHTS[i] * late[i];
      weights += WEIGHTS[i];
    }
    return sum / weights + late[TO_COME];
  }

  /**
   * The same evidence with equal weights for all ratios above the margin: it finds sooner what is
   * only just beyond it, and is meant for groups that should not differ at all.
   */
  public double differs() {
    return evidenceAbove(harmless(), likelihoods[HARMLESS], EVENLY);
  }

  /**
   * The evidence that events are less frequent than what is to be ruled out. Its mean goes, with
   * equal weights, over the ratios from a quarter of that up to it: a flight that has fewer events
   * than a quarter passes by those as well.
   */
  public double notWorse() {
    return evidenceBelow(ruledOut(), likelihoods[RULED_OUT]);
  }

  /**
   * How much a ratio counts in the evidence of harm: all from four times on the same, and below
   * with the fifth power of the ratio.
   *
   * <p>Heavy harm is found soonest because each second of it costs most. And light weights where
   * ratios are small are what keeps the evidence of noise down: rates of two groups that wander by
   * 30 % for ten minutes at a time look, for these ten minutes, as if one were 1.5 or 2 times the
   * other. So little harm needs to last for longer than such a wave does. Equal weights find a
   * ratio of 2 in half the time, and alarm about twice as often under such noise.
   */
  private static double weight(double ratio) {
    return Math.pow(Math.min(ratio / RATIO_HEAVY, 1), WEIGHT_POWER);
  }

  /** The mean over all ratios above a boundary. */
  private double evidenceAbove(double boundary, double atBoundary, double[] weight) {
    double sum = 0;
    double weights = 0;
    for (int i = GRID.length - 1; i >= 0 && GRID[i] > boundary; i--) {
      sum += weight[i] * Math.exp(likelihoods[i] - atBoundary);
      weights += weight[i];
    }
    return sum / weights;
  }

  /** The mean over ratios below a boundary. */
  private double evidenceBelow(double boundary, double atBoundary) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < GRID.length && GRID[i] < boundary; i++) {
      if (GRID[i] >= boundary / 4) {
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
   * How many times more frequent events are at least; absent when not even a twentieth is proven.
   * The error is at most {@code alpha} over all looks, and at most twice that where it is the
   * margin that is proven, because {@link #worse} counts harm that began later as well.
   *
   * @param alpha between 0 and 1
   */
  public OptionalDouble atLeast(double alpha) {
    double proven = worse() >= 1 / alpha ? harmless() : 0;
    for (int i = GRID.length - 2; i >= 0 && GRID[i] > proven; i--) {
      if (evidenceAbove(GRID[i], likelihoods[i], WEIGHTS) >= 1 / alpha) {
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
    double proven = notWorse() >= 1 / alpha ? ruledOut() : Double.POSITIVE_INFINITY;
    for (int i = 1; i < GRID.length && GRID[i] < proven; i++) {
      if (evidenceBelow(GRID[i], likelihoods[i]) >= 1 / alpha) {
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
