package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Ends a hold when it runs out: PgBouncer has no clock for that. */
final class HoldEnd implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofMillis(200);

  private final BooleanSupplier end;
  private final InstantSource clock;
  private @Nullable Thread waiting;
  private @Nullable Instant until;
  private boolean closed;

  /**
   * @param end ends the hold, or says that it must not be ended yet
   */
  HoldEnd(BooleanSupplier end, InstantSource clock) {
    this.end = end;
    this.clock = clock;
  }

  /** From now on the hold ends then, and none before. */
  synchronized void at(Instant time) {
    if (closed || time.equals(until)) {
      return;
    }
    if (waiting != null) {
      waiting.interrupt();
    }
    until = time;
    waiting = Thread.startVirtualThread(() -> run(time));
  }

  private void run(Instant time) {
    try {
      Duration left = Duration.between(clock.instant(), time);
      if (left.isPositive()) {
        Thread.sleep(left);
      }
      while (!ended()) {
        Thread.sleep(AGAIN);
      }
    } catch (InterruptedException _) {
      // Somebody else has ended the hold, or begun another with an end of its own.
      Thread.currentThread().interrupt();
    }
  }

  /** A PgBouncer that is away is asked again: whoever waits there waits for this. */
  private boolean ended() {
    try {
      return end.getAsBoolean();
    } catch (OutsideException _) {
      // Whoever reads this plane's state is told the same fault, with its words.
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }
}
