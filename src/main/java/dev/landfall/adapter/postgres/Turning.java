package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.Fence;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Optional;

/**
 * Turns both links round, whatever the side that is not to be followed is like: gone, slow, or
 * there and taking no orders. Users of the followed side may be waiting for it to be opened, which
 * must not wait for the other.
 */
final class Turning {
  /** How long a side that goes on alone waits for one that answered a moment ago. */
  private static final Duration PEER_PATIENCE = Duration.ofMillis(300);

  /** The same when nothing is missing: a far side is given a few round trips more. */
  private static final Duration WHOLE_PATIENCE = Duration.ofMillis(800);

  /** The longest that mending both links may take while nobody waits for it. */
  private static final Duration LEISURE = Duration.ofSeconds(20);

  /** Up to here, what was not mended is no trouble yet: it is tried again at once. */
  private static final Duration QUIET = Duration.ofMillis(600);

  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final Links links;
  private final Looks looks;

  /** How long the next try to mend may take while the followed side is open. */
  private volatile Duration patience = PEER_PATIENCE;

  Turning(Peer source, Peer target, LinkNames names, Links links, Looks looks) {
    this.source = source;
    this.target = target;
    this.names = names;
    this.links = links;
    this.looks = looks;
  }

  private Peer on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  /**
   * Carries the writes of one side from now on, and no longer those of the other.
   *
   * @throws OutsideException when the followed side refuses, or, once it is open, when the links
   *     could not be mended
   */
  void turn(Side from, long epoch) {
    var seen = looks.look();
    Optional<SideLook> here = (from == Side.SOURCE ? seen.source() : seen.target()).look();
    Optional<SideLook> there = (from == Side.SOURCE ? seen.target() : seen.source()).look();
    if (here.filter(SideLook::isWhole).isEmpty() || there.filter(SideLook::isWhole).isEmpty()) {
      boolean open = here.filter(look -> look.fence() == Fence.OPEN).isPresent();
      turnAndMend(from, there.isPresent(), open, epoch);
      return;
    }
    // Even if it does not publish: an order of before may still be on its way to it.
    silence(from.other(), WHOLE_PATIENCE, epoch);
    if (here.get().publishes()) {
      Control.stamp(on(from), epoch);
    } else {
      links.turn(from, true, epoch);
    }
  }

  /**
   * The same when something is missing, or the other side does not answer: the owner goes on
   * without it, and what is written is kept until it is back.
   */
  private void turnAndMend(Side from, boolean isThere, boolean open, long epoch) {
    requireSlot(from);
    boolean told = isThere;
    if (!publishes(from)) {
      told = silence(from.other(), isThere ? PEER_PATIENCE : Duration.ZERO, epoch);
      links.turn(from, true, epoch);
    }
    if (told && open) {
      mendAtLeisure(from, epoch);
    } else if (told) {
      patience = PEER_PATIENCE;
      // Whatever comes of it: the side is to be opened next, and then it is tried again.
      tell(PEER_PATIENCE, () -> mend(from, epoch));
    }
  }

  /**
   * Stops the publication of a side. When the side does not take the order, it may go on or come
   * back publishing what it takes, so nothing is read from it until it was told.
   *
   * @param most how long it may take; zero for a side that does not answer
   * @return whether it was told
   */
  private boolean silence(Side side, Duration most, long epoch) {
    boolean told = most.isPositive() && tell(most, () -> links.turn(side, false, epoch));
    if (!told) {
      links.hold(side.other(), epoch);
    }
    return told;
  }

  /**
   * Does what the followed side can do without for now; a side that refuses, because its disk is
   * full for example, is no better than one that hangs.
   *
   * @return whether it was done
   * @throws OutsideException when it must not be done without: a later order was taken, or the
   *     other side accepts writes
   */
  private static boolean tell(Duration most, Runnable order) {
    try {
      return Bounded.tolerating(most, order);
    } catch (OutsideException e) {
      if (e.code() == PostgresProblem.STALE_ORDER || e.code() == PostgresProblem.LINK) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Each try begins at the top, and over a long way takes as many round trips as it takes: so each
   * that did not come to its end is followed by one that may take twice as long. The first are
   * short, because right after the opening users still have to be led here.
   */
  private void mendAtLeisure(Side from, long epoch) {
    Duration most = patience;
    patience = LEISURE.compareTo(most.multipliedBy(2)) < 0 ? LEISURE : most.multipliedBy(2);
    boolean quiet = most.compareTo(QUIET) <= 0;
    boolean mended =
        quiet
            ? tell(most, () -> mend(from, epoch))
            : Bounded.tolerating(most, () -> mend(from, epoch));
    if (mended) {
      patience = PEER_PATIENCE;
    } else if (!quiet) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot mend the links of the "
              + from.word()
              + ": the "
              + from.other().word()
              + " did not take all that it needs within "
              + most.toMillis()
              + " ms; it is tried again, does that server answer, and how far away is it?");
    }
  }

  /** Makes what is missing of both links, and lets both sides read. */
  private void mend(Side from, long epoch) {
    // First of all, so that no order of before comes after what is read of it here.
    Control.stamp(on(from.other()), epoch);
    if (publishes(from.other())) {
      links.turn(from.other(), false, epoch);
    }
    links.make(epoch);
    links.release(from.other(), from, epoch);
    links.release(from, from, epoch);
  }

  private boolean publishes(Side side) {
    return links.publishes(side).orElse(false);
  }

  private void requireSlot(Side from) {
    boolean there =
        on(from)
            .orders
            .ask(
                "look for the slot of the " + from.word(),
                connection -> Links.hasSlot(connection, names.link(from)));
    if (!there) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot follow the "
              + from.word()
              + ": its slot "
              + names.link(from)
              + " is not there, so writes may have been missed; a new copy is needed");
    }
  }
}
