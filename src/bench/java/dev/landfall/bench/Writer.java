package dev.landfall.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Users who write at a steady rate whatever happens, each write a request of its own, and who keep
 * a ledger of what was acknowledged.
 */
final class Writer implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Acknowledged> ledger = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong sent = new AtomicLong();
  private final String front;
  private final Instant zero = Instant.now();
  private final long zeroNanos = System.nanoTime();
  private volatile boolean over;

  /**
   * A write that was acknowledged.
   *
   * @param side whose application answered
   * @param waited from the request to the answer
   */
  record Acknowledged(long id, String side, Instant at, Duration waited) {}

  private Writer(String front) {
    this.front = front;
  }

  /** Begins to write. */
  static Writer start(String front, long perSecond) {
    var writer = new Writer(front);
    long pause = 1_000_000_000L / perSecond;
    Thread.ofPlatform()
        .daemon()
        .name("writer's clock")
        .start(() -> {
          long next = System.nanoTime();
          while (!writer.over) {
            long id = writer.sent.incrementAndGet();
            var _ = writer.threads.submit(() -> writer.write(id));
            next += pause;
            java.util.concurrent.locks.LockSupport.parkNanos(next - System.nanoTime());
          }
        });
    return writer;
  }

  private void write(long id) {
    var request =
        HttpRequest.newBuilder(URI.create(front + "/write/" + id))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    long begun = System.nanoTime();
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      long now = System.nanoTime();
      if (answer.statusCode() == 200) {
        ledger.add(
            new Acknowledged(
                id, answer.body(), zero.plusNanos(now - zeroNanos), Duration.ofNanos(now - begun)));
      } else {
        failures.add(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      failures.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was acknowledged between two moments. */
  List<Acknowledged> between(Instant from, Instant to) {
    return ledger.stream()
        .filter(each -> each.at().isAfter(from) && each.at().isBefore(to))
        .toList();
  }

  Set<Long> acknowledged() {
    var ids = new HashSet<Long>();
    ledger.forEach(each -> ids.add(each.id()));
    return ids;
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Ends writing and waits for the answers that are under way. */
  @Override
  public void close() {
    over = true;
    threads.close();
    client.close();
  }
}
