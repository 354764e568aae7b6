package dev.landfall.flight;

import java.time.Duration;

/**
 * When a flight has failed, and when it has passed.
 *
 * @param margin by how much more frequent errors and slow answers may be without harm; 0.25 for a
 *     quarter more. Not 0 in earnest: neighbouring ticks resemble each other, and that alone would
 *     look like an effect
 * @param toFail how probable it may be that anything at all fails that is within the margin
 * @param toPass how probable it may be that anything at all passes that is not
 * @param timeMin a flight does not pass before; not negative
 * @param timeMax a flight that has neither failed nor passed by then is undecided; more than {@code
 *     timeMin}
 * @param guard what nobody waits for proof of
 */
public record Policy(
    double margin,
    ErrorBudget toFail,
    ErrorBudget toPass,
    Duration timeMin,
    Duration timeMax,
    Guard guard) {
  /**
   * Checks the times.
   *
   * @throws IllegalArgumentException when there is no time to judge in
   */
  public Policy {
    if (timeMin.isNegative() || timeMax.compareTo(timeMin) <= 0) {
      throw new IllegalArgumentException("a flight of " + timeMin + " to " + timeMax);
    }
  }

  /**
   * Bounds on the harm itself, which act at once.
   *
   * @param rateMax of the moved units of a tick that may have an event, from 0 to 1
   * @param unitsMin moved units in a tick before its rate is looked at
   * @param excessMax events of moved units that there would not have been on the other side, over
   *     the whole flight
   */
  public record Guard(double rateMax, long unitsMin, double excessMax) {}
}
