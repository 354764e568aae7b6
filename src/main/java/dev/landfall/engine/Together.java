package dev.landfall.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How calls to the outside are made: each on a thread of its own, or one after the other. */
public interface Together {
  /**
   * Begins a call; what comes of it is in the answer. Cancelling the answer interrupts the call.
   */
  <T> Future<T> begin(Callable<T> call);

  /**
   * The results of all calls, in their order. An exception of one is thrown, the first in order.
   */
  default <T> List<T> all(List<Callable<T>> calls) {
    List<Future<T>> begun = calls.stream().map(this::begin).toList();
    var results = new ArrayList<T>();
    for (Future<T> each : begun) {
      results.add(resultOf(each, Optional.empty()).orElseThrow());
    }
    return results;
  }

  /**
   * Makes a call and waits for it so long and no longer.
   *
   * @param patience zero or less for no time at all: the call is not even begun then
   * @return false when it did not come to an end in time. It was interrupted then; what it has sent
   *     already may still take effect.
   */
  default boolean within(Duration patience, Runnable call) {
    if (!patience.isPositive()) {
      return false;
    }
    Future<Boolean> begun =
        begin(() -> {
          call.run();
          return true;
        });
    boolean ended = resultOf(begun, Optional.of(patience)).isPresent();
    if (!ended) {
      begun.cancel(true);
    }
    return ended;
  }

  /**
   * What came of a call.
   *
   * @param patience how long to wait for it; absent for as long as it takes
   * @return absent when it takes longer; it goes on
   */
  static <T> Optional<T> resultOf(Future<T> begun, Optional<Duration> patience) {
    try {
      return Optional.of(
          patience.isPresent()
              ? begun.get(patience.get().toNanos(), TimeUnit.NANOSECONDS)
              : begun.get());
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      begun.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the outside", e);
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    }
  }

  /** All at once, each on a virtual thread of its own. */
  static Together atOnce() {
    return new Together() {
      @Override
      public <T> Future<T> begin(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.ofVirtual().name("outside").start(task);
        return task;
      }
    };
  }

  /** One after the other, on the caller's thread: what a simulation needs to be repeatable. */
  static Together inTurn() {
    return new Together() {
      @Override
      public <T> Future<T> begin(Callable<T> call) {
        try {
          return CompletableFuture.completedFuture(call.call());
        } catch (Exception e) {
          return CompletableFuture.failedFuture(e);
        }
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
