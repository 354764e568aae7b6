package dev.landfall.adapter.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks one side at a constant rate. Requests come when they are due, whether or not earlier ones
 * have been answered, as those of users do; and each is timed from when it was due. A side that
 * stands still for two seconds so has two seconds' worth of slow answers, not one (what is known as
 * coordinated omission).
 */
final class OpenLoop {
  /** Of a side of which so many seconds in a row more than half fails, no more is asked. */
  private static final int BAD_SECONDS_MAX = 5;

  private final URI side;
  private final Load load;
  private final Samples samples;
  private final Semaphore underWay;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean over;
  private volatile boolean stopped;
  private volatile long latest;

  /**
   * @param over becomes true when a side is not asked any more; then no other is, which may be in
   *     production, and bears the load for nothing
   */
  OpenLoop(URI side, Load load, AtomicBoolean over) {
    this.side = side;
    this.over = over;
    this.load = load;
    samples = new Samples(load.requests());
    underWay = new Semaphore(load.underWayMax());
  }

  /**
   * Asks for all of it, and waits for the last answer.
   *
   * @param begin when the first request is due, by {@link System#nanoTime}
   */
  Samples run(HttpClient client, long begin) throws InterruptedException {
    int sent = 0;
    int answeredBefore = 0;
    int failedBefore = 0;
    int badSeconds = 0;
    for (int i = 0; i < load.requests() && !over.get(); i++) {
      long due = begin + load.due(i);
      await(due);
      send(client, i, due);
      sent = i + 1;
      if (sent % load.perSecond() == 0) {
        int all = answered.get() - answeredBefore;
        int bad = failures.get() - failedBefore;
        answeredBefore += all;
        failedBefore += bad;
        badSeconds = bad > all / 2 ? badSeconds + 1 : 0;
        if (badSeconds >= BAD_SECONDS_MAX) {
          stopped = true;
          over.set(true);
        }
      }
    }
    boolean all =
        underWay.tryAcquire(
            load.underWayMax(), load.answerMax().toMillis() + 5_000, TimeUnit.MILLISECONDS);
    if (!all) {
      throw new IllegalStateException("an answer came neither in time nor was it given up");
    }
    return samples.first(sent);
  }

  /** Whether it was ended before its time, because the side failed. */
  boolean stopped() {
    return stopped;
  }

  /** By how much the latest request was sent after it was due; it is in the latencies. */
  Duration latest() {
    return Duration.ofNanos(latest);
  }

  private static void await(long due) throws InterruptedException {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("the load was interrupted");
      }
    }
  }

  private void send(HttpClient client, int number, long due) {
    latest = Math.max(latest, System.nanoTime() - due);
    if (!underWay.tryAcquire()) {
      samples.note(number, load.answerMax().toNanos() / 1000, Answer.NONE);
      answered.incrementAndGet();
      failures.incrementAndGet();
      return;
    }
    String path = load.paths().get(number % load.paths().size());
    Optional<Expectation> expected = Optional.ofNullable(load.expected().get(path));
    var request =
        HttpRequest.newBuilder(URI.create(side + path)).timeout(load.answerMax()).GET().build();
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(request, FirstBytes.of(expected.isPresent() ? Expectation.BYTES_MAX : 0));
    var _ = asked.whenComplete((answer, fault) -> note(number, due, expected, answer, fault));
    // The time limit of a request ends with the headers; a body can come for ever.
    long left = due + load.answerMax().toNanos() - System.nanoTime();
    CompletableFuture.delayedExecutor(Math.max(0, left), TimeUnit.NANOSECONDS)
        .execute(() -> asked.cancel(true));
  }

  private void note(
      int number,
      long due,
      Optional<Expectation> expected,
      @Nullable HttpResponse<byte[]> response,
      @Nullable Throwable fault) {
    long took = (System.nanoTime() - due) / 1000;
    samples.note(
        number,
        took,
        fault != null || response == null ? Answer.NONE : Answer.of(response, side, expected));
    answered.incrementAndGet();
    if (samples.failed(number)) {
      failures.incrementAndGet();
    }
    // Whoever has acquired all of them sees what was written before.
    underWay.release();
  }
}
