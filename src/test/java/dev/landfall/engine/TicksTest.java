package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.flight.Reading;
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
import dev.landfall.routing.UserTally;
import dev.landfall.stats.Arm;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What planes count becomes ticks, and what nobody saw becomes none. */
class TicksTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private final Ticks ticks = new Ticks();
  private final List<Event> told = new ArrayList<>();

  static Promotion flying() {
    var flight = new Flight("some", 1000, Named.NOBODY, Duration.ofMinutes(1), Duration.ofHours(1));
    var all =
        new Flight("all", Flight.ALL, Named.NOBODY, Duration.ofMinutes(1), Duration.ofHours(1));
    var plan =
        new FlightPlan(
            Identity.NONE, Named.NOBODY, List.of(flight, all), 0.25, 0.001, FlightPlan.OnFail.ZERO);
    return flying(Samples.flying(plan));
  }

  /** Its first flight has begun. */
  static Promotion flying(Workload workload) {
    Promotion promotion = Evolver.begin(new Event.Registered(workload, "plan", Goal.PROMOTED));
    for (Event event :
        List.of(
            new Event.PreflightPassed(List.of(), START),
            new Event.Staged(START, 0),
            new Event.FlightBegun(1, 7, START))) {
      promotion = Evolver.evolve(promotion, event);
    }
    return promotion;
  }

  static Tally tally(Group group, long requests, long failed) {
    return new Tally(group, requests, failed, Collections.nCopies(Tally.BOUNDS_MICROS.size(), 0L));
  }

  private static World world(long epoch, long moved, long movedFailed, long stayed) {
    return world(
        epoch,
        Optional.empty(),
        List.of(
            tally(Group.MOVED, moved, movedFailed),
            tally(Group.STAYED, stayed, 0),
            tally(Group.STAYED_TOO, stayed, 1)));
  }

  static World world(long epoch, Optional<String> fault, List<Tally> tallies) {
    var order =
        new RouteOrder(
            epoch, "http://a", "http://b", Cohort.NOBODY, Optional.empty(), Optional.empty());
    return new World(
        Map.of(),
        Map.of(
            "front",
            new RouteSeen(
                fault,
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
                tallies)));
  }

  /** What was told is in the journal by the next look. */
  private Optional<Input.Measured> after(Promotion promotion, World world, long seconds) {
    Promotion known = promotion;
    for (Event event : told) {
      known = Evolver.evolve(known, event);
    }
    Instant now = START.plusSeconds(seconds);
    var tick = ticks.after(known, world, now);
    tick.ifPresent(each -> told.add(event(each, now)));
    return tick;
  }

  static Event event(Input.Measured tick, Instant now) {
    return new Event.FlightMeasured(tick.flight(), now, tick.took(), tick.readings());
  }

  @Test
  void aTickIsWhatWasCountedSinceTheOneBefore() {
    assertThat(after(flying(), world(7, 100, 5, 1000), 1)).isEmpty();
    assertThat(after(flying(), world(7, 130, 7, 1300), 3))
        .contains(
            new Input.Measured(
                1,
                Duration.ofSeconds(2),
                Map.of("errors", new Reading(new Arm(30, 2), new Arm(300, 0), new Arm(300, 0)))));
    assertThat(after(flying(), world(7, 130, 7, 1300), 4).orElseThrow().readings().get("errors"))
        .isEqualTo(new Reading(Arm.NONE, Arm.NONE, Arm.NONE));
  }

  private static World users(long moved, long movedHarmed, long stayed, boolean all) {
    var one = tally(Group.MOVED, 10 * moved, 8 * movedHarmed);
    var other = tally(Group.STAYED, 10 * stayed, 0);
    return world(
        7,
        Optional.empty(),
        List.of(
            one.with(new UserTally(moved, movedHarmed)),
            all ? other.with(new UserTally(stayed, 0)) : other));
  }

  @Test
  void whereEveryPlaneTellsUsersApartATickSpeaksOfThemToo() {
    assertThat(after(flying(), users(10, 0, 100, true), 1)).isEmpty();
    assertThat(after(flying(), users(13, 2, 130, true), 3).orElseThrow().readings())
        .containsEntry("errors", new Reading(new Arm(30, 16), new Arm(300, 0), Arm.NONE))
        .containsEntry("users with errors", new Reading(new Arm(3, 2), new Arm(30, 0), Arm.NONE));
    assertThat(after(flying(), users(15, 2, 150, false), 5).orElseThrow().readings())
        .as("some are not told apart")
        .containsOnlyKeys("errors");
  }

  @Test
  void whoFailsInASecondThatWasCountedBeforeBelongsToTheNextTickThatHasAnybody() {
    assertThat(after(flying(), users(10, 0, 100, true), 1)).isEmpty();
    assertThat(after(flying(), users(10, 1, 100, true), 3).orElseThrow().readings())
        .containsEntry("users with errors", new Reading(Arm.NONE, Arm.NONE, Arm.NONE));
    assertThat(after(flying(), users(12, 1, 110, true), 5).orElseThrow().readings())
        .containsEntry("users with errors", new Reading(new Arm(2, 1), new Arm(10, 0), Arm.NONE));
  }

  @Test
  void whatAnotherControllerHasToldBelongsToNoTickOfThisOne() {
    assertThat(after(flying(), world(7, 100, 5, 1000), 1)).isEmpty();
    told.add(new Event.FlightMeasured(1, START.plusSeconds(2), Duration.ofMillis(1700), Map.of()));
    assertThat(after(flying(), world(7, 130, 7, 1300), 3)).as("it may be the same").isEmpty();
    assertThat(after(flying(), world(7, 140, 7, 1400), 5).orElseThrow().readings().get("errors"))
        .isEqualTo(new Reading(new Arm(10, 0), new Arm(100, 0), new Arm(100, 0)));
    told.removeLast();
    assertThat(after(flying(), world(7, 150, 7, 1500), 7))
        .as("it was told, and somebody else was faster")
        .isEmpty();
  }

  @Test
  void whatIsCountedByAnOlderOrderBelongsToNoTick() {
    assertThat(after(flying(), world(6, 100, 5, 1000), 1)).isEmpty();
    assertThat(after(flying(), world(7, 200, 9, 2000), 3)).as("the first by this order").isEmpty();
    assertThat(after(flying(), world(7, 210, 9, 2100), 5)).isPresent();
  }

  @Test
  void aPlaneThatBeganAnewOrWasNotSeenTellsNothing() {
    assertThat(after(flying(), world(7, 100, 5, 1000), 1)).isEmpty();
    assertThat(after(flying(), world(7, 20, 0, 200), 3)).as("it was restarted").isEmpty();
    assertThat(after(flying(), world(7, 50, 0, 500), 5)).isPresent();
    assertThat(after(flying(), world(7, Optional.of("it does not answer"), List.of()), 7))
        .isEmpty();
    assertThat(after(flying(), world(7, 90, 0, 900), 9)).isEmpty();
    assertThat(after(flying(), world(7, 95, 0, 950), 11).orElseThrow().readings().get("errors"))
        .isEqualTo(new Reading(new Arm(5, 0), new Arm(50, 0), new Arm(50, 0)));
  }

  @Test
  void whatCameWhileNothingWasToldBelongsToNoTick() {
    assertThat(after(flying(), world(7, 100, 5, 1000), 1)).isEmpty();
    assertThat(after(flying(), world(7, Optional.empty(), List.of()), 3)).isEmpty();
    assertThat(after(flying(), world(7, 900, 500, 9000), 5)).isEmpty();
    assertThat(after(flying(), world(7, 905, 500, 9050), 7).orElseThrow().readings().get("errors"))
        .isEqualTo(new Reading(new Arm(5, 0), new Arm(50, 0), new Arm(50, 0)));
  }

  @Test
  void ofAPlaneThatTellsNoLatenciesNothingIsSaidToBeSlow() {
    var tally = new Tally(Group.STAYED, 100_000, 5, List.of());
    World world = world(7, Optional.empty(), List.of(tally));
    assertThat(Ticks.baseline(flying(), world)).isEmpty();
    assertThat(after(flying(), world, 1)).isEmpty();
    assertThat(after(flying(), world, 3).orElseThrow().readings()).containsOnlyKeys("errors");
    assertThat(Ticks.baseline(flying(), world(7, 100, 5, 1000))).isPresent();
  }

  @Test
  void ticksGrowWithTheFlightSoThatWeeksFitIntoAJournal() {
    assertThat(after(flying(), world(7, 0, 0, 0), 7200)).isEmpty();
    assertThat(after(flying(), world(7, 10, 0, 10), 7205)).as("not long enough yet").isEmpty();
    assertThat(after(flying(), world(7, 20, 0, 20), 7210)).isPresent();
  }

  @Test
  void whereNobodyFliesNothingIsMeasured() {
    Promotion recalled = Evolver.evolve(flying(), new Event.FlightsRecalled(0, 8, START));
    assertThat(after(recalled, world(8, 0, 0, 0), 1)).isEmpty();
    assertThat(after(recalled, world(8, 100, 9, 100), 60)).isEmpty();
  }

  private static RouteSeen plane(long moved, long failed) {
    return world(
            7,
            Optional.empty(),
            List.of(tally(Group.MOVED, moved, failed), tally(Group.STAYED, 0, 0)))
        .route("front");
  }

  private Optional<Arm> moved(Map<String, RouteSeen> planes, long seconds) {
    return after(flying(), new World(Map.of(), planes), seconds)
        .map(tick -> tick.readings().get("errors"))
        .map(Reading::moved);
  }

  @Test
  void aPlaneThatIsAwayDoesNotHideTheHarmAtAnother() {
    RouteSeen away = RouteSeen.unreachable("it does not answer");
    assertThat(moved(Map.of("a", plane(100, 100), "b", away), 1)).isEmpty();
    assertThat(moved(Map.of("a", plane(200, 200), "b", away), 3)).contains(new Arm(100, 100));
  }

  @Test
  void aPlaneThatBeganAnewIsLeftOutAndTheOthersAreToldAsTheyAre() {
    assertThat(moved(Map.of("a", plane(1000, 0), "b", plane(1000, 0)), 1)).isEmpty();
    assertThat(moved(Map.of("a", plane(0, 0), "b", plane(2100, 60)), 3))
        .contains(new Arm(1100, 60));
    assertThat(moved(Map.of("a", plane(50, 1), "b", plane(2200, 60)), 5)).contains(new Arm(150, 1));
  }

  @Test
  void anAnswerThatBreaksOffATickLaterIsStillCounted() {
    assertThat(moved(Map.of("a", plane(0, 0)), 1)).isEmpty();
    assertThat(moved(Map.of("a", plane(1, 0)), 3)).contains(new Arm(1, 0));
    assertThat(moved(Map.of("a", plane(1, 1)), 5)).contains(new Arm(0, 0));
    assertThat(moved(Map.of("a", plane(2, 1)), 7)).contains(new Arm(1, 1));
  }
}
