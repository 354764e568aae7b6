package dev.landfall.flight;

/**
 * How probable a wrong verdict may be over all flights and metrics of a promotion together: each of
 * them gets an equal part, and the parts add up (the union bound), so it does not matter how they
 * depend on each other.
 *
 * @param total between 0 and 1: 0.01 for one promotion in a hundred
 * @param flights that are judged, 1 or more
 * @param metrics of each flight, 1 or more
 */
public record ErrorBudget(double total, int flights, int metrics) {
  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public ErrorBudget {
    if (!(total > 0 && total < 1) || flights < 1 || metrics < 1) {
      throw new IllegalArgumentException(
          "a budget of " + total + " for " + flights + " flights of " + metrics + " metrics");
    }
  }

  /** The part of one metric of one flight. */
  public double each() {
    return total / ((double) flights * metrics);
  }

  /** The evidence that one metric of one flight needs. */
  public double needed() {
    return 1 / each();
  }

  /**
   * What has been spent so far.
   *
   * @param judged flights whose judging has begun
   */
  public double spent(int judged) {
    return each() * metrics * Math.min(judged, flights);
  }
}
