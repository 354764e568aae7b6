package dev.landfall.e2e;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Users who write all the time, where they are led to, and keep a ledger of what was acknowledged.
 * They never ask for the same thing twice.
 */
final class Writers implements AutoCloseable {
  private static final int COUNT = 5;
  private static final Duration THINK = Duration.ofMillis(40);

  /** Far beyond any hold of these tests: whoever waits longer was forgotten. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Supplier<URI> front;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Ledger ledger = new Ledger();
  private final Map<String, String> failures = new ConcurrentSkipListMap<>();
  private final Set<String> forgiven = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Writers(Supplier<URI> front) {
    this.front = front;
  }

  static Writers start(URI front) {
    return start(() -> front);
  }

  /**
   * Begins.
   *
   * @param front where to send the next request; what it throws is a failure of that request
   */
  static Writers start(Supplier<URI> front) {
    var writers = new Writers(front);
    for (int id = 1; id <= COUNT; id++) {
      int writer = id;
      writers.threads.execute(() -> writers.write(writer));
    }
    return writers;
  }

  private void write(int writer) {
    try {
      for (int n = 1; !closing.await(THINK.toMillis(), TimeUnit.MILLISECONDS); n++) {
        String key = "w" + writer + "-" + n;
        ledger.asked(key);
        try {
          var request =
              HttpRequest.newBuilder(front.get().resolve("/" + writer + "/" + key))
                  .timeout(PATIENCE)
                  .header("X-User", "writer-" + writer)
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build();
          var answer = client.send(request, BodyHandlers.ofString());
          if (answer.statusCode() == 201) {
            ledger.acknowledged(key);
          } else {
            failures.put(key, "got " + answer.statusCode() + " " + answer.body());
          }
        } catch (IOException | OutsideException e) {
          failures.put(key, "broke: " + e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Which requests failed so far, and how. */
  List<String> failures() {
    return failures.entrySet().stream()
        .filter(each -> !forgiven.contains(each.getKey()))
        .map(each -> each.getKey() + " " + each.getValue())
        .toList();
  }

  /**
   * Forgives whatever becomes of requests made so far, also of those still under way: the test
   * itself is to blame.
   */
  void forgive() {
    forgiven.addAll(ledger.asked());
  }

  int acknowledged() {
    return ledger.acknowledged();
  }

  /**
   * Waits until writes that are asked for now are acknowledged.
   *
   * @throws AssertionError when that takes longer
   */
  void awaitProgress(Duration timeMax) throws InterruptedException {
    // One more than could have been under way.
    ledger.awaitMore(COUNT + 1, timeMax, this::failures);
  }

  /** What is wrong with the owner's database, given what was acknowledged; empty when nothing. */
  List<String> wrongIn(Connection owner) throws SQLException {
    return ledger.wrongIn(owner);
  }

  /** Lets everybody finish, and ends. */
  @Override
  public void close() {
    closing.countDown();
    threads.close();
    client.close();
  }
}
