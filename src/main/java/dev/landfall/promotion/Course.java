package dev.landfall.promotion;

import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.Occupation;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The way from the outside as it is seen to the outside as it is wanted: which orders may be given
 * now. What must come after something else is given only once that has been read back, so that the
 * order of things holds whatever is lost, delayed or repeated in between.
 */
public final class Course {
  private Course() {}

  /**
   * The orders that may be given now, to be given in this order; empty when there is nothing to do.
   */
  public static List<Action> next(Promotion promotion, World world) {
    Wanted wanted = Wants.in(promotion);
    var actions = new ArrayList<Action>();
    if (!wanted.change()) {
      return Flights.areLedBack(promotion) ? Leading.next(promotion, wanted, world) : actions;
    }
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      orders(wanted, seen).forEach(order -> actions.add(new Action.OnData(asset.name(), order)));
    }
    if (wanted.clear()) {
      actions.addAll(clearing(promotion, world));
    }
    actions.addAll(Leading.next(promotion, wanted, world));
    actions.addAll(Revocation.orders(promotion, world));
    return actions;
  }

  /**
   * Nothing is called off as long as something else is waited for too: a server that is kept from
   * looking after its tables for hours suffers from it.
   */
  private static List<Action> clearing(Promotion promotion, World world) {
    // Who comes back waits for nothing of the source, and for no service of the target.
    boolean back = promotion.isComingBack();
    var actions = new ArrayList<Action>();
    for (Asset.Data asset : promotion.workload().data()) {
      for (Side side : back ? List.of(Side.TARGET) : List.of(Side.values())) {
        Optional<Occupation> occupied = world.data(asset.name()).on(side).occupied();
        if (occupied.filter(each -> !each.yields()).isPresent()) {
          return List.of();
        }
        occupied.ifPresent(
            _ -> actions.add(new Action.OnData(asset.name(), new DataOrder.MakeWay(side))));
      }
    }
    if (actions.isEmpty()) {
      return actions;
    }
    List<String> waits =
        back
            ? SharedRules.besidesOccupation(promotion, world)
            : Readiness.besidesOccupation(promotion, world, promotion.owner().other());
    return waits.isEmpty() ? actions : List.of();
  }

  /**
   * The state in which orders give users their old owner back when the journal cannot be written:
   * nothing can be decided then, but nobody else can pass the commit point of this attempt either.
   * It is that of the undoing, with the epoch that the decision to undo would have. Absent when
   * there is nothing to take back, or the commit point has been passed.
   */
  public static Optional<Promotion> withoutJournal(Promotion promotion) {
    return promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, var back)
            && !cutover.committed()
        ? Optional.of(
            promotion.in(
                new Phase.Undoing(cutover, back, "no journal", false), promotion.epoch() + 1))
        : Optional.empty();
  }

  /** Whether everything outside is as wanted, read back, by orders of this epoch or a later one. */
  public static boolean reached(Promotion promotion, World world) {
    Wanted wanted = Wants.in(promotion);
    boolean data =
        promotion.workload().data().stream()
            .map(asset -> world.data(asset.name()))
            .allMatch(seen -> reached(wanted, seen));
    return data && Leading.reached(promotion, wanted, world);
  }

  private static boolean reached(Wanted wanted, DataSeen seen) {
    if (wanted.severed().isPresent()) {
      return isFree(wanted, seen, wanted.severed().get())
          && isCutOff(wanted, seen, wanted.severed().get().other());
    }
    if (wanted.alone().isPresent()) {
      return isAlone(seen, wanted.alone().get());
    }
    boolean fenced = wanted.fenced().stream().allMatch(side -> fencedOrGone(wanted, seen, side));
    boolean open =
        wanted.open().stream()
            .allMatch(side -> opened(wanted, seen.on(side)) || cannotOpen(wanted, seen, side));
    boolean followed = wanted.follow().stream().allMatch(side -> seen.from(side).keeps());
    return fenced && open && followed;
  }

  /**
   * Whether a side stays fenced when both are to be opened again: what is written there would go
   * nowhere, and only a new copy changes that. Users of the other side do not wait for it.
   */
  static boolean cannotOpen(Wanted wanted, DataSeen seen, Side side) {
    return isOfBoth(wanted)
        && seen.on(side).fence() == Fence.FENCED
        && seen.from(side).phase() == LinkSeen.Phase.BROKEN;
  }

  private static boolean isOfBoth(Wanted wanted) {
    return wanted.open().size() == Side.values().length;
  }

  /**
   * Whether the source, which all users have come back to, goes on as it is although its log is
   * lost: no order could mend that, and it was never fenced.
   */
  static boolean isHomeWithoutLog(Promotion promotion, World world) {
    Wanted wanted = Wants.in(promotion);
    boolean data =
        promotion.workload().data().stream()
            .map(asset -> world.data(asset.name()))
            .allMatch(seen -> reached(wanted, seen) || isOpenWithoutLog(wanted, seen));
    return data && Leading.reached(promotion, wanted, world);
  }

  private static boolean isOpenWithoutLog(Wanted wanted, DataSeen seen) {
    return seen.source().fence() == Fence.OPEN
        && seen.fromSource().phase() == LinkSeen.Phase.BROKEN
        && fencedOrGone(wanted, seen, Side.TARGET);
  }

  private static List<DataOrder> orders(Wanted wanted, DataSeen seen) {
    var orders = new ArrayList<DataOrder>();
    if (wanted.severed().isPresent()) {
      severing(wanted, seen, wanted.severed().get()).ifPresent(orders::add);
      return orders;
    }
    if (wanted.alone().isPresent()) {
      if (!isAlone(seen, wanted.alone().get())) {
        orders.add(new DataOrder.GoOnAlone(wanted.alone().get()));
      }
      return orders;
    }
    for (Side side : wanted.fenced()) {
      if (linked(seen) && isThere(seen.on(side)) && !fenced(wanted, seen.on(side))) {
        orders.add(new DataOrder.FenceOff(side));
      }
    }
    // Before the order to follow, which fails as long as the other side is away.
    for (Side side : wanted.open()) {
      if (!opened(wanted, seen.on(side))) {
        opening(wanted, seen, side).ifPresent(orders::add);
      }
    }
    following(wanted, seen).ifPresent(orders::add);
    wanted.token().ifPresent(token -> orders.addAll(proofs(wanted, seen, token, orders)));
    return orders;
  }

  private static Optional<DataOrder> following(Wanted wanted, DataSeen seen) {
    if (wanted.follow().size() == Side.values().length) {
      boolean both = wanted.follow().stream().allMatch(side -> followed(seen.from(side)));
      return both || !mayFollowBoth(wanted, seen)
          ? Optional.empty()
          : Optional.of(new DataOrder.FollowBoth());
    }
    return wanted.follow().stream()
        .filter(side -> !followed(seen.from(side)) && mayFollow(seen, side))
        .findFirst()
        .map(DataOrder.Follow::new);
  }

  private static boolean mayFollowBoth(Wanted wanted, DataSeen seen) {
    return Stream.of(Side.values()).allMatch(side -> mayFollowOfBoth(wanted, seen, side));
  }

  /**
   * The writes of a side that is open are kept already, or it could not have been opened: if they
   * are not, no order can bring them back. A link that is made anew begins with the present moment,
   * and whatever was written before would be missed in silence, behind a fence too.
   */
  private static boolean mayFollowOfBoth(Wanted wanted, DataSeen seen, Side side) {
    return switch (seen.from(side).phase()) {
      case BROKEN -> !wanted.open().contains(side);
      case ABSENT -> seen.on(side).fence() == Fence.FENCED;
      case COPYING, RETAINING, FOLLOWING, STUCK, UNKNOWN -> true;
    };
  }

  /**
   * A side that was given up and comes back is fenced first. As long as it is away, there is
   * nothing that could be done about it.
   */
  private static Optional<DataOrder> severing(Wanted wanted, DataSeen seen, Side owner) {
    Side other = owner.other();
    boolean lost = wanted.alone().isPresent();
    if (reached(wanted, seen) || (lost && !isThere(seen.on(other)))) {
      return Optional.empty();
    }
    return lost && seen.on(other).fence() != Fence.FENCED && !isNew(wanted, seen.on(other))
        ? Optional.of(new DataOrder.FenceOff(other))
        : Optional.of(new DataOrder.Sever(owner));
  }

  /** Whether a side accepts writes and has no trace of the other, whatever that is like. */
  private static boolean isAlone(DataSeen seen, Side survivor) {
    return isThere(seen.on(survivor))
        && seen.on(survivor).fence() == Fence.OPEN
        && isGone(seen.from(survivor));
  }

  /**
   * Whether the owner has no trace of the link. Who went on alone was free before, and may belong
   * to somebody else by the time that the other side is back.
   */
  private static boolean isFree(Wanted wanted, DataSeen seen, Side owner) {
    boolean before = wanted.alone().isPresent() && !isThere(seen.on(owner));
    return before || (seen.on(owner).fence() == Fence.OPEN && isGone(seen.from(owner)));
  }

  /** A side that was given up and comes back as a new database has nothing to be fenced off. */
  private static boolean isCutOff(Wanted wanted, DataSeen seen, Side other) {
    return isGone(seen.from(other))
        && (seen.on(other).fence() == Fence.FENCED || isNew(wanted, seen.on(other)));
  }

  /** A link that keeps log for nobody fills the disk of its origin: it is not gone yet. */
  private static boolean isGone(LinkSeen link) {
    return link.phase() == LinkSeen.Phase.ABSENT && link.retainedBytes().isEmpty();
  }

  /** Whether a side that was given up never took an order: nothing of before is there. */
  private static boolean isNew(Wanted wanted, SideSeen lost) {
    return wanted.alone().isPresent() && isThere(lost) && lost.epoch() == 0;
  }

  /**
   * Marks, sequences and the comparison: worth something only behind the fences that they need, and
   * those were read back.
   *
   * @param before orders that are given before these; when one of them fails, these are not given
   */
  private static List<DataOrder> proofs(
      Wanted wanted, DataSeen seen, String token, List<DataOrder> before) {
    var orders = new ArrayList<DataOrder>();
    if (!wanted.fenced().stream().allMatch(side -> fenced(wanted, seen.on(side)))) {
      return orders;
    }
    if (wanted.parted() && !is(seen.target().aligned(), token)) {
      orders.add(new DataOrder.PartSequences(token));
    }
    for (Side side : wanted.marked()) {
      boolean kept =
          seen.from(side).keeps()
              || before.contains(new DataOrder.Follow(side))
              || before.contains(new DataOrder.FollowBoth());
      if (kept && !is(seen.on(side).marked(), token)) {
        orders.add(new DataOrder.Mark(side, token));
      }
    }
    wanted
        .aligned()
        .filter(side -> !is(seen.on(side).aligned(), token))
        .ifPresent(side -> orders.add(new DataOrder.AlignSequences(side, token)));
    if (wanted.compared() && !is(seen.check().token(), token)) {
      orders.add(new DataOrder.Compare(token));
    }
    return orders;
  }

  /** Whether a link has been made: before that, the target is fenced by whoever makes the copy. */
  private static boolean linked(DataSeen seen) {
    return Stream.of(seen.fromSource(), seen.fromTarget())
        .map(LinkSeen::phase)
        .anyMatch(phase -> phase != LinkSeen.Phase.ABSENT && phase != LinkSeen.Phase.COPYING);
  }

  private static boolean followed(LinkSeen link) {
    // A copy that nobody works on was left by a controller that died: it is ordered again.
    // What is stuck waits for a person, and no order does anything about it.
    return link.phase() == LinkSeen.Phase.FOLLOWING
        || link.phase() == LinkSeen.Phase.STUCK
        || link.phase() == LinkSeen.Phase.UNKNOWN
        || (link.phase() == LinkSeen.Phase.COPYING && link.copy().isPresent());
  }

  /**
   * A link is turned round only between fences; the first one is made while the source is in use.
   */
  private static boolean mayFollow(DataSeen seen, Side from) {
    boolean turned =
        seen.from(from).phase() == LinkSeen.Phase.ABSENT
            && seen.from(from.other()).phase() != LinkSeen.Phase.ABSENT;
    return !turned
        || Stream.of(from, from.other())
            .allMatch(side -> seen.on(side).fence() == Fence.FENCED || !isThere(seen.on(side)));
  }

  /**
   * What is seen of a fenced side is sure to stay so only once the side has taken an order of this
   * epoch: until then a late order of an older one could still turn its link round, between this
   * look and the opening. So it is marked first, which changes nothing else and needs no other
   * side, and looked at again. That is also all there is to do for one that was never fenced and
   * whose log is lost.
   */
  private static Optional<DataOrder> opening(Wanted wanted, DataSeen seen, Side side) {
    SideSeen found = seen.on(side);
    boolean stays =
        isOfBoth(wanted)
            && found.fence() == Fence.OPEN
            && seen.from(side).phase() == LinkSeen.Phase.BROKEN;
    if ((found.fence() == Fence.FENCED || stays) && found.epoch() < wanted.openEpoch()) {
      return Optional.of(new DataOrder.Mark(side, "epoch-" + wanted.openEpoch()));
    }
    boolean silent =
        found.fence() == Fence.FENCED && seen.from(side).phase() == LinkSeen.Phase.ABSENT;
    if (isOfBoth(wanted) && wanted.follow().isEmpty() && silent && mayFollowBoth(wanted, seen)) {
      return Optional.of(new DataOrder.FollowBoth());
    }
    return mayOpen(wanted, seen, side) ? Optional.of(new DataOrder.Open(side)) : Optional.empty();
  }

  /**
   * A side is opened only while its own writes are kept for the other, and while the other refuses
   * writes, unless both are to accept those of their own users (I1). One that does not answer is as
   * it was when this state was entered: fenced, on disk, and no order that could open it is young
   * enough to be taken.
   */
  private static boolean mayOpen(Wanted wanted, DataSeen seen, Side side) {
    boolean alone = !wanted.open().contains(side.other());
    return (!alone || fencedOrGone(wanted, seen, side.other())) && seen.from(side).keeps();
  }

  private static boolean fencedOrGone(Wanted wanted, DataSeen seen, Side side) {
    return fenced(wanted, seen.on(side)) || !isThere(seen.on(side));
  }

  private static boolean isThere(SideSeen side) {
    return side.fault().isEmpty();
  }

  private static boolean fenced(Wanted wanted, SideSeen side) {
    return side.fence() == Fence.FENCED && side.epoch() >= wanted.fenceEpoch();
  }

  private static boolean opened(Wanted wanted, SideSeen side) {
    return side.fence() == Fence.OPEN && side.epoch() >= wanted.openEpoch();
  }

  private static boolean is(Optional<String> found, String token) {
    return found.filter(token::equals).isPresent();
  }
}
