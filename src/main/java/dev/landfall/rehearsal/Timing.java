package dev.landfall.rehearsal;

import java.time.Duration;

/**
 * How long a cutover took, and each of its steps.
 *
 * @param total from the first order to hold requests until everything was read back in its end
 * @param holding until the planes held and nothing was under way
 * @param fencing until the old owner was read back as fenced
 * @param draining until the mark behind its last write had arrived
 * @param proving until everything was found equal and the way back was alive
 * @param opening until the new owner had the users
 * @param rows how many rows had changed and were compared while users would have waited
 */
public record Timing(
    Duration total,
    Duration holding,
    Duration fencing,
    Duration draining,
    Duration proving,
    Duration opening,
    long rows) {

  /** Nothing took any time: for whoever goes through the steps without making them. */
  public static final Timing NONE =
      new Timing(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          0);
}
