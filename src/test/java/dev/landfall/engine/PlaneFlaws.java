package dev.landfall.engine;

import dev.landfall.promotion.Action;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.replication.Fence;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Mistakes in the order of planes of several kinds, and about planes that need time. */
enum PlaneFlaws {
  /** Database clients are let go while the journal does not say yet who owns the data. */
  DATA_ROUTE_LET_GO_BEFORE_THE_COMMIT(
      Flaw.of(new Rules(Decider::decide, PlaneFlaws::letsGoUncommitted))),
  /** They are let go to an owner that does not accept writes yet. */
  DATA_ROUTE_LET_GO_BEFORE_THE_OWNER_IS_OPEN(
      Flaw.of(new Rules(Decider::decide, PlaneFlaws::letsGoToAFence))),
  /** Users are let go while the databases that they need still make everybody wait. */
  FRONT_LET_GO_BEFORE_THE_POOL(Flaw.of(new Rules(Decider::decide, PlaneFlaws::frontsFirst))),
  /** Databases make everybody wait while requests are under way that need them. */
  POOL_HOLDS_BEFORE_THE_FRONT_IS_QUIET(
      Flaw.of(new Rules(Decider::decide, PlaneFlaws::holdsAtOnce))),
  /** A cutover begins although users of a name could not follow it quickly. */
  CUTOVER_BEGUN_WITH_A_SLOW_PLANE_UNPREPARED(
      Flaw.of(Flaws.seeing((promotion, world) -> settling(promotion, world, true, false)))),
  /** The commit point is passed although an address says that it cannot be moved. */
  COMMIT_PAST_A_PLANE_THAT_IS_UNABLE(
      Flaw.of(
          Flaws.seeing((promotion, world) ->
              with(promotion, world, (_, seen) -> seen.withUnable(Map.of()))))),
  /** The link is severed although a name may still lead users back. */
  LINK_SEVERED_WHILE_A_NAME_HAS_NOT_SETTLED(
      Flaw.of(Flaws.seeing((promotion, world) -> settling(promotion, world, false, true))));

  @SuppressWarnings("ImmutableEnumChecker") // Rules are functions without a state.
  private final Flaw flaw;

  PlaneFlaws(Flaw flaw) {
    this.flaw = flaw;
  }

  Flaw flaw() {
    return flaw;
  }

  private static World with(
      Promotion promotion, World world, BiFunction<Route, RouteSeen, RouteSeen> change) {
    var routes = new LinkedHashMap<String, RouteSeen>();
    for (Route route : promotion.workload().routes()) {
      routes.put(route.name(), change.apply(route, world.route(route.name())));
    }
    return new World(world.data(), routes, world.configuration(), world.access());
  }

  private static boolean isOfData(Promotion promotion, Action action) {
    return action instanceof Action.OnRoute(String name, _)
        && promotion.workload().routes().stream()
            .anyMatch(route -> route.name().equals(name) && promotion.workload().isOfData(route));
  }

  private static List<Action> letsGoUncommitted(Promotion promotion, World world) {
    List<Action> actions = Course.next(promotion, world);
    if (!Flaws.in(promotion, Cutover.Step.PROVING)) {
      return actions;
    }
    var all = new ArrayList<Action>();
    for (Route route : promotion.workload().routes()) {
      if (promotion.workload().isOfData(route)) {
        world
            .route(route.name())
            .order()
            .map(order -> new Action.OnRoute(route.name(), released(order)))
            .ifPresent(all::add);
      }
    }
    all.addAll(actions.stream().filter(action -> !isOfData(promotion, action)).toList());
    return all;
  }

  private static RouteOrder released(RouteOrder order) {
    return new RouteOrder(
        order.epoch(),
        order.source(),
        order.target(),
        order.cohort(),
        Optional.empty(),
        order.health());
  }

  private static List<Action> letsGoToAFence(Promotion promotion, World world) {
    if (!Flaws.in(promotion, Cutover.Step.OPENING)) {
      return Course.next(promotion, world);
    }
    World open =
        Flaws.fencedOn(Flaws.fencedOn(world, Side.SOURCE, Fence.OPEN), Side.TARGET, Fence.OPEN);
    var actions = new ArrayList<Action>();
    Course.next(promotion, open).stream()
        .filter(action -> isOfData(promotion, action))
        .forEach(actions::add);
    Course.next(promotion, world).stream()
        .filter(action -> !isOfData(promotion, action))
        .forEach(actions::add);
    return actions;
  }

  private static List<Action> frontsFirst(Promotion promotion, World world) {
    if (!Flaws.in(promotion, Cutover.Step.OPENING)) {
      return Course.next(promotion, world);
    }
    World poolsAway =
        with(
            promotion,
            world,
            (route, seen) ->
                promotion.workload().isOfData(route) ? RouteSeen.unreachable("a flaw") : seen);
    var actions = new ArrayList<Action>();
    Course.next(promotion, poolsAway).stream()
        .filter(action -> !isOfData(promotion, action))
        .forEach(actions::add);
    Course.next(promotion, world).stream()
        .filter(action -> isOfData(promotion, action))
        .forEach(actions::add);
    return actions;
  }

  /** As if nobody were under way behind fronts that hold already. */
  private static List<Action> holdsAtOnce(Promotion promotion, World world) {
    if (!Flaws.in(promotion, Cutover.Step.HOLDING)) {
      return Course.next(promotion, world);
    }
    World quiet =
        with(
            promotion,
            world,
            (route, seen) ->
                promotion.workload().isOfData(route) ? seen : quiet(seen, promotion.epoch()));
    var actions = new ArrayList<Action>();
    Course.next(promotion, quiet).stream()
        .filter(action -> isOfData(promotion, action))
        .forEach(actions::add);
    Course.next(promotion, world).stream()
        .filter(action -> !isOfData(promotion, action))
        .forEach(actions::add);
    return actions;
  }

  private static RouteSeen quiet(RouteSeen seen, long epoch) {
    Optional<RouteOrder> order =
        seen.order()
            .map(each ->
                new RouteOrder(
                    epoch,
                    each.source(),
                    each.target(),
                    each.cohort(),
                    each.hold(),
                    each.health()));
    return new RouteSeen(
        seen.fault(),
        order,
        true,
        false,
        0,
        0,
        0,
        seen.heldMax(),
        0,
        seen.sourceHealthy(),
        seen.targetHealthy(),
        seen.tallies(),
        seen.settling());
  }

  private static World settling(Promotion promotion, World world, boolean ready, boolean settled) {
    return with(
        promotion,
        world,
        (_, seen) ->
            new RouteSeen(
                seen.fault(),
                seen.order(),
                seen.holding(),
                seen.holdRanOut(),
                seen.inFlight(),
                seen.inFlightUnsafe(),
                seen.held(),
                seen.heldMax(),
                seen.refused(),
                seen.sourceHealthy(),
                seen.targetHealthy(),
                seen.tallies(),
                seen.settling()
                    .map(each ->
                        new Settling(
                            each.ready() || ready,
                            each.settled() || settled,
                            each.until(),
                            each.waitsFor(),
                            each.named()))));
  }
}
