package dev.landfall.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Gives a router that has just been started its first order, as its owner would. */
final class Routing {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private Routing() {}

  /** Sends all users to the source, as soon as the router takes orders. */
  static void begin(int control, String token, String source, String target, String health)
      throws IOException, InterruptedException {
    String order =
        """
        {"epoch":0,"source":"%s","target":"%s","cohort":"nobody","hold":null,"health":"%s"}
        """
            .formatted(source, target, health);
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + "/v1/route"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(order))
            .build();
    long end = System.nanoTime() + START_MAX.toNanos();
    try (var client = HttpClient.newHttpClient()) {
      while (true) {
        try {
          var answer = client.send(request, BodyHandlers.ofString());
          if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                "the router answered " + answer.statusCode() + " " + answer.body());
          }
          return;
        } catch (ConnectException e) {
          if (System.nanoTime() > end) {
            throw e;
          }
          Thread.sleep(50);
        }
      }
    }
  }
}
