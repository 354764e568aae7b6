package dev.landfall.promotion;

import dev.landfall.routing.Cohort;
import dev.landfall.workload.Side;
import java.util.Optional;
import java.util.Set;

/** Says how the outside should look while both sides accept writes, or are about to. */
final class SharedWants {
  private SharedWants() {}

  /** At rest: the target is prepared behind its fence, or both are open. */
  static Wanted resting(Promotion promotion, Cohort users) {
    Sharing sharing = promotion.sharing();
    if (sharing.isOpen()) {
      boolean fences = promotion.isComingBack() || SharedRules.isLast(promotion);
      return Wanted.ownedByBoth(0, users, Wants.BOTH, fences && !promotion.paused());
    }
    return new Wanted(
        true,
        Wants.BOTH,
        Set.of(Side.SOURCE),
        0,
        Set.of(Side.TARGET),
        promotion.epoch(),
        Optional.of(sharing.token()),
        Set.of(Side.TARGET),
        true,
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        users,
        false,
        false);
  }

  /**
   * Both are open again. What their links are like is no reason to keep users waiting; a side whose
   * writes nobody keeps is not opened.
   */
  static Wanted undoing(long epoch, Cohort users) {
    return Wanted.ownedByBoth(epoch, users, Set.of(), false);
  }

  /**
   * Whether a cutover is another while both sides accept writes. Behind the commit point there is
   * one owner, as ever.
   */
  static boolean isOther(Cutover cutover) {
    return cutover.isCrossing() || !cutover.committed();
  }

  /**
   * While users change sides. Those who go on leave nothing behind that has not arrived, and no
   * fence is needed for that, because their requests are held. For those who come back the target
   * is fenced: nothing that is written there later would be brought back. When the data follows its
   * users, both are fenced, and each must have all of the other.
   */
  static Wanted during(Cutover cutover, long epoch, Cohort users) {
    if (cutover.isCrossing() && cutover.committed()) {
      return Wanted.ownedByBoth(0, users, Set.of(), false);
    }
    boolean back = cutover.to() == Side.SOURCE;
    Set<Side> fenced = cutover.isCrossing() ? Set.of() : back ? Set.of(Side.TARGET) : Wants.BOTH;
    Set<Side> marked =
        cutover.isCrossing() ? Set.of(Side.SOURCE) : back ? Set.of(Side.TARGET) : Wants.BOTH;
    return switch (cutover.step()) {
      case HOLDING -> holding(cutover, epoch, Set.of(), Set.of(), users);
      case FENCING -> holding(cutover, epoch, fenced, Set.of(), users);
      case DRAINING -> holding(cutover, epoch, fenced, marked, users);
      case PROVING -> holding(cutover, epoch, fenced, marked, users);
      case OPENING -> throw new IllegalStateException("there is one owner again");
    };
  }

  /**
   * Both links are alive before it begins: nothing is made, mended or turned round while users
   * wait, or taking it back would find a side that does not publish what it is to accept. To come
   * back nothing has to be compared.
   */
  private static Wanted holding(
      Cutover cutover, long epoch, Set<Side> fenced, Set<Side> marked, Cohort users) {
    boolean proves = cutover.step() == Cutover.Step.PROVING && cutover.to() == Side.TARGET;
    return new Wanted(
        true,
        Set.of(),
        Set.of(),
        0,
        fenced,
        epoch,
        Optional.of(cutover.token()),
        marked,
        false,
        proves ? Optional.of(Side.TARGET) : Optional.empty(),
        proves,
        Optional.empty(),
        Optional.empty(),
        users,
        true,
        false);
  }
}
