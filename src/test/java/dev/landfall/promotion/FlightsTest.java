package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.Counted;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Users move in flights; each is judged, and what does harm brings them back. */
class FlightsTest {
  private static FlightWalk walk(FlightPlan.OnFail onFail) {
    return new FlightWalk(shop(onFail));
  }

  private static Workload shop(FlightPlan.OnFail onFail) {
    var min = Duration.ofSeconds(20);
    var max = Duration.ofMinutes(10);
    var plan =
        new FlightPlan(
            new Identity(Optional.of("X-User"), Optional.empty(), Optional.of("X-Groups")),
            new Named(List.of("bob"), List.of(), List.of()),
            List.of(
                new Flight("staff", 0, new Named(List.of(), List.of("staff"), List.of()), min, max),
                new Flight("some", 1000, Named.NOBODY, min, max),
                new Flight("all", Flight.ALL, Named.NOBODY, min, max)),
            0.25,
            0.01,
            onFail);
    return Samples.flying(plan);
  }

  @Test
  void flightsFollowEachOtherAndThenTheDataMoves() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
    walk.ticks(300, 4, 4);
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 2 of 3");
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
    walk.ticks(300, 4, 4).ticks(30, 0, 0);
    assertThat(walk.promotion.stateWord()).isEqualTo("promoted");
    assertThat(walk.promotion.owner()).isEqualTo(Side.TARGET);
    assertThat(walk.led.stream().distinct().map(Cohort::share))
        .containsExactly(0, 0, 1000, Flight.ALL);
    assertThat(walk.led.get(1).moved().groups()).containsExactly("staff");
    assertThat(walk.led.get(2).moved().groups()).as("they stay moved").containsExactly("staff");
    assertThat(walk.led.get(2).kept().users()).containsExactly("bob");
    assertThat(walk.led.getLast()).isEqualTo(Cohort.EVERYBODY);
  }

  @Test
  void noFlightPassesWithoutProofHoweverLongItTakes() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle().ticks(290, 1, 0, 0);
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
    walk.ticks(30, 1, 0, 0);
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
    assertThat(walk.promotion.flown().undecided()).isPresent();
    assertThat(Readiness.waits(walk.promotion, walk.world).getFirst()).contains("cannot be told");
  }

  @Test
  void whyNothingIsCountedIsSaidWhileAFlightWaitsForIt() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle();
    var routes = new HashMap<>(walk.world.routes());
    routes.replaceAll((_, seen) -> seen.with(Counted.not("it is 90 s old")));
    assertThat(Readiness.waits(walk.promotion, new World(walk.world.data(), routes)))
        .hasSize(2)
        .last()
        .asString()
        .matches("route .+: it is 90 s old");
  }

  @Test
  void aPersonMayGoOnWhereNothingIsProven() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle().ticks(320, 1, 0, 0);
    walk.then(new Input.Ask.GoOn("staff", "we looked at it ourselves")).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 2 of 3");
    assertThat(walk.events)
        .filteredOn(Event.FlightPassed.class::isInstance)
        .extracting(event -> ((Event.FlightPassed) event).why())
        .containsExactly("we looked at it ourselves");
  }

  @Test
  void aFlightThatDoesHarmBringsEverybodyBackAndNobodyLeavesByItself() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle().ticks(300, 4, 4).ticks(100, 20, 1);
    assertThat(walk.promotion.flown().number()).isZero();
    assertThat(walk.promotion.stateWord()).isEqualTo("staged");
    assertThat(walk.promotion.goal()).isEqualTo(Goal.STAGED);
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
    assertThat(walk.events.stream().filter(Event.FlightFailed.class::isInstance)).hasSize(1);
    int before = walk.events.size();
    walk.settle();
    assertThat(walk.events).hasSize(before);
  }

  @Test
  void orBackToTheFlightBefore() {
    var walk = walk(FlightPlan.OnFail.PREVIOUS).settle().ticks(300, 4, 4).ticks(100, 20, 1);
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
    assertThat(walk.promotion.paused()).isTrue();
    assertThat(walk.promotion.flown().failure()).isPresent();
    assertThat(walk.led.getLast().moved().groups()).containsExactly("staff");
    assertThat(walk.led.getLast().share()).isZero();
  }

  @Test
  void halfOfAllRequestsFailingNeedsNoProof() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle().ticks(1, 60, 0);
    assertThat(walk.promotion.flown().number()).isZero();
  }

  @Test
  void everybodyIsJudgedToo() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle().ticks(300, 4, 4).ticks(300, 4, 4);
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 3 of 3");
    walk.ticks(1, 70, 0);
    assertThat(walk.promotion.flown().number()).isZero();
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
  }

  @Test
  void rollingBackCallsUsersOfAFlightBack() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle().ticks(300, 4, 4);
    walk.then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(walk.promotion.flown().number()).isZero();
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
    assertThat(walk.promotion.stateWord()).isEqualTo("staged");
    walk.then(new Input.Ask.Reach(Goal.PROMOTED)).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
  }

  @Test
  void whilePausedNoFlightBeginsButHarmStillBringsUsersBack() {
    var walk = walk(FlightPlan.OnFail.ZERO).settle();
    walk.then(new Input.Ask.Pause()).ticks(300, 4, 4);
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
    assertThat(walk.promotion.flown().passed()).isTrue();
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 2 of 3");
    walk.then(new Input.Ask.Pause()).ticks(100, 20, 1);
    assertThat(walk.promotion.flown().number()).isZero();
  }

  @Test
  void aRolledBackPromotionFliesFromTheFirstFlightAgain() {
    var walk =
        walk(FlightPlan.OnFail.ZERO).settle().ticks(300, 4, 4).ticks(300, 4, 4).ticks(30, 0, 0);
    assertThat(walk.promotion.stateWord()).isEqualTo("promoted");
    walk.then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
    assertThat(walk.promotion.flown().number()).isZero();
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
    walk.then(new Input.Ask.Reach(Goal.PROMOTED)).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("flight 1 of 3");
  }

  @Test
  void thePlanShowsEachFlight() {
    var legs =
        Itinerary.of(shop(FlightPlan.OnFail.ZERO), "hash", Goal.PROMOTED, Promotions.NOW).stream()
            .map(Itinerary.Leg::what)
            .toList();
    assertThat(legs)
        .containsSubsequence(
            "lead 0 % and named ones, without those who are kept of route front to the target",
            "judge flight 1 (staff)",
            "judge flight 2 (some)",
            "lead 100 % of route front to the target",
            "judge flight 3 (all)",
            "hold the requests of route front",
            "commit: from here on the target owns the data");
  }
}
