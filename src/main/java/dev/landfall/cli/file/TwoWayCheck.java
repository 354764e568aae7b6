package dev.landfall.cli.file;

import dev.landfall.workload.Asset;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Named;
import dev.landfall.workload.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether both sides can accept writes while users fly, as far as a file tells: every user must be
 * on one side at any time, whichever way he comes and wherever he sits.
 */
final class TwoWayCheck {
  private static final String ROUTER = "router";

  private final Section file;
  private final FlightPlan plan;

  private TwoWayCheck(Section file, FlightPlan plan) {
    this.file = file;
    this.plan = plan;
  }

  /** Adds to the mistakes what stands against it. */
  static void check(
      Section file,
      Optional<FlightPlan> plan,
      List<Asset> assets,
      Map<String, Field> fields,
      List<Route> routes) {
    boolean twoWay = plan.filter(each -> each.data() == DataPlan.TWO_WAY).isPresent();
    if (twoWay) {
      var check = new TwoWayCheck(file, plan.get());
      check.users();
      check.routes(assets, routes);
      check.assets(assets);
      return;
    }
    data(assets)
        .filter(asset -> asset.cohortKey().isPresent())
        .forEach(asset ->
            Optional.ofNullable(fields.get(asset.name()))
                .ifPresent(field ->
                    field.wrong(
                        "it has a cohort-key, and one side owns the data at any time",
                        "say flights.data: two-way, or take cohort-key away")));
    if (plan.filter(each -> each.conflictsMax() > 0).isPresent()) {
      wrong(
          file,
          "conflicts-max is given, and one side owns the data at any time",
          "say data: two-way, or take conflicts-max away");
    }
  }

  private void users() {
    if (plan.identity().userHeader().isEmpty() && plan.identity().userCookie().isEmpty()) {
      wrong(
          "data is two-way, and nothing says where a request has its user",
          "add user: header:NAME or cookie:NAME, with what the cohort key says too: one user on two"
              + " sides writes the same rows on both");
    }
    if (plan.onFail() == FlightPlan.OnFail.PREVIOUS) {
      wrong("data is two-way, and on-fail is previous", "only everybody can come back: zero");
    }
    boolean networks =
        Stream.concat(Stream.of(plan.kept()), plan.flights().stream().map(Flight::named))
            .map(Named::networks)
            .anyMatch(each -> !each.isEmpty());
    if (networks) {
      wrong(
          "data is two-way, and networks are named",
          "a user who comes from two networks would write on both sides: name users");
    }
    boolean groups =
        Stream.concat(Stream.of(plan.kept()), plan.flights().stream().map(Flight::named))
            .map(Named::groups)
            .anyMatch(each -> !each.isEmpty());
    if (groups) {
      wrong(
          "data is two-way, and groups are named",
          "a user who joins or leaves a group would change sides between two requests: name users");
    }
  }

  private void routes(List<Asset> assets, List<Route> routes) {
    for (Route route : routes) {
      boolean ofData = data(assets).anyMatch(asset -> asset.name().equals(route.asset()));
      if (ofData) {
        wrong(
            "data is two-way, and route " + route.name() + " leads to one owner of the data",
            "take it away: the services of each side work on their own database");
      } else if (!route.kind().equals(ROUTER)) {
        wrong(
            "data is two-way, and route "
                + route.name()
                + " of kind "
                + route.kind()
                + " does not tell users by their names alone",
            "lead users by one route of kind router: a user with two browsers is on one side"
                + " there");
      }
    }
    if (routes.size() > 1) {
      wrong(
          "data is two-way, and there are " + routes.size() + " routes",
          "one: a user who comes by two could be on both sides for a moment");
    }
  }

  private void assets(List<Asset> assets) {
    data(assets)
        .filter(asset -> asset.cohortKey().isEmpty())
        .forEach(asset ->
            wrong(
                "data is two-way, and assets."
                    + asset.name()
                    + " does not say which columns say whose row a row is",
                "add cohort-key: { columns: [customer_id] } to it"));
  }

  private static Stream<Asset.Data> data(List<Asset> assets) {
    return assets.stream().filter(Asset.Data.class::isInstance).map(Asset.Data.class::cast);
  }

  private void wrong(String found, String allowed) {
    wrong(file, found, allowed);
  }

  private static void wrong(Section file, String found, String allowed) {
    file.field("flights").ifPresent(field -> field.wrong(found, allowed));
  }
}
