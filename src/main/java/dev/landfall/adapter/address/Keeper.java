package dev.landfall.adapter.address;

import dev.landfall.control.KeptFile;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one host to its last order: it is written down before anything is changed, so whoever
 * starts again after a crash carries it out.
 */
final class Keeper {
  private static final System.Logger LOG = System.getLogger(Keeper.class.getName());

  /** Many times what an order takes, twice, as the old file stays until the new one is whole. */
  private static final long ROOM_BYTES = 64 * 1024;

  /** So long the network is asked further after somebody wanted to know what it says. */
  private static final Duration CURIOUS = Duration.ofSeconds(10);

  /** Older than this, what the network said counts no more. */
  private static final Duration HEARD_MAX = Duration.ofSeconds(4);

  /** Why somebody else has the address by what the network said, if so, and when it was asked. */
  private record Heard(Optional<String> why, long atNanos) {}

  private final ServiceAddress address;
  private final Means means;
  private final KeptFile file;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable AgentOrder kept;
  private volatile @Nullable String trouble;

  /** What users have to bear since the address was let go here. */
  private volatile @Nullable String aftermath;

  private volatile long curiousUntil = System.nanoTime();
  private volatile @Nullable Heard heard;

  Keeper(ServiceAddress address, Means means, KeptFile file) {
    this.address = address;
    this.means = means;
    this.file = file;
  }

  /** Reads the last order; nothing is carried out yet. */
  void prepare() {
    try {
      file.prepare();
      kept = file.read().map(AgentJson::order).orElse(null);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutsideException(
          AddressProblem.STATE,
          "cannot start the agent: its last order in %s cannot be read (%s); restore the file, or move it away when no controller is at work"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** The host as it is now. */
  AgentSeen look() {
    return look(false);
  }

  /**
   * The same for somebody who would have this host take the address without the other's word. What
   * the network says to that is known about a second after the first who looks so.
   */
  AgentSeen lookUnsure() {
    curiousUntil = System.nanoTime() + CURIOUS.toNanos();
    return look(true);
  }

  private AgentSeen look(boolean unsure) {
    Held held = means.held();
    Optional<String> unwritable = unwritable();
    Optional<String> cannotTake = unwritable.or(() -> means.unable(true, held));
    return new AgentSeen(
        address.toString(),
        Optional.ofNullable(kept),
        held.isHere() && !means.isUntold(),
        held.isGone(),
        unsure && !held.isHere() ? cannotTake.or(this::claimed) : cannotTake,
        unwritable.or(() -> means.unable(false, held)),
        Optional.ofNullable(trouble).or(() -> Optional.ofNullable(aftermath)));
  }

  /** Why no order could be written down; absent when one could, as far as can be told. */
  private Optional<String> unwritable() {
    Path folder = file.folder();
    try {
      if (!Files.isWritable(folder)) {
        return Optional.of("orders cannot be kept: " + folder + " cannot be written to");
      }
      return Files.getFileStore(folder).getUsableSpace() < ROOM_BYTES
          ? Optional.of("orders cannot be kept: there is no room left in " + folder)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of("orders cannot be kept in " + folder + ": " + e.getMessage());
    }
  }

  private Optional<String> claimed() {
    Heard last = heard;
    boolean fresh = last != null && System.nanoTime() - last.atNanos() < HEARD_MAX.toNanos();
    return last != null && fresh
        ? last.why()
        : Optional.of("the network has not been asked yet whether another host has it");
  }

  /**
   * Takes an order and carries it out.
   *
   * @throws OutsideException when it is older than the last, or cannot be carried out. One to let
   *     go that could not be carried out is kept and tried again; one to take the address that
   *     somebody else has is turned into one to stay without it.
   */
  void take(AgentOrder order) {
    turn.lock();
    try {
      AgentOrder before = kept;
      if (before != null && order.epoch() < before.epoch()) {
        throw new OutsideException(
            AddressProblem.STALE_ORDER,
            "cannot take the order of epoch %d: there is one of epoch %d; look again, another controller may lead"
                .formatted(order.epoch(), before.epoch()));
      }
      keep(order);
      try {
        carryOut(order, order.unsure());
      } catch (OutsideException e) {
        if (e.code() == AddressProblem.CONFLICT) {
          keep(new AgentOrder(order.order(), false, true));
        }
        throw e;
      }
    } finally {
      turn.unlock();
    }
  }

  private void keep(AgentOrder order) {
    if (order.equals(kept)) {
      return;
    }
    try {
      file.write(AgentJson.ofOrder(order));
      kept = order;
    } catch (IOException e) {
      throw new OutsideException(
          AddressProblem.STATE,
          "cannot take the order: it cannot be kept in %s (%s); make room or make it writable"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private void carryOut(AgentOrder order, boolean unsure) {
    try {
      if (order.has()) {
        means.take(unsure);
        aftermath = null;
      } else {
        means.leave().ifPresent(this::tell);
      }
      trouble = null;
    } catch (OutsideException e) {
      trouble = e.getMessage();
      throw e;
    }
  }

  /** It is told until the address comes back: nobody else knows why users wait. */
  private void tell(String what) {
    String words = "%s was let go, but %s".formatted(address, what);
    aftermath = words;
    LOG.log(System.Logger.Level.WARNING, words);
  }

  /**
   * Puts right what is not as ordered: after a start, or when somebody changed it by hand. The
   * network is asked before the address is taken, as the other host may have got it meanwhile.
   */
  void tend() {
    turn.lock();
    try {
      AgentOrder order = kept;
      if (order == null) {
        return;
      }
      if (!means.held().is(order.has())) {
        carryOut(order, true);
      }
      means.tend();
      trouble = null;
    } catch (OutsideException e) {
      // Told by every look until it is gone; the next time is in a second.
      trouble = e.getMessage();
    } finally {
      turn.unlock();
    }
    if (System.nanoTime() - curiousUntil < 0) {
      heard = new Heard(asked(), System.nanoTime());
    }
  }

  private Optional<String> asked() {
    try {
      return means.claimant().map(who -> "the host " + who + " answers for it");
    } catch (OutsideException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
