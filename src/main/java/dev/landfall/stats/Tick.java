package dev.landfall.stats;

/**
 * What happened to both groups in the same short time.
 *
 * <p>Who was in which group, and how many, must not depend on what happened to them in this tick;
 * it may depend on all that happened before, as when a share is raised.
 *
 * @param moved the group that is judged
 * @param stayed the group that it is compared with
 */
public record Tick(Arm moved, Arm stayed) {
  /** Whether it can tell anything: both groups were there, and something happened to somebody. */
  boolean tells() {
    return moved.units() > 0 && stayed.units() > 0 && moved.events() + stayed.events() > 0;
  }
}
