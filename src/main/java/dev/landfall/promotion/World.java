package dev.landfall.promotion;

import dev.landfall.access.AccessSeen;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.replication.DataSeen;
import dev.landfall.routing.RouteSeen;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The outside as it was seen at one moment, by the names of the workload file.
 *
 * @param data one for each data asset
 * @param routes one for each route
 * @param configuration what the target runs on; absent when nobody looked, which only who is about
 *     to let users leave the source does
 * @param access one for each access of the adoption team; empty when nobody looked, which only who
 *     is about to end it does
 * @param records the hash of the records that people wrote, by gate; looked at with the
 *     configuration
 * @param late the planes that are shown as they answered before, because their next answer has not
 *     come yet, each with how long ago it was asked for what is shown; a plane that answered now,
 *     or is shown as one that does not answer, is not there
 */
public record World(
    Map<String, DataSeen> data,
    Map<String, RouteSeen> routes,
    Optional<Configuration> configuration,
    Map<String, AccessSeen> access,
    Map<String, String> records,
    Map<String, Duration> late) {
  public World {
    late = Map.copyOf(late);
    records = Map.copyOf(records);
    data = Map.copyOf(data);
    routes = Map.copyOf(routes);
    access = Map.copyOf(access);
  }

  /** Without a look at the configuration. */
  public World(Map<String, DataSeen> data, Map<String, RouteSeen> routes) {
    this(data, routes, Optional.empty(), Map.of());
  }

  /** Without a look at records, and nobody late. */
  public World(
      Map<String, DataSeen> data,
      Map<String, RouteSeen> routes,
      Optional<Configuration> configuration,
      Map<String, AccessSeen> access) {
    this(data, routes, configuration, access, Map.of(), Map.of());
  }

  /** The same, and the configuration that was found. */
  public World with(Configuration found) {
    return new World(data, routes, Optional.of(found), access, records, late);
  }

  /** The same, and the hashes of the records of gates. */
  public World withRecords(Map<String, String> found) {
    return new World(data, routes, configuration, access, found, late);
  }

  /** The same, of which some planes are shown as they answered before. */
  public World withLate(Map<String, Duration> found) {
    return new World(data, routes, configuration, access, records, found);
  }

  /** The same, and what is left of the adoption team's access. */
  public World with(Map<String, AccessSeen> found) {
    return new World(data, routes, configuration, found, records, late);
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
