package dev.landfall.workload;

import java.time.Duration;
import java.util.Optional;

/**
 * What flights are judged by besides errors.
 *
 * @param latency what slow answers do to a flight
 * @param slowerBy by how much longer the moved may wait without anybody minding; 0 or more
 * @param errorsMax the share of the moved's requests of one tick that may fail before they are led
 *     back without any proof; above 0, up to 1
 * @param excessMax how many requests of a flight may fail that would not have where they were,
 *     before the moved are led back without any proof; absent when there is no such number
 * @param usersMax the same of users who get into trouble, each counted once in ten minutes, as far
 *     as planes know them
 */
public record Scrutiny(
    Latency latency,
    Duration slowerBy,
    double errorsMax,
    Optional<Integer> excessMax,
    Optional<Integer> usersMax) {
  /** What is used unless a file says otherwise: nobody feels a hundredth of a second. */
  public static final Scrutiny STANDARD = new Scrutiny(Latency.WATCH, Duration.ofMillis(10));

  /** With the usual guards. */
  public Scrutiny(Latency latency, Duration slowerBy) {
    this(latency, slowerBy, 0.5, Optional.empty());
  }

  /** However many users are harmed, as long as their requests are not too many. */
  public Scrutiny(
      Latency latency, Duration slowerBy, double errorsMax, Optional<Integer> excessMax) {
    this(latency, slowerBy, errorsMax, excessMax, Optional.empty());
  }

  /** What slow answers do to a flight. */
  public enum Latency {
    /** They fail it, and while they lean to harm it does not pass; errors alone must be proven. */
    WATCH("watch"),
    /** They fail it, and it passes only when they are proven no worse. */
    PROVE("prove"),
    /** Nothing. */
    IGNORE("ignore");

    private final String word;

    Latency(String word) {
      this.word = word;
    }

    /** The word used in workload files. */
    public String word() {
      return word;
    }
  }
}
