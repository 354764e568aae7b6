package dev.landfall.stats;

/**
 * Where a ratio is that wanders from minute to minute, as far as what was seen tells: the forward
 * filter of a hidden Markov model whose states are the ratios of a grid. Its arrays are never
 * changed.
 */
final class Wanderer {
  private static final double[] GRID = RateRatio.GRID;

  /** Keeps what is next to impossible from being impossible, and quotients from being none. */
  private static final double LEAST = 1e-100;

  /** After so many minutes nothing is left of where it was. */
  private static final long MINUTES_MAX = 60;

  /** The probability of each ratio. */
  private final double[] where;

  /** The probability of a step in a minute from each ratio to each. */
  private final double[][] steps;

  private Wanderer(double[] where, double[][] steps) {
    this.where = where;
    this.steps = steps;
  }

  /**
   * The logarithm of the ratio is a stationary AR(1) process around 0, with a step a minute.
   *
   * @param sd of it, above 0
   * @param kept how much of its value is left after a minute, between 0 and 1
   */
  static Wanderer aroundOne(double sd, double kept) {
    double[] settled = new double[GRID.length];
    for (int i = 0; i < GRID.length; i++) {
      settled[i] = bell(Math.log(GRID[i]), sd);
    }
    return new Wanderer(scaled(settled), steps(kept, sd * Math.sqrt(1 - kept * kept), 0));
  }

  /**
   * It goes up and down without an aim, and never below the first of the grid that has a weight.
   *
   * @param weights of where it begins, one for each of the grid
   * @param sd of a step of its logarithm in a minute
   */
  static Wanderer from(double[] weights, double sd) {
    int lowest = 0;
    while (weights[lowest] == 0) {
      lowest++;
    }
    return new Wanderer(scaled(weights), steps(1, sd, lowest));
  }

  /** One that wanders likewise, and is elsewhere. */
  Wanderer at(double[] other) {
    return new Wanderer(other, steps);
  }

  /** The probability of each ratio. */
  double[] where() {
    return where.clone();
  }

  private static double[][] steps(double kept, double sd, int lowest) {
    double[][] steps = new double[GRID.length][GRID.length];
    for (int from = 0; from < GRID.length; from++) {
      for (int to = lowest; to < GRID.length; to++) {
        steps[from][to] = bell(Math.log(GRID[to]) - kept * Math.log(GRID[from]), sd);
      }
      steps[from] = scaled(steps[from]);
    }
    return steps;
  }

  private static double bell(double value, double sd) {
    return Math.exp(-value * value / (2 * sd * sd));
  }

  /** So that they are 1 together, and none above 0 gets lost. */
  private static double[] scaled(double[] weights) {
    double sum = 0;
    for (double each : weights) {
      sum += each;
    }
    double[] scaled = new double[weights.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = weights[i] > 0 ? Math.max(weights[i] / sum, LEAST) : 0;
    }
    return scaled;
  }

  /**
   * How probable something is that was seen.
   *
   * @param likely how probable each ratio makes it, on any scale
   */
  double probability(double[] likely) {
    double sum = 0;
    for (int i = 0; i < where.length; i++) {
      sum += where[i] * likely[i];
    }
    return sum;
  }

  /**
   * With what that tells; where it was when no ratio makes it probable at all.
   *
   * @param probability what {@link #probability} says of it
   */
  Wanderer after(double[] likely, double probability) {
    if (probability == 0) {
      return this;
    }
    double[] next = new double[where.length];
    for (int i = 0; i < where.length; i++) {
      next[i] = where[i] == 0 ? 0 : Math.max(where[i] * likely[i] / probability, LEAST);
    }
    return new Wanderer(next, steps);
  }

  /** Some minutes later, of which nothing was seen. */
  Wanderer later(long minutes) {
    double[] now = where;
    for (long minute = 0; minute < Math.min(minutes, MINUTES_MAX); minute++) {
      double[] next = new double[where.length];
      for (int from = 0; from < where.length; from++) {
        if (now[from] > LEAST) {
          add(next, now[from], steps[from]);
        }
      }
      now = scaled(next);
    }
    return new Wanderer(now, steps);
  }

  private static void add(double[] sums, double weight, double[] values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * values[i];
    }
  }
}
