package dev.landfall.promotion;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A promotion of one database and one route, in each state. */
final class Promotions {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final String TOKEN = "cutover-5";

  private Promotions() {}

  static Promotion in(Phase phase, Goal goal, long epoch) {
    return new Promotion(Samples.SHOP, "plan", goal, false, epoch, Flown.NONE, Set.of(), phase);
  }

  static Phase.Resting rest(Phase.Rest rest) {
    return new Phase.Resting(rest, NOW.minusSeconds(60), 0, Instant.EPOCH, Optional.empty());
  }

  static Phase.Resting failed(Phase.Rest rest, int attempts) {
    return new Phase.Resting(rest, NOW, attempts, NOW.plusSeconds(10), Optional.of("a reason"));
  }

  static Promotion staged(Goal goal) {
    return in(rest(Phase.Rest.STAGED), goal, 4);
  }

  static Promotion promoted(Goal goal) {
    return in(rest(Phase.Rest.PROMOTED), goal, 4);
  }

  /** A cutover that began just now, by epoch 5, or has been committed by epoch 6. */
  static Cutover cutover(Side to, Cutover.Step step) {
    return new Cutover(to, TOKEN, step, NOW, NOW.plus(Samples.SHOP.limits().hold()), NOW);
  }

  static Promotion cutting(Side to, Cutover.Step step) {
    boolean forward = to == Side.TARGET;
    return in(
        new Phase.CuttingOver(
            cutover(to, step), rest(forward ? Phase.Rest.STAGED : Phase.Rest.PROMOTED)),
        forward ? Goal.PROMOTED : Goal.ROLLED_BACK,
        step == Cutover.Step.OPENING ? 6 : 5);
  }

  static Promotion undoing(Cutover.Step failedIn) {
    return in(
        new Phase.Undoing(
            cutover(Side.TARGET, failedIn), rest(Phase.Rest.STAGED), "a reason", false),
        Goal.PROMOTED,
        6);
  }

  static RouteOrder order(long epoch, int targetPercent, boolean hold) {
    return new RouteOrder(
        epoch,
        Samples.OLD_WEB,
        Samples.NEW_WEB,
        Cohort.ofShare(100 * targetPercent),
        hold ? Optional.of(Samples.SHOP.limits().hold()) : Optional.empty(),
        Optional.empty());
  }
}
