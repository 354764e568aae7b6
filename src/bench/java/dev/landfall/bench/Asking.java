package dev.landfall.bench;

import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** A user who asks again and again, and what became of it. */
final class Asking implements AutoCloseable {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final List<Answer> answers = new ArrayList<>();
  private final Thread thread;
  private volatile boolean over;
  private int failed;

  private record Answer(long nanos, String word) {}

  /**
   * What a user saw of a move.
   *
   * @param millis from the order until the other side answered
   * @param failed requests meanwhile
   * @param gapMillis the longest time between two answers meanwhile
   */
  record Seen(double millis, long failed, double gapMillis) {}

  /**
   * Begins.
   *
   * @param request asks once, and gives the word of the side that answered; a failure throws
   */
  Asking(Callable<String> request) {
    thread =
        Thread.ofVirtual()
            .start(() -> {
              while (!over) {
                ask(request);
              }
            });
  }

  private void ask(Callable<String> request) {
    try {
      String word = request.call();
      synchronized (this) {
        answers.add(new Answer(System.nanoTime(), word));
        notifyAll();
      }
    } catch (Exception e) {
      synchronized (this) {
        failed++;
      }
      Findings.tell("a request failed: %s", e);
    }
  }

  /** Forgets what was, but for the last answer, and waits for another one. */
  synchronized void rest() throws InterruptedException {
    failed = 0;
    answers.clear();
    await(System.nanoTime(), () -> !answers.isEmpty());
    Answer last = Objects.requireNonNull(answers.getLast());
    answers.clear();
    answers.add(last);
  }

  /** Waits until a side answers. */
  synchronized Seen until(Side side, long begunNanos) throws InterruptedException {
    await(begunNanos, () -> answers.stream().anyMatch(each -> each.word().equals(side.word())));
    double gap = 0;
    long before = begunNanos;
    for (Answer answer : answers) {
      gap = Math.max(gap, (answer.nanos() - before) / 1e6);
      before = answer.nanos();
      if (answer.word().equals(side.word())) {
        return new Seen((answer.nanos() - begunNanos) / 1e6, failed, gap);
      }
    }
    throw new IllegalStateException("an answer that was there is not");
  }

  private synchronized void await(long begunNanos, java.util.function.BooleanSupplier so)
      throws InterruptedException {
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - begunNanos > PATIENCE_NANOS) {
        throw new IllegalStateException("users are not led where the order says");
      }
      wait(100);
    }
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    thread.join();
  }
}
