package dev.landfall.stats;

import java.util.Arrays;
import java.util.List;

/**
 * Whether events are more frequent in one group than in another by more than rates that wander
 * would explain, by an e-value that may be looked at after every tick, with shares that change as
 * they like.
 *
 * <p>{@link RateRatio} takes it that the ratio of both rates stays where it is while nothing is
 * wrong. In reality each rate wanders by itself, neighbouring minutes resemble each other, and for
 * some minutes one group looks twice as bad as the other. So the hypothesis to be refuted is
 * another one here: the logarithm of the ratio is a stationary AR(1) process around 0, with a
 * standard deviation of {@link #WANDER_SD}, that keeps {@link #KEPT} of its value from one minute
 * to the next. The evidence is how probable what was seen is by a mixture of kinds of harm, divided
 * by how probable that hypothesis makes it, which a hidden Markov model tells. The harm is a ratio
 * above the margin that stays where it is, since the first tick or since a later minute, and one
 * that wanders without an aim above the margin.
 *
 * <p><b>What is exact.</b> Given who was there and how many events there were, the evidence is a
 * quotient of two probabilities of the same data. So against that one hypothesis, with its ratios
 * rounded to the grid, its expectation is 1 at every tick, and by Ville's inequality it ever
 * reaches {@code k} with a probability of at most {@code 1 / k}, as long as events are rare among
 * the units. <b>What is not.</b> No theorem covers rates that wander less, or around a ratio below
 * 1, or in steps of another length, nor events that are frequent; tests and the bench try them.
 * Rates that wander more than that are not covered at all.
 *
 * <p>It delays little where there is much to see: a ratio that keeps still does not wander, and
 * many events show within minutes how still it keeps.
 *
 * <p>Ticks of the same minute with the same ratio of units add up, as with {@link RateRatio}.
 * Immutable.
 */
public final class WanderingRatio {
  /** Of the logarithm of a ratio of two rates that wander by 0.3 each. */
  static final double WANDER_SD = 0.3 * Math.sqrt(2);

  /** How much of its value it keeps from one minute to the next: half of it after 7 minutes. */
  static final double KEPT = 0.9;

  private static final double[] GRID = RateRatio.GRID;

  /** Of the evidence since the first tick: that of harm that wanders. */
  private static final int RESTLESS = GRID.length;

  /** Of the evidence of late harm: the weight that is not given away yet. */
  private static final int TO_COME = GRID.length;

  /**
   * How much of the evidence is for harm since the first tick, for harm that began later, and for
   * harm that wanders. They are 1 together.
   */
  private static final double FROM_START = 0.7;

  private static final double LATER = 0.2;
  private static final double WANDERS = 0.1;

  /** From here on all ratios weigh the same, and below they weigh ever less. */
  private static final double RATIO_HEAVY = 4;

  private static final double WEIGHT_POWER = 3;

  /** Evidence is not counted beyond, so that no product of it overflows. */
  private static final double MOST = 1e100;

  private static final double[] WEIGHTS = Arrays.stream(GRID).map(WanderingRatio::weight).toArray();

  private static final Wanderer INNOCENT = Wanderer.aroundOne(WANDER_SD, KEPT);

  private final double margin;
  private final Wanderer innocent;
  private final Wanderer restless;

  /** The evidence of each ratio since the first tick, and of harm that wanders. */
  private final double[] fromStart;

  /** The evidence of each that began later: the sum over all beginnings, and what is to come. */
  private final double[] late;

  private final Odds odds;

  private WanderingRatio(
      double margin,
      Wanderer innocent,
      Wanderer restless,
      double[] fromStart,
      double[] late,
      Odds odds) {
    this.margin = margin;
    this.innocent = innocent;
    this.restless = restless;
    this.fromStart = fromStart;
    this.late = late;
    this.odds = odds;
  }

  /**
   * All that is known, to be kept and read back: {@link #of} goes on from it as if there had been
   * no break.
   *
   * @param margin see {@link #beyond}
   * @param innocent where the ratio is if nothing is wrong: a probability for each of the grid, of
   *     which the number is this version's
   * @param restless where it is if there is harm that wanders; likewise
   * @param fromStart evidence of each ratio since the first tick, and of harm that wanders
   * @param late evidence of each ratio that began later, and the weight that is still to come
   */
  public record Memory(
      double margin,
      List<Double> innocent,
      List<Double> restless,
      List<Double> fromStart,
      List<Double> late) {
    /** Takes a copy. */
    public Memory {
      innocent = List.copyOf(innocent);
      restless = List.copyOf(restless);
      fromStart = List.copyOf(fromStart);
      late = List.copyOf(late);
    }
  }

  /**
   * Nothing seen yet.
   *
   * @param margin by how much more frequent events may be without harm: 0.25 for a quarter more;
   *     from 0 to 10
   * @throws IllegalArgumentException when it is out of its range
   */
  public static WanderingRatio beyond(double margin) {
    if (!(margin >= 0 && margin <= 10)) {
      throw new IllegalArgumentException("a margin of " + margin + "; it is from 0 to 10");
    }
    double[] fromStart = new double[GRID.length + 1];
    Arrays.fill(fromStart, 1);
    double[] late = new double[GRID.length + 1];
    late[TO_COME] = 1;
    return new WanderingRatio(margin, INNOCENT, restless(margin), fromStart, late, Odds.NONE);
  }

  private static Wanderer restless(double margin) {
    double[] weights = new double[GRID.length];
    for (int i = lowest(margin); i < GRID.length; i++) {
      weights[i] = WEIGHTS[i];
    }
    return Wanderer.from(weights, WANDER_SD * Math.sqrt(1 - KEPT * KEPT));
  }

  /** The lowest ratio of the grid that is above a margin. */
  private static int lowest(double margin) {
    int lowest = 0;
    while (GRID[lowest] <= 1 + margin) {
      lowest++;
    }
    return lowest;
  }

  /** It decides what is found soonest, and not what holds. */
  private static double weight(double ratio) {
    return Math.pow(Math.min(ratio / RATIO_HEAVY, 1), WEIGHT_POWER);
  }

  /**
   * What was kept.
   *
   * @throws IllegalArgumentException when it is another version's
   */
  public static WanderingRatio of(Memory memory) {
    if (memory.innocent().size() != GRID.length || memory.late().size() != GRID.length + 1) {
      throw new IllegalArgumentException(
          "cannot read evidence: it has "
              + memory.innocent().size()
              + " figures, not "
              + GRID.length
              + "; it is another version's, begin anew");
    }
    return new WanderingRatio(
        memory.margin(),
        INNOCENT.at(array(memory.innocent())),
        restless(memory.margin()).at(array(memory.restless())),
        array(memory.fromStart()),
        array(memory.late()),
        Odds.NONE);
  }

  /** What {@link #of} goes on from. */
  public Memory memory() {
    return new Memory(
        margin, list(innocent.where()), list(restless.where()), list(fromStart), list(late));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** With what one more tick told. */
  public WanderingRatio after(Tick tick) {
    if (!tick.tells()) {
      return this;
    }
    long moved = tick.moved().units();
    long stayed = tick.stayed().units();
    Odds now = odds.fit(moved, stayed) ? odds : Odds.of(moved, stayed, GRID, 1, 1);
    double[] likely =
        now.added(new double[GRID.length + 2], tick.movedWeight(), tick.stayedWeight());
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < GRID.length; i++) {
      most = Math.max(most, likely[i]);
    }
    for (int i = 0; i < GRID.length; i++) {
      likely[i] = Math.exp(likely[i] - most);
    }
    double ifInnocent = innocent.probability(likely);
    double[] nextStart = fromStart.clone();
    double[] nextLate = late.clone();
    for (int i = 0; i < GRID.length; i++) {
      nextStart[i] = Math.min(nextStart[i] * (likely[i] / ifInnocent), MOST);
      nextLate[i] = Math.min(nextLate[i] * (likely[i] / ifInnocent), MOST);
    }
    double ifRestless = restless.probability(likely);
    nextStart[RESTLESS] = Math.min(nextStart[RESTLESS] * (ifRestless / ifInnocent), MOST);
    return new WanderingRatio(
        margin,
        innocent.after(likely, ifInnocent),
        restless.after(likely, ifRestless),
        nextStart,
        nextLate,
        now);
  }

  /**
   * Minutes later, and with the possibility that harm begins now.
   *
   * @param minutes that have begun since the last time; 1 or more
   * @param weight of this beginning, more than 0; those of all of them are at most 1 together
   * @throws IllegalArgumentException when they are not
   */
  public WanderingRatio orFromNow(long minutes, double weight) {
    if (!(minutes > 0 && weight > 0 && weight <= late[TO_COME])) {
      throw new IllegalArgumentException(
          minutes + " minutes, a weight of " + weight + " of " + late[TO_COME]);
    }
    double[] next = late.clone();
    for (int i = 0; i < GRID.length; i++) {
      next[i] += weight;
    }
    next[TO_COME] -= weight;
    return new WanderingRatio(
        margin, innocent.later(minutes), restless.later(minutes), fromStart, next, odds);
  }

  /**
   * The evidence that events are more frequent than the margin and a ratio that wanders around 1
   * allow: it ever reaches k in at most one of k flights of which it does no more than that.
   */
  public double worse() {
    double sumFromStart = 0;
    double sumLate = 0;
    double weights = 0;
    for (int i = lowest(margin); i < GRID.length; i++) {
      sumFromStart += WEIGHTS[i] * fromStart[i];
      sumLate += WEIGHTS[i] * late[i];
      weights += WEIGHTS[i];
    }
    return FROM_START * sumFromStart / weights
        + LATER * (sumLate / weights + late[TO_COME])
        + WANDERS * fromStart[RESTLESS];
  }
}
