package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work on a side that one can do without for now. */
final class Bounded {
  private Bounded() {}

  /**
   * Does work, and waits for it so long.
   *
   * @return false when the side did not answer in time; what it was told may then still happen
   * @throws OutsideException when the side answered and refused
   */
  static boolean tolerating(Duration patience, Runnable work) {
    var done = new CompletableFuture<Boolean>();
    Thread.ofVirtual()
        .name("bounded")
        .start(() -> {
          try {
            work.run();
            done.complete(true);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    try {
      return done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
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
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
