package dev.landfall.promotion;

import dev.landfall.replication.DataSeen;
import dev.landfall.routing.RouteSeen;
import java.util.Map;

/**
 * The outside as it was seen at one moment, by the names of the workload file.
 *
 * @param data one for each data asset
 * @param routes one for each route
 */
public record World(Map<String, DataSeen> data, Map<String, RouteSeen> routes) {
  public World {
    data = Map.copyOf(data);
    routes = Map.copyOf(routes);
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
