package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work on a side that one can do without for now. */
final class Bounded {
  private Bounded() {}

  /**
   * Does work, and waits for it so long.
   *
   * @return false when the side did not answer in time; what it was told before may still happen
   * @throws OutsideException when the side answered and refused
   */
  static boolean tolerating(Duration patience, Runnable work) {
    var done = new FutureTask<>(work, true);
    Thread.ofVirtual().name("bounded").start(done);
    try {
      return done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Ends it: nothing more is sent, and its session is free for the next order.
      done.cancel(true);
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutsideException outside) {
        if (outside.code() == PostgresProblem.UNREACHABLE) {
          return false;
        }
        throw outside;
      }
      throw new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      done.cancel(true);
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
