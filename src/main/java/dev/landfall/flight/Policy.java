package dev.landfall.flight;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When a flight has failed, and when it has passed.
 *
 * @param margin by how much more frequent errors and slow answers may be without harm; 0.25 for a
 *     quarter more. Not 0 in earnest: neighbouring ticks resemble each other, and that alone would
 *     look like an effect
 * @param marginRuledOut what a pass must rule out: 1 for twice as frequent. It is further off than
 *     {@code margin}, because to rule out a quarter more takes nine times the events that twice as
 *     many take. In between a flight may fail, and it passes only when its best guess is also
 *     within half the margin
 * @param toFail how probable it may be that anything at all fails that is within the margin
 * @param toPass how probable it may be that a flight passes that is worse than what is ruled out;
 *     of one metric, because all of them need to be proven, so that one that is bad has to get
 *     through by itself
 * @param timeMin a flight does not pass before; not negative
 * @param timeMax a flight that has neither failed nor passed by then is undecided; more than {@code
 *     timeMin}
 * @param guards what nobody waits for proof of, by the name of the metric, or {@link #USERS}
 * @param watched metrics that can fail a flight and need not be proven good for it to pass, because
 *     their events are too rare to prove it in time
 * @param tolerated the share of requests that may fail without anybody minding, whatever it is with
 *     those who stayed: where nothing ever fails, no ratio can be proven, but thousands of requests
 *     without a failure prove this; 0 for none, below 1
 */
public record Policy(
    double margin,
    double marginRuledOut,
    ErrorBudget toFail,
    ErrorBudget toPass,
    Duration timeMin,
    Duration timeMax,
    Map<String, Guard> guards,
    Set<String> watched,
    double tolerated) {
  /**
   * How long a tick is unless somebody says otherwise. The median time to find ten times the
   * errors, at 20 requests a second and 0.5 % of errors, is some 19 seconds; longer ticks would be
   * felt in it, and shorter ones would not. The validity does not depend on it, and it may change
   * on the way.
   */
  public static final Duration TICK = Duration.ofSeconds(1);

  /** The name of the metric whose events are requests that failed. */
  public static final String ERRORS = "errors";

  /**
   * The name of the reading that tells of users in trouble. It is no metric: where a tick has it,
   * the proofs of {@link #ERRORS} are drawn from it and not from requests.
   */
  public static final String USERS = "users with errors";

  /**
   * The name of the reading that tells of users in trouble wherever a plane knows them, where
   * {@link #USERS} is missing or tells of fewer. It proves nothing and is guarded alone.
   */
  public static final String USERS_KNOWN = "users known to be in trouble";

  /**
   * The name of the metric that looks at failed requests whoever they are of. Where users are few,
   * or a few of them are broken wholly, those who are in trouble are soon counted, and what happens
   * to them next is seen by this one alone. It has a part of the budget of {@link #ERRORS}, and
   * takes {@link #CLUSTER} failures for one, as those of a user are seldom independent of each
   * other.
   */
  public static final String REQUESTS = "failed requests";

  /**
   * So many failures tell {@link #REQUESTS} as much as one that stands alone: valid where one cause
   * makes no more, or fewer than a quarter of that on average; see {@link dev.landfall.stats.Tick}.
   */
  public static final int CLUSTER = 32;

  /**
   * How much of the budget for errors {@link #REQUESTS} has; {@link #ERRORS} has the rest. Little,
   * because where it is needed the evidence grows fast.
   */
  static final double REQUESTS_PART = 0.05;

  /**
   * The name of the metric that is {@link #ERRORS} of those planes alone that count themselves,
   * where somebody else counts for others. What is counted elsewhere is told late and must be
   * confirmed, and cannot be while whoever counts there is away; this one waits for nobody. It has
   * half of what {@link #ERRORS} would have without it, which costs either a doubling of the
   * evidence.
   */
  public static final String AT_ONCE = "errors told at once";

  /** What {@link #USERS} is to {@link #ERRORS}, of {@link #AT_ONCE}. */
  public static final String USERS_AT_ONCE = "users with errors told at once";

  /** The name of the metric whose events are requests slower than twice the p99. */
  public static final String VERY_SLOW = "slower than twice the p99";

  /**
   * What is judged where the latencies of those who stayed are known. Each is the share of requests
   * above a bound, and not a mean: a mean hides the few that suffer, and a quantile says nothing of
   * how sure it is. The last is watched only: one request in a hundred that becomes eight times
   * slower makes requests above the p99 1.6 times as frequent, and those above twice the p99 five
   * times, so that it is found nine times sooner.
   */
  public static final List<String> METRICS =
      List.of(
          ERRORS,
          "slower than the p50",
          "slower than the p95",
          "slower than the p99",
          VERY_SLOW,
          REQUESTS);

  /**
   * What is taken for noise: evidence of 20 that two halves of those who stayed are further apart
   * than the margin. Less than is needed to fail: what is found is only that a metric tells
   * nothing, and without noise it is found in one or two of a thousand flights that do fail.
   */
  static final double NOISE_NEEDED = 20;

  /**
   * Checks the times and the margins.
   *
   * @throws IllegalArgumentException when there is no time to judge in, or a margin is out of its
   *     range
   */
  public Policy {
    if (timeMin.isNegative() || timeMax.compareTo(timeMin) <= 0) {
      throw new IllegalArgumentException("a flight of " + timeMin + " to " + timeMax);
    }
    if (!(margin >= 0 && marginRuledOut >= margin)) {
      throw new IllegalArgumentException("margins of " + margin + " and " + marginRuledOut);
    }
    if (!(tolerated >= 0 && tolerated < 1)) {
      throw new IllegalArgumentException("a tolerated rate of " + tolerated);
    }
    guards = Map.copyOf(guards);
    watched = Set.copyOf(watched);
  }

  /**
   * What is used unless somebody says otherwise; measured by {@code ./bench verdicts}, whose page
   * has the figures.
   *
   * <ul>
   *   <li>{@code margin} 0.25: rates of two groups that wander by 30 % each alarm in less than 2 %
   *       of all flights; and four times the errors are still found within 100 seconds, which a
   *       margin of 0.5 does not allow.
   *   <li>{@code marginRuledOut} 1: the least that lets a good flight pass within ten minutes, at
   *       20 requests a second and 0.5 % of errors. A half takes three times as long.
   *   <li>both budgets 0.01: one promotion in a hundred may be brought back for nothing, and one
   *       flight in a hundred that is twice as bad may go on to the next, which is judged again.
   *   <li>{@code timeMin} 5 minutes: what is slow to start, such as a cache that fills or a pool
   *       that leaks, shows by then.
   *   <li>{@code timeMax} 4 hours: errors that come eight at a time are few when their users are
   *       counted, and a good flight with those passes in an hour at the median; 97 of 100 pass
   *       until then.
   *   <li>a guard on failed requests alone: half of all. How many failed requests are too many is
   *       the owner's to say.
   * </ul>
   *
   * @param flights that are judged, 1 or more
   * @param metrics of each flight among which the budget is divided, see {@link #parts}
   */
  public static Policy standard(int flights, int metrics) {
    return new Policy(
        0.25,
        1,
        new ErrorBudget(0.01, flights, metrics),
        new ErrorBudget(0.01, flights, 1),
        Duration.ofMinutes(5),
        Duration.ofHours(4),
        guards(new Guard(0.5, 20, Double.POSITIVE_INFINITY)),
        Set.of(VERY_SLOW, REQUESTS, AT_ONCE),
        0);
  }

  /** Among how many a budget for these metrics is divided: errors have one part, in all ways. */
  public static int parts(Collection<String> metrics) {
    boolean errors = metrics.contains(ERRORS);
    return metrics.size()
        - (errors && metrics.contains(REQUESTS) ? 1 : 0)
        - (errors && metrics.contains(AT_ONCE) ? 1 : 0);
  }

  /** How probable it may be that this one of some metrics fails a flight which does no harm. */
  double error(String metric, Collection<String> metrics) {
    if (parts(metrics) == metrics.size()) {
      return toFail.each();
    }
    double ways = metrics.contains(AT_ONCE) ? 2 : 1;
    return switch (metric) {
      case ERRORS, AT_ONCE -> toFail.each() * (1 - REQUESTS_PART) / ways;
      case REQUESTS -> toFail.each() * REQUESTS_PART;
      default -> toFail.each();
    };
  }

  private static Map<String, Guard> guards(Guard guard) {
    return Map.of(ERRORS, guard, REQUESTS, guard);
  }

  /** With another margin; what a pass rules out is never nearer than that. */
  public Policy withMargin(double other) {
    return new Policy(
        other,
        Math.max(other, marginRuledOut),
        toFail,
        toPass,
        timeMin,
        timeMax,
        guards,
        watched,
        tolerated);
  }

  /**
   * With other times.
   *
   * @throws IllegalArgumentException when there is no time to judge in
   */
  public Policy lasting(Duration least, Duration most) {
    return new Policy(
        margin, marginRuledOut, toFail, toPass, least, most, guards, watched, tolerated);
  }

  /**
   * With failures that nobody minds. A wrong pass has two ways then, so each gets half.
   *
   * @param rate of requests, above 0 and below 1
   */
  public Policy tolerating(double rate) {
    var half = new ErrorBudget(toPass.total() / 2, toPass.flights(), toPass.metrics());
    return new Policy(
        margin, marginRuledOut, toFail, half, timeMin, timeMax, guards, watched, rate);
  }

  /** With other bounds on failed requests, which act without proof; see {@link Guard}. */
  public Policy guarded(double rateMax, double excessMax) {
    return new Policy(
        margin,
        marginRuledOut,
        toFail,
        toPass,
        timeMin,
        timeMax,
        guards(new Guard(rateMax, 20, excessMax)),
        watched,
        tolerated);
  }

  /**
   * With a bound on the users themselves, which acts without proof wherever planes tell of them.
   *
   * @param excessMax how many may get into trouble over the whole flight who would not have
   */
  public Policy guardingUsers(double excessMax) {
    var all = new HashMap<>(guards);
    all.put(USERS, new Guard(1, Long.MAX_VALUE, excessMax));
    return new Policy(
        margin, marginRuledOut, toFail, toPass, timeMin, timeMax, all, watched, tolerated);
  }

  /** With other metrics that are watched only. */
  public Policy watching(Set<String> others) {
    return new Policy(
        margin, marginRuledOut, toFail, toPass, timeMin, timeMax, guards, others, tolerated);
  }

  /**
   * Bounds on the harm itself, which act at once.
   *
   * @param rateMax of the moved units of a tick that may have an event, from 0 to 1
   * @param unitsMin moved units in a tick before its rate is looked at
   * @param excessMax events of moved units that there would not have been on the other side, over
   *     the whole flight
   */
  public record Guard(double rateMax, long unitsMin, double excessMax) {}
}
