package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.flight.FlightJudge;
import dev.landfall.flight.Verdict;
import dev.landfall.replication.LinkSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** People lead users ahead and back, and what is said of a flight remains true. */
class FlightControlTest {
  private static final String WHY = "they have used it for a month";

  private static Flight flight(String name, int share) {
    return new Flight(name, share, Named.NOBODY, Duration.ofSeconds(20), Duration.ofMinutes(10));
  }

  private static FlightWalk walk(FlightPlan.OnFail onFail) {
    var plan =
        new FlightPlan(
            Identity.NONE,
            Named.NOBODY,
            List.of(
                flight("few", 100),
                flight("tenth", 1000),
                flight("half", 5000),
                flight("all", Flight.ALL)),
            0.25,
            0.01,
            onFail);
    return new FlightWalk(Samples.flying(plan)).settle();
  }

  private static FlightWalk walk() {
    return walk(FlightPlan.OnFail.ZERO);
  }

  @Test
  void whoJumpsAheadLeavesFlightsOutAndHistorySaysWhy() {
    var walk = walk().fly("half", WHY).settle();
    assertThat(walk.state()).isEqualTo("flight 3 of 4");
    assertThat(walk.led.stream().map(Cohort::share).distinct()).containsExactly(0, 100, 5000);
    assertThat(walk.events)
        .filteredOn(Event.FlightsSkipped.class::isInstance)
        .containsExactly(new Event.FlightsSkipped(3, walk.eventTime(), WHY));
    assertThat(walk.promotion.flown().passed()).as("it is judged as ever").isFalse();
    walk.ticks(300, 4, 4);
    assertThat(walk.state()).as("the flight after it is next").isEqualTo("flight 4 of 4");
  }

  @Test
  void aJumpWaitsForWhatEveryFlightWaitsFor() {
    var walk = walk();
    walk.world =
        Worlds.staged().link(Side.SOURCE, LinkSeen.Phase.RETAINING).route(walk.lastOrder()).seen();
    walk.fly("half", WHY).then(new Input.Seen(walk.world));
    assertThat(walk.state()).isEqualTo("flight 1 of 4");
    assertThat(Readiness.waits(walk.promotion, walk.world)).isNotEmpty();
  }

  @Test
  void harmOfWhoFliesStopsAJumpThatHasNotBegun() {
    var walk = walk().then(new Input.Ask.Pause()).fly("half", WHY).ticks(100, 20, 1);
    assertThat(walk.promotion.flown().number()).isZero();
    walk.then(new Input.Ask.Resume()).then(new Input.Ask.Reach(Goal.PROMOTED)).settle();
    assertThat(walk.state()).as("where it was to go is forgotten").isEqualTo("flight 1 of 4");
  }

  @Test
  void aFlightThatWasJumpedToFailsBackToTheOneBeforeTheJump() {
    var walk = walk(FlightPlan.OnFail.PREVIOUS).ticks(300, 4, 4);
    assertThat(walk.state()).isEqualTo("flight 2 of 4");
    walk.fly("all", WHY).settle().ticks(1, 70, 0);
    assertThat(walk.state()).isEqualTo("flight 2 of 4, paused");
    assertThat(walk.led.getLast().share()).isEqualTo(1000);
  }

  @Test
  void whoGoesBackStaysThereUntilSomebodyResumes() {
    var walk = walk().ticks(300, 4, 4).ticks(300, 4, 4);
    assertThat(walk.state()).isEqualTo("flight 3 of 4");
    walk.fly("few", WHY).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 4, paused");
    assertThat(walk.led.getLast().share()).isEqualTo(100);
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.state()).isEqualTo("flight 2 of 4");
  }

  @Test
  void whoGoesBackToAFlightThatWasLeftOutHasItJudgedFirst() {
    var walk = walk().fly("half", WHY).settle().fly("tenth", WHY).settle();
    assertThat(walk.state()).isEqualTo("flight 2 of 4, paused");
    walk.then(new Input.Ask.Resume()).settle().ticks(5, 1, 0, 0);
    assertThat(walk.state()).as("it has not passed").isEqualTo("flight 2 of 4");
    walk.ticks(300, 4, 4);
    assertThat(walk.state()).isEqualTo("flight 3 of 4");
  }

  @Test
  void whileJudgedEverybodyCanBeCalledBackToTheSource() {
    var walk = walk().ticks(5, 4, 4).fly("nobody", WHY).settle();
    assertThat(walk.state()).isEqualTo("staged");
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
    walk.fly("tenth", WHY).settle();
    assertThat(walk.state()).as("and led anywhere again").isEqualTo("flight 2 of 4");
  }

  @Test
  void aFlightThatIsFlownAgainIsJudgedOnAndNotAnew() {
    var walk = walk().ticks(300, 4, 4);
    FlightJudge before = walk.promotion.flown().judge().orElseThrow();
    walk.ticks(5, 4, 4).fly("few", WHY).settle();
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.promotion.flown().number()).isEqualTo(2);
    assertThat(walk.promotion.flown().judge().orElseThrow().elapsed())
        .as("the part of the budget that it has is spent once")
        .isGreaterThan(before.elapsed())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aFlightThatFailedIsJudgedAnew() {
    var walk = walk(FlightPlan.OnFail.PREVIOUS).ticks(300, 4, 4).ticks(100, 20, 1);
    assertThat(walk.state()).isEqualTo("flight 1 of 4, paused");
    walk.then(new Input.Ask.Resume()).settle();
    FlightJudge judge = walk.promotion.flown().judge().orElseThrow();
    assertThat(judge.elapsed()).isZero();
    assertThat(judge.verdict()).isInstanceOf(Verdict.Continue.class);
  }

  @Test
  void aJumpWhilePausedBeginsWhenItIsResumed() {
    var walk = walk().then(new Input.Ask.Pause()).fly("half", WHY).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 4, paused");
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.state()).isEqualTo("flight 3 of 4");
  }

  @Test
  void whoChangesTheirMindBeforeAJumpHasBegunStays() {
    var walk = walk().then(new Input.Ask.Pause()).fly("half", WHY).fly("few", WHY);
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 4");
    assertThat(walk.promotion.flown().passed()).as("it is judged on").isFalse();
  }

  @Test
  void whatDoesNotFlyIsRefusedWithWhatThereIs() {
    var walk = walk();
    assertThat(walk.refused(new Input.Ask.Fly(Optional.of("quarter"), WHY)).message())
        .isEqualTo(
            "cannot lead users of shop to flight quarter: its flights are few, tenth, half, all");
    walk.then(new Input.Seen(Worlds.staged().leak(Side.TARGET).seen()));
    assertThat(walk.refused(new Input.Ask.Fly(Optional.of("half"), WHY)).refusal())
        .isEqualTo(Refusal.PARKED);
    assertThat(walk.fly("nobody", WHY).promotion.flown().number()).as("back, always").isZero();
  }

  @Test
  void usersCanBeCalledBackWhileTheirDataIsAboutToFollow() {
    var walk = walk().fly("all", WHY).settle();
    walk.then(new Input.Ask.GoOn("all", WHY)).then(new Input.Seen(walk.world));
    assertThat(walk.promotion.phase()).isInstanceOf(Phase.CuttingOver.class);
    walk.fly("few", WHY).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 4, paused");
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
  }
}
