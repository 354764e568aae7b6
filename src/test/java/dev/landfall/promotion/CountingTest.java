package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.flight.Reading;
import dev.landfall.stats.Arm;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who counts a route's requests can be changed while its users fly. */
class CountingTest {
  private static final Instant NOW = Promotions.NOW;

  private static Workload shop(Map<String, String> settings) {
    return shop(counted(settings));
  }

  private static List<Route> counted(Map<String, String> settings) {
    return Samples.FLYING.routes().stream()
        .map(route ->
            new Route(
                route.name(),
                route.kind(),
                route.asset(),
                route.control(),
                route.token(),
                route.traits(),
                settings))
        .toList();
  }

  private static Workload shop(List<Route> routes) {
    Workload shop = Samples.FLYING;
    return new Workload(
        shop.name(),
        shop.owner(),
        shop.model(),
        shop.assets(),
        routes,
        shop.limits(),
        shop.flights(),
        shop.rehearsalRequired(),
        shop.access());
  }

  private static final Map<String, String> WRONG =
      Map.of(
          "metrics.url", "http://prometheus",
          "metrics.token", "env:ONE",
          "metrics.moved.errors", "hits{code=\"5xx\"}");

  private Promotion promotion = flying();

  private static Promotion flying() {
    Promotion begun = Evolver.begin(new Event.Registered(shop(WRONG), "plan", Goal.PROMOTED));
    for (Event event :
        List.of(
            new Event.PreflightPassed(List.of(), NOW),
            new Event.Staged(NOW, 0),
            new Event.FlightBegun(1, 7, NOW),
            new Event.FlightMeasured(
                1,
                NOW,
                Duration.ofSeconds(10),
                Map.of("errors", new Reading(new Arm(90, 0), new Arm(90, 0), new Arm(90, 0)))),
            new Event.FlightUndecided(1, NOW, "nothing is known"))) {
      begun = Evolver.evolve(begun, event);
    }
    return begun;
  }

  private Decision amended(String key, String value) {
    var settings = new HashMap<>(WRONG);
    settings.put(key, value);
    Decision decision =
        Decider.decide(promotion, new Input.Ask.Amend(shop(settings), "other"), NOW);
    if (decision instanceof Decision.Events(List<Event> events)) {
      for (Event event : events) {
        promotion = Evolver.evolve(promotion, event);
      }
    }
    return decision;
  }

  @Test
  void aWrongQueryIsCorrectedUnderWayAndWhatItProvedIsForgotten() {
    assertThat(amended("metrics.moved.errors", "hits{code=~\"5..\"}"))
        .isInstanceOf(Decision.Events.class);
    assertThat(promotion.flown().number()).isEqualTo(1);
    assertThat(promotion.flown().judge().orElseThrow().elapsed()).isZero();
    assertThat(promotion.flown().undecided()).isEmpty();
  }

  @Test
  void anotherTokenChangesNothingThatIsKnown() {
    assertThat(amended("metrics.token", "env:OTHER")).isInstanceOf(Decision.Events.class);
    assertThat(promotion.flown().judge().orElseThrow().elapsed()).isEqualTo(Duration.ofSeconds(10));
    assertThat(promotion.flown().undecided()).isPresent();
  }

  @Test
  void theOrderOfRoutesInTheFileChangesNothingThatIsKnown() {
    Route one = counted(WRONG).getFirst();
    Route two = new Route("side", one.kind(), one.asset(), one.control(), one.token());
    promotion = Evolver.evolve(promotion, new Event.Amended(shop(List.of(one, two)), "two"));
    var known =
        new Event.FlightMeasured(
            1,
            NOW,
            Duration.ofSeconds(10),
            Map.of("errors", new Reading(new Arm(90, 0), new Arm(90, 0), new Arm(90, 0))));
    promotion = Evolver.evolve(promotion, known);
    Duration judged = promotion.flown().judge().orElseThrow().elapsed();
    promotion = Evolver.evolve(promotion, new Event.Amended(shop(List.of(two, one)), "turned"));
    assertThat(promotion.flown().judge().orElseThrow().elapsed()).isEqualTo(judged).isPositive();
  }

  @Test
  void whatElseAPlaneHasToKnowIsNotChangedUnderUsers() {
    assertThat(amended("zone", "other.example")).isInstanceOf(Decision.Refused.class);
  }
}
