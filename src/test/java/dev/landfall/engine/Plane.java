package dev.landfall.engine;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Asker;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Sorter;
import dev.landfall.routing.Standing;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A plane in virtual time that requests, or transactions, pass: what it was ordered is on its disk,
 * who waits at it is not.
 */
final class Plane implements Stoppable {
  /** A request that came by. */
  interface Request {
    /** Who sends it. */
    Asker asker();

    void go(Side side, int generation);

    void failed();
  }

  private record Waiting(Request request, long since) {}

  final String name;
  final Crowd crowd;
  final Trouble trouble;
  private final VirtualTime time;
  private final Consumer<Long> left;
  private final boolean tells;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private @Nullable RouteOrder order;
  private @Nullable RouteOrder fallback;
  private long heldSince = -1;
  private boolean up = true;
  private @Nullable Sorter sorter;
  private int generation;
  private long inFlight;
  private long heldMax;

  /**
   * A plane that tells how long each request was held when it leaves.
   *
   * @param tells whether it says beforehand that it would take no order
   */
  Plane(String name, VirtualTime time, Consumer<Long> left, Crowd crowd, boolean tells) {
    this.tells = tells;
    this.name = name;
    this.crowd = crowd;
    this.time = time;
    this.left = left;
    trouble = new Trouble(time);
  }

  RouteSeen look(boolean sourceHealthy, boolean targetHealthy) {
    count();
    var seen =
        new RouteSeen(
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
            crowd.tallies());
    return trouble
        .refusal()
        .filter(_ -> tells)
        .map(why -> seen.withUnable(Map.of(Side.SOURCE, why, Side.TARGET, why)))
        .orElse(seen);
  }

  long epoch() {
    return order == null ? 0 : order.epoch();
  }

  private long heldUntil() {
    return order == null || heldSince < 0
        ? -1
        : heldSince + order.hold().map(Duration::toNanos).orElse(0L) / 1000;
  }

  /** Whether requests wait now. */
  boolean holding() {
    return heldSince >= 0 && time.micros() < heldUntil();
  }

  /** Whether requests go as before the present order, because its hold has run out. */
  boolean ranOut() {
    return heldSince >= 0 && !holding();
  }

  void order(RouteOrder given) {
    trouble.takesOrders(name);
    if (given.epoch() < epoch()) {
      throw new OutsideException(
          Fault.STALE_ORDER, "cannot take an order of epoch " + given.epoch());
    }
    if (given.equals(order)) {
      return;
    }
    if (ranOut()
        && order != null
        && Standing.leadsOn(order, Optional.ofNullable(fallback), given)) {
      throw new OutsideException(Fault.STALE_ORDER, "cannot lead users on who were let go");
    }
    count();
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

  private @Nullable RouteOrder inForce() {
    return ranOut() ? fallback : order;
  }

  /** The share of users that are led to the target now, in ten-thousandths; 0 while all wait. */
  int shareInForce() {
    RouteOrder inForce = inForce();
    return inForce == null || holding() ? 0 : inForce.cohort().share();
  }

  /** The side that everybody is led to, by a plane that knows no users. */
  Side leadsTo() {
    return shareInForce() == 0 ? Side.SOURCE : Side.TARGET;
  }

  /** The epoch of the order that requests go by; 0 before the first. */
  long epochInForce() {
    RouteOrder inForce = inForce();
    return inForce == null ? 0 : inForce.epoch();
  }

  /** Counts who came by until now. */
  private void count() {
    RouteOrder inForce = inForce();
    boolean serves = up && !holding() && inForce != null;
    crowd.until(time.micros(), serves && inForce != null ? inForce.cohort() : null);
  }

  private Side side(Asker asker) {
    RouteOrder inForce = inForce();
    if (inForce == null || inForce.cohort().isNobody()) {
      return Side.SOURCE;
    }
    if (sorter == null || !sorter.cohort().equals(inForce.cohort())) {
      sorter = new Sorter(inForce.cohort());
    }
    return sorter.side(asker);
  }

  private void letGo() {
    while (!queue.isEmpty()) {
      Waiting first = queue.poll();
      long held = time.micros() - first.since;
      heldMax = Math.max(heldMax, held);
      left.accept(held);
      inFlight++;
      first.request.go(side(first.request.asker()), generation);
    }
  }

  void request(Request request) {
    if (!up) {
      request.failed();
    } else if (holding()) {
      queue.add(new Waiting(request, time.micros()));
    } else {
      inFlight++;
      request.go(side(request.asker()), generation);
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

  /** Whether a request that was begun then is still one that the plane knows of. */
  boolean knows(int begunIn) {
    return begunIn == generation;
  }

  int waiting() {
    return queue.size();
  }

  /** How long the first of those who wait has waited. */
  long longestWait() {
    Waiting first = queue.peek();
    return first == null ? 0 : time.micros() - first.since;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean up() {
    return up;
  }

  @Override
  public void refuse(long micros) {
    trouble.refuse(micros);
  }

  @Override
  public void slow(long micros, long delay) {
    trouble.slow(micros, delay);
  }

  @Override
  public boolean carriesRequests() {
    return true;
  }

  @Override
  public void stop() {
    count();
    up = false;
    generation++;
    inFlight = 0;
    queue.forEach(each -> each.request.failed());
    queue.clear();
  }

  @Override
  public void start() {
    count();
    crowd.restart();
    up = true;
    if (holding()) {
      watchHold();
    }
  }
}
