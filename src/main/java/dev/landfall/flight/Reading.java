package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.Tick;

/**
 * What one metric told in one tick.
 *
 * <p>A unit is counted in the tick in which it was there, and a user who has several events in it
 * has one. A user whose trouble goes on over several ticks is counted with the event in the first
 * of them only: else one user's trouble looks like that of many, and the evidence is no longer
 * valid.
 *
 * @param moved those who moved
 * @param oneHalf half of those who stayed, chosen by the hash that chooses cohorts
 * @param otherHalf the other half of them: the same side, the same program, so a difference between
 *     the halves is noise
 */
public record Reading(Arm moved, Arm oneHalf, Arm otherHalf) {
  /**
   * Both readings as one, of a tick as long as both.
   *
   * <p>Where all three groups stand in the same ratio in both, the sum tells a judge exactly what
   * both told it one after the other. Where the ratios differ by chance alone, because sometimes
   * more come here and sometimes there, it tells nearly the same and remains valid. Where the share
   * was changed in between it must not be used: if the rate of events has changed as well, for all,
   * the sum would blame one group for it.
   */
  public Reading plus(Reading next) {
    return new Reading(
        moved.plus(next.moved), oneHalf.plus(next.oneHalf), otherHalf.plus(next.otherHalf));
  }

  Arm stayed() {
    return oneHalf.plus(otherHalf);
  }

  Tick effect() {
    return new Tick(moved, stayed());
  }

  Tick noise() {
    return new Tick(oneHalf, otherHalf);
  }

  Tick noiseBackwards() {
    return new Tick(otherHalf, oneHalf);
  }
}
