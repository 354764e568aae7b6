package dev.landfall.adapter.address;

import dev.landfall.adapter.address.Both.Look;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one host again and again. Whoever did not answer the last time is hardly waited for: a
 * host that is lost refuses no connection, and each look at the other one would take seconds.
 */
final class Lookout {
  /** Time enough for an answer of one that is back. */
  private static final Duration AGAIN = Duration.ofMillis(100);

  private final Agent agent;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable CompletableFuture<Look> pending;

  /** What came of the last look, when it was no answer. */
  private volatile @Nullable Look silence;

  /** When the first of the looks since the last answer found nobody; absent when it answers. */
  private @Nullable Long silentSince;

  Lookout(Agent agent) {
    this.agent = agent;
  }

  /** Asks, unless there is a question already that has no answer yet. */
  CompletableFuture<Look> ask() {
    turn.lock();
    try {
      CompletableFuture<Look> asked = pending;
      if (asked == null || asked.isDone()) {
        asked = CompletableFuture.supplyAsync(this::look, Thread::startVirtualThread);
        pending = asked;
      }
      Look before = silence;
      return before == null
          ? asked
          : asked.copy().completeOnTimeout(before, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      turn.unlock();
    }
  }

  /** Asks, and waits for the answer. */
  Look look() {
    Look look = Look.of(agent::look);
    turn.lock();
    try {
      silence = look.isSilent() ? look : null;
      if (!look.isSilent()) {
        silentSince = null;
      } else if (silentSince == null) {
        silentSince = System.nanoTime();
      }
      return look;
    } finally {
      turn.unlock();
    }
  }

  /** For how long it has been known that it does not answer; zero when it answered last. */
  Duration silentFor() {
    turn.lock();
    try {
      Long since = silentSince;
      return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    } finally {
      turn.unlock();
    }
  }
}
