package dev.landfall.promotion;

import dev.landfall.rehearsal.Configuration;
import dev.landfall.replication.DataSeen;
import dev.landfall.routing.RouteSeen;
import java.util.Map;
import java.util.Optional;

/**
 * The outside as it was seen at one moment, by the names of the workload file.
 *
 * @param data one for each data asset
 * @param routes one for each route
 * @param configuration what the target runs on; absent when nobody looked, which only who is about
 *     to let users leave the source does
 */
public record World(
    Map<String, DataSeen> data,
    Map<String, RouteSeen> routes,
    Optional<Configuration> configuration) {
  public World {
    data = Map.copyOf(data);
    routes = Map.copyOf(routes);
  }

  /** Without a look at the configuration. */
  public World(Map<String, DataSeen> data, Map<String, RouteSeen> routes) {
    this(data, routes, Optional.empty());
  }

  /** The same, and the configuration that was found. */
  public World with(Configuration found) {
    return new World(data, routes, Optional.of(found));
  }

  /**
   * One data asset.
   *
   * @throws IllegalStateException when it was not looked at: a bug in the caller
   */
  public DataSeen data(String asset) {
    DataSeen seen = data.get(asset);
    if (seen == null) {
      throw new IllegalStateException("data asset " + asset + " was not looked at");
    }
    return seen;
  }

  /**
   * One route.
   *
   * @throws IllegalStateException when it was not looked at: a bug in the caller
   */
  public RouteSeen route(String route) {
    RouteSeen seen = routes.get(route);
    if (seen == null) {
      throw new IllegalStateException("route " + route + " was not looked at");
    }
    return seen;
  }
}
