package dev.landfall.engine;

import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import java.time.Duration;

/** How long the loop waits between two looks: a moment while users are held, longer otherwise. */
final class Pace {
  private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

  private Pace() {}

  /**
   * The wait before the next look.
   *
   * @param moved whether the last turn decided or did something, so that more may follow at once
   * @param failed whether an order failed, so that trying again at once would be rude
   */
  static Duration until(Promotion promotion, boolean moved, boolean failed) {
    Duration calm = calm(promotion.phase());
    if (failed) {
      return calm.compareTo(AFTER_FAILURE) < 0 ? AFTER_FAILURE : calm;
    }
    return moved ? Duration.ZERO : calm;
  }

  private static Duration calm(Phase phase) {
    return switch (phase) {
      case Phase.CuttingOver _ -> Duration.ofMillis(2);
      case Phase.Undoing _, Phase.GivingUp _ -> Duration.ofMillis(20);
      case Phase.Severing _ -> Duration.ofMillis(100);
      case Phase.Replicating _ -> Duration.ofMillis(250);
      case Phase.Registered _, Phase.Resting _ -> Duration.ofMillis(500);
      case Phase.Parked _, Phase.Completed _, Phase.GivenUp _ -> Duration.ofSeconds(1);
    };
  }
}
