package dev.landfall.adapter.router;

import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import io.vertx.core.Context;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The upgraded connections of one event loop. Those of a side that an order in force sends nobody
 * to are ended, some at a time, so that not all users connect again in one moment. In a hold they
 * stay: it may still go back. While each side accepts the writes of its own users all are ended.
 */
final class Tunnels {
  private static final int AT_ONCE = 50;
  private static final long PAUSE_MILLIS = 100;

  private final Context context;
  private final Gate gate;
  private final Set<Tunnel> open = new LinkedHashSet<>();

  /** Those that were told to end, and have not. */
  private final Set<Tunnel> leaving = new LinkedHashSet<>();

  private boolean looking;

  Tunnels(Context context, Gate gate) {
    this.context = context;
    this.gate = gate;
  }

  Context context() {
    return context;
  }

  /** May be called on any thread. */
  void routeHasChanged() {
    context.runOnContext(now -> look());
  }

  void add(Tunnel tunnel) {
    open.add(tunnel);
    if (unserved(tunnel.side())) {
      // Agreed upon while the route changed.
      look();
    }
  }

  /** It has ended. Saying so again changes nothing. */
  void remove(Tunnel tunnel) {
    boolean wasOpen = open.remove(tunnel);
    boolean wasLeaving = leaving.remove(tunnel);
    if (wasOpen || wasLeaving) {
      gate.tunnelClosed();
    }
  }

  /** It was agreed upon, and its user is gone. */
  void neverOpened() {
    gate.tunnelClosed();
  }

  private void look() {
    if (looking) {
      return;
    }
    int left = AT_ONCE;
    Iterator<Tunnel> oldestFirst = open.iterator();
    while (oldestFirst.hasNext() && left > 0) {
      Tunnel tunnel = oldestFirst.next();
      if (unserved(tunnel.side())) {
        oldestFirst.remove();
        leaving.add(tunnel);
        tunnel.leave();
        left--;
      }
    }
    if (left == 0) {
      looking = true;
      context
          .owner()
          .setTimer(
              PAUSE_MILLIS,
              fired -> {
                looking = false;
                look();
              });
    }
  }

  private boolean unserved(Side side) {
    if (gate.isShared()) {
      // Its user may change sides at any time, and nothing would tell what it carries.
      return true;
    }
    Optional<RouteOrder> order = gate.standing().inForce(gate.clock().instant());
    return order
        .map(RouteOrder::cohort)
        .filter(cohort -> side == Side.TARGET ? cohort.isNobody() : cohort.isEverybody())
        .isPresent();
  }
}
