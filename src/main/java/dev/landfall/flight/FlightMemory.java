package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.RateRatio;
import dev.landfall.stats.WanderingRatio;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All that a judge knows of a flight, as data to be kept and read back. It is exact, whatever the
 * shares did, and some kilobytes for each metric: fit for a note now and then, not for each tick.
 *
 * @param elapsed how long the flight has been judged
 * @param metrics what is known of each, by its name
 * @param users what users met, as far as planes know them
 */
public record FlightMemory(Duration elapsed, Map<String, Metric> metrics, Reading users) {
  /** Takes a copy. */
  public FlightMemory {
    metrics = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * What is known of one metric.
   *
   * @param effect the moved against those who stayed
   * @param wander the same, against rates that wander
   * @param noise one half of those who stayed against the other
   * @param noiseBackwards the other against the one
   * @param last requests of the moved in the last tick
   * @param movedRequests all requests of the moved
   * @param stayedRequests all requests of those who stayed
   * @param unit what the proofs are drawn from; absent while there are none
   */
  public record Metric(
      RateRatio.Memory effect,
      WanderingRatio.Memory wander,
      RateRatio.Memory noise,
      RateRatio.Memory noiseBackwards,
      Arm last,
      Arm movedRequests,
      Arm stayedRequests,
      Optional<Unit> unit) {}
}
