package dev.landfall.bench;

import java.util.Arrays;

/**
 * Kayenta's classifier of one metric (NetflixACAJudge-v1.0), re-implemented from its documentation
 * and the formulas that it names, not from its binary: high when the lower end of the 98 % interval
 * of the Hodges-Lehmann shift exceeds a quarter of that shift. Where the sample is too small for
 * the interval to exist, its lower end is the least difference there is, as in R's {@code
 * wilcox.test}, which the original follows. Where many values are equal, the lower end and the
 * shift can be one and the same jump of the statistic; the original then says what the rounding of
 * its search for roots makes of it, and here such a canary is high.
 */
final class MannWhitney {
  private static final double Z_98 = 2.326348;
  private static final double TOLERANCE = 0.25;

  private MannWhitney() {}

  /** Whether the canary is high, judged by so many values of each. */
  static boolean high(double[] canary, double[] baseline, int count) {
    double[] x = Arrays.copyOf(canary, count);
    double[] y = Arrays.copyOf(baseline, count);
    Arrays.sort(x);
    Arrays.sort(y);
    double lowest = x[0] - y[count - 1];
    double highest = x[count - 1] - y[0];
    // Most looks end here: an interval that holds 0 is not above a quarter of anything.
    if (lowest <= 0 && z(x, y, 0, true) <= Z_98) {
      return false;
    }
    double lower = root(x, y, lowest, highest, Z_98, true);
    double shift = root(x, y, lowest, highest, 0, false);
    return lower > TOLERANCE * Math.abs(shift);
  }

  /**
   * Where z falls to a value; the end of the range when it does so nowhere. Where z has the value
   * for a while, as at the shift of samples with many equal values, some place in there: a search
   * that went on to the edge would find the shift to be next to nothing, and any bound above it.
   */
  private static double root(
      double[] x, double[] y, double from, double to, double value, boolean corrected) {
    double low = from;
    double high = to;
    if (z(x, y, low, corrected) <= value) {
      return low;
    }
    if (z(x, y, high, corrected) >= value) {
      return high;
    }
    for (int i = 0; i < 50 && high - low > 1e-9; i++) {
      double middle = (low + high) / 2;
      double there = z(x, y, middle, corrected);
      if (there == value) {
        return middle;
      }
      if (there > value) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The statistic when the canary is shifted down, with ties and the correction for continuity. */
  private static double z(double[] x, double[] y, double shift, boolean corrected) {
    int n = x.length;
    int m = y.length;
    double ranks = 0;
    double ties = 0;
    int i = 0;
    int j = 0;
    while (i < n || j < m) {
      double value = j == m || (i < n && x[i] - shift <= y[j]) ? x[i] - shift : y[j];
      int before = i + j;
      int ofX = i;
      while (i < n && x[i] - shift <= value + 1e-12) {
        i++;
      }
      while (j < m && y[j] <= value + 1e-12) {
        j++;
      }
      double tied = i + j - before;
      ranks += (i - ofX) * (before + (tied + 1) / 2);
      ties += tied * tied * tied - tied;
    }
    double above = ranks - n * (n + 1) / 2.0 - (double) n * m / 2;
    double all = n + m;
    double deviation = Math.sqrt(n * m / 12.0 * (all + 1 - ties / (all * (all - 1))));
    if (deviation == 0) {
      return 0;
    }
    return (above - (corrected ? 0.5 * Math.signum(above) : 0)) / deviation;
  }
}
