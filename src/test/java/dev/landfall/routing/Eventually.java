package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks again and again where things take real time. */
public final class Eventually {
  private static final long BETWEEN_NANOS = 200_000;

  private Eventually() {}

  public static void within(Duration timeMax, BooleanSupplier condition) {
    long giveUp = System.nanoTime() + timeMax.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within %s", timeMax).isLessThan(giveUp);
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
  }
}
