package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.RateRatio;
import dev.landfall.stats.WanderingRatio;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a judge knows of a flight, as data to be kept and read back. It is exact, whatever the
 * shares did, and some kilobytes for each metric: fit for a note now and then, not for each tick.
 *
 * @param elapsed how long the flight has been judged
 * @param metrics what is known of each, by its name
 */
public record FlightMemory(Duration elapsed, Map<String, Metric> metrics) {
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
   * @param last what the moved did in the last tick
   */
  public record Metric(
      RateRatio.Memory effect,
      WanderingRatio.Memory wander,
      RateRatio.Memory noise,
      RateRatio.Memory noiseBackwards,
      Arm last) {}
}
