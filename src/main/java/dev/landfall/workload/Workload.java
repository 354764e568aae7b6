package dev.landfall.workload;

import java.util.List;
import java.util.Optional;

/**
 * What is promoted as one: assets, the routes to them, and the limits (R1).
 *
 * @param name unique in a data folder; letters, digits and dashes
 * @param owner the team that answers for it
 * @param model how its users move
 * @param assets in the order of the file
 * @param routes in the order of the file
 * @param flights how users move in the flight model; absent in every other
 * @param rehearsalRequired whether users may leave the source only after a rehearsal
 * @param access what the adoption team loses when users have moved, in the order of the file
 * @param gates what must be so before users move; absent when nothing but the technical checks
 *     holds them back
 */
public record Workload(
    String name,
    String owner,
    Model model,
    List<Asset> assets,
    List<Route> routes,
    Limits limits,
    Optional<FlightPlan> flights,
    boolean rehearsalRequired,
    List<Access> access,
    Optional<GatePlan> gates) {

  public Workload {
    assets = List.copyOf(assets);
    routes = List.copyOf(routes);
    access = List.copyOf(access);
  }

  /** A workload without gates. */
  public Workload(
      String name,
      String owner,
      Model model,
      List<Asset> assets,
      List<Route> routes,
      Limits limits,
      Optional<FlightPlan> flights,
      boolean rehearsalRequired,
      List<Access> access) {
    this(
        name,
        owner,
        model,
        assets,
        routes,
        limits,
        flights,
        rehearsalRequired,
        access,
        Optional.empty());
  }

  /** A workload that needs no rehearsal, and takes nothing from anybody. */
  public Workload(
      String name,
      String owner,
      Model model,
      List<Asset> assets,
      List<Route> routes,
      Limits limits,
      Optional<FlightPlan> flights) {
    this(name, owner, model, assets, routes, limits, flights, false, List.of());
  }

  /** A workload of a model without flights. */
  public Workload(
      String name,
      String owner,
      Model model,
      List<Asset> assets,
      List<Route> routes,
      Limits limits) {
    this(name, owner, model, assets, routes, limits, Optional.empty());
  }

  /** The same workload behind other gates. */
  public Workload behind(Optional<GatePlan> other) {
    return new Workload(
        name, owner, model, assets, routes, limits, flights, rehearsalRequired, access, other);
  }

  /** The assets that hold state. */
  public List<Asset.Data> data() {
    return assets.stream()
        .filter(Asset.Data.class::isInstance)
        .map(Asset.Data.class::cast)
        .toList();
  }

  /** Whether both sides own the data while users fly. */
  public boolean isTwoWay() {
    return flights.filter(plan -> plan.data() == DataPlan.TWO_WAY).isPresent();
  }

  /**
   * The asset that a route leads to.
   *
   * @throws IllegalStateException when there is none: the file's reader should have refused it
   */
  public Asset asset(Route route) {
    return assets.stream()
        .filter(asset -> asset.name().equals(route.asset()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("route " + route.name() + " leads to no asset"));
  }

  /** Whether a route leads to a database, and so to whoever owns its data. */
  public boolean isOfData(Route route) {
    return asset(route) instanceof Asset.Data;
  }
}
