package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.flight.Policy;
import dev.landfall.flight.Reading;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.routing.Counted;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Tally;
import dev.landfall.routing.UserTally;
import dev.landfall.stats.Arm;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Flights whose requests somebody counts beside the planes, in scrapes. */
class CountedTicksTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final Ticks ticks = new Ticks();
  private final List<Event> events = new ArrayList<>();
  private final Map<String, RouteSeen> planes = new HashMap<>();
  private Promotion promotion = TicksTest.flying();
  private Input.Measured tick = new Input.Measured(0, Duration.ZERO, Map.of());
  private long second;

  private static List<Tally> tallies(long moved, long failed, long stayed, long stayedFailed) {
    return List.of(
        TicksTest.tally(Group.MOVED, moved, failed),
        TicksTest.tally(Group.STAYED, stayed, stayedFailed));
  }

  private static RouteSeen plane(List<Tally> own) {
    return TicksTest.world(7, Optional.empty(), own).route("front");
  }

  private CountedTicksTest is(String name, List<Tally> own, Counted counted) {
    planes.put(name, plane(own).with(counted));
    return this;
  }

  private static Counted counted(long round, List<Tally> tallies) {
    return new Counted(tallies, round, Optional.empty());
  }

  /** Looks a second later, and lets be decided what follows. */
  private List<Event> look() {
    second++;
    Instant now = START.plusSeconds(second);
    var before = events.size();
    Optional<Input.Measured> measured =
        ticks.after(promotion, new World(Map.of(), Map.copyOf(planes)), now);
    measured.ifPresent(input -> {
      tick = input;
      var decision = (Decision.Events) Decider.decide(promotion, input, now);
      for (Event event : decision.events()) {
        events.add(event);
        promotion = Evolver.evolve(promotion, event);
      }
    });
    return events.subList(before, events.size());
  }

  private boolean failed() {
    return events.stream().anyMatch(Event.FlightFailed.class::isInstance);
  }

  private boolean passed() {
    return events.stream().anyMatch(Event.FlightPassed.class::isInstance);
  }

  @Test
  void whatPlanesCountThemselvesIsToldBesideWhatOthersCount() {
    is("front", tallies(100, 0, 1000, 0), counted(1, tallies(0, 0, 0, 0))).look();
    is("front", tallies(110, 4, 1100, 0), counted(1, tallies(0, 0, 0, 0))).look();
    assertThat(tick.readings())
        .as("nobody has scraped")
        .isEqualTo(Map.of(Policy.REQUESTS, new Reading(new Arm(10, 4), new Arm(100, 0), Arm.NONE)));
    is("front", tallies(120, 8, 1200, 0), counted(2, tallies(20, 1, 200, 2))).look();
    assertThat(tick.readings())
        .containsEntry(Policy.ERRORS, new Reading(new Arm(20, 1), new Arm(200, 2), Arm.NONE))
        .containsEntry(Policy.REQUESTS, new Reading(new Arm(10, 4), new Arm(100, 0), Arm.NONE));
    assertThat(tick.later().metrics()).contains(Policy.ERRORS).doesNotContain(Policy.REQUESTS);
  }

  @Test
  void aTargetThatIsDeadIsLeftAtOnceThoughNobodyCanScrapeIt() {
    is("front", tallies(0, 0, 0, 0), Counted.not("it is not scraped")).look();
    is("front", tallies(30, 30, 300, 0), Counted.not("it is not scraped")).look();
    assertThat(failed()).isTrue();
    assertThat(events.getLast().toString()).contains("30 of 30 requests in the last tick");
  }

  @Test
  void anOutageOfBothSidesThatOneWasScrapedSoonerInFailsNoFlight() {
    var none = tallies(0, 0, 0, 0);
    is("front", none, counted(1, none)).look();
    is("front", none, counted(2, tallies(1000, 5, 9000, 45))).look();
    is("front", none, counted(3, tallies(2000, 210, 18000, 90))).look();
    assertThat(promotion.flown().judge().orElseThrow().verdict().toString())
        .as("it would have failed")
        .startsWith("Fail");
    is("front", none, counted(3, tallies(2000, 210, 18000, 90))).look();
    is("front", none, counted(4, tallies(3000, 215, 27000, 1935))).look();
    is("front", none, counted(5, tallies(4000, 220, 36000, 1980))).look();
    assertThat(failed()).isFalse();
  }

  @Test
  void harmThatStillShowsInTheNextScrapeFailsAFlight() {
    var none = tallies(0, 0, 0, 0);
    is("front", none, counted(1, none)).look();
    is("front", none, counted(2, tallies(1000, 100, 9000, 45))).look();
    for (int i = 0; i < 5; i++) {
      look();
      assertThat(failed()).as("nothing new").isFalse();
    }
    is("front", none, counted(3, tallies(2000, 200, 18000, 90))).look();
    assertThat(failed()).isTrue();
  }

  @Test
  void harmShownByOneMustStillShowWhenThisOneHasToldAnew() {
    var none = tallies(0, 0, 0, 0);
    is("a", none, counted(1, none)).is("b", none, counted(1, none)).look();
    is("a", none, counted(2, tallies(1000, 100, 9000, 45))).look();
    is("b", none, counted(2, tallies(10, 0, 90, 0))).look();
    is("b", none, counted(3, tallies(20, 0, 180, 0))).look();
    assertThat(failed()).as("the other was not scraped again").isFalse();
    is("a", none, counted(3, tallies(2000, 200, 18000, 90))).look();
    assertThat(failed()).isTrue();
  }

  @Test
  void aPlaneThatIsAwayForAMomentConfirmsNoHarmByThat() {
    var none = tallies(0, 0, 0, 0);
    RouteSeen other = plane(tallies(100, 0, 1000, 0));
    planes.put("other", other);
    is("front", none, counted(1, none)).look();
    is("front", none, counted(2, tallies(1000, 100, 9000, 45))).look();
    RouteSeen front = planes.get("front");
    planes.put("front", RouteSeen.unreachable("it does not answer"));
    look();
    look();
    planes.put("front", front);
    look();
    look();
    look();
    assertThat(failed()).as("nobody has scraped again").isFalse();
  }

  @Test
  void aRoundWhoseGrowthNobodySawConfirmsNoHarm() {
    RouteSeen away = RouteSeen.unreachable("it does not answer");
    for (RouteSeen between : List.of(away, plane(List.of()).with(Counted.not("no answer")))) {
      var flight = new CountedTicksTest();
      var none = tallies(0, 0, 0, 0);
      flight.is("front", none, counted(1, none)).look();
      flight.is("front", none, counted(2, tallies(1000, 5, 9000, 45))).look();
      flight.is("front", none, counted(3, tallies(2000, 210, 18000, 90))).look();
      flight.planes.put("front", between);
      flight.look();
      flight.is("front", none, counted(4, tallies(3000, 215, 27000, 1935))).look();
      flight.look();
      assertThat(flight.failed()).as("what others had in it was left out").isFalse();
      flight.is("front", none, counted(5, tallies(4000, 420, 36000, 1980))).look();
      assertThat(flight.failed()).as("it still shows in a round that is known").isTrue();
    }
  }

  @Test
  void aRouteThatLeadsNobodyYetHoldsNoVerdictOfOthersBack() {
    planes.put("b", plane(List.of()));
    good(90, false);
    assertThat(passed()).isTrue();
  }

  @Test
  void requestsThatAPlaneToldItselfAreNotToldByOthersAgainWhenItBeganAnew() {
    var none = tallies(0, 0, 0, 0);
    is("front", tallies(100, 0, 1000, 0), counted(1, none)).look();
    is("front", tallies(200, 50, 2000, 10), counted(1, none)).look();
    is("front", none, counted(2, tallies(100, 50, 1000, 10))).look();
    assertThat(tick.readings())
        .containsEntry(Policy.ERRORS, new Reading(new Arm(100, 50), new Arm(1000, 10), Arm.NONE))
        .containsEntry(Policy.REQUESTS, new Reading(Arm.NONE, Arm.NONE, Arm.NONE));
    planes.put("front", plane(List.of()).with(counted(3, tallies(200, 50, 2000, 20))));
    look();
    assertThat(tick.readings())
        .containsEntry(Policy.REQUESTS, new Reading(Arm.NONE, Arm.NONE, Arm.NONE));
    assertThat(tick.later().metrics()).doesNotContain(Policy.REQUESTS);
  }

  @Test
  void whatAnotherProcessHasToldByANewerAnswerIsNotToldAgain() {
    var none = tallies(0, 0, 0, 0);
    is("front", List.of(), counted(1, none)).look();
    Reading told = new Reading(new Arm(100, 50), new Arm(1000, 10), Arm.NONE);
    promotion =
        Evolver.evolve(
            promotion,
            new Event.FlightMeasured(1, START, Duration.ofSeconds(10), Map.of("errors", told)));
    look();
    is("front", List.of(), counted(2, none)).look();
    look();
    is("front", List.of(), counted(3, tallies(100, 50, 1000, 10))).look();
    assertThat(events).as("an answer that was asked for since is where it begins").isEmpty();
    is("front", List.of(), counted(4, tallies(110, 51, 1100, 11))).look();
    assertThat(tick.readings())
        .containsEntry(Policy.ERRORS, new Reading(new Arm(10, 1), new Arm(100, 1), Arm.NONE));
  }

  @Test
  void aFlightThatNobodyCountsIsUndecidedWhenItsTimeIsUp() {
    is("front", List.of(), Counted.not("it is not scraped"));
    for (int i = 0; i < 3700; i++) {
      look();
    }
    assertThat(events.getLast()).isInstanceOf(Event.FlightMeasured.class);
    assertThat(events.stream().filter(Event.FlightUndecided.class::isInstance)).hasSize(1);
    assertThat(passed() || failed()).isFalse();
  }

  /** Enough to pass, again and again. */
  private void good(int rounds, boolean scraped) {
    for (int i = 0; i < rounds; i++) {
      long so = 100_000L * (second + 1);
      long round = scraped ? second + 1 : 1;
      is("a", List.of(), counted(second + 1, tallies(so, so / 1000, so, so / 1000)));
      if (scraped) {
        is("b", List.of(), counted(round, tallies(so, so / 1000, so, so / 1000)));
      }
      look();
    }
  }

  @Test
  void usersOfPlanesThatKnowThemCountAgainstTheirBoundWhoeverCountsTheRequests() {
    promotion = TicksTest.flying(bounded(promotion.workload()));
    Counted silent = Counted.not("it does not answer");
    is("front", users(0, 0, 0), silent).look();
    is("front", users(100, 3, 1000), silent).look();
    assertThat(failed()).isFalse();
    assertThat(tick.readings())
        .containsEntry(
            Policy.USERS_KNOWN, new Reading(new Arm(100, 3), new Arm(1000, 0), Arm.NONE));
    is("front", users(200, 4, 2000), silent).look();
    assertThat(failed()).isTrue();
    assertThat(events.getLast().toString()).contains("4 more than there would have been");
  }

  private static List<Tally> users(long moved, long harmed, long stayed) {
    return List.of(
        TicksTest.tally(Group.MOVED, moved, harmed).with(new UserTally(moved, harmed)),
        TicksTest.tally(Group.STAYED, stayed, 0).with(new UserTally(stayed, 0)));
  }

  /** Three users may be harmed. */
  private static Workload bounded(Workload shop) {
    FlightPlan plan = shop.flights().orElseThrow();
    Scrutiny usual = plan.scrutiny();
    return Samples.flying(
        new FlightPlan(
            plan.identity(),
            plan.kept(),
            plan.flights(),
            plan.margin(),
            plan.tolerated(),
            plan.onFail(),
            new Scrutiny(
                usual.latency(),
                usual.slowerBy(),
                usual.errorsMax(),
                Optional.empty(),
                Optional.of(3))));
  }

  /** The shop with two routes, for the second of which somebody else counts. */
  private void withACountedRoute() {
    Workload shop = promotion.workload();
    Route first = shop.routes().getFirst();
    var counted =
        new Route(
            "b",
            first.kind(),
            first.asset(),
            "http://127.0.0.1:8403",
            Optional.empty(),
            first.traits(),
            Map.of("metrics.url", "http://prometheus"));
    promotion =
        TicksTest.flying(
            new Workload(
                shop.name(),
                shop.owner(),
                shop.model(),
                shop.assets(),
                List.of(first, counted),
                shop.limits(),
                shop.flights()));
  }

  @Test
  void harmThatAPlaneCountsItselfFailsAFlightThoughThePrometheusOfAnotherRouteIsSilent() {
    withACountedRoute();
    is("b", List.of(), Counted.not("it does not answer"));
    for (int i = 0; i <= 30 && !failed(); i++) {
      // Four times the errors, too few for those that count as one in thirty-two.
      planes.put("front", plane(tallies(300L * i, 3L * i, 3000L * i, 7L * i)));
      look();
    }
    assertThat(failed()).isTrue();
    assertThat(events.getLast().toString()).contains("errors told at once");
  }

  @Test
  void anOutageThatAPrometheusToldHalfOfAndFellSilentFailsNoFlight() {
    withACountedRoute();
    var none = tallies(0, 0, 0, 0);
    planes.put("front", plane(none));
    is("b", List.of(), counted(1, none)).look();
    for (int i = 1; i <= 30; i++) {
      planes.put("front", plane(tallies(300L * i, i / 10, 3000L * i, i)));
      Counted told = counted(2, tallies(1000, 100, 9000, 45));
      is("b", List.of(), i < 3 ? told : Counted.not("it does not answer")).look();
    }
    assertThat(promotion.flown().judge().orElseThrow().verdict().toString())
        .as("it would have failed")
        .startsWith("Fail");
    assertThat(failed()).isFalse();
  }

  @Test
  void noFlightPassesWhileOneOfSeveralRoutesIsNotCounted() {
    is("b", List.of(), Counted.not("it is not scraped"));
    good(90, false);
    assertThat(passed()).isFalse();
    good(5, true);
    assertThat(passed()).isTrue();
  }

  @Test
  void noFlightPassesWhileARouteTellsNothingNew() {
    is("b", List.of(), counted(1, tallies(5, 0, 5, 0)));
    good(90, false);
    assertThat(passed()).isFalse();
    is("b", List.of(), counted(2, tallies(5, 0, 5, 0))).look();
    look();
    assertThat(passed()).as("all have told something since").isTrue();
  }

  @Test
  void noFlightPassesWhileAPlaneThatCountsIsAway() {
    planes.put("b", RouteSeen.unreachable("it does not answer"));
    good(90, false);
    assertThat(passed()).isFalse();
    planes.remove("b");
    good(2, false);
    assertThat(passed()).isTrue();
  }
}
