package dev.landfall.promotion;

import dev.landfall.routing.Cohort;
import dev.landfall.workload.Side;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Says how the outside should look in a state. */
public final class Wants {
  /** In this order always: that of {@link Set#of} changes from one process to the next. */
  static final Set<Side> BOTH = Collections.unmodifiableSet(EnumSet.allOf(Side.class));

  private Wants() {}

  /** What is wanted in this state. */
  public static Wanted in(Promotion promotion) {
    Cohort users = Flights.users(promotion);
    return switch (promotion.phase()) {
      case Phase.Registered _, Phase.Parked _, Phase.Completed _ -> Wanted.asItIs(users);
      case Phase.Replicating _ -> Wanted.ownedBy(Side.SOURCE, 0, 0, users, false);
      case Phase.Resting _ when promotion.sharing().isUnderWay() ->
          SharedWants.resting(promotion, users);
      case Phase.Undoing _ when promotion.sharing().isOpen() ->
          SharedWants.undoing(promotion.epoch(), users);
      case Phase.CuttingOver(Cutover cutover, _)
          when promotion.sharing().isOpen() && SharedWants.isOther(cutover) ->
          SharedWants.during(cutover, promotion.epoch(), users);
      case Phase.Resting resting -> resting(promotion, resting.rest().owner(), users);
      // The old owner stays the owner: what fenced the other side when it became that still holds.
      case Phase.Undoing undoing ->
          Wanted.ownedBy(undoing.cutover().from(), promotion.epoch(), 0, users, false);
      case Phase.CuttingOver(Cutover cutover, _) -> during(cutover, promotion.epoch(), users);
      case Phase.Severing severing ->
          without(severing.owner(), Optional.of(severing.owner()), Optional.empty());
      case Phase.GivingUp(Side lost, _) -> alone(lost.other(), Optional.empty());
      case Phase.GivenUp(Side lost, _) -> alone(lost.other(), Optional.of(lost.other()));
    };
  }

  /** Data is to move: what a cutover would have to wait for is better called off before it. */
  private static Wanted resting(Promotion promotion, Side owner, Cohort users) {
    boolean cutover =
        !promotion.paused()
            && Decider.moves(promotion.goal(), owner)
            && !Flights.areNext(promotion);
    return Wanted.ownedBy(owner, 0, 0, users, cutover);
  }

  /**
   * The old owner's fence must be stamped with the epoch of this attempt, one before that of the
   * commit, and not with the commit's own. It was read back so just before the commit point, and no
   * order that could open it is as young: those of earlier undoings are older, and the only order
   * to open it in this very epoch, taking the attempt back without a journal, is given only by who
   * cannot have committed, and afterwards nobody commits this attempt. To demand a stamp of the
   * commit's epoch would make the users wait for an old owner that answers and takes no order any
   * more, as one with a full disk, although nothing is left for it to say.
   */
  private static Wanted during(Cutover cutover, long epoch, Cohort users) {
    Side from = cutover.from();
    Side to = cutover.to();
    return switch (cutover.step()) {
      case HOLDING -> holding(cutover, epoch, Set.of(to), Set.of(), users);
      case FENCING -> holding(cutover, epoch, BOTH, Set.of(), users);
      case DRAINING -> holding(cutover, epoch, BOTH, Set.of(from), users);
      case PROVING -> holding(cutover, epoch, BOTH, BOTH, users);
      case OPENING -> Wanted.ownedBy(to, epoch, epoch - 1, users, false);
    };
  }

  static Wanted holding(
      Cutover cutover, long epoch, Set<Side> fenced, Set<Side> marked, Cohort users) {
    boolean proving = cutover.step() == Cutover.Step.PROVING;
    return new Wanted(
        true,
        Set.of(proving ? cutover.to() : cutover.from()),
        Set.of(),
        0,
        fenced,
        epoch,
        Optional.of(cutover.token()),
        marked,
        false,
        proving ? Optional.of(cutover.to()) : Optional.empty(),
        proving,
        Optional.empty(),
        Optional.empty(),
        users,
        true,
        false);
  }

  private static Wanted alone(Side survivor, Optional<Side> severed) {
    return without(survivor, severed, Optional.of(survivor));
  }

  private static Wanted without(Side owner, Optional<Side> severed, Optional<Side> alone) {
    return new Wanted(
        true,
        Set.of(),
        Set.of(owner),
        0,
        Set.of(owner.other()),
        0,
        Optional.empty(),
        Set.of(),
        false,
        Optional.empty(),
        false,
        severed,
        alone,
        Wanted.all(owner),
        false,
        false);
  }
}
