package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.Fence;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several routes, on planes that can do different things. */
class LeadingTest {
  private static final Route FRONT =
      new Route("front", "router", "web", "http://127.0.0.1:1", Optional.empty());
  private static final Route POOL =
      new Route(
          "pool",
          "pgbouncer",
          "orders",
          "127.0.0.1:2",
          Optional.empty(),
          Route.Traits.OF_DATA,
          Map.of());
  private static final Route NAME =
      new Route(
          "name", "dns", "web", "127.0.0.1:3", Optional.empty(), Route.Traits.OF_NAMES, Map.of());

  private static final Route ADDRESS =
      new Route(
          "address",
          "address",
          "web",
          "http://127.0.0.1:4",
          Optional.empty(),
          Route.Traits.OF_ADDRESSES,
          Map.of());

  private static Promotion promotion(Promotion like, Route... routes) {
    var shop = like.workload();
    var workload =
        new Workload(
            shop.name(),
            shop.owner(),
            shop.model(),
            shop.assets(),
            List.of(routes),
            shop.limits(),
            shop.flights());
    return new Promotion(
        workload, "plan", like.goal(), false, like.epoch(), like.flown(), Set.of(), like.phase());
  }

  private static RouteSeen seen(@Nullable RouteOrder order, boolean holding, long unsafe) {
    return new RouteSeen(
        Optional.empty(),
        Optional.ofNullable(order),
        holding,
        false,
        unsafe,
        unsafe,
        0,
        Duration.ZERO,
        0,
        Optional.of(true),
        Optional.of(true),
        List.of());
  }

  private static RouteSeen ranOut(RouteOrder order) {
    return new RouteSeen(
        Optional.empty(),
        Optional.of(order),
        false,
        true,
        0,
        0,
        0,
        Duration.ofSeconds(5),
        0,
        Optional.of(true),
        Optional.of(true),
        List.of());
  }

  private static RouteSeen slow(@Nullable RouteOrder order, boolean ready, boolean settled) {
    RouteSeen seen = seen(order, false, 0);
    return new RouteSeen(
        seen.fault(),
        seen.order(),
        false,
        false,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        seen.sourceHealthy(),
        seen.targetHealthy(),
        List.of(),
        Optional.of(
            new Settling(
                ready, settled, Optional.of(Instant.EPOCH), List.of("the old TTL"), List.of())));
  }

  private static World world(Worlds data, Map<String, RouteSeen> routes) {
    return new World(data.seen().data(), routes);
  }

  private static List<String> ordered(Promotion promotion, World world) {
    var names = new ArrayList<String>();
    for (Action action : Course.next(promotion, world)) {
      if (action instanceof Action.OnRoute(String route, _)) {
        names.add(route);
      }
    }
    return names;
  }

  private static RouteOrder order(Promotion promotion, World world, String name) {
    return Course.next(promotion, world).stream()
        .filter(action -> action instanceof Action.OnRoute(String route, _) && route.equals(name))
        .map(action -> ((Action.OnRoute) action).order())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nobodyWaitsForADatabaseBeforeTheLastWriterInFrontHasEnded() {
    Promotion holding =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.HOLDING), POOL, FRONT);
    RouteOrder held = Promotions.order(5, 0, true);
    var routes = new HashMap<>(Map.of("front", seen(null, false, 3), "pool", seen(null, false, 0)));
    assertThat(ordered(holding, world(Worlds.staged(), routes))).containsExactly("front");
    routes.put("front", seen(held, true, 3));
    assertThat(ordered(holding, world(Worlds.staged(), routes))).isEmpty();
    routes.put("front", seen(held, true, 0));
    assertThat(ordered(holding, world(Worlds.staged(), routes))).containsExactly("pool");
  }

  @Test
  void theFirstStepEndsOnlyWhenThePoolHoldsToo() {
    Promotion holding =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.HOLDING), POOL, FRONT);
    RouteOrder held = Promotions.order(5, 0, true);
    var routes = new HashMap<>(Map.of("front", seen(held, true, 0), "pool", seen(null, false, 0)));
    World half = world(Worlds.staged(), routes);
    assertThat(Decider.decide(holding, new Input.Seen(half), Promotions.NOW))
        .isEqualTo(Decision.NOTHING);
    RouteOrder pool = order(holding, half, "pool");
    routes.put("pool", seen(pool, true, 0));
    assertThat(
            Decider.decide(holding, new Input.Seen(world(Worlds.staged(), routes)), Promotions.NOW))
        .isEqualTo(Decision.of(new Event.Held(Promotions.NOW, 0)));
  }

  @Test
  void whoIsReachedByAddressIsNotWaitedForWhenUsersAreToWait() {
    Promotion holding =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.HOLDING), NAME, FRONT);
    RouteOrder held = Promotions.order(5, 0, true);
    World world =
        world(
            Worlds.staged(), Map.of("front", seen(held, true, 0), "name", slow(null, true, true)));
    assertThat(ordered(holding, world)).isEmpty();
    assertThat(Decider.decide(holding, new Input.Seen(world), Promotions.NOW))
        .isEqualTo(Decision.of(new Event.Held(Promotions.NOW, 0)));
  }

  @Test
  void afterTheCommitThePoolLetsGoFirstThenTheFrontAndNamesChangeLast() {
    Promotion opening =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.OPENING), NAME, FRONT, POOL);
    Worlds data =
        Worlds.fenced(5).fence(Side.TARGET, Fence.OPEN, 6).fence(Side.SOURCE, Fence.FENCED, 5);
    RouteOrder held = Promotions.order(5, 0, true);
    var routes =
        new HashMap<>(
            Map.of(
                "front",
                seen(held, true, 0),
                "pool",
                seen(held, true, 0),
                "name",
                slow(null, true, true)));
    assertThat(ordered(opening, world(data, routes))).containsExactly("pool");
    routes.put("pool", seen(order(opening, world(data, routes), "pool"), false, 0));
    assertThat(ordered(opening, world(data, routes))).containsExactly("front");
    routes.put("front", seen(order(opening, world(data, routes), "front"), false, 0));
    RouteOrder name = order(opening, world(data, routes), "name");
    assertThat(name.cohort()).isEqualTo(Cohort.EVERYBODY);
    assertThat(name.prepare()).isTrue();
  }

  @Test
  void aFrontThatRefusesToLetGoKeepsNoNameOnTheOldSide() {
    Promotion opening =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.OPENING), FRONT, NAME);
    Worlds data =
        Worlds.fenced(5).fence(Side.TARGET, Fence.OPEN, 6).fence(Side.SOURCE, Fence.FENCED, 5);
    RouteOrder held = Promotions.order(5, 0, true);
    var routes =
        new HashMap<>(Map.of("front", seen(held, true, 0), "name", slow(null, true, true)));
    assertThat(ordered(opening, world(data, routes))).containsExactly("front");
    routes.put("front", ranOut(held));
    assertThat(ordered(opening, world(data, routes))).containsExactly("front", "name");
  }

  @Test
  void aPoolThatIsAwayDoesNotKeepUsersWaitingAtTheFront() {
    Promotion opening =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.OPENING), FRONT, POOL);
    Worlds data =
        Worlds.fenced(5).fence(Side.TARGET, Fence.OPEN, 6).fence(Side.SOURCE, Fence.FENCED, 5);
    World world =
        world(
            data,
            Map.of(
                "front",
                seen(Promotions.order(5, 0, true), true, 0),
                "pool",
                RouteSeen.unreachable("gone")));
    assertThat(ordered(opening, world)).contains("front");
  }

  /** The same, of which the address is shown as it was when it was asked so long before. */
  private static Input.Seen before(Input.Seen seen, Duration since) {
    return new Input.Seen(seen.world().withLate(Map.of("address", since)));
  }

  /** One that holds nobody proves by nothing else that it could lead them on. */
  @Test
  void theCommitPointIsNotPassedWhileAPlaneCannotBeAsked() {
    Promotion proving =
        promotion(Promotions.cutting(Side.TARGET, Cutover.Step.PROVING), FRONT, ADDRESS);
    RouteSeen held = seen(Promotions.order(5, 0, true), true, 0);
    RouteSeen there = seen(Promotions.order(4, 0, false), false, 0);
    Worlds proven = Worlds.proven(5, Promotions.TOKEN);
    var silent =
        new Input.Seen(
            world(proven, Map.of("front", held, "address", RouteSeen.unreachable("gone"))));
    var answers = new Input.Seen(world(proven, Map.of("front", held, "address", there)));
    assertThat(Decider.decide(proving, silent, Promotions.NOW)).isEqualTo(Decision.NOTHING);
    assertThat(Decider.decide(proving, answers, Promotions.NOW))
        .isInstanceOfSatisfying(
            Decision.Events.class,
            decided -> assertThat(decided.events()).hasOnlyElementsOfType(Event.OwnerMoved.class));
    for (Duration since : List.of(Duration.ofMillis(300), Readiness.KNOWN_FOR)) {
      assertThat(Decider.decide(proving, before(answers, since), Promotions.NOW))
          .isInstanceOf(Decision.Events.class);
    }
    assertThat(
            Decider.decide(
                proving, before(answers, Readiness.KNOWN_FOR.plusMillis(1)), Promotions.NOW))
        .as("its host may have been lost since")
        .isEqualTo(Decision.NOTHING);
    Instant late = Promotions.NOW.plus(proving.workload().limits().hold());
    assertThat(Decider.decide(proving, silent, late))
        .isInstanceOfSatisfying(
            Decision.Events.class,
            decided ->
                assertThat(decided.events().getLast())
                    .isInstanceOfSatisfying(
                        Event.CutoverAbandoned.class,
                        taken -> assertThat(taken.why()).endsWith("; route address: gone")));
  }

  @Test
  void whileUsersFlyThePoolLeadsToTheOwnerAndTheNameWaitsForEverybody() {
    Promotion flying =
        new Promotion(
            Samples.FLYING,
            "plan",
            Goal.PROMOTED,
            false,
            4,
            Flown.NONE.begun(3, Promotions.NOW, Flights.judge(Samples.FLYING, 3)),
            Set.of(),
            Promotions.rest(Phase.Rest.STAGED));
    Promotion all = promotion(flying, FRONT, POOL, NAME);
    World world =
        world(
            Worlds.staged(),
            Map.of(
                "front",
                seen(null, false, 0),
                "pool",
                seen(null, false, 0),
                "name",
                slow(null, false, true)));
    RouteOrder pool = order(all, world, "pool");
    assertThat(pool.cohort()).isEqualTo(Cohort.NOBODY);
    assertThat(pool.source()).isEqualTo(Samples.SHOP.data().getFirst().source().url());
    var routes = new HashMap<>(world.routes());
    routes.put("pool", seen(pool, false, 0));
    RouteOrder front = order(all, world(Worlds.staged(), routes), "front");
    assertThat(front.cohort()).isEqualTo(Cohort.EVERYBODY);
    routes.put("front", seen(front, false, 0));
    RouteOrder name = order(all, world(Worlds.staged(), routes), "name");
    assertThat(name.cohort()).isEqualTo(Cohort.NOBODY);
    assertThat(name.prepare()).isTrue();
  }

  @Test
  void noCutoverBeginsBeforeASlowPlaneIsQuickToChange() {
    Promotion staged = promotion(Promotions.staged(Goal.PROMOTED), NAME);
    World untold = world(Worlds.staged(), Map.of("name", slow(null, false, true)));
    RouteOrder prepared = order(staged, untold, "name");
    assertThat(prepared.prepare()).isTrue();
    World waiting = world(Worlds.staged(), Map.of("name", slow(prepared, false, true)));
    assertThat(Decider.decide(staged, new Input.Seen(waiting), Promotions.NOW))
        .isEqualTo(Decision.NOTHING);
    assertThat(Readiness.waits(staged, waiting))
        .containsExactly(
            "route name needs time to reach everybody, until 1970-01-01T00:00:00Z at the earliest:"
                + " the old TTL");
    World ready = world(Worlds.staged(), Map.of("name", slow(prepared, true, true)));
    assertThat(Decider.decide(staged, new Input.Seen(ready), Promotions.NOW))
        .isNotEqualTo(Decision.NOTHING);
  }

  @Test
  void theLinkIsSeveredOnlyWhenNobodyIsLedBackAnyMore() {
    Promotion done = promotion(Promotions.promoted(Goal.COMPLETED), NAME);
    RouteOrder there = Promotions.order(4, 100, false);
    World early = world(Worlds.staged(), Map.of("name", slow(there, true, false)));
    assertThat(Decider.decide(done, new Input.Seen(early), Promotions.NOW))
        .isEqualTo(Decision.NOTHING);
    assertThat(Readiness.waits(done, early)).hasSize(1);
    World late = world(Worlds.staged(), Map.of("name", slow(there, true, true)));
    assertThat(Decider.decide(done, new Input.Seen(late), Promotions.NOW))
        .isNotEqualTo(Decision.NOTHING);
  }

  /** A plane that was away while the last flight passed has settled long ago: on the source. */
  @Test
  void theLinkIsNotSeveredWhileAPlaneLeadsByAnOrderOfBefore() {
    Promotion done = promotion(Promotions.promoted(Goal.COMPLETED), NAME, FRONT);
    RouteOrder before = Promotions.order(3, 0, false);
    RouteOrder after = Promotions.order(4, 100, false);
    for (var routes :
        List.of(
            Map.of("name", slow(before, true, true), "front", seen(after, false, 0)),
            Map.of("name", slow(after, true, true), "front", seen(before, false, 0)),
            Map.of("name", slow(after, true, true), "front", RouteSeen.unreachable("gone")))) {
      World world = world(Worlds.staged(), routes);
      assertThat(Decider.decide(done, new Input.Seen(world), Promotions.NOW))
          .as("by %s", routes)
          .isEqualTo(Decision.NOTHING);
      assertThat(Readiness.waits(done, world)).hasSize(1);
    }
  }

  @Test
  void whatAPlaneCanDoIsNotChangedUnderUsers() {
    Promotion staged = promotion(Promotions.staged(Goal.PROMOTED), FRONT);
    var less =
        new Route(
            FRONT.name(),
            FRONT.kind(),
            FRONT.asset(),
            FRONT.control(),
            FRONT.token(),
            Route.Traits.OF_DATA,
            Map.of());
    Workload edited = promotion(Promotions.staged(Goal.PROMOTED), less).workload();
    assertThat(Decider.decide(staged, new Input.Ask.Amend(edited, "other"), Promotions.NOW))
        .isInstanceOf(Decision.Refused.class);
  }

  @Test
  void aPlanWalksThroughRoutesOfAllKinds() {
    Promotion all = promotion(Promotions.staged(Goal.PROMOTED), FRONT, POOL, NAME);
    List<String> legs =
        Itinerary.of(all.workload(), "plan", Goal.COMPLETED, Promotions.NOW).stream()
            .map(Itinerary.Leg::what)
            .toList();
    assertThat(legs)
        .containsSubsequence(
            "keep route name quick to change, and lead 0 % of route name to the target",
            "hold the requests of route front",
            "hold the requests of route pool",
            "lead 100 % of route pool to the target",
            "lead 100 % of route front to the target",
            "keep route name quick to change, and lead 100 % of route name to the target",
            "sever the link of orders");
  }
}
