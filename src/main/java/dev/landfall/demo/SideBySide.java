package dev.landfall.demo;

import dev.landfall.demo.Tale.UnexpectedException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does several things at once, as several people would: each verb of Landfall is a process of its
 * own, and most of its time is its start.
 */
final class SideBySide {
  /** One for each processor, so that customers notice little; two where there is but one. */
  private static final int AT_ONCE = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

  private SideBySide() {}

  /** Something that is done. */
  @FunctionalInterface
  interface Act {
    void go() throws UnexpectedException, SQLException, InterruptedException;
  }

  /**
   * Begins them in their order, and waits for all.
   *
   * @throws UnexpectedException when one of them ended otherwise than it should; then those that
   *     have not begun never do
   */
  static void all(List<Act> acts) throws UnexpectedException, SQLException, InterruptedException {
    // Not closed but shut down: what hangs behind a failure is not waited for.
    var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().daemon().factory());
    try {
      var begun = new ArrayList<Future<?>>();
      for (Act act : acts) {
        begun.add(
            threads.submit(() -> {
              act.go();
              return act;
            }));
      }
      for (Future<?> each : begun) {
        each.get();
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UnexpectedException unexpected -> throw unexpected;
        case SQLException sql -> throw sql;
        case InterruptedException interrupted -> throw interrupted;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException("the demo failed", e);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
