package dev.landfall.adapter.address;

import dev.landfall.control.KeptFile;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one host to its last order: it is written down before anything is changed, so whoever
 * starts again after a crash carries it out.
 */
final class Keeper {
  private final ServiceAddress address;
  private final Means means;
  private final KeptFile file;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable AgentOrder kept;
  private volatile @Nullable String trouble;

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

  AgentSeen look() {
    return new AgentSeen(
        address.toString(), Optional.ofNullable(kept), means.has(), Optional.ofNullable(trouble));
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
      } else {
        means.leave();
      }
      trouble = null;
    } catch (OutsideException e) {
      trouble = e.getMessage();
      throw e;
    }
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
      if (order.has() != means.has()) {
        carryOut(order, true);
      }
      means.tend();
    } catch (OutsideException e) {
      // Told by every look until it is gone; the next time is in a second.
      trouble = e.getMessage();
    } finally {
      turn.unlock();
    }
  }
}
