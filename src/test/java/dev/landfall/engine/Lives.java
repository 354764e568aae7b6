package dev.landfall.engine;

import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** Runs lives, as many at once as the machine bears. */
final class Lives {
  private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

  private Lives() {}

  /** The first seed, from one on, in which something is wrong; absent when there is none. */
  static Optional<Long> firstWrong(long seeds, LongPredicate isWrong) {
    var next = new AtomicLong(1);
    var wrong = new ConcurrentSkipListSet<Long>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < AT_ONCE; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            long seed = next.getAndIncrement();
            while (seed <= seeds && wrong.isEmpty()) {
              if (isWrong.test(seed)) {
                wrong.add(seed);
              }
              seed = next.getAndIncrement();
            }
          }));
    }
    threads.forEach(Lives::join);
    return wrong.stream().findFirst();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while seeds run", e);
    }
  }
}
