package dev.landfall.workload;

import java.time.Duration;

/**
 * What flights are judged by besides errors.
 *
 * @param latency what slow answers do to a flight
 * @param slowerBy by how much longer the moved may wait without anybody minding; 0 or more
 */
public record Scrutiny(Latency latency, Duration slowerBy) {
  /** What is used unless a file says otherwise: nobody feels a hundredth of a second. */
  public static final Scrutiny STANDARD = new Scrutiny(Latency.WATCH, Duration.ofMillis(10));

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
