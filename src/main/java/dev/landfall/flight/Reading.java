package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.Tick;

/**
 * What one metric told in one tick.
 *
 * @param moved those who moved
 * @param oneHalf half of those who stayed, chosen by the hash that chooses cohorts
 * @param otherHalf the other half of them: the same side, the same program, so a difference between
 *     the halves is noise
 */
public record Reading(Arm moved, Arm oneHalf, Arm otherHalf) {
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
