package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.flight.Finding;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Tally;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Scrutiny;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A target that answers, and answers late, is found by what the planes count. */
class SlowFlightTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final int EACH_SECOND = 50;

  /** Requests of a group so far: all, and those that took longer than each bound. */
  private static final class Counts {
    private long requests;
    private long failed;
    private final long[] slower = new long[Tally.BOUNDS_MICROS.size()];

    void add(double micros, boolean fails) {
      requests++;
      failed += fails ? 1 : 0;
      for (int i = 0; i < slower.length; i++) {
        slower[i] += micros > Tally.BOUNDS_MICROS.get(i) ? 1 : 0;
      }
    }

    Tally tally(Group group) {
      return new Tally(group, requests, failed, LongStream.of(slower).boxed().toList());
    }
  }

  private final SplittableRandom random = new SplittableRandom(7);
  private final Map<Group, Counts> counts =
      Map.of(Group.MOVED, new Counts(), Group.STAYED, new Counts(), Group.STAYED_TOO, new Counts());
  private final List<Event> events = new ArrayList<>();
  private final Ticks ticks = new Ticks();
  private Promotion promotion = begin(Scrutiny.STANDARD);
  private Instant now = START;

  private Promotion begin(Scrutiny scrutiny) {
    var min = Duration.ofMinutes(1);
    var max = Duration.ofHours(1);
    var plan =
        new FlightPlan(
            Identity.NONE,
            Named.NOBODY,
            List.of(
                new Flight("half", 5000, Named.NOBODY, min, max),
                new Flight("all", Flight.ALL, Named.NOBODY, min, max)),
            0.25,
            0.01,
            FlightPlan.OnFail.ZERO,
            scrutiny);
    events.clear();
    events.add(new Event.Registered(Samples.flying(plan), "plan", Goal.PROMOTED));
    events.add(new Event.PreflightPassed(List.of(), START));
    events.add(new Event.Staged(START, 0));
    events.add(new Event.FlightBegun(1, 7, START));
    return replayed(events);
  }

  private static Promotion replayed(List<Event> events) {
    Promotion promotion = Evolver.begin((Event.Registered) events.getFirst());
    for (Event event : events.subList(1, events.size())) {
      promotion = Evolver.evolve(promotion, event);
    }
    return promotion;
  }

  private Counts counts(Group group) {
    return Objects.requireNonNull(counts.get(group));
  }

  private World world() {
    var order =
        new RouteOrder(
            7, "http://a", "http://b", Cohort.NOBODY, Optional.empty(), Optional.empty());
    var seen =
        new RouteSeen(
            Optional.empty(),
            Optional.of(order),
            false,
            false,
            0,
            0,
            0,
            Duration.ZERO,
            0,
            Optional.empty(),
            Optional.empty(),
            Arrays.stream(Group.values()).map(group -> counts(group).tally(group)).toList());
    return new World(Map.of(), Map.of("front", seen));
  }

  private void then(Input input) {
    if (Decider.decide(promotion, input, now) instanceof Decision.Events(List<Event> decided)) {
      for (Event event : decided) {
        events.add(event);
        promotion = Evolver.evolve(promotion, event);
      }
    }
  }

  /** One second of requests and a look; answers take 20 ms at the median, as the side makes it. */
  private void second(DoubleUnaryOperator moved) {
    now = now.plusSeconds(1);
    for (Group group : Group.values()) {
      for (int i = 0; i < (group == Group.MOVED ? EACH_SECOND : EACH_SECOND / 2); i++) {
        double micros = 20_000 * Math.exp(0.8 * random.nextGaussian());
        counts(group).add(group == Group.MOVED ? moved.applyAsDouble(micros) : micros, false);
      }
    }
    Ticks.baseline(promotion, world()).ifPresent(this::then);
    ticks.after(promotion, world(), now).ifPresent(this::then);
  }

  /** How many seconds until it is decided; the limit when it never is. */
  private int secondsUntilDecided(int limit, DoubleUnaryOperator moved) {
    for (int i = 1; i <= limit; i++) {
      second(moved);
      if (promotion.flown().number() == 0 || promotion.flown().passed()) {
        return i;
      }
    }
    return limit;
  }

  private Optional<String> failure() {
    return promotion.flown().failure();
  }

  @Test
  void aTargetThatIsThreeTimesAsSlowIsTakenBackThoughNothingFails() {
    assertThat(secondsUntilDecided(600, micros -> 3 * micros)).isLessThan(60);
    assertThat(failure().orElseThrow()).startsWith("slower than the p").contains("slow is above");
  }

  @Test
  void aTailIsFoundThatNoMedianShows() {
    assertThat(secondsUntilDecided(1800, micros -> random.nextInt(100) < 2 ? 20 * micros : micros))
        .isLessThan(600);
    assertThat(failure()).isPresent();
  }

  @Test
  void aTargetThatIsAsFastPasses() {
    assertThat(secondsUntilDecided(1800, micros -> micros)).isLessThan(600);
    assertThat(failure()).isEmpty();
    assertThat(promotion.flown().passed()).isTrue();
  }

  @Test
  void whatNobodyMindsIsNoHarm() {
    promotion = begin(new Scrutiny(Scrutiny.Latency.WATCH, Duration.ofMillis(60)));
    secondsUntilDecided(1800, micros -> micros + 30_000);
    assertThat(failure()).isEmpty();
    promotion = begin(new Scrutiny(Scrutiny.Latency.WATCH, Duration.ZERO));
    secondsUntilDecided(1800, micros -> micros + 30_000);
    assertThat(failure()).as("and is harm where somebody minds").isPresent();
  }

  @Test
  void harmThatAddsUpToItsBoundIsNotWaitedForToBeProven() {
    promotion = begin(new Scrutiny(Scrutiny.Latency.IGNORE, Duration.ZERO, 0.9, Optional.of(6)));
    for (int i = 0; i < 8; i++) {
      second(micros -> micros);
      counts(Group.MOVED).add(0, true);
    }
    assertThat(failure().orElseThrow())
        .contains("7 requests more than there would have been", "at most 6");
  }

  @Test
  void aTickInWhichMoreFailThanMayIsEnough() {
    promotion = begin(new Scrutiny(Scrutiny.Latency.IGNORE, Duration.ZERO, 0.05, Optional.empty()));
    second(micros -> micros);
    for (int i = 0; i < 4; i++) {
      counts(Group.MOVED).add(0, true);
    }
    second(micros -> micros);
    assertThat(failure().orElseThrow())
        .contains("4 of 54 requests in the last tick, more than 5.0 %");
  }

  @Test
  void whereLatencyIsIgnoredNothingIsChosenAndNothingJudged() {
    promotion = begin(new Scrutiny(Scrutiny.Latency.IGNORE, Duration.ZERO));
    secondsUntilDecided(300, micros -> 50 * micros);
    assertThat(failure()).isEmpty();
    assertThat(events).noneMatch(Event.FlightBaselined.class::isInstance);
    assertThat(promotion.flown().judge().orElseThrow().findings())
        .extracting(Finding::metric)
        .containsExactly("errors", "failed requests");
  }

  @Test
  void whereItIsToBeProvenNothingPassesBeforeItIs() {
    secondsUntilDecided(1800, micros -> micros);
    Duration watched = promotion.flown().judge().orElseThrow().elapsed();
    promotion = begin(new Scrutiny(Scrutiny.Latency.PROVE, Duration.ZERO));
    secondsUntilDecided(1800, micros -> micros);
    assertThat(promotion.flown().passed()).isTrue();
    assertThat(promotion.flown().judge().orElseThrow().elapsed()).isGreaterThan(watched);
    assertThat(promotion.flown().judge().orElseThrow().findings())
        .filteredOn(finding -> finding.metric().matches("slower than the p.*"))
        .hasSize(3)
        .allMatch(finding -> finding.towardsPass() == 1);
  }

  /** What was counted until the bound was drawn must not be judged by it. */
  @Test
  void noTickIsJudgedByABoundThatWasDrawnFromIt() {
    secondsUntilDecided(12, micros -> micros);
    int chosen =
        events.indexOf(
            events.stream()
                .filter(Event.FlightBaselined.class::isInstance)
                .findFirst()
                .orElseThrow());
    var measured =
        events.stream()
            .filter(Event.FlightMeasured.class::isInstance)
            .map(Event.FlightMeasured.class::cast)
            .toList();
    long before =
        events.subList(0, chosen).stream().filter(Event.FlightMeasured.class::isInstance).count();
    assertThat(measured.get((int) before).readings()).containsOnlyKeys("errors");
    assertThat(measured.get((int) before + 1).readings()).hasSize(5);
  }

  @Test
  void whoeverReadsTheJournalJudgesAlike() {
    secondsUntilDecided(40, micros -> 1.3 * micros);
    var read =
        events.stream()
            .map(event -> EventCodec.read(EventCodec.type(event), EventCodec.payload(event)))
            .toList();
    assertThat(read).isEqualTo(events);
    assertThat(replayed(read).flown().judge().orElseThrow().findings())
        .isEqualTo(promotion.flown().judge().orElseThrow().findings());
  }
}
