package dev.landfall.adapter.router;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;

/** Lets requests go on when a hold runs out, if no new order came before. */
final class RunOut {
  private final Vertx vertx;
  private final Gate gate;

  RunOut(Vertx vertx, Gate gate) {
    this.vertx = vertx;
    this.gate = gate;
  }

  /** Watches the hold of the present order. A timer more than needed settles nothing twice. */
  void watch() {
    Instant now = gate.clock().instant();
    gate.standing()
        .heldUntil()
        .ifPresent(until -> {
          long millis = Duration.between(now, until).toMillis() + 1;
          vertx.setTimer(
              Math.max(1, millis),
              fired -> {
                gate.settle();
                if (gate.standing().holding(gate.clock().instant())) {
                  watch();
                }
              });
        });
  }
}
