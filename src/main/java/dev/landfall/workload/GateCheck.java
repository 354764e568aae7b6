package dev.landfall.workload;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a machine looks whether a gate is met.
 *
 * @param kind in the word of the workload file: {@code command}, {@code certificate}
 * @param timeout how long one run may take; more than zero
 * @param settings what this kind needs, by the key of the workload file; never a secret
 */
public record GateCheck(String kind, Duration timeout, Map<String, String> settings) {
  /** The kind that reads what people write down, which they may edit afterwards. */
  public static final String RECORDS = "records";

  /** How long a check may take when nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  public GateCheck {
    settings = Map.copyOf(settings);
  }

  /** One of the settings; absent when it was not given. */
  public Optional<String> setting(String key) {
    return Optional.ofNullable(settings.get(key));
  }
}
