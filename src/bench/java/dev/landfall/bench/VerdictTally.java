package dev.landfall.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;

/** What became of all runs of a scenario under one rule. */
final class VerdictTally {
  private final String rule;
  private final boolean peer;
  private final VerdictRule.Call[] calls;
  private final int[] seconds;
  private final double[] excess;

  /**
   * Nothing yet.
   *
   * @param rule for people
   * @param peer whether it is somebody else's
   */
  VerdictTally(String rule, boolean peer, int runs) {
    this.rule = rule;
    this.peer = peer;
    this.calls = new VerdictRule.Call[runs];
    this.seconds = new int[runs];
    this.excess = new double[runs];
    Arrays.fill(calls, VerdictRule.Call.GO_ON);
  }

  String rule() {
    return rule;
  }

  boolean peer() {
    return peer;
  }

  boolean open(int run) {
    return calls[run] == VerdictRule.Call.GO_ON;
  }

  /**
   * How a run ended. Runs may end at the same time on several threads, each run once.
   *
   * @param after seconds
   * @param harm events that would not have been without the fault, expected until then
   */
  void end(int run, VerdictRule.Call call, int after, double harm) {
    calls[run] = call;
    seconds[run] = after;
    excess[run] = harm;
  }

  int runs() {
    return calls.length;
  }

  /** How many of a hundred runs ended so. */
  double percent(VerdictRule.Call call) {
    return 100.0 * Arrays.stream(calls).filter(each -> each == call).count() / runs();
  }

  /** The median over all runs of when they ended so; infinite when less than half of them did. */
  double median(VerdictRule.Call call) {
    var times = new ArrayList<Double>();
    for (int run = 0; run < runs(); run++) {
      times.add(calls[run] == call ? (double) seconds[run] : Double.POSITIVE_INFINITY);
    }
    return Sample.of(times).median();
  }

  double meanExcess() {
    return Arrays.stream(excess).average().orElse(0);
  }

  /** Twice the standard error of a share of these runs, in percentage points. */
  double twiceError(double percent) {
    double share = Math.clamp(percent / 100, 1.0 / runs(), 1 - 1.0 / runs());
    return 200 * Math.sqrt(share * (1 - share) / runs());
  }

  static String seconds(double value) {
    return Double.isInfinite(value) ? "-" : String.format(Locale.ROOT, "%.0f s", value);
  }

  static String share(double percent) {
    return String.format(Locale.ROOT, "%.2f %%", percent);
  }
}
