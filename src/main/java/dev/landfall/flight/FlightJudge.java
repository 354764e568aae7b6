package dev.landfall.flight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Judges one flight, tick by tick. A verdict that is not {@link Verdict.Continue} is final: it is
 * the caller's to keep, and nothing that comes later changes it. Immutable.
 *
 * <p>The probability that a flight fails which is within the margin in every metric is at most the
 * part of the budget that a flight has: each metric is a supermartingale by itself (see {@link
 * dev.landfall.stats.RateRatio}), and the parts add up. The probability that a flight passes which
 * is as bad as what is to be ruled out in any metric is at most the other budget: to pass, that one
 * metric has to be proven good, too. Everything else that is asked before a verdict (the noise, the
 * best guess, a lean to harm, the least time) only withholds verdicts, and so adds to neither.
 *
 * <p><b>A caller that survives restarts</b> has two ways, and can mix them:
 *
 * <ul>
 *   <li>It keeps the readings, summed by {@link Reading#plus} over as many ticks as it likes, and
 *       begins a new sum whenever a share is changed, and at the latest every few minutes. To get
 *       the same verdict before and after, it judges these sums while it runs as well: {@code
 *       judge.after(took, sumSoFar).verdict()} at each tick, and {@code judge = judge.after(took,
 *       sum)} only when the sum has been kept. Within a minute of judging, sums tell exactly what
 *       their ticks do; over several, harm counts as begun at the beginning of a sum only. What is
 *       lost in a crash is the sum that was open. {@link Policy.Guard#rateMax} then looks at the
 *       sum so far.
 *   <li>It keeps {@link #memory}, and goes on with {@link #of(Policy, FlightMemory)}.
 * </ul>
 */
public final class FlightJudge {
  private final Policy policy;
  private final Optional<Baseline> baseline;
  private final SequencedMap<String, MetricJudge> metrics;
  private final Duration elapsed;

  /** What users met over the whole flight, as far as planes know them. */
  private final Reading users;

  /** Since when harm explains better what was seen than none does, by metric. */
  private final Map<String, Duration> leaning;

  /** Since when a flight fails by a metric, or a guard of it acts. */
  private final Map<String, Duration> failing;

  private FlightJudge(
      Policy policy,
      Optional<Baseline> baseline,
      SequencedMap<String, MetricJudge> metrics,
      Duration elapsed,
      Reading users,
      Map<String, Duration> leaning,
      Map<String, Duration> failing) {
    this.policy = policy;
    this.baseline = baseline;
    this.metrics = metrics;
    this.elapsed = elapsed;
    this.users = users;
    this.leaning = leaning;
    this.failing = failing;
  }

  /**
   * Begins to judge.
   *
   * @param metrics the names of all that is judged; all different, and with as many {@link
   *     Policy#parts} as the budget to fail says
   * @throws IllegalArgumentException when they are not
   */
  public static FlightJudge of(Policy policy, List<String> metrics) {
    var judges = new LinkedHashMap<String, MetricJudge>();
    metrics.forEach(name -> judges.put(name, MetricJudge.with(policy)));
    boolean fits = Policy.parts(metrics) == policy.toFail().metrics();
    if (!fits || judges.size() != metrics.size()) {
      throw new IllegalArgumentException("a budget for other metrics than " + metrics);
    }
    if (policy.watched().containsAll(metrics)) {
      throw new IllegalArgumentException("nothing to prove: all are watched only of " + metrics);
    }
    return new FlightJudge(
        policy, Optional.empty(), judges, Duration.ZERO, Reading.NONE, Map.of(), Map.of());
  }

  /**
   * Goes on from what was kept.
   *
   * @param policy the one that it was kept under
   * @throws IllegalArgumentException when it was kept by another version or under other margins
   */
  public static FlightJudge of(Policy policy, FlightMemory memory) {
    var judges = new LinkedHashMap<String, MetricJudge>();
    memory
        .metrics()
        .forEach((name, metric) -> {
          if (metric.effect().margin() != policy.margin()
              || metric.effect().marginRuledOut() != policy.marginRuledOut()) {
            throw new IllegalArgumentException(
                "cannot go on judging "
                    + name
                    + ": it was begun with margins of "
                    + metric.effect().margin()
                    + " and "
                    + metric.effect().marginRuledOut()
                    + "; evidence cannot be carried over to others, begin anew");
          }
          judges.put(name, MetricJudge.of(metric));
        });
    return new FlightJudge(
        policy, Optional.empty(), judges, memory.elapsed(), memory.users(), Map.of(), Map.of());
  }

  /** What {@link #of(Policy, FlightMemory)} goes on from. */
  public FlightMemory memory() {
    var all = new LinkedHashMap<String, FlightMemory.Metric>();
    metrics.forEach((name, judge) -> all.put(name, judge.memory()));
    return new FlightMemory(elapsed, all, users);
  }

  /**
   * With one more tick.
   *
   * @param took how long it was
   * @param readings what each metric told of requests, one that is missing told nothing; and by
   *     {@link Policy#USERS} what users met, where they are told apart. {@link Policy#REQUESTS} is
   *     told by {@link Policy#ERRORS} unless it has a reading of its own
   */
  public FlightJudge after(Duration took, Map<String, Reading> readings) {
    long minutes = minutes(elapsed.plus(took)) - minutes(elapsed);
    double weight = beginnings(elapsed.plus(took)) - beginnings(elapsed);
    var next = new LinkedHashMap<String, MetricJudge>();
    metrics.forEach((name, judge) -> {
      MetricJudge before = minutes > 0 ? judge.orFromNow(minutes, weight) : judge;
      next.put(name, after(before, name, readings));
    });
    Duration now = elapsed.plus(took);
    Reading known =
        readings.getOrDefault(
            Policy.USERS_KNOWN, readings.getOrDefault(Policy.USERS, Reading.NONE));
    return new FlightJudge(
        policy, baseline, next, now, users.plus(known), leaning(next), failing(next, now));
  }

  private static MetricJudge after(MetricJudge judge, String name, Map<String, Reading> readings) {
    Reading reading = readings.get(name);
    if (name.equals(Policy.REQUESTS)) {
      Reading requests = reading == null ? readings.get(Policy.ERRORS) : reading;
      return requests == null ? judge : judge.inClusters(requests, Policy.CLUSTER);
    }
    if (reading == null) {
      return judge;
    }
    Reading users =
        switch (name) {
          case Policy.ERRORS -> readings.get(Policy.USERS);
          case Policy.AT_ONCE -> readings.get(Policy.USERS_AT_ONCE);
          default -> null;
        };
    return users == null ? judge.after(reading) : judge.after(reading, users);
  }

  private Map<String, Duration> failing(Map<String, MetricJudge> next, Duration now) {
    var since = new HashMap<String, Duration>();
    next.forEach((name, judge) -> {
      boolean proven = judge.worse(error(name)) && !judge.noisy();
      if (proven || guarded(name, judge).isPresent()) {
        since.put(name, failing.getOrDefault(name, now));
      }
    });
    return since;
  }

  private double error(String metric) {
    return policy.error(metric, metrics.keySet());
  }

  private Map<String, Duration> leaning(Map<String, MetricJudge> next) {
    var since = new HashMap<String, Duration>();
    next.forEach((name, judge) -> {
      if (judge.leansToHarm()) {
        since.put(name, leaning.getOrDefault(name, elapsed));
      }
    });
    return since;
  }

  /**
   * The weight of all beginnings of harm before a time. Harm may begin with the first tick of each
   * minute; half of the weight is for the first hour, and the rest gets thin slowly.
   */
  private static double beginnings(Duration until) {
    double minutes = minutes(until);
    return minutes / (minutes + 60);
  }

  /** How many minutes have begun before a time, and were not the first. */
  private static long minutes(Duration until) {
    return Math.max(0, Math.ceilDiv(until.toMillis(), 60_000L) - 1);
  }

  /**
   * From now on what is slow is known; metrics whose events are too rare to be proven good are
   * watched only.
   */
  public FlightJudge by(Baseline known) {
    var watched = new HashSet<>(policy.watched());
    watched.addAll(known.tooRare());
    return new FlightJudge(
        policy.watching(watched), Optional.of(known), metrics, elapsed, users, leaning, failing);
  }

  /** What is slow; absent while that is not known. */
  public Optional<Baseline> baseline() {
    return baseline;
  }

  /** What is known by now, where all that counts tells at once. */
  public Verdict verdict() {
    return verdict(Later.NONE);
  }

  /** What is known by now. */
  public Verdict verdict(Later later) {
    return crowded().or(() -> failed(later)).or(() -> passed(later)).orElseGet(this::unknown);
  }

  /** Planes tell of users at once, so nothing is waited for. */
  private Optional<Verdict> crowded() {
    double excess = MetricJudge.excess(users.moved(), users.stayed());
    return Optional.ofNullable(policy.guards().get(Policy.USERS))
        .filter(guard -> excess > guard.excessMax())
        .map(guard ->
            new Verdict.Fail(
                Policy.USERS,
                String.format(
                    java.util.Locale.ROOT,
                    "%s: %.0f more than there would have been, and at most %.0f are allowed",
                    Policy.USERS,
                    excess,
                    guard.excessMax())));
  }

  private Optional<String> guarded(String metric, MetricJudge judge) {
    return Optional.ofNullable(policy.guards().get(metric)).flatMap(judge::guarded);
  }

  private Optional<Verdict> failed(Later later) {
    Optional<Verdict> shaking = Optional.empty();
    for (var each : metrics.entrySet()) {
      String name = each.getKey();
      MetricJudge judge = each.getValue();
      Duration since = failing.get(name);
      if (since != null && later.holds(name, since)) {
        return Optional.of(
            new Verdict.Fail(
                name,
                guarded(name, judge)
                    .map(why -> name + ": " + why)
                    .orElseGet(() -> worse(judge.finding(name, policy, error(name))))));
      }
      if (judge.worse(error(name)) && judge.noisy()) {
        shaking = Optional.of(new Verdict.Inconclusive(noise(words(name, judge))));
      }
    }
    return shaking;
  }

  private String worse(Finding found) {
    return String.format(
        java.util.Locale.ROOT,
        "%s: %d of %d moved and %d of %d others%s%s; more than %.2f times is proven, at an error of"
            + " 1 in %.0f, and it has looked so since %s s into its judging%s",
        found.metric(),
        found.moved().events(),
        found.moved().units(),
        found.stayed().events(),
        found.stayed().units(),
        found.ratio().isPresent()
            ? String.format(
                java.util.Locale.ROOT, ", %.1f times as often", found.ratio().getAsDouble())
            : "",
        found.unit().map(unit -> ", counting " + unit.word()).orElse("")
            + (found.metric().equals(Policy.REQUESTS)
                ? ", " + Policy.CLUSTER + " failures as one"
                : ""),
        1 + policy.margin(),
        1 / error(found.metric()),
        leaningSince(found.metric()).orElse(elapsed).toSeconds(),
        baseline.map(known -> known.words(found.metric())).orElse(""));
  }

  /** What is watched only tells nothing while it is noisy, and withholds nothing either. */
  private Optional<String> noisy() {
    return metrics.entrySet().stream()
        .filter(each -> !policy.watched().contains(each.getKey()) && each.getValue().noisy())
        .map(each -> noise(words(each.getKey(), each.getValue())))
        .findFirst();
  }

  private Optional<String> wandering() {
    return metrics.entrySet().stream()
        .filter(each -> each.getValue().maybeWanders(error(each.getKey())))
        .map(each ->
            words(each.getKey(), each.getValue())
                + " differs by more than the margin, yet not by more than rates do that wander by"
                + " themselves; give it more time or more users, or look what shakes it")
        .findFirst();
  }

  private String words(String metric, MetricJudge judge) {
    return judge.finding(metric, policy, error(metric)).words();
  }

  private static String noise(String metric) {
    return metric
        + " differs between two halves of those who stayed as well, so it tells nothing of the"
        + " move; raise the margin, or find out what shakes it";
  }

  private Optional<Verdict> passed(Later later) {
    boolean proven =
        later.complete()
            && failing.isEmpty()
            && elapsed.compareTo(policy.timeMin()) >= 0
            && metrics.entrySet().stream().allMatch(each -> good(each.getKey(), each.getValue()))
            && noisy().isEmpty();
    return proven ? Optional.of(new Verdict.Pass()) : Optional.empty();
  }

  private boolean good(String metric, MetricJudge judge) {
    boolean errors = Set.of(Policy.ERRORS, Policy.AT_ONCE, Policy.REQUESTS).contains(metric);
    boolean rare = errors && judge.rare(policy);
    boolean proven =
        !judge.leansToHarm()
            && (policy.watched().contains(metric) || judge.notWorse(policy.toPass()));
    return rare || proven;
  }

  private Verdict unknown() {
    if (elapsed.compareTo(policy.timeMax()) < 0) {
      return new Verdict.Continue();
    }
    var open = new ArrayList<String>();
    metrics.forEach((name, judge) -> {
      if (!good(name, judge)) {
        open.add(words(name, judge));
      }
    });
    return new Verdict.Inconclusive(
        noisy()
            .or(this::wandering)
            .orElseGet(() ->
                "the time is up, and nothing is proven of "
                    + String.join(", ", open)
                    + "; give it more time, more users or a wider margin"));
  }

  /** What is known of each metric. */
  public List<Finding> findings() {
    return metrics.entrySet().stream()
        .map(each -> each.getValue().finding(each.getKey(), policy, error(each.getKey())))
        .toList();
  }

  /** After how long a metric began to lean to harm, and does since; absent when it does not. */
  public Optional<Duration> leaningSince(String metric) {
    return Optional.ofNullable(leaning.get(metric));
  }

  /** Whether a metric has to be proven good for the flight to pass. */
  public boolean needs(String metric) {
    return !policy.watched().contains(metric);
  }

  /** What may go wrong of all that is judged. */
  public ErrorBudget budgetToFail() {
    return policy.toFail();
  }

  /** How long it has been judged. */
  public Duration elapsed() {
    return elapsed;
  }
}
