package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.cli.Exit;
import dev.landfall.engine.Board;
import dev.landfall.engine.EventCodec;
import dev.landfall.engine.Sight;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Flown;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Rehearsals;
import dev.landfall.promotion.World;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A verb ends on what is seen now, never on what the journal remembers. */
class EndingsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static Promotion resting(Phase.Rest rest, Goal goal) {
    var phase = new Phase.Resting(rest, NOW, 0, Instant.EPOCH, Optional.empty());
    return new Promotion(Samples.ORDERS_ONLY, "plan", goal, false, 4, Flown.NONE, Set.of(), phase);
  }

  private static World seen(LinkSeen.Phase link, Optional<Instant> baseline) {
    var check = CheckSeen.NONE;
    return new World(
        Map.of(
            "orders",
            new DataSeen(
                side(Fence.OPEN),
                side(Fence.FENCED),
                new LinkSeen(
                    link,
                    Optional.of(0L),
                    Optional.of(Duration.ZERO),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                LinkSeen.of(LinkSeen.Phase.ABSENT),
                new CheckSeen(
                    baseline,
                    40,
                    0,
                    check.rowsCompared(),
                    check.token(),
                    check.tokenRows(),
                    check.tokenTook(),
                    List.of()),
                List.of(),
                List.of())),
        Map.of());
  }

  private static SideSeen side(Fence fence) {
    return new SideSeen(
        Optional.empty(), fence, 4, Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }

  @Test
  void nothingIsSaidOfWhatTheJournalKnowsBeforeSomebodyHasLooked() {
    for (var rest : Phase.Rest.values()) {
      assertThat(Endings.of(resting(rest, rest.goal()), rest.goal(), Optional.empty())).isEmpty();
    }
  }

  @Test
  void itIsCalledEqualOnlyWhenItIsSeenToBe() {
    var staged = resting(Phase.Rest.STAGED, Goal.STAGED);
    var equal = seen(LinkSeen.Phase.FOLLOWING, Optional.of(NOW));
    assertThat(Endings.of(staged, Goal.STAGED, Optional.of(equal)))
        .hasValueSatisfying(end -> assertThat(end.message()).contains("follows and is equal"));
    for (World world :
        List.of(
            seen(LinkSeen.Phase.RETAINING, Optional.of(NOW)),
            seen(LinkSeen.Phase.FOLLOWING, Optional.empty()))) {
      assertThat(Endings.of(staged, Goal.STAGED, Optional.of(world))).isEmpty();
      assertThat(Endings.asItIs(staged, Goal.STAGED, Optional.of(world)))
          .hasValueSatisfying(end -> {
            assertThat(end.exit()).isEqualTo(Exit.DONE);
            assertThat(end.message())
                .contains("right now it is not known to be equal: orders: ")
                .doesNotContain("follows");
          });
    }
  }

  @Test
  void whoDrivesItselfDoesNotSayBeforeItsFirstLookThatNobodyDoes() {
    var staged = resting(Phase.Rest.STAGED, Goal.STAGED);
    assertThat(StatusView.of(staged, Optional.empty(), NOW).trouble())
        .hasValueSatisfying(trouble -> assertThat(trouble).contains("no controller drives it now"));
    var begun = NOW.minusSeconds(1);
    assertThat(StatusView.of(staged, Optional.empty(), NOW, begun).trouble()).isEmpty();
    assertThat(StatusView.of(staged, Optional.empty(), NOW.plusSeconds(60), begun).trouble())
        .as("what does not come to look in a minute does not drive")
        .isPresent();
  }

  @Test
  void whatIsOnlyRegisteredHasNoTimeSinceWhichItIsSo() {
    var phase = new Phase.Registered(List.of());
    var registered =
        new Promotion(
            Samples.ORDERS_ONLY, "plan", Goal.STAGED, false, 1, Flown.NONE, Set.of(), phase);
    assertThat(StatusView.of(registered, Optional.empty(), NOW).since()).isEmpty();
    var staged = resting(Phase.Rest.STAGED, Goal.STAGED);
    assertThat(StatusView.of(staged, Optional.empty(), NOW).since()).contains(NOW);
  }

  @Test
  void whatIsNotInStepIsWaitedForAtRestToo() {
    var staged = resting(Phase.Rest.STAGED, Goal.STAGED);
    var world = seen(LinkSeen.Phase.RETAINING, Optional.of(NOW));
    var waits = Readiness.waits(staged, world);
    var sight = new Sight(world, waits, Optional.empty());
    var notice = new Board.Notice(NOW, "controller 1", EventCodec.json(sight));
    assertThat(StatusView.of(staged, Optional.of(notice), NOW).waits())
        .containsExactly("orders: the link is keeping writes that nobody takes");
  }

  @Test
  void whereAPlaneCouldNotLeadUsersIsToldOnceWhateverIsWaitedFor() {
    var promoted = led(resting(Phase.Rest.PROMOTED, Goal.PROMOTED), NAME);
    var world = named(Cohort.EVERYBODY, true);
    var away = world.route("name").withUnable(Map.of(Side.SOURCE, "its agent does not answer"));
    var unable = new World(world.data(), Map.of("name", away));
    String words = "route name cannot lead users to the source: its agent does not answer";
    for (List<String> waits : List.of(List.<String>of(), List.of(words))) {
      var sight = new Sight(unable, waits, Optional.empty());
      var notice = new Board.Notice(NOW, "controller 1", EventCodec.json(sight));
      var status = StatusView.of(promoted, Optional.of(notice), NOW);
      assertThat(Stream.concat(status.waits().stream(), status.notes().stream()))
          .containsOnlyOnce(words);
    }
  }

  @Test
  void aMoveIsOverOnlyWhenASlowPlaneLeadsNobodyElsewhereWhoCanBeWaitedFor() {
    for (var rest : List.of(Phase.Rest.PROMOTED, Phase.Rest.ROLLED_BACK)) {
      var promotion = led(resting(rest, rest.goal()), NAME);
      Cohort users = rest.owner() == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
      Cohort others = rest.owner() == Side.TARGET ? Cohort.NOBODY : Cohort.EVERYBODY;
      assertThat(Endings.of(promotion, rest.goal(), Optional.of(named(users, false)))).isEmpty();
      assertThat(Endings.of(promotion, rest.goal(), Optional.of(named(others, true)))).isEmpty();
      assertThat(Endings.of(promotion, rest.goal(), Optional.of(named(users, true))))
          .hasValueSatisfying(ended -> {
            assertThat(ended.exit()).isEqualTo(Exit.DONE);
            assertThat(ended.message()).endsWith("route name does not reach everybody: X lies");
          });
    }
    // Whoever only stages has not moved anybody.
    var staged = led(resting(Phase.Rest.STAGED, Goal.STAGED), NAME);
    assertThat(Endings.asItIs(staged, Goal.STAGED, Optional.of(named(Cohort.NOBODY, false))))
        .isPresent();
  }

  @Test
  void aPlaneThatIsAwayForGoodKeepsNoMoveFromItsEndAndIsNamed() {
    var front = new Route("front", "router", "orders", "http://control", Optional.empty());
    for (var rest : List.of(Phase.Rest.PROMOTED, Phase.Rest.ROLLED_BACK)) {
      var promotion = led(resting(rest, rest.goal()), front);
      var data = seen(LinkSeen.Phase.FOLLOWING, Optional.of(NOW)).data();
      var world = new World(data, Map.of("front", RouteSeen.unreachable("gone")));
      assertThat(Endings.of(promotion, rest.goal(), Optional.of(world)))
          .hasValueSatisfying(ended -> {
            assertThat(ended.exit()).isEqualTo(Exit.DONE);
            assertThat(ended.message()).contains("route front: gone");
          });
      assertThat(Readiness.forSevering(promotion, world)).containsExactly("route front: gone");
    }
  }

  /** As when a host is believed to be off, and nobody has seen that it took its address. */
  @Test
  void whatAMoveLedUsersToAndCannotBeLedToNowIsTold() {
    for (var rest : List.of(Phase.Rest.PROMOTED, Phase.Rest.ROLLED_BACK)) {
      Side owner = rest.owner();
      var promotion = led(resting(rest, rest.goal()), NAME);
      World world = named(owner == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY, true);
      for (Side side : Side.values()) {
        var seen = world.route("name").withUnable(Map.of(side, "its agent does not answer"));
        assertThat(
                Endings.of(
                        promotion,
                        rest.goal(),
                        Optional.of(new World(world.data(), Map.of("name", seen))))
                    .orElseThrow()
                    .message()
                    .contains(
                        "route name cannot lead users to the "
                            + owner.word()
                            + ": its agent does not answer"))
            .isEqualTo(side == owner);
      }
    }
  }

  private static final Route NAME =
      new Route("name", "dns", "orders", "ns1", Optional.empty(), Route.Traits.OF_NAMES, Map.of());

  private static Promotion led(Promotion like, Route route) {
    var alike = like.workload();
    var workload =
        new Workload(
            alike.name(),
            alike.owner(),
            alike.model(),
            alike.assets(),
            List.of(route),
            alike.limits(),
            alike.flights());
    return new Promotion(
        workload, "plan", like.goal(), false, like.epoch(), like.flown(), Set.of(), like.phase());
  }

  private static World named(Cohort users, boolean settled) {
    var order = new RouteOrder(4, "old", "new", users, Optional.empty(), Optional.empty(), true);
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
            List.of(),
            Optional.of(
                new Settling(true, settled, Optional.empty(), List.of(), List.of("X lies"))));
    return new World(seen(LinkSeen.Phase.FOLLOWING, Optional.of(NOW)).data(), Map.of("name", seen));
  }

  @Test
  void aPromotionThatWasWithheldSaysWhatToDo() {
    for (var reason : Rehearsals.Reason.values()) {
      var withheld = new Rehearsals.Withheld(reason, List.of("work_mem was 4MB and is 8MB"));
      var promotion =
          Evolver.evolve(
              resting(Phase.Rest.STAGED, Goal.PROMOTED),
              new Event.PromotionWithheld(withheld, NOW));
      var ended =
          Endings.of(
                  promotion,
                  Goal.PROMOTED,
                  Optional.of(seen(LinkSeen.Phase.FOLLOWING, Optional.of(NOW))))
              .orElseThrow();
      assertThat(ended.exit()).isEqualTo(Exit.BLOCKED);
      assertThat(ended.code())
          .isEqualTo(
              switch (reason) {
                case DRIFTED -> "promotion-drifted";
                case NOT_REHEARSED -> "promotion-not-rehearsed";
                case GATES -> "promotion-gated";
                case LOOSENED -> "promotion-gates-loosened";
              });
      String verb =
          switch (reason) {
            case GATES -> "landfall ready";
            case LOOSENED -> "order it again";
            case DRIFTED, NOT_REHEARSED -> "landfall rehearse";
          };
      assertThat(ended.message()).contains("work_mem was 4MB and is 8MB", verb);
    }
  }
}
