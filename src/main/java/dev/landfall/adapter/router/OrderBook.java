package dev.landfall.adapter.router;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Standing;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Takes orders, one after the other: judged, then on disk, then in force. */
final class OrderBook {
  private final StateFile file;
  private final Gate gate;
  private final Duration holdMax;
  private final ReentrantLock turn = new ReentrantLock();

  OrderBook(StateFile file, Gate gate, Duration holdMax) {
    this.file = file;
    this.gate = gate;
    this.holdMax = holdMax;
  }

  /** Takes an order, or throws an {@link OutsideException} and changes nothing. Blocks on disk. */
  void take(RouteOrder order) {
    Upstream.parse(Side.SOURCE, order.source());
    Upstream.parse(Side.TARGET, order.target());
    if (order.hold().filter(hold -> hold.compareTo(holdMax) > 0).isPresent()) {
      throw new OutsideException(
          RouterProblem.REFUSED,
          "cannot hold requests for %s: this router holds them for %s at most; order less"
              .formatted(order.hold().get(), holdMax));
    }
    turn.lock();
    try {
      Standing now = gate.standing();
      if (now.outdates(order)) {
        throw new OutsideException(
            RouterProblem.STALE_ORDER,
            "cannot take the order of epoch %d: there is one of epoch %d; look again, another"
                    .formatted(order.epoch(), now.epoch())
                + " controller may lead");
      }
      if (now.letGoBefore(order, gate.clock().instant())) {
        throw new OutsideException(
            RouterProblem.REFUSED,
            "cannot lead users on by epoch %d: they were let go when their hold ran out, and may have"
                    .formatted(order.epoch())
                + " written since; take it back, and hold them again");
      }
      Standing next = now.take(order, gate.clock().instant());
      if (!next.equals(now)) {
        file.write(next);
        gate.change(next);
      }
    } finally {
      turn.unlock();
    }
  }
}
