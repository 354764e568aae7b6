package dev.landfall.workload;

import java.util.List;

/**
 * What is promoted as one: assets, the routes to them, and the limits (R1).
 *
 * @param name unique in a data folder; letters, digits and dashes
 * @param owner the team that answers for it
 * @param model how its users move
 * @param assets in the order of the file
 * @param routes in the order of the file
 */
public record Workload(
    String name, String owner, Model model, List<Asset> assets, List<Route> routes, Limits limits) {

  public Workload {
    assets = List.copyOf(assets);
    routes = List.copyOf(routes);
  }

  /** The assets that hold state. */
  public List<Asset.Data> data() {
    return assets.stream()
        .filter(Asset.Data.class::isInstance)
        .map(Asset.Data.class::cast)
        .toList();
  }

  /**
   * The service that a route leads to.
   *
   * @throws IllegalStateException when there is none: the file's reader should have refused it
   */
  public Asset.Service service(Route route) {
    return assets.stream()
        .filter(asset -> asset.name().equals(route.service()))
        .filter(Asset.Service.class::isInstance)
        .map(Asset.Service.class::cast)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("route " + route.name() + " leads to no service"));
  }
}
