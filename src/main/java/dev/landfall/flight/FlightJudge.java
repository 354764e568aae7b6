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

  /** Since when harm explains better what was seen than none does, by metric. */
  private final Map<String, Duration> leaning;

  private FlightJudge(
      Policy policy,
      Optional<Baseline> baseline,
      SequencedMap<String, MetricJudge> metrics,
      Duration elapsed,
      Map<String, Duration> leaning) {
    this.policy = policy;
    this.baseline = baseline;
    this.metrics = metrics;
    this.elapsed = elapsed;
    this.leaning = leaning;
  }

  /**
   * Begins to judge.
   *
   * @param metrics the names of all that is judged; as many as the budget to fail says, all
   *     different
   * @throws IllegalArgumentException when they are not
   */
  public static FlightJudge of(Policy policy, List<String> metrics) {
    var judges = new LinkedHashMap<String, MetricJudge>();
    metrics.forEach(name -> judges.put(name, MetricJudge.with(policy)));
    if (judges.size() != policy.toFail().metrics() || judges.size() != metrics.size()) {
      throw new IllegalArgumentException("a budget for other metrics than " + metrics);
    }
    if (policy.watched().containsAll(metrics)) {
      throw new IllegalArgumentException("nothing to prove: all are watched only of " + metrics);
    }
    return new FlightJudge(policy, Optional.empty(), judges, Duration.ZERO, Map.of());
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
    return new FlightJudge(policy, Optional.empty(), judges, memory.elapsed(), Map.of());
  }

  /** What {@link #of(Policy, FlightMemory)} goes on from. */
  public FlightMemory memory() {
    var all = new LinkedHashMap<String, FlightMemory.Metric>();
    metrics.forEach((name, judge) -> all.put(name, judge.memory()));
    return new FlightMemory(elapsed, all);
  }

  /**
   * With one more tick.
   *
   * @param took how long it was
   * @param readings what each metric told; one that is missing told nothing
   */
  public FlightJudge after(Duration took, Map<String, Reading> readings) {
    long minutes = minutes(elapsed.plus(took)) - minutes(elapsed);
    double weight = beginnings(elapsed.plus(took)) - beginnings(elapsed);
    var next = new LinkedHashMap<String, MetricJudge>();
    metrics.forEach((name, judge) -> {
      Reading reading = readings.get(name);
      MetricJudge before = minutes > 0 ? judge.orFromNow(minutes, weight) : judge;
      next.put(name, reading == null ? before : before.after(reading));
    });
    return new FlightJudge(policy, baseline, next, elapsed.plus(took), leaning(next));
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
    return new FlightJudge(policy.watching(watched), Optional.of(known), metrics, elapsed, leaning);
  }

  /** What is slow; absent while that is not known. */
  public Optional<Baseline> baseline() {
    return baseline;
  }

  /** What is known by now. */
  public Verdict verdict() {
    return guarded().or(this::failed).or(this::passed).orElseGet(this::unknown);
  }

  private Optional<Verdict> guarded() {
    for (var each : policy.guards().entrySet()) {
      Optional<String> why =
          Optional.ofNullable(metrics.get(each.getKey()))
              .flatMap(judge -> judge.guarded(each.getValue()));
      if (why.isPresent()) {
        return Optional.of(new Verdict.Fail(each.getKey(), each.getKey() + ": " + why.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<Verdict> failed() {
    Optional<Verdict> shaking = Optional.empty();
    for (var each : metrics.entrySet()) {
      MetricJudge judge = each.getValue();
      if (judge.worse(policy.toFail())) {
        if (!judge.noisy()) {
          Finding found = judge.finding(each.getKey(), policy);
          return Optional.of(new Verdict.Fail(found.metric(), worse(found)));
        }
        shaking = Optional.of(new Verdict.Inconclusive(noise(each.getKey())));
      }
    }
    return shaking;
  }

  private String worse(Finding found) {
    return String.format(
        java.util.Locale.ROOT,
        "%s: %d of %d moved and %d of %d others%s; more than %.2f times is proven, at an error of"
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
        1 + policy.margin(),
        policy.toFail().needed(),
        leaningSince(found.metric()).orElse(elapsed).toSeconds(),
        baseline.map(known -> known.words(found.metric())).orElse(""));
  }

  /** What is watched only tells nothing while it is noisy, and withholds nothing either. */
  private Optional<String> noisy() {
    return metrics.entrySet().stream()
        .filter(each -> !policy.watched().contains(each.getKey()) && each.getValue().noisy())
        .map(each -> noise(each.getKey()))
        .findFirst();
  }

  private Optional<String> wandering() {
    return metrics.entrySet().stream()
        .filter(each -> each.getValue().maybeWanders(policy.toFail()))
        .map(each ->
            each.getKey()
                + " differs by more than the margin, yet not by more than rates do that wander by"
                + " themselves; give it more time or more users, or look what shakes it")
        .findFirst();
  }

  private static String noise(String metric) {
    return metric
        + " differs between two halves of those who stayed as well, so it tells nothing of the"
        + " move; raise the margin, or find out what shakes it";
  }

  private Optional<Verdict> passed() {
    boolean proven =
        elapsed.compareTo(policy.timeMin()) >= 0
            && metrics.entrySet().stream().allMatch(each -> good(each.getKey(), each.getValue()))
            && noisy().isEmpty();
    return proven ? Optional.of(new Verdict.Pass()) : Optional.empty();
  }

  private boolean good(String metric, MetricJudge judge) {
    boolean rare = metric.equals(Policy.ERRORS) && judge.rare(policy);
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
        open.add(name);
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
        .map(each -> each.getValue().finding(each.getKey(), policy))
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
