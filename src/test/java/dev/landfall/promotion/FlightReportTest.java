package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.landfall.flight.Policy;
import dev.landfall.flight.Reading;
import dev.landfall.stats.Arm;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Terms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever asks is told what a flight is judged by, how far it is, and what it has cost. */
class FlightReportTest {
  private static final Duration TICK = Duration.ofSeconds(10);

  private Promotion promotion = flying();

  private static Promotion flying() {
    return flying(Terms.USUAL);
  }

  /** The first of two flights has terms of its own. */
  private static Promotion flying(Terms terms) {
    var min = Duration.ofMinutes(1);
    var max = Duration.ofHours(1);
    var plan =
        new FlightPlan(
            Identity.NONE,
            Named.NOBODY,
            List.of(
                new Flight("few", 1050, Named.NOBODY, min, max, terms),
                new Flight("all", Flight.ALL, Named.NOBODY, min, max)),
            0.25,
            0.001,
            FlightPlan.OnFail.ZERO);
    Promotion begun =
        Evolver.begin(new Event.Registered(Samples.flying(plan), "plan", Goal.PROMOTED));
    for (Event event :
        List.of(
            new Event.PreflightPassed(List.of(), Promotions.NOW),
            new Event.Staged(Promotions.NOW, 0),
            new Event.FlightBegun(1, 7, Promotions.NOW))) {
      begun = Evolver.evolve(begun, event);
    }
    return begun;
  }

  private static Terms terms(double margin, Scrutiny.Latency latency, int users) {
    return new Terms(
        Optional.of(margin),
        Optional.of(latency),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(users));
  }

  @Test
  void whatOneFlightIsJudgedByIsItsOwnAndTheBudgetStaysOne() {
    double usual = spent();
    assertThat(worse().anyMatch(Event.FlightFailed.class::isInstance)).isTrue();

    promotion = flying(terms(2, Scrutiny.Latency.IGNORE, 1000));
    FlightReport report = FlightReport.of(promotion).orElseThrow();
    assertThat(report.metrics()).extracting(FlightReport.Metric::name).hasSize(2);
    assertThat(spent()).isEqualTo(usual, within(1e-12));
    assertThat(report.budget().spent()).isEqualTo(usual, within(1e-12));
    assertThat(worse().noneMatch(Event.FlightFailed.class::isInstance))
        .as("three times as many errors are allowed in it")
        .isTrue();

    promotion = flying(terms(2, Scrutiny.Latency.PROVE, 5));
    var harmed =
        Map.of(Policy.USERS, new Reading(new Arm(100, 6), new Arm(1000, 0), new Arm(1000, 0)));
    assertThat(decided(harmed)).anyMatch(Event.FlightFailed.class::isInstance);
  }

  private Stream<Event> worse() {
    return IntStream.range(0, 60).boxed().flatMap(_ -> tick(1000, 50, 5000, 100).stream());
  }

  /** What all metrics of the first flight may cost. */
  private double spent() {
    return FlightReport.of(promotion).orElseThrow().metrics().stream()
        .mapToDouble(FlightReport.Metric::budget)
        .sum();
  }

  private List<Event> tick(long moved, long failed, long stayed, long stayedFailed) {
    var reading =
        new Reading(
            new Arm(moved, failed), new Arm(stayed, stayedFailed), new Arm(stayed, stayedFailed));
    return decided(Map.of("errors", reading));
  }

  private List<Event> decided(Map<String, Reading> readings) {
    var input = new Input.Measured(1, TICK, readings);
    List<Event> events =
        ((Decision.Events) Decider.decide(promotion, input, Promotions.NOW)).events();
    for (Event event : events) {
      promotion = Evolver.evolve(promotion, event);
    }
    return events;
  }

  @Test
  void theRealisedShareStandsBesideTheIntendedOne() {
    tick(80, 0, 460, 0);
    tick(40, 1, 210, 0);
    var share = FlightReport.of(promotion).orElseThrow().share();
    assertThat(share).isEqualTo(new FlightReport.Share(10.5, false, Optional.of(8.219), 120, 1340));
    assertThat(FlightReport.of(promotion).orElseThrow().lines().getFirst())
        .isEqualTo(
            "flight few, judged for PT20S: 10.5 % of users intended, 8.219 % of requests realised");
  }

  @Test
  void theSumOfTheBudgetIsToldForAllFlightsAndMetrics() {
    var report = FlightReport.of(promotion).orElseThrow();
    assertThat(report.budget()).isEqualTo(new FlightReport.Budget(0.01, 0.001, 0.005));
    assertThat(report.lines())
        .contains("of the budget for false alarms of 1 %, 0.5 % is spent with flight 1 of 2");
    assertThat(report.lines().getLast())
        .startsWith("its part of it: errors 0.095 %, slower than the p50 0.1 %")
        .endsWith("failed requests 0.005 %; together 0.5 %");
    assertThat(report.metrics().stream().mapToDouble(FlightReport.Metric::budget).sum())
        .isCloseTo(report.budget().spent(), within(1e-9));
  }

  @Test
  void aMetricTellsHowSureItIsAndSinceWhenItLooksLikeHarm() {
    tick(100, 1, 500, 5);
    tick(100, 4, 500, 1);
    tick(100, 1, 500, 1);
    var errors = FlightReport.of(promotion).orElseThrow().metrics().getFirst();
    assertThat(errors.leaningFor()).contains(Duration.ofSeconds(20));
    assertThat(errors.mustBeProven()).isTrue();
    assertThat(FlightReport.words(errors))
        .startsWith("errors: 6 of 300 moved, 14 of 3000 others, ")
        .endsWith("which it needs, leaning to harm for 20 s");
  }

  @Test
  void aFailureSaysByWhatSinceWhenHowSureAndAtWhatCost() {
    List<Event> events = List.of();
    for (int i = 0; i < 20 && promotion.flown().number() == 1; i++) {
      events = tick(100, 8, 500, 5);
    }
    assertThat(((Event.FlightFailed) events.getLast()).why())
        .contains("errors: ", "is proven, at an error of 1 in 1053", "since 0 s into its judging")
        .endsWith("of the budget for false alarms of 1 %, 0.5 % is spent with flight 1 of 2");
    assertThat(FlightReport.of(promotion)).isEmpty();
  }
}
