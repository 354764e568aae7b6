package dev.landfall.routing;

import java.time.Duration;
import java.util.Optional;

/**
 * A whole order to a plane: nothing of an earlier one remains.
 *
 * @param epoch the epoch of the decision behind it; a plane refuses an order older than the one it
 *     has
 * @param source where the source's service listens
 * @param target where the target's service listens
 * @param cohort the users who go to the target
 * @param hold when present, new requests wait for at most this long and then go by the share as it
 *     was before the hold; a hold that has begun is not made longer by the same order given again
 * @param health the path that answers 2xx when a service can serve; absent when a connection is
 *     proof enough
 * @param prepare whether users are about to move, or may be called back: a slow plane makes its
 *     next change quick to reach everybody, and keeps it so. Never true for any other
 */
public record RouteOrder(
    long epoch,
    String source,
    String target,
    Cohort cohort,
    Optional<Duration> hold,
    Optional<String> health,
    boolean prepare) {

  /** An order to a plane whose changes are quick at any time. */
  public RouteOrder(
      long epoch,
      String source,
      String target,
      Cohort cohort,
      Optional<Duration> hold,
      Optional<String> health) {
    this(epoch, source, target, cohort, hold, health, false);
  }
}
