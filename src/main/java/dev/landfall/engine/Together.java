package dev.landfall.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** How independent calls to the outside are made: at once, or one after the other. */
public interface Together {
  /**
   * The results of all calls, in their order. An exception of one is thrown, the first in order.
   */
  <T> List<T> all(List<Callable<T>> calls);

  /** All at once, each on a virtual thread of its own. */
  static Together atOnce() {
    return new Together() {
      @Override
      public <T> List<T> all(List<Callable<T>> calls) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          var results = new ArrayList<T>();
          for (Future<T> each : threads.invokeAll(calls)) {
            results.add(each.get());
          }
          return results;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while looking at the outside", e);
        } catch (ExecutionException e) {
          throw unwrapped(e.getCause());
        }
      }
    };
  }

  /** One after the other, on the caller's thread: what a simulation needs to be repeatable. */
  static Together inTurn() {
    return new Together() {
      @Override
      public <T> List<T> all(List<Callable<T>> calls) {
        var results = new ArrayList<T>();
        for (Callable<T> call : calls) {
          try {
            results.add(call.call());
          } catch (Exception e) {
            throw unwrapped(e);
          }
        }
        return results;
      }
    };
  }

  private static RuntimeException unwrapped(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> new IllegalStateException("a call failed without a cause");
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> new IllegalStateException(cause);
    };
  }
}
