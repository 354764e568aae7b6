package dev.landfall.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The router's control port, as an onlooker; only the very first order is given here. */
final class RouterWatch {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
  private final URI route;
  private final String token;

  RouterWatch(String control, String token) {
    this.route = URI.create(control + "/v1/route");
    this.token = token;
  }

  /**
   * What the router does now.
   *
   * @param holding whether requests wait
   * @param held how many of them
   * @param share of the users who are led to the target, in ten-thousandths
   */
  record Seen(boolean holding, long held, int share) {
    boolean onTarget() {
      return share == ALL;
    }
  }

  private static final int ALL = 10_000;

  /** Empty when the router did not answer. */
  Optional<Seen> look() throws InterruptedException {
    try {
      var answer = client.send(request().GET().build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        return Optional.empty();
      }
      JsonNode seen = JSON.readTree(answer.body());
      return Optional.of(
          new Seen(
              seen.path("holding").asBoolean(),
              seen.path("held").asLong(),
              share(seen.path("order").path("cohort"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int share(JsonNode cohort) {
    return cohort.asText().equals("everybody") ? ALL : cohort.path("share").asInt(0);
  }

  /** Sends all users to the source, before anybody has heard of a promotion. */
  void begin(String source, String target) throws IOException, InterruptedException {
    var order = JSON.createObjectNode().put("epoch", 0).put("source", source);
    order.put("target", target).put("cohort", "nobody").putNull("hold").put("health", "/healthz");
    var request = request().PUT(HttpRequest.BodyPublishers.ofString(order.toString())).build();
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "cannot give the router its first order: it answered "
              + answer.statusCode()
              + " "
              + answer.body());
    }
  }

  /**
   * Waits for the moment when the router holds requests.
   *
   * @param goOn asked all the time; false ends the waiting
   * @return whether that moment came
   */
  boolean awaitHold(BooleanSupplier goOn) throws InterruptedException {
    while (goOn.getAsBoolean()) {
      if (look().filter(Seen::holding).isPresent()) {
        return true;
      }
      Thread.sleep(1);
    }
    return false;
  }

  private HttpRequest.Builder request() {
    var request = HttpRequest.newBuilder(route).timeout(ANSWER_MAX);
    Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json")
        .forEach(request::header);
    return request;
  }
}
