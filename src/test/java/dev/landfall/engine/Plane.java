package dev.landfall.engine;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A plane in virtual time: what it was ordered is on its disk, who waits at it is not. */
final class Plane {
  /** A request that came by. */
  interface Request {
    void go(Side side, int generation);

    void failed();
  }

  private record Waiting(Request request, long since) {}

  final String name;
  private final VirtualTime time;
  private final Consumer<Long> left;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private @Nullable RouteOrder order;
  private @Nullable RouteOrder fallback;
  private long heldSince = -1;
  private boolean up = true;
  private int generation;
  private long inFlight;
  private long heldMax;

  /** A plane that tells how long each request was held when it leaves. */
  Plane(String name, VirtualTime time, Consumer<Long> left) {
    this.name = name;
    this.time = time;
    this.left = left;
  }

  RouteSeen look(boolean sourceHealthy, boolean targetHealthy) {
    return new RouteSeen(
        Optional.empty(),
        Optional.ofNullable(order),
        holding(),
        ranOut(),
        inFlight,
        inFlight,
        queue.size(),
        Duration.ofNanos(heldMax * 1000),
        0,
        Optional.of(sourceHealthy),
        Optional.of(targetHealthy),
        List.of());
  }

  long epoch() {
    return order == null ? 0 : order.epoch();
  }

  private long heldUntil() {
    return order == null || heldSince < 0
        ? -1
        : heldSince + order.hold().map(Duration::toNanos).orElse(0L) / 1000;
  }

  private boolean holding() {
    return heldSince >= 0 && time.micros() < heldUntil();
  }

  private boolean ranOut() {
    return heldSince >= 0 && !holding();
  }

  void order(RouteOrder given) {
    if (given.epoch() < epoch()) {
      throw new OutsideException(
          Fault.STALE_ORDER, "cannot take an order of epoch " + given.epoch());
    }
    if (given.equals(order)) {
      return;
    }
    if (given.hold().isPresent()) {
      long since = holding() ? heldSince : time.micros();
      fallback = fallback != null ? fallback : order;
      order = given;
      heldSince = since;
      watchHold();
    } else {
      order = given;
      fallback = null;
      heldSince = -1;
      letGo();
    }
  }

  private void watchHold() {
    time.after(
        Math.max(0, heldUntil() - time.micros()),
        () -> {
          if (up && ranOut()) {
            letGo();
          }
        });
  }

  private Side side() {
    RouteOrder inForce = ranOut() ? fallback : order;
    return inForce != null && inForce.cohort().isEverybody() ? Side.TARGET : Side.SOURCE;
  }

  private void letGo() {
    while (!queue.isEmpty()) {
      Waiting first = queue.poll();
      long held = time.micros() - first.since;
      heldMax = Math.max(heldMax, held);
      left.accept(held);
      inFlight++;
      first.request.go(side(), generation);
    }
  }

  void request(Request request) {
    if (!up) {
      request.failed();
    } else if (holding()) {
      queue.add(new Waiting(request, time.micros()));
    } else {
      inFlight++;
      request.go(side(), generation);
    }
  }

  /**
   * A request is answered.
   *
   * @return whether the answer reaches the user: the plane did not die in between
   */
  boolean answered(int begunIn) {
    if (begunIn == generation) {
      inFlight--;
    }
    return up && begunIn == generation;
  }

  int waiting() {
    return queue.size();
  }

  /** How long the first of those who wait has waited. */
  long longestWait() {
    Waiting first = queue.peek();
    return first == null ? 0 : time.micros() - first.since;
  }

  boolean up() {
    return up;
  }

  void stop() {
    up = false;
    generation++;
    inFlight = 0;
    queue.forEach(each -> each.request.failed());
    queue.clear();
  }

  void start() {
    up = true;
    if (holding()) {
      watchHold();
    }
  }
}
