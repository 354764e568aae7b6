package dev.landfall.replication;

import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Adds and changes rows on whichever side takes them, and keeps what was acknowledged. */
final class Writer implements AutoCloseable {
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong longestNanos = new AtomicLong();
  private final Thread thread;

  Writer(World world, String name, Map<Long, String> ledger) {
    thread =
        Thread.ofPlatform()
            .name("writer " + name)
            .start(() -> {
              Side owner = Side.SOURCE;
              long mine = 0;
              for (int turn = 0; !stopped.get(); turn++) {
                String text = name + turn;
                long begun = System.nanoTime();
                if (turn % 3 == 2 && mine != 0) {
                  if (world.change(owner, mine, text)) {
                    ledger.put(mine, text);
                    took(begun);
                    continue;
                  }
                } else {
                  var key = world.add(owner, text);
                  if (key.isPresent()) {
                    mine = key.get();
                    ledger.put(mine, text);
                    took(begun);
                    continue;
                  }
                }
                owner = owner.other();
                world.pause();
              }
            });
  }

  private void took(long begun) {
    longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
  }

  /** The longest that a write which was taken took. */
  Duration longestWait() {
    return Duration.ofNanos(longestNanos.get());
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public void close() throws InterruptedException {
    stopped.set(true);
    thread.join();
  }
}
