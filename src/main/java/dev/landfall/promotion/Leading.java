package dev.landfall.promotion;

import dev.landfall.replication.Fence;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which orders planes are given, and in which order of planes.
 *
 * <p>Users wait at the planes in front before anybody waits for a database: a request under way may
 * need several transactions, and could not end if the second of them had to wait. So a data route
 * is told to hold only when nobody in front of it writes any more, and it is the first to let go.
 * Planes that can make nobody wait are told last, when nobody waits for that.
 */
final class Leading {
  private Leading() {}

  /** The orders that may be given now. */
  static List<Action> next(Promotion promotion, Wanted wanted, World world) {
    var actions = new ArrayList<Action>();
    if (!mayLead(promotion, wanted, world)) {
      return actions;
    }
    for (Route route : promotion.workload().routes()) {
      RouteOrder order = order(promotion, wanted, route);
      boolean due = !taken(order, world.route(route.name()));
      if (due && isTurnOf(route, promotion, wanted, world)) {
        actions.add(new Action.OnRoute(route.name(), order));
      }
    }
    return actions;
  }

  /** Whether every plane has the order that is wanted, and those that need time have taken it. */
  static boolean reached(Promotion promotion, Wanted wanted, World world) {
    return promotion.workload().routes().stream()
        .allMatch(route -> {
          RouteSeen seen = world.route(route.name());
          return taken(order(promotion, wanted, route), seen)
              && (wanted.severed().isEmpty() || isSettled(route, seen));
        });
  }

  /** Whether a plane has let users go who waited to be led on, and led them nowhere else. */
  static boolean isLetGo(Promotion promotion, Route route, World world) {
    RouteSeen seen = world.route(route.name());
    return seen.fault().isEmpty()
        && !isWaiting(promotion, seen)
        && !taken(order(promotion, Wants.in(promotion), route), seen);
  }

  /** Whether users still wait at a plane since before they may be led on. */
  private static boolean isWaiting(Promotion promotion, RouteSeen seen) {
    return seen.holding() && seen.epoch() == promotion.epoch() - 1;
  }

  /** Whether everybody is led where the plane was told to, as far as they can be waited for. */
  static boolean isSettled(Route route, RouteSeen seen) {
    return !route.traits().slow()
        || (seen.fault().isEmpty() && seen.settling().filter(each -> each.settled()).isPresent());
  }

  /** Whether a change of a plane would reach everybody quickly. */
  static boolean isReady(Route route, RouteSeen seen) {
    return !route.traits().slow()
        || (seen.fault().isEmpty() && seen.settling().filter(each -> each.ready()).isPresent());
  }

  /** Who belongs to the target, as far as this plane can lead them. */
  static Cohort users(Promotion promotion, Route route, Cohort users, Side owner) {
    if (promotion.workload().isOfData(route)) {
      return Wanted.all(owner);
    }
    if (route.traits().knowsUsers()) {
      return users;
    }
    return users.isEverybody() && owner == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
  }

  /** Whether a plane in front of the data can make users wait. */
  static boolean holdsUsers(Promotion promotion, Route route) {
    return route.traits().holds() && !promotion.workload().isOfData(route);
  }

  private static boolean isTurnOf(Route route, Promotion promotion, Wanted wanted, World world) {
    List<Route> routes = promotion.workload().routes();
    boolean ofData = promotion.workload().isOfData(route);
    if (promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
        && cutover.isCrossing()
        && cutover.committed()) {
      // Whoever was let go meanwhile may have written on the source, and that is still under way.
      return isWaiting(promotion, world.route(route.name()));
    }
    if (wanted.hold()) {
      return route.traits().holds()
          && (!ofData
              || routes.stream()
                  .filter(each -> holdsUsers(promotion, each))
                  .allMatch(each -> isQuiet(promotion, world.route(each.name()))));
    }
    // One that is away, or let go by itself because it refuses its orders, keeps nobody waiting:
    // then nobody gains by waiting for it.
    return routes.stream()
        .filter(each -> rank(promotion, each) < rank(promotion, route))
        .allMatch(each -> {
          RouteSeen seen = world.route(each.name());
          return seen.fault().isPresent()
              || seen.holdRanOut()
              || taken(order(promotion, wanted, each), seen);
        });
  }

  private static int rank(Promotion promotion, Route route) {
    if (promotion.workload().isOfData(route)) {
      return 0;
    }
    return route.traits().holds() ? 1 : 2;
  }

  private static boolean isQuiet(Promotion promotion, RouteSeen seen) {
    return seen.holding() && seen.epoch() == promotion.epoch() && seen.inFlightUnsafe() == 0;
  }

  /**
   * Users are led to a side only once all its data accepts writes; to a hold they may always be.
   */
  private static boolean mayLead(Promotion promotion, Wanted wanted, World world) {
    return wanted.hold()
        || Flights.areLedBack(promotion)
        || wanted.open().stream()
            .allMatch(side ->
                promotion.workload().data().stream()
                    .map(asset -> world.data(asset.name()))
                    .allMatch(seen ->
                        seen.on(side).fence() == Fence.OPEN
                            || Course.cannotOpen(wanted, seen, side)));
  }

  private static RouteOrder order(Promotion promotion, Wanted wanted, Route route) {
    Asset asset = promotion.workload().asset(route);
    boolean holds = wanted.hold() && route.traits().holds();
    Optional<Duration> hold =
        holds ? Optional.of(promotion.workload().limits().hold()) : Optional.empty();
    return new RouteOrder(
        promotion.epoch(),
        asset.source().url(),
        asset.target().url(),
        users(promotion, route, wanted.users(), promotion.owner()),
        hold,
        asset instanceof Asset.Service service ? service.health() : Optional.empty(),
        route.traits().slow() && isPreparing(promotion));
  }

  /** Whether users may be led to the other side before long. */
  private static boolean isPreparing(Promotion promotion) {
    return switch (promotion.phase()) {
      case Phase.CuttingOver _, Phase.Undoing _ -> true;
      case Phase.Resting resting ->
          promotion.flown().number() > 0
              || (resting.rest() == Phase.Rest.PROMOTED && promotion.goal() != Goal.COMPLETED)
              || Decider.moves(promotion.goal(), resting.rest().owner());
      case Phase.Parked parked -> isPreparing(promotion.in(parked.was()));
      case Phase.Registered _, Phase.Replicating _ -> false;
      case Phase.Severing _, Phase.Completed _, Phase.GivingUp _, Phase.GivenUp _ -> false;
    };
  }

  private static boolean taken(RouteOrder order, RouteSeen seen) {
    return seen.fault().isEmpty() && seen.order().filter(order::equals).isPresent();
  }
}
