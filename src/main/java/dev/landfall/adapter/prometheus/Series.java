package dev.landfall.adapter.prometheus;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One counter of one target.
 *
 * @param labels without the name of the metric
 * @param samples rising in time
 */
record Series(Map<String, String> labels, List<Sample> samples) {
  /**
   * What a scrape found.
   *
   * @param at when, in seconds since 1970
   * @param value 0 or more
   */
  record Sample(double at, double value) {}

  /** What tells one scraped target from another. */
  record Target(String job, String instance) {
    String words() {
      return job + " " + instance;
    }
  }

  Series {
    labels = Map.copyOf(labels);
    samples = List.copyOf(samples);
  }

  Target target() {
    return new Target(labels.getOrDefault("job", ""), labels.getOrDefault("instance", ""));
  }

  /** When the last sample was taken, in seconds since 1970; absent when there is none. */
  Optional<Double> newest() {
    return samples.isEmpty() ? Optional.empty() : Optional.of(samples.getLast().at());
  }
}
