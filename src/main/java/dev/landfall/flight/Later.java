package dev.landfall.flight;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What counts only now and then, and tells of one side sooner than of the other: an outage of both
 * looks like the harm of one until the other has been told of too. So what follows from such counts
 * must still follow when all have been told of once more.
 *
 * @param metrics that are counted so; a flight fails by one of them only if it did by {@code
 *     before} already
 * @param complete whether all that counts has told something anew by the end of this tick; a flight
 *     passes at no other tick, and fails by these metrics at no other
 * @param before how long the flight had been judged when that was so the last time; absent when it
 *     was not
 */
public record Later(Set<String> metrics, boolean complete, Optional<Duration> before) {
  /** All is told of at once. */
  public static final Later NONE = new Later(Set.of(), true, Optional.empty());

  public Later {
    metrics = Set.copyOf(metrics);
  }

  /** Whether a metric that fails since then does so for good. */
  boolean holds(String metric, Duration since) {
    return !metrics.contains(metric)
        || (complete && before.filter(then -> since.compareTo(then) <= 0).isPresent());
  }
}
