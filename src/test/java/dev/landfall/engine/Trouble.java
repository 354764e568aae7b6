package dev.landfall.engine;

import dev.landfall.problem.OutsideException;

/** What keeps a plane from doing as it is told while it goes on serving; in virtual time. */
final class Trouble {
  private final VirtualTime time;
  private long refusesUntil;
  private long slowUntil;
  private long delay;

  Trouble(VirtualTime time) {
    this.time = time;
  }

  void refuse(long micros) {
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

  /**
   * An order has come.
   *
   * @throws OutsideException when none is taken now
   */
  void takesOrders(String name) {
    if (time.micros() < refusesUntil) {
      throw new OutsideException(
          Fault.REFUSED, "cannot order " + name + ": its disk is full; make room");
    }
  }
}
