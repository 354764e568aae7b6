package dev.landfall.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A question to the outside that is put again and again. A second one is not put while the first
 * has no answer, and whoever did not answer the last time is not waited for long, so that something
 * that hangs costs the loop its patience once and not at every turn. For one thread.
 */
final class Question<T> {
  /** Time enough for an answer that is only late. */
  private static final Duration AGAIN = Duration.ofMillis(20);

  private final Callable<T> question;
  private final Together together;
  private @Nullable Future<T> pending;
  private @Nullable Late<T> last;
  private long putNanos;
  private boolean missed;

  Question(Callable<T> question, Together together) {
    this.question = question;
    this.together = together;
  }

  /**
   * Puts the question, unless there is one whose answer nobody has taken yet. An answer that came
   * late counts, or somebody who is always a little slow would never be heard; what it tells is
   * true of the epoch that it names.
   */
  void put() {
    if (pending == null) {
      putNanos = System.nanoTime();
      pending = together.begin(question);
    }
  }

  /**
   * What was answered last, while that was not longer ago than this; absent when it was, and when
   * the last question ended otherwise, or was the first.
   */
  Optional<Late<T>> last(Duration late) {
    return Optional.ofNullable(last)
        .filter(known -> System.nanoTime() - known.takenNanos() <= late.toNanos());
  }

  /**
   * An answer from before.
   *
   * @param putNanos when it was asked for, by {@link System#nanoTime()}
   * @param takenNanos when it was there
   */
  record Late<T>(T answer, long putNanos, long takenNanos) {
    /** How long ago it was asked for. */
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - putNanos);
    }
  }

  /**
   * The answer to what was put; absent when it takes longer.
   *
   * @throws RuntimeException what the question ended with
   */
  Optional<T> answer(Duration patience) {
    Future<T> asked = Objects.requireNonNull(pending, "nothing was asked");
    Duration waiting = missed && AGAIN.compareTo(patience) < 0 ? AGAIN : patience;
    Optional<T> answer;
    try {
      answer = Together.resultOf(asked, Optional.of(waiting));
    } catch (RuntimeException e) {
      pending = null;
      last = null;
      throw e;
    }
    missed = answer.isEmpty();
    if (!missed) {
      pending = null;
      last = new Late<>(answer.get(), putNanos, System.nanoTime());
    }
    return answer;
  }
}
