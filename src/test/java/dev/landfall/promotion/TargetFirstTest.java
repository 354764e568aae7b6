package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The data moves before the first flight, and users follow it. */
class TargetFirstTest {
  private static Flight flight(String name, int share) {
    return new Flight(name, share, Named.NOBODY, Duration.ofSeconds(20), Duration.ofMinutes(10));
  }

  private static Workload shop(DataPlan data, FlightPlan.OnFail onFail) {
    return Samples.flying(
        new FlightPlan(
            Identity.NONE,
            Named.NOBODY,
            List.of(flight("few", 100), flight("half", 5000), flight("all", Flight.ALL)),
            0.25,
            0.01,
            onFail,
            Scrutiny.STANDARD,
            data));
  }

  private static FlightWalk walk() {
    return walk(FlightPlan.OnFail.ZERO);
  }

  private static FlightWalk walk(FlightPlan.OnFail onFail) {
    return new FlightWalk(shop(DataPlan.TARGET_FIRST, onFail)).settle();
  }

  @Test
  void theDataMovesWithoutAnyUserAndThenUsersFly() {
    var walk = walk();
    assertThat(walk.promotion.owner()).isEqualTo(Side.TARGET);
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
    assertThat(walk.events.stream().map(event -> event.getClass().getSimpleName()))
        .containsSubsequence("CutoverBegun", "OwnerMoved", "CutoverFinished", "FlightBegun");
    walk.ticks(300, 4, 4).ticks(300, 4, 4).ticks(30, 0, 0);
    assertThat(walk.state()).isEqualTo("promoted");
    assertThat(walk.led.stream().map(Cohort::share).distinct())
        .containsExactly(0, 100, 5000, Flight.ALL);
    assertThat(walk.promotion.flown().judge()).as("nobody is judged any more").isEmpty();
  }

  @Test
  void aFlightThatDoesHarmLeavesTheDataWhereItIs() {
    var walk = walk().ticks(300, 4, 4).ticks(100, 20, 1);
    assertThat(walk.state()).isEqualTo("flight 0 of 3, paused");
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
    assertThat(walk.promotion.owner()).isEqualTo(Side.TARGET);
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void aRollbackLeadsUsersBackAtOnceAndThenMovesTheData() {
    var walk = walk().ticks(300, 4, 4).then(new Input.Ask.Reach(Goal.ROLLED_BACK));
    assertThat(walk.promotion.flown().number()).isZero();
    assertThat(walk.promotion.owner()).isEqualTo(Side.TARGET);
    assertThat(Wants.in(walk.promotion).users()).isEqualTo(Cohort.NOBODY);
    walk.settle();
    assertThat(walk.state()).isEqualTo("rolled back");
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
    walk.then(new Input.Ask.Reach(Goal.PROMOTED)).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void aRollbackDoesNotStandBehindThePauseOfAFailedFlight() {
    var walk = walk().ticks(100, 20, 1);
    assertThat(walk.state()).isEqualTo("flight 0 of 3, paused");
    walk.then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(walk.state()).isEqualTo("rolled back");
  }

  @Test
  void afterTheLastFlightARollbackTakesEverybodyAlong() {
    var walk = walk().ticks(300, 4, 4).ticks(300, 4, 4).ticks(30, 0, 0);
    walk.then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(walk.state()).isEqualTo("rolled back");
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
  }

  @Test
  void whoWantsNobodyToFlyWhenTheDataHasJustMovedKeepsItsFences() {
    var walk =
        new FlightWalk(shop(DataPlan.TARGET_FIRST, FlightPlan.OnFail.ZERO))
            .settle(promotion ->
                promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
                    && cutover.committed());
    long epoch = walk.promotion.epoch();
    walk.fly("nobody", "not today");
    assertThat(walk.promotion.epoch()).isEqualTo(epoch);
    walk.settle();
    assertThat(walk.state()).isEqualTo("flight 0 of 3, paused");
    assertThat(walk.promotion.owner()).isEqualTo(Side.TARGET);
  }

  @Test
  void nothingIsCompletedWhileFlightsAreLeftNorBeforeTheSoakThatFollowsThem() {
    var walk = walk();
    walk.now = walk.now.plus(Duration.ofDays(30));
    assertThat(walk.refused(new Input.Ask.Reach(Goal.COMPLETED)).refusal())
        .isEqualTo(Refusal.NOT_PROMOTED);
    walk.ticks(300, 4, 4).ticks(300, 4, 4).ticks(30, 0, 0);
    assertThat(walk.refused(new Input.Ask.Reach(Goal.COMPLETED)).refusal())
        .isEqualTo(Refusal.SOAKING);
  }

  @Test
  void theDataPlanCannotChangeOnceTheTargetOwnsTheData() {
    var walk = walk().fly("nobody", "we look at it first");
    var edited = shop(DataPlan.SOURCE_FIRST, FlightPlan.OnFail.ZERO);
    assertThat(walk.refused(new Input.Ask.Amend(edited, "other")).refusal())
        .isEqualTo(Refusal.PLAN_CHANGED);
  }

  @Test
  void usersFlyOnlyToAHealthyTargetWhoseDataAcceptsWrites() {
    var walk = walk().fly("nobody", "we look at it first").then(new Input.Ask.Resume());
    var target =
        Worlds.staged()
            .fence(Side.SOURCE, Fence.FENCED, 9)
            .fence(Side.TARGET, Fence.OPEN, 9)
            .link(Side.TARGET, LinkSeen.Phase.FOLLOWING)
            .route(walk.lastOrder());
    var order = Course.next(walk.promotion, target.seen());
    target.route(((Action.OnRoute) order.getFirst()).order());
    assertThat(Readiness.forFlight(walk.promotion, target.seen())).isEmpty();
    assertThat(Readiness.forFlight(walk.promotion, target.unhealthy().seen())).hasSize(1);
  }

  @Test
  void nobodyFliesAgainBecauseTheDataCouldNotGoBack() {
    var walk = walk().ticks(100, 20, 1).then(new Input.Ask.Reach(Goal.ROLLED_BACK));
    walk.promotion =
        Evolver.evolve(walk.promotion, new Event.AttemptsExhausted(3, Optional.of("held up")));
    walk.settle();
    assertThat(walk.state()).isEqualTo("flight 0 of 3, paused");
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
  }

  @Test
  void nothingIsSeveredWhileSomebodyIsOnTheSourcesServicesAgain() {
    var walk = walk().ticks(300, 4, 4).ticks(300, 4, 4).ticks(30, 0, 0);
    walk.now = walk.now.plus(Duration.ofDays(30));
    walk.then(new Input.Ask.Reach(Goal.COMPLETED));
    walk.fly("nobody", "something is wrong after all");
    walk.then(new Input.Ask.Resume());
    assertThat(walk.promotion.goal()).isEqualTo(Goal.PROMOTED);
    walk.settle();
    assertThat(walk.events).noneMatch(Event.SeveringBegun.class::isInstance);
  }

  @Test
  void thePlanShowsTheCutoverBeforeTheFlightsAndSaysWhatItCosts() {
    var shop = shop(DataPlan.TARGET_FIRST, FlightPlan.OnFail.ZERO);
    assertThat(Itinerary.of(shop, "hash", Goal.COMPLETED, Promotions.NOW))
        .extracting(Itinerary.Leg::what)
        .containsSubsequence(
            "commit: from here on the target owns the data",
            "judge flight 1 (few)",
            "judge flight 2 (half)",
            "lead 100 % of route front to the target",
            "judge flight 3 (all)",
            "sever the link of orders");
    assertThat(DataPlans.notes(shop))
        .singleElement()
        .satisfies(note -> {
          assertThat(note.subject()).isEqualTo("flights.data: target-first");
          assertThat(note.seen()).contains("the target owns orders before anybody flies");
          assertThat(note.remedy()).startsWith("source-first instead:");
        });
  }
}
