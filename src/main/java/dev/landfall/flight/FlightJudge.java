package dev.landfall.flight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Judges one flight, tick by tick. A verdict that is not {@link Verdict.Continue} is final: it is
 * the caller's to keep, and nothing that comes later changes it. Immutable.
 */
public final class FlightJudge {
  private final Policy policy;
  private final SequencedMap<String, MetricJudge> metrics;
  private final Duration elapsed;

  private FlightJudge(Policy policy, SequencedMap<String, MetricJudge> metrics, Duration elapsed) {
    this.policy = policy;
    this.metrics = metrics;
    this.elapsed = elapsed;
  }

  /**
   * Begins to judge.
   *
   * @param metrics the names of all that is judged; as many as the budgets say, all different
   * @throws IllegalArgumentException when they are not
   */
  public static FlightJudge of(Policy policy, List<String> metrics) {
    var judges = new LinkedHashMap<String, MetricJudge>();
    metrics.forEach(name -> judges.put(name, MetricJudge.with(policy.margin())));
    if (judges.size() != policy.toFail().metrics()
        || judges.size() != policy.toPass().metrics()
        || judges.size() != metrics.size()) {
      throw new IllegalArgumentException("a budget for other metrics than " + metrics);
    }
    return new FlightJudge(policy, judges, Duration.ZERO);
  }

  /**
   * With one more tick.
   *
   * @param took how long it was
   * @param readings what each metric told; one that is missing told nothing
   */
  public FlightJudge after(Duration took, Map<String, Reading> readings) {
    var next = new LinkedHashMap<String, MetricJudge>();
    metrics.forEach((name, judge) -> {
      Reading reading = readings.get(name);
      next.put(name, reading == null ? judge : judge.after(reading));
    });
    return new FlightJudge(policy, next, elapsed.plus(took));
  }

  /** What is known by now. */
  public Verdict verdict() {
    return guarded().or(this::failed).or(this::passed).orElseGet(this::unknown);
  }

  private Optional<Verdict> guarded() {
    for (var each : metrics.entrySet()) {
      Optional<String> why = each.getValue().guarded(policy.guard());
      if (why.isPresent()) {
        return Optional.of(new Verdict.Fail(each.getKey(), each.getKey() + ": " + why.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<Verdict> failed() {
    for (var each : metrics.entrySet()) {
      if (each.getValue().worse(policy.toFail())) {
        Finding found = each.getValue().finding(each.getKey(), policy);
        return Optional.of(
            noisy()
                .<Verdict>map(Verdict.Inconclusive::new)
                .orElseGet(() -> new Verdict.Fail(found.metric(), worse(found))));
      }
    }
    return Optional.empty();
  }

  private String worse(Finding found) {
    return String.format(
        java.util.Locale.ROOT,
        "%s: %d of %d moved and %d of %d others, %.1f times as often; more than %.2f times is"
            + " proven, at an error of %s",
        found.metric(),
        found.moved().events(),
        found.moved().units(),
        found.stayed().events(),
        found.stayed().units(),
        found.ratio().orElse(Double.NaN),
        1 + policy.margin(),
        policy.toFail().each());
  }

  private Optional<String> noisy() {
    return metrics.entrySet().stream()
        .filter(each -> each.getValue().noisy(policy.toFail()))
        .map(each ->
            each.getKey()
                + " differs between two halves of those who stayed as well, so it tells nothing of"
                + " the move; raise the margin, or find out what shakes it")
        .findFirst();
  }

  private Optional<Verdict> passed() {
    boolean proven =
        elapsed.compareTo(policy.timeMin()) >= 0
            && noisy().isEmpty()
            && metrics.values().stream().allMatch(each -> each.notWorse(policy.toPass()));
    return proven ? Optional.of(new Verdict.Pass()) : Optional.empty();
  }

  private Verdict unknown() {
    if (elapsed.compareTo(policy.timeMax()) < 0) {
      return new Verdict.Continue();
    }
    var open = new ArrayList<String>();
    metrics.forEach((name, judge) -> {
      if (!judge.notWorse(policy.toPass())) {
        open.add(name);
      }
    });
    return new Verdict.Inconclusive(
        noisy()
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

  /** How long it has been judged. */
  public Duration elapsed() {
    return elapsed;
  }
}
