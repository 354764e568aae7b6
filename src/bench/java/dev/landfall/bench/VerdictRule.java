package dev.landfall.bench;

import dev.landfall.flight.FlightJudge;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Reading;
import dev.landfall.flight.Verdict;
import dev.landfall.stats.Arm;
import java.time.Duration;
import java.util.HashMap;

/** One way to judge a flight. It is made anew for each, and asked after every tick. */
interface VerdictRule {
  /** What it says by now. */
  enum Call {
    GO_ON,
    FAIL,
    PASS,
    UNDECIDED
  }

  Call after(VerdictTraffic traffic, Duration took);

  /** What the product does. */
  final class Landfall implements VerdictRule {
    private final boolean users;
    private final boolean halves;
    private FlightJudge judge;

    /**
     * By the standard policy.
     *
     * @param flights among which the budget is divided
     * @param users whether users in trouble are counted, in place of requests that fail
     * @param halves whether those who stayed are split to look for noise
     */
    Landfall(int flights, boolean users, boolean halves) {
      this(Policy.standard(flights, Policy.parts(Policy.METRICS)), users, halves);
    }

    /** By the standard policy, and not passing before a time. */
    static Landfall notBefore(Duration timeMin) {
      Policy standard = Policy.standard(1, Policy.parts(Policy.METRICS));
      return new Landfall(standard.lasting(timeMin, standard.timeMax()), true, true);
    }

    private Landfall(Policy policy, boolean users, boolean halves) {
      this.judge = FlightJudge.of(policy, Policy.METRICS);
      this.users = users;
      this.halves = halves;
    }

    @Override
    public Call after(VerdictTraffic traffic, Duration took) {
      var readings = new HashMap<String, Reading>();
      readings.put(Policy.ERRORS, reading(traffic.units, traffic.errors));
      if (users) {
        readings.put(Policy.USERS, reading(traffic.trials, traffic.harmed));
      }
      for (int quantile = 0; quantile < traffic.slow.length; quantile++) {
        readings.put(
            Policy.METRICS.get(1 + quantile), reading(traffic.units, traffic.slow[quantile]));
      }
      judge = judge.after(took, readings);
      return switch (judge.verdict()) {
        case Verdict.Continue _ -> Call.GO_ON;
        case Verdict.Fail _ -> Call.FAIL;
        case Verdict.Pass _ -> Call.PASS;
        case Verdict.Inconclusive _ -> Call.UNDECIDED;
      };
    }

    private Reading reading(long[] units, long[] events) {
      Arm moved = VerdictTraffic.arm(units, events, 0);
      Arm one = VerdictTraffic.arm(units, events, 1);
      Arm other = VerdictTraffic.arm(units, events, 2);
      return halves
          ? new Reading(moved, one, other)
          : new Reading(moved, one.plus(other), Arm.NONE);
    }
  }

  /**
   * Kayenta's rule, asked each minute for an hour.
   *
   * @param slow whether it looks at mean latencies in place of errors
   * @param from the first minute in which it is asked
   */
  record Kayenta(boolean slow, int from) implements VerdictRule {
    @Override
    public Call after(VerdictTraffic traffic, Duration took) {
      if (traffic.second() % 60 != 0 || traffic.minutes < from) {
        return Call.GO_ON;
      }
      boolean high =
          slow
              ? MannWhitney.high(traffic.movedMean, traffic.stayedMean, traffic.minutes)
              : MannWhitney.high(traffic.movedErrors, traffic.stayedErrors, traffic.minutes);
      return high ? Call.FAIL : traffic.minutes == 60 ? Call.PASS : Call.GO_ON;
    }
  }

  /**
   * A threshold that is looked at each minute, as Argo Rollouts and Flagger have it.
   *
   * <p>Argo Rollouts: a measurement fails when the rate of success is below 95 %, more than 3
   * failed ones fail the analysis, and it passes after an hour. Flagger: a check fails when the
   * rate of success is below 99 %, 10 failed ones bring everything back, and it passes after as
   * many good ones as there are steps of 5 % up to 50 %. Both look at the p99 of latency in place
   * of errors where {@code slow}, and fail above twice the usual one.
   */
  final class Threshold implements VerdictRule {
    private final boolean slow;
    private final double errorsMax;
    private final int failsAt;
    private final int passesAt;
    private int failed;
    private int good;

    private Threshold(boolean slow, double errorsMax, int failsAt, int passesAt) {
      this.slow = slow;
      this.errorsMax = errorsMax;
      this.failsAt = failsAt;
      this.passesAt = passesAt;
    }

    static Threshold argo(boolean slow) {
      return new Threshold(slow, 0.05, 4, 57);
    }

    static Threshold flagger(boolean slow) {
      return new Threshold(slow, 0.01, 10, 10);
    }

    @Override
    public Call after(VerdictTraffic traffic, Duration took) {
      if (traffic.second() % 60 != 0) {
        return Call.GO_ON;
      }
      int last = traffic.minutes - 1;
      boolean bad =
          slow ? traffic.movedOverLimit[last] > 0.01 : traffic.movedErrors[last] > errorsMax;
      failed += bad ? 1 : 0;
      good += bad ? 0 : 1;
      return failed >= failsAt ? Call.FAIL : good >= passesAt ? Call.PASS : Call.GO_ON;
    }
  }
}
