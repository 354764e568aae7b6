package dev.landfall.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The order that a plane has, and what became of its hold. Every plane that holds requests follows
 * these rules, the fake of the tests too.
 *
 * @param order the last order that was taken; absent before the first
 * @param fallback how requests go when the hold runs out: the last order without a hold, or the
 *     source alone when there was none; absent when the present order has no hold
 * @param heldSince when requests began to wait; absent when the present order has no hold
 */
public record Standing(
    Optional<RouteOrder> order, Optional<RouteOrder> fallback, Optional<Instant> heldSince) {

  /** The standing of a plane that never had an order. */
  public static Standing none() {
    return new Standing(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The epoch of the order; zero before the first. */
  public long epoch() {
    return order.map(RouteOrder::epoch).orElse(0L);
  }

  /**
   * Whether an order comes too late, because one of a newer epoch was taken. One of the same epoch
   * does not: whoever decides may refine what it decided.
   */
  public boolean outdates(RouteOrder given) {
    return given.epoch() < epoch();
  }

  /**
   * The standing once an order is taken. The same order again changes nothing. A hold that follows
   * one that still lasts goes on from the beginning of the first, so that no request waits longer
   * than the order says, however often it is given anew.
   */
  public Standing take(RouteOrder given, Instant now) {
    if (order.filter(given::equals).isPresent()) {
      return this;
    }
    if (given.hold().isEmpty()) {
      return new Standing(Optional.of(given), Optional.empty(), Optional.empty());
    }
    Instant since = holding(now) ? heldSince.orElse(now) : now;
    RouteOrder back = fallback.or(() -> order).orElseGet(() -> sourceAlone(given));
    return new Standing(Optional.of(given), Optional.of(back), Optional.of(since));
  }

  /** When the hold runs out; absent when the order has none. */
  public Optional<Instant> heldUntil() {
    Optional<Duration> hold = order.flatMap(RouteOrder::hold);
    return heldSince.flatMap(since -> hold.map(since::plus));
  }

  public boolean holding(Instant now) {
    return heldUntil().filter(now::isBefore).isPresent();
  }

  /** Whether the hold of the present order ended by its limit. */
  public boolean holdRanOut(Instant now) {
    return heldUntil().isPresent() && !holding(now);
  }

  /**
   * Whether an order leads users on who were to wait for it and no longer do. While each side
   * accepts the writes of its own users, whoever was let go as before may have written since on the
   * side that he was to leave, and that is still under way.
   */
  public boolean letGoBefore(RouteOrder given, Instant now) {
    return holdRanOut(now) && order.isPresent() && leadsOn(order.get(), fallback, given);
  }

  /**
   * The same of an order with a hold that has run out. Only the order of the very next epoch ends
   * the crossing that was waited for, unless it leaves everybody where they were held; what is
   * younger was decided knowing that it had not, as when a side is given up.
   *
   * @param back what requests go by since
   */
  public static boolean leadsOn(RouteOrder held, Optional<RouteOrder> back, RouteOrder given) {
    return held.cohort().identity().byNameAlone()
        && given.hold().isEmpty()
        && given.epoch() <= held.epoch() + 1
        && !given.cohort().isNobody()
        && !given.cohort().equals(held.cohort())
        && back.filter(each -> each.cohort().equals(given.cohort())).isEmpty();
  }

  /** What requests go by at this moment; absent while they wait, and before the first order. */
  public Optional<RouteOrder> inForce(Instant now) {
    if (holding(now)) {
      return Optional.empty();
    }
    return holdRanOut(now) ? fallback : order;
  }

  private static RouteOrder sourceAlone(RouteOrder given) {
    return new RouteOrder(
        given.epoch(),
        given.source(),
        given.target(),
        Cohort.NOBODY,
        Optional.empty(),
        given.health());
  }
}
