package dev.landfall.engine;

import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Wants;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Checks the orders that planes of all kinds take, against what the journal says (I3, I9). */
final class OrderWatch {
  /** Who belongs to the target, and who owns the data. */
  private record Said(Cohort users, Side owner) {}

  private final Simulation simulation;
  private final Map<String, Route> routes = new HashMap<>();
  private final Site site;

  /** By the epoch that first said so. */
  private final TreeMap<Long, Said> said = new TreeMap<>();

  /** Epochs of cutovers: one that lost its journal is taken back by the epoch after it. */
  private final Set<Long> cutting = new HashSet<>();

  OrderWatch(Simulation simulation, Site site) {
    this.simulation = simulation;
    this.site = site;
    site.workload.routes().forEach(route -> routes.put(route.name(), route));
  }

  /** An event was appended, and folded into the site. */
  void appended() {
    Promotion promotion = site.state();
    said.putIfAbsent(promotion.epoch(), new Said(Wants.in(promotion).users(), promotion.owner()));
    if (promotion.phase() instanceof Phase.CuttingOver) {
      cutting.add(promotion.epoch());
    }
  }

  /** The share of users who belong to the target by now, in ten-thousandths. */
  int shareNow() {
    return said.isEmpty() ? 0 : said.lastEntry().getValue().users().share();
  }

  /**
   * A plane has taken an order: it leads whom the journal says, by the epoch that it says, and no
   * order that is older than the one it had.
   *
   * @param before the epoch of the order that it had
   */
  void taken(String plane, RouteOrder order, long before) {
    long epoch = order.epoch();
    if (epoch < before) {
      simulation.violated(
          "I9: %s takes an order of epoch %d after one of epoch %d"
              .formatted(plane, epoch, before));
    }
    Optional<Cohort> wanted = wanted(plane, epoch);
    boolean takenBack =
        cutting.contains(epoch - 1)
            && wanted(plane, epoch - 1).filter(order.cohort()::equals).isPresent();
    if (wanted.filter(each -> isSame(each, order.cohort())).isEmpty() && !takenBack) {
      simulation.violated(
          "I3: %s leads %s by epoch %d, and the journal says %s"
              .formatted(
                  plane,
                  order.cohort().words(),
                  epoch,
                  wanted.map(Cohort::words).orElse("nothing")));
    }
  }

  /** How nobody is told apart changes when two owners are no longer wanted, and leads nobody. */
  private static boolean isSame(Cohort wanted, Cohort ordered) {
    return wanted.equals(ordered) || (wanted.isNobody() && ordered.isNobody());
  }

  private Optional<Cohort> wanted(String plane, long epoch) {
    Route route = Objects.requireNonNull(routes.get(plane));
    return Optional.ofNullable(said.floorEntry(epoch))
        .map(Map.Entry::getValue)
        .map(each -> wanted(route, each));
  }

  /** Whoever has flown is told from others only by planes that can; data has one owner. */
  private Cohort wanted(Route route, Said by) {
    if (site.workload.isOfData(route)) {
      return by.owner == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
    }
    if (route.traits().knowsUsers()) {
      return by.users;
    }
    return by.users.isEverybody() && by.owner == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
  }
}
