package dev.landfall.routing;

import java.util.Optional;

/**
 * Port: whether a service can serve, as it looks from here. For planes that do not look themselves.
 */
@FunctionalInterface
public interface Health {
  /**
   * Looks once, for a few seconds at most.
   *
   * @param service the address of the service, as in an order
   * @param path the path that answers 2xx when it can serve; absent when a connection is proof
   *     enough
   */
  boolean canServe(String service, Optional<String> path);
}
