package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.GateBook;
import dev.landfall.promotion.Flown;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Rehearsals;
import dev.landfall.promotion.Revocation;
import dev.landfall.promotion.Sharing;
import dev.landfall.promotion.World;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a verb about users who fly has ended. */
class FlightEndingsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static Promotion resting(
      Phase.Rest rest, Goal goal, boolean paused, Flown flown, Optional<String> failure) {
    var phase = new Phase.Resting(rest, NOW, 0, Instant.EPOCH, failure);
    return new Promotion(Samples.FLYING, "plan", goal, paused, 4, flown, Set.of(), phase);
  }

  private static Flown flown(
      int number, boolean passed, Optional<String> undecided, Optional<String> failure) {
    return new Flown(number, NOW, passed, Optional.empty(), undecided, failure, Flown.NONE.way());
  }

  private static SideSeen side(Fence fence) {
    return new SideSeen(
        Optional.empty(), fence, 4, Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }

  private static World world(RouteSeen route) {
    var following =
        new LinkSeen(
            LinkSeen.Phase.FOLLOWING,
            Optional.of(0L),
            Optional.of(Duration.ZERO),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new World(
        Map.of(
            "orders",
            new DataSeen(
                side(Fence.OPEN),
                side(Fence.FENCED),
                following,
                LinkSeen.of(LinkSeen.Phase.ABSENT),
                new CheckSeen(
                    Optional.of(NOW), 100, 0, 0, Optional.empty(), 0, Duration.ZERO, List.of()),
                List.of(),
                List.of())),
        Map.of("front", route));
  }

  private static RouteSeen leading(long epoch, Cohort cohort) {
    return new RouteSeen(
        Optional.empty(),
        Optional.of(
            new RouteOrder(
                epoch,
                Samples.OLD_WEB,
                Samples.NEW_WEB,
                cohort,
                Optional.empty(),
                Optional.empty())),
        false,
        false,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        Optional.of(true),
        Optional.of(true),
        List.of());
  }

  @Test
  void aRollbackIsNotDoneWhileTheRouterStillLeadsHalfOfAllUsersToTheTarget() {
    var recalled = resting(Phase.Rest.STAGED, Goal.STAGED, false, Flown.NONE, Optional.empty());
    assertThat(
            Endings.of(
                recalled, Goal.ROLLED_BACK, Optional.of(world(leading(3, Cohort.ofShare(5000))))))
        .as("router leads 50 %")
        .isEmpty();
  }

  @Test
  void norWhileTheRouterDoesNotAnswer() {
    var recalled = resting(Phase.Rest.STAGED, Goal.STAGED, false, Flown.NONE, Optional.empty());
    assertThat(
            Endings.of(
                recalled, Goal.ROLLED_BACK, Optional.of(world(RouteSeen.unreachable("no answer")))))
        .isEmpty();
  }

  @Test
  void aRollbackIsNotDoneWhileUsersAreInAFlight() {
    var flown = flown(3, true, Optional.empty(), Optional.empty());
    var paused = resting(Phase.Rest.STAGED, Goal.STAGED, true, flown, Optional.empty());
    assertThat(
            Endings.of(paused, Goal.ROLLED_BACK, Optional.of(world(leading(4, Cohort.EVERYBODY)))))
        .isEmpty();
  }

  @Test
  void promoteEndsWhenAFlightFailedAndItsUsersWentToTheFlightBefore() {
    var flown = flown(1, true, Optional.empty(), Optional.of("errors: many"));
    var failed =
        resting(Phase.Rest.STAGED, Goal.PROMOTED, true, flown, Optional.of("errors: many"));
    assertThat(
            Endings.of(failed, Goal.PROMOTED, Optional.of(world(leading(4, Cohort.ofShare(100))))))
        .isPresent();
  }

  @Test
  void noFlightFailsInASingleStep() {
    // abandoned once, then somebody asked for users to stay: GoalSet(STAGED) keeps lastFailure
    var stay =
        resting(
            Phase.Rest.STAGED, Goal.STAGED, false, Flown.NONE, Optional.of("the hold was used up"));
    assertThat(
            Endings.of(stay, Goal.PROMOTED, Optional.of(world(leading(4, Cohort.NOBODY))))
                .orElseThrow()
                .code())
        .isEqualTo("promotion-goal-changed");
  }

  @Test
  void promoteEndsWhenSomebodyRecallsAFlightAfterAnEarlierRollback() {
    var recalled =
        resting(Phase.Rest.ROLLED_BACK, Goal.ROLLED_BACK, false, Flown.NONE, Optional.empty());
    assertThat(Endings.of(recalled, Goal.PROMOTED, Optional.of(world(leading(4, Cohort.NOBODY)))))
        .isPresent();
  }

  @Test
  void promoteEndsWhereAPersonMustDecide() {
    var flown = flown(1, false, Optional.of("the time is up"), Optional.empty());
    var undecided = resting(Phase.Rest.STAGED, Goal.PROMOTED, false, flown, Optional.empty());
    assertThat(
            Endings.of(
                    undecided, Goal.PROMOTED, Optional.of(world(leading(4, Cohort.ofShare(100)))))
                .orElseThrow()
                .code())
        .isEqualTo("promotion-flight-undecided");
  }

  /** Both sides accept writes, and everybody is called back from the first flight. */
  private static Promotion comingBack(boolean paused, Phase phase) {
    return new Promotion(
        Samples.FLYING,
        "plan",
        Goal.STAGED,
        paused,
        4,
        flown(1, false, Optional.empty(), Optional.of("errors: many")),
        Set.of(),
        Rehearsals.NONE,
        Revocation.NONE,
        new Sharing(Sharing.Stage.OPEN, "both-2", List.of()),
        GateBook.EMPTY,
        phase);
  }

  @Test
  void whoCallsEverybodyBackWaitsUntilTheSourceHasAllThatTheyWrote() {
    var staged = new Phase.Resting(Phase.Rest.STAGED, NOW, 0, Instant.EPOCH, Optional.empty());
    var looked = Optional.of(world(leading(4, Cohort.ofShare(100))));
    assertThat(FlyingEndings.of(comingBack(false, staged), Optional.empty(), looked)).isEmpty();
    assertThat(FlyingEndings.of(comingBack(true, staged), Optional.empty(), looked).orElseThrow())
        .satisfies(ended -> assertThat(ended.code()).isEqualTo("promotion-paused"))
        .satisfies(ended -> assertThat(ended.message()).contains("landfall resume"));
    var parked = new Phase.Parked(staged, "the link from the target is stuck", NOW);
    assertThat(FlyingEndings.of(comingBack(false, parked), Optional.empty(), looked).orElseThrow())
        .satisfies(ended -> assertThat(ended.code()).isEqualTo("promotion-parked"));
  }
}
