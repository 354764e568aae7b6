package dev.landfall.promotion;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.ErrorBudget;
import dev.landfall.flight.Finding;
import dev.landfall.flight.FlightJudge;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Unit;
import dev.landfall.stats.Arm;
import dev.landfall.workload.Flight;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What is known of the flight whose users are on the target, for people and programs.
 *
 * @param flight its name
 * @param number of it, 1 for the first
 * @param flights how many there are
 * @param since when its users were led to the target
 * @param judgedFor how long all ticks together were
 * @param passed whether it has passed
 * @param share of users who are to have moved, and of requests that did
 * @param budget how probable a wrong failure may be
 * @param metrics what is known of each, in the order of their telling
 */
public record FlightReport(
    String flight,
    int number,
    int flights,
    Instant since,
    Duration judgedFor,
    boolean passed,
    Share share,
    Budget budget,
    List<Metric> metrics) {
  public FlightReport {
    metrics = List.copyOf(metrics);
  }

  /**
   * The share that is meant and the share that was measured. They differ where some users ask for
   * more than others, and where named ones move besides those who are drawn.
   *
   * @param intendedPercent of users, those who are named not counted
   * @param named whether named users have moved besides
   * @param realisedPercent of requests, over the whole flight; absent while there were none
   * @param moved requests of those who moved
   * @param stayed requests of those who stayed
   */
  public record Share(
      double intendedPercent,
      boolean named,
      Optional<Double> realisedPercent,
      long moved,
      long stayed) {}

  /**
   * The one budget of all flights and metrics: the parts add up.
   *
   * @param total how probable it may be that anything fails for nothing
   * @param each the part of one metric of one flight
   * @param spent the sum of all parts of the flights up to this one
   */
  public record Budget(double total, double each, double spent) {}

  /**
   * What is known of one metric.
   *
   * @param budget how probable it may be that it fails this flight for nothing; those of all
   *     metrics add up to the part of the flight
   * @param counted what is counted as one: users, requests, or now these and now those; absent
   *     while nothing was
   * @param slowAboveMs what is slow for those who stayed, in milliseconds; absent for other metrics
   * @param ratio how many times as frequent events are among the moved; absent while unknown
   * @param atLeast the same at least, proven; absent while nothing is
   * @param atMost the same at most, likewise
   * @param towardsFail how much of the proof of harm is there, from 0 to 1
   * @param towardsPass how much of the proof that there is none is there, from 0 to 1
   * @param mustBeProven whether the flight passes only with that proof
   * @param leaningFor how long it has looked more like harm than not; absent when it does not
   * @param noisy whether two groups of which nobody moved differ as well
   */
  public record Metric(
      String name,
      double budget,
      Optional<Unit> counted,
      Optional<Double> slowAboveMs,
      Arm moved,
      Arm stayed,
      Optional<Double> ratio,
      Optional<Double> atLeast,
      Optional<Double> atMost,
      double towardsFail,
      double towardsPass,
      boolean mustBeProven,
      Optional<Duration> leaningFor,
      boolean noisy) {}

  /** Of the flight that is judged now; absent when none is. */
  public static Optional<FlightReport> of(Promotion promotion) {
    return Flights.judged(promotion)
        .flatMap(number -> promotion.flown().judge().map(judge -> of(promotion, number, judge)));
  }

  private static FlightReport of(Promotion promotion, int number, FlightJudge judge) {
    var plan = promotion.workload().flights().orElseThrow();
    Flight flight = plan.flights().get(number - 1);
    ErrorBudget budget = judge.budgetToFail();
    return new FlightReport(
        flight.name(),
        number,
        plan.flights().size(),
        promotion.flown().since(),
        judge.elapsed(),
        promotion.flown().passed(),
        share(flight, !plan.named(number).isEmpty(), judge),
        new Budget(budget.total(), budget.each(), budget.spent(number)),
        judge.findings().stream().map(finding -> metric(finding, judge)).toList());
  }

  private static Share share(Flight flight, boolean named, FlightJudge judge) {
    Finding errors =
        judge.findings().stream()
            .filter(finding -> finding.metric().equals(Policy.ERRORS))
            .findFirst()
            .orElseThrow();
    long moved = errors.movedRequests().units();
    long stayed = errors.stayedRequests().units();
    return new Share(
        flight.share() / 100.0,
        named && flight.share() < Flight.ALL,
        moved + stayed == 0
            ? Optional.empty()
            : Optional.of(rounded(100.0 * moved / (moved + stayed))),
        moved,
        stayed);
  }

  private static Metric metric(Finding finding, FlightJudge judge) {
    return new Metric(
        finding.metric(),
        finding.error(),
        finding.unit(),
        judge
            .baseline()
            .flatMap(known -> known.of(finding.metric()))
            .map(Baseline.Slow::stayedMicros)
            .map(micros -> micros / 1000.0),
        finding.moved(),
        finding.stayed(),
        rounded(finding.ratio()),
        rounded(finding.atLeast()),
        rounded(finding.atMost()),
        rounded(finding.towardsFail()),
        rounded(finding.towardsPass()),
        judge.needs(finding.metric()),
        judge.leaningSince(finding.metric()).map(judge.elapsed()::minus),
        finding.noisy());
  }

  private static Optional<Double> rounded(OptionalDouble value) {
    return value.isPresent() ? Optional.of(rounded(value.getAsDouble())) : Optional.empty();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** How much of the budget is spent, as a clause. */
  public String budgetWords() {
    return "of the budget for false alarms of "
        + percent(budget.total())
        + ", "
        + percent(budget.spent())
        + " is spent with flight "
        + number
        + " of "
        + flights;
  }

  /** In lines, the shares first. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(
        "flight "
            + flight
            + ", judged for "
            + judgedFor.truncatedTo(ChronoUnit.SECONDS)
            + (passed ? ", has passed" : "")
            + ": "
            + text(share.intendedPercent())
            + " % of users"
            + (share.named() ? " and named ones" : "")
            + " intended, "
            + share.realisedPercent().map(FlightReport::text).orElse("no")
            + (share.realisedPercent().isPresent() ? " % of requests realised" : " requests yet"));
    metrics.forEach(metric -> lines.add(words(metric)));
    lines.add(budgetWords());
    lines.add(parts());
    return lines;
  }

  /** How the part of this flight is divided, and that it adds up. */
  private String parts() {
    return "its part of it: "
        + metrics.stream()
            .map(metric -> metric.name() + " " + percent(metric.budget()))
            .collect(Collectors.joining(", "))
        + "; together "
        + percent(metrics.stream().mapToDouble(Metric::budget).sum());
  }

  /** What is known of a metric, in one line. */
  static String words(Metric metric) {
    return metric.name()
        + metric.slowAboveMs().map(ms -> " (above " + text(ms) + " ms)").orElse("")
        + String.format(
            Locale.ROOT,
            ": %d of %d moved, %d of %d others",
            metric.moved().events(),
            metric.moved().units(),
            metric.stayed().events(),
            metric.stayed().units())
        + metric.ratio().map(ratio -> ", " + text(ratio) + " times as often").orElse("")
        + metric.atMost().map(most -> ", at most " + text(most)).orElse("")
        + metric.counted().map(unit -> ", counting " + unit.word()).orElse("")
        + (metric.name().equals(Policy.REQUESTS) ? ", " + Policy.CLUSTER + " as one" : "")
        + String.format(
            Locale.ROOT,
            "; proof of harm %d %%, of none %d %%%s",
            Math.round(100 * metric.towardsFail()),
            Math.round(100 * metric.towardsPass()),
            metric.mustBeProven() ? ", which it needs" : "")
        + metric
            .leaningFor()
            .map(time -> ", leaning to harm for " + time.toSeconds() + " s")
            .orElse("")
        + (metric.noisy() ? ", noisy" : "");
  }

  private static String percent(double share) {
    return text(Math.round(100 * share * 1e4) / 1e4) + " %";
  }

  private static String text(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
