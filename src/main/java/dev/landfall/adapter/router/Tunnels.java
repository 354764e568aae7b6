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
 * stay: it may still go back.
 */
final class Tunnels {
  private static final int AT_ONCE = 50;
  private static final long PAUSE_MILLIS = 100;

  private final Context context;
  private final Gate gate;
  private final Set<Tunnel> open = new LinkedHashSet<>();
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

  void remove(Tunnel tunnel) {
    open.remove(tunnel);
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
    Optional<RouteOrder> order = gate.standing().inForce(gate.clock().instant());
    return order
        .map(RouteOrder::cohort)
        .filter(cohort -> side == Side.TARGET ? cohort.isNobody() : cohort.isEverybody())
        .isPresent();
  }
}
