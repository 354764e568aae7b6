package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.flight.Reading;
import dev.landfall.replication.LinkSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.stats.Arm;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes wrong while users fly, and what must not come of it. */
class FlightTroubleTest {
  private static final Instant NOW = Promotions.NOW;
  private static final Duration TICK = Duration.ofSeconds(10);

  private static Flight flight(String name, int share) {
    return new Flight(name, share, Named.NOBODY, Duration.ofSeconds(20), Duration.ofMinutes(10));
  }

  private static Workload shop(FlightPlan.OnFail onFail, List<Flight> flights) {
    var plan = new FlightPlan(Identity.NONE, Named.NOBODY, flights, 0.25, 0.01, onFail);
    return Samples.flying(plan);
  }

  private static final List<Flight> THREE =
      List.of(flight("one", 100), flight("two", 1000), flight("all", Flight.ALL));

  private Promotion promotion =
      Evolver.begin(
          new Event.Registered(shop(FlightPlan.OnFail.ZERO, THREE), "plan", Goal.PROMOTED));
  private final List<Event> events = new ArrayList<>();
  private Instant now = NOW;

  void at(Goal goal, boolean paused, Flown flown, Phase phase) {
    promotion =
        new Promotion(
            shop(FlightPlan.OnFail.ZERO, THREE), "plan", goal, paused, 9, flown, Set.of(), phase);
  }

  void apply(Event event) {
    events.add(event);
    promotion = Evolver.evolve(promotion, event);
  }

  void then(Input input) {
    switch (Decider.decide(promotion, input, now)) {
      case Decision.Events(List<Event> decided) -> decided.forEach(this::apply);
      case Decision.Refused refused -> throw new AssertionError(refused.message());
    }
  }

  private Flown begun(int number) {
    return Flown.NONE.begun(
        number, NOW, Flights.judge(shop(FlightPlan.OnFail.ZERO, THREE), number));
  }

  void tick(long units, long failed) {
    now = now.plus(TICK);
    then(
        new Input.Measured(
            promotion.flown().number(),
            TICK,
            Map.of("errors", new Reading(new Arm(units, failed), Arm.NONE, Arm.NONE))));
  }

  private boolean passed() {
    return events.stream().anyMatch(Event.FlightPassed.class::isInstance);
  }

  @Test
  void nobodyFliesOnceASideIsGivenUp() {
    at(Goal.PROMOTED, false, begun(2), Promotions.rest(Phase.Rest.STAGED));
    apply(new Event.SideGivenUp(Side.TARGET, 10, NOW, List.of()));
    assertThat(promotion.flown()).isEqualTo(Flown.NONE);
  }

  @Test
  void lastFlightMustNotPassWhenHalfOfAllRequestsFail() {
    at(Goal.PROMOTED, false, begun(3), Promotions.rest(Phase.Rest.STAGED));
    for (int i = 0; i < 3 && !passed(); i++) {
      tick(20, 10);
    }
    assertThat(passed()).as("half of all requests fail, 20 a tick").isFalse();
  }

  @Test
  void lastFlightMustNotPassWhen19Of19FailInEachTick() {
    at(Goal.PROMOTED, false, begun(3), Promotions.rest(Phase.Rest.STAGED));
    for (int i = 0; i < 3 && !passed(); i++) {
      tick(19, 19);
    }
    assertThat(passed()).as("every request fails, 1.9 a second").isFalse();
  }

  @Test
  void lastFlightMustNotPassWhenHalfOfAMillionFail() {
    at(Goal.PROMOTED, false, begun(3), Promotions.rest(Phase.Rest.STAGED));
    for (int i = 0; i < 3 && !passed(); i++) {
      tick(1_000_000, 500_000);
    }
    assertThat(passed()).as("500000 errors a tick").isFalse();
  }

  @Test
  void lastFlightMustNotPassWhenNothingWasCounted() {
    at(Goal.PROMOTED, false, begun(3), Promotions.rest(Phase.Rest.STAGED));
    for (int i = 0; i < 3 && !passed(); i++) {
      tick(0, 0);
    }
    assertThat(passed()).as("not one request was seen").isFalse();
  }

  @Test
  void whoHasPassedAndWaitsIsStillBroughtBackFromHarm() {
    at(Goal.PROMOTED, true, begun(2).withPass(), Promotions.rest(Phase.Rest.STAGED));
    for (int i = 0; i < 50; i++) {
      tick(10_000, 10_000);
    }
    assertThat(promotion.flown().number()).as("paused over the weekend, all fail").isZero();
  }

  @Test
  void exhaustedAttemptsLeaveUsersWhereTheyAre() {
    var limits = Samples.SHOP.limits();
    at(
        Goal.PROMOTED,
        false,
        begun(3).withPass(),
        Promotions.failed(Phase.Rest.STAGED, limits.cutoverAttemptsMax()));
    now = NOW.plusSeconds(3600);
    var world = Worlds.staged().route(Promotions.order(9, 100, false)).seen();
    then(new Input.Seen(world));
    then(new Input.Seen(world));
    assertThat(events).hasExactlyElementsOfTypes(Event.AttemptsExhausted.class);
    assertThat(Wants.in(promotion).users()).isEqualTo(Cohort.EVERYBODY);
  }

  @Test
  void usersCanBeCalledBackThoughTheLinkIsBroken() {
    at(Goal.PROMOTED, false, begun(2), Promotions.rest(Phase.Rest.STAGED));
    var order = Promotions.order(9, 10, false);
    var world = Worlds.staged().route(order).link(Side.SOURCE, LinkSeen.Phase.BROKEN).seen();
    then(new Input.Seen(world));
    assertThat(promotion.phase()).isInstanceOf(Phase.Parked.class);
    then(new Input.Ask.Reach(Goal.ROLLED_BACK));
    assertThat(promotion.phase()).as("a person must still look").isInstanceOf(Phase.Parked.class);
    assertThat(Course.next(promotion, world))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.OnRoute.class, led -> assertThat(led.order().cohort()).isEqualTo(Cohort.NOBODY));
  }

  @Test
  void harmIsNoticedWhileParked() {
    at(Goal.PROMOTED, false, begun(2), Promotions.rest(Phase.Rest.STAGED));
    then(new Input.Seen(Worlds.staged().leak(Side.TARGET).seen()));
    for (int i = 0; i < 50; i++) {
      tick(10_000, 10_000);
    }
    assertThat(promotion.flown().number()).as(promotion.stateWord()).isZero();
  }

  @Test
  void aFailureIsActedUponThoughTheControllerDoesNotSeeTheSourcesDatabase() {
    at(Goal.PROMOTED, false, begun(2), Promotions.rest(Phase.Rest.STAGED));
    tick(1000, 900);
    assertThat(promotion.flown().number()).isZero();
    var world = Worlds.staged().route(Promotions.order(9, 10, false)).away(Side.SOURCE).seen();
    assertThat(Course.next(promotion, world))
        .as("users go back to the source's service")
        .anyMatch(Action.OnRoute.class::isInstance);
  }

  @Test
  void goingOnTwiceForWantOfAnAnswerDoesNotSkipAFlightThatNobodyJudged() {
    at(Goal.PROMOTED, false, begun(1), Promotions.rest(Phase.Rest.STAGED));
    then(new Input.Ask.GoOn("one", "it is fine"));
    var order =
        new RouteOrder(
            9,
            Samples.OLD_WEB,
            Samples.NEW_WEB,
            Flights.users(promotion),
            Optional.empty(),
            Optional.empty());
    var world = Worlds.staged().route(order).seen();
    then(new Input.Seen(world));
    assertThat(promotion.flown().number()).isEqualTo(2);
    assertThat(Decider.decide(promotion, new Input.Ask.GoOn("one", "it is fine"), now))
        .as("the same wish again, for want of an answer")
        .isInstanceOf(Decision.Refused.class);
    assertThat(promotion.flown().passed()).as("flight 2, of which nothing is known").isFalse();
  }

  @Test
  void whoRollsBackWhilePausedInACutoverGetsUsersBack() {
    at(
        Goal.PROMOTED,
        false,
        begun(3).withPass(),
        new Phase.CuttingOver(
            Promotions.cutover(Side.TARGET, Cutover.Step.HOLDING),
            Promotions.rest(Phase.Rest.STAGED)));
    then(new Input.Ask.Pause());
    then(new Input.Ask.Reach(Goal.ROLLED_BACK));
    apply(new Event.CutoverUndone(now, now));
    var world = Worlds.staged().route(Promotions.order(10, 100, false)).seen();
    then(new Input.Seen(world));
    assertThat(Wants.in(promotion).users()).isEqualTo(Cohort.NOBODY);
  }
}
