package dev.landfall.engine;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.World;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds planes and databases that took orders which are not in this journal. Orders of the first
 * epoch would take a plane away from another workload's users; and what has a higher epoch refuses
 * them for ever, as when a data folder was lost.
 */
final class ForeignOrders {
  /** The epoch of a promotion that has not begun. */
  private static final long FIRST = 1;

  private ForeignOrders() {}

  /** What stands in the way of a workload that has given no order yet. */
  static List<Finding> of(Workload workload, World seen) {
    var findings = new ArrayList<Finding>();
    for (Asset.Data asset : workload.data()) {
      for (Side side : Side.values()) {
        long epoch = seen.data(asset.name()).on(side).epoch();
        if (epoch > FIRST) {
          findings.add(
              foreign(
                  SurveyProblem.FOREIGN_DATA.id(),
                  asset.name() + ": " + side.word(),
                  "it took orders up to epoch " + epoch + ", which are not in this journal",
                  "use the data folder that they are in; when it is lost, find out by hand which"
                      + " side owns the data, then drop slots, publications, subscriptions and"
                      + " schema landfall on both, and begin with a new copy"));
        }
      }
    }
    for (Route route : workload.routes()) {
      taken(workload.asset(route), seen.route(route.name()))
          .ifPresent(why ->
              findings.add(
                  foreign(
                      SurveyProblem.FOREIGN_ROUTE.id(),
                      "route " + route.name(),
                      why,
                      "give each workload a plane of its own; when nobody else uses this one any"
                          + " more, start it again without its last order")));
    }
    return findings;
  }

  private static Optional<String> taken(Asset asset, RouteSeen seen) {
    if (seen.fault().isPresent() || seen.order().isEmpty()) {
      return Optional.empty();
    }
    RouteOrder order = seen.order().get();
    boolean ours =
        order.source().equals(asset.source().url()) && order.target().equals(asset.target().url());
    if (!ours) {
      return Optional.of("it leads to " + order.source() + " and " + order.target());
    }
    return order.epoch() > FIRST
        ? Optional.of("it took orders up to epoch " + order.epoch() + ", not in this journal")
        : Optional.empty();
  }

  private static Finding foreign(String code, String subject, String seen, String remedy) {
    return new Finding(Finding.Severity.BLOCKS, code, subject, seen, remedy);
  }
}
