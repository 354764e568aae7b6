package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.Tick;

/**
 * What one metric told in one tick.
 *
 * <p>Where users are known a unit is a request of a user who is well, and an event is one that puts
 * its user into trouble: a user whose trouble goes on over several ticks is counted with the event
 * in the first of them only, or one user's trouble would look like that of many, and the evidence
 * would not be valid.
 *
 * <p><b>Whether that is valid</b>, as whoever is harmed asks no more and so the units of a tick
 * depend on what happened in it. Take requests one after the other: whether the next one is a trial
 * is known before it fails or not, so with {@code n1} and {@code n0} trials so far, of which {@code
 * e1} and {@code e0} had an event with probabilities {@code p1} and {@code p0}, {@code a^e1 b^e0
 * exp(-(a - 1) p1 n1 - (b - 1) p0 n0)} is a supermartingale for fixed {@code a} and {@code b},
 * whoever asks how often (an optional sampling of Bernoulli trials). The exponent is 0 or more at
 * the harmless side when {@code a} and {@code b} are those of {@link dev.landfall.stats.RateRatio}
 * for {@code n1 / n0}. What is not exact is only that they are chosen when the tick is over: each
 * harm takes from {@code n1} or {@code n0} what its user would still have asked <em>in the same
 * tick</em>, {@code l} requests on average, and so moves the logarithm of the evidence by about
 * {@code l / n}, up for the moved and down for those who stayed. Both cancel where the ratio is 1,
 * and at the margin a quarter of one is left: {@code 0.25 l / n} for each harm, for ticks of
 * seconds in which a user asks some times of thousands. A test with few users who ask often bounds
 * what that does.
 *
 * @param moved those who moved
 * @param oneHalf half of those who stayed, chosen by the hash that chooses cohorts
 * @param otherHalf the other half of them: the same side, the same program, so a difference between
 *     the halves is noise
 */
public record Reading(Arm moved, Arm oneHalf, Arm otherHalf) {
  /** Of nobody. */
  public static final Reading NONE = new Reading(Arm.NONE, Arm.NONE, Arm.NONE);

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

  Tick effect(int cluster) {
    return new Tick(moved, stayed(), cluster);
  }

  Tick noise(int cluster) {
    return new Tick(oneHalf, otherHalf, cluster);
  }

  Tick noiseBackwards(int cluster) {
    return new Tick(otherHalf, oneHalf, cluster);
  }

  /** Whether anybody was there. */
  public boolean isOfAnybody() {
    return moved.units() + stayed().units() > 0;
  }
}
