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

  /** Absent when it answered last. */
  private @Nullable Silence silence;

  /**
   * Nobody answers.
   *
   * @param last what came of the last look
   * @param sinceNanos when the first look since the last answer found nobody, by {@link
   *     System#nanoTime}
   */
  private record Silence(Look last, long sinceNanos) {}

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
      Silence before = silence;
      return before == null
          ? asked
          : asked.copy().completeOnTimeout(before.last(), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      turn.unlock();
    }
  }

  /** Asks, and waits for the answer. */
  Look look() {
    Look look = Look.of(agent::look);
    turn.lock();
    try {
      Silence before = silence;
      long since = before == null ? System.nanoTime() : before.sinceNanos();
      silence = look.isSilent() ? new Silence(look, since) : null;
      return look;
    } finally {
      turn.unlock();
    }
  }

  /** For how long it has been known that it does not answer; zero when it answered last. */
  Duration silentFor() {
    turn.lock();
    try {
      Silence now = silence;
      return now == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - now.sinceNanos());
    } finally {
      turn.unlock();
    }
  }
}
