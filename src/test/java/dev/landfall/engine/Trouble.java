package dev.landfall.engine;

import dev.landfall.problem.OutsideException;
import java.util.Optional;

/** What keeps a plane from doing as it is told while it goes on serving; in virtual time. */
final class Trouble {
  private static final String FULL = "its disk is full; make room";

  private final VirtualTime time;
  private long refusesSince;
  private long refusesUntil;
  private long slowUntil;
  private long delay;

  Trouble(VirtualTime time) {
    this.time = time;
  }

  void refuse(long micros) {
    if (refusal().isEmpty()) {
      refusesSince = time.micros();
    }
    refusesUntil = time.micros() + micros;
  }

  void slow(long micros, long by) {
    slowUntil = time.micros() + micros;
    delay = by;
  }

  /** How long whoever asks now has to wait for an answer, besides the way. */
  long delay() {
    return time.micros() < slowUntil ? delay : 0;
  }

  /** Why no order is taken now; absent when it is. */
  Optional<String> refusal() {
    return time.micros() < refusesUntil ? Optional.of(FULL) : Optional.empty();
  }

  /** Whether no order has been taken since then. */
  boolean refusesSince(long micros) {
    return refusal().isPresent() && refusesSince <= micros;
  }

  /**
   * An order has come.
   *
   * @throws OutsideException when none is taken now
   */
  void takesOrders(String name) {
    refusal()
        .ifPresent(why -> {
          throw new OutsideException(Fault.REFUSED, "cannot order " + name + ": " + why);
        });
  }
}
