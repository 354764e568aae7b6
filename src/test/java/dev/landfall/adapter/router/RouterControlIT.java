package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.control.RouteJson;
import dev.landfall.problem.OutsideException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may look at a router and order it: whoever has the token, and nobody else. */
class RouterControlIT {
  private static final String TOKEN = RouterWorld.TOKEN;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private RouterWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new RouterWorld(folder);
    world.order(1, 0, Optional.empty());
  }

  @AfterEach
  void stop() {
    world.close();
    client.shutdownNow();
  }

  @Test
  void withoutTheTokenNothingIsToldAndNothingIsTaken() throws Exception {
    String json = RouteJson.ofOrder(world.leading(2, 0, Optional.empty()));
    for (String authorization :
        List.of("", "Bearer ", "Bearer wrong", "Bearer " + TOKEN + "x", "Basic " + TOKEN, TOKEN)) {
      for (HttpRequest.Builder each :
          List.of(
              HttpRequest.newBuilder(world.control("/metrics")),
              HttpRequest.newBuilder(world.control("/v1/route")),
              HttpRequest.newBuilder(world.control("/v1/route"))
                  .PUT(HttpRequest.BodyPublishers.ofString(json)),
              HttpRequest.newBuilder(world.control("/anything")))) {
        if (!authorization.isEmpty()) {
          each.header("Authorization", authorization);
        }
        HttpResponse<String> answer = send(each);
        assertThat(answer.statusCode()).as(authorization).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(answer.headers().firstValue("Landfall-Problem")).contains("router-token");
        assertThat(answer.body()).doesNotContain("landfall_router", "epoch", TOKEN);
      }
    }
    assertThat(world.look().epoch()).isEqualTo(1);
  }

  /** What JSON calls null or has of another kind than meant would fail with the first request. */
  @Test
  void anOrderThatNamesNoCohortIsRefusedAndUsersAreServedAsBefore() throws Exception {
    String good = RouteJson.ofOrder(world.leading(2, 0, Optional.empty()));
    assertThat(good).contains("\"cohort\":\"nobody\"");
    for (String cohort :
        List.of(
            "null",
            "7",
            "{\"share\":100,\"salt\":7}",
            "{\"share\":100,\"identity\":{\"userHeader\":[\"X-User\"]}}",
            "{\"share\":100,\"kept\":null}",
            "{\"share\":100,\"kept\":{\"users\":null}}",
            "{\"share\":100,\"kept\":{\"users\":\"ann\"}}",
            "{\"share\":100,\"kept\":{\"users\":[null]}}",
            "{\"share\":100,\"kept\":{\"users\":[7]}}")) {
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(world.control("/v1/route"))
                  .header("Authorization", "Bearer " + TOKEN)
                  .PUT(
                      HttpRequest.BodyPublishers.ofString(
                          good.replace("\"cohort\":\"nobody\"", "\"cohort\":" + cohort))));
      assertThat(answer.statusCode()).as(cohort).isEqualTo(400);
      assertThat(answer.body()).as(cohort).startsWith("cannot take the order: ").contains(" is ");
      assertThat(user("/page")).isEqualTo("source");
    }
    world.restart();
    assertThat(user("/page")).isEqualTo("source");
    assertThat(world.look().epoch()).isEqualTo(1);
  }

  @Test
  void whatARouterOfAnotherVersionAnswersIsNoRoute() {
    String seen = RouteJson.ofSeen(world.look());
    assertThatThrownBy(() -> RouteJson.seen(seen.replace("\"cohort\":", "\"targetPercent\":")))
        .hasMessageContaining("cohort");
  }

  @Test
  void aControllerWithAnotherTokenIsToldToCompareTheTwo() {
    try (var stranger = new HttpRouter(world.control(""), "another-token-of-16")) {
      assertThatThrownBy(() -> stranger.order(world.leading(2, 0, Optional.empty())))
          .isInstanceOfSatisfying(
              OutsideException.class, e -> assertThat(e.code()).isEqualTo(RouterProblem.TOKEN))
          .hasMessageContaining("compare the two tokens");
      assertThat(stranger.look().fault().orElse("")).contains("compare the two tokens");
    }
    assertThat(world.look().epoch()).isEqualTo(1);
  }

  @Test
  void whetherItLivesIsToldToAnybodyAndMetricsToWhoeverHasTheToken() throws Exception {
    assertThat(send(HttpRequest.newBuilder(world.control("/healthz"))).statusCode()).isEqualTo(200);
    assertThat(user("/page")).isEqualTo("source");
    HttpResponse<String> metrics =
        send(
            HttpRequest.newBuilder(world.control("/metrics"))
                .header("Authorization", "Bearer " + TOKEN));
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.body())
        .contains("landfall_router_requests_total{side=\"source\",class=\"2xx\"} 1")
        .contains("landfall_router_answer_seconds_count{side=\"source\"} 1")
        .contains("landfall_router_order_epoch 1");
  }

  @Test
  void usersCannotReachTheControlNorWhatItTells() throws Exception {
    assertThat(user("/metrics")).isEqualTo("source");
    assertThat(user("/v1/route")).isEqualTo("source");
    assertThat(world.source.requests).containsExactly("GET /metrics", "GET /v1/route");
    // Another address of this machine stands for the network.
    assertThatThrownBy(
            () -> new Socket(InetAddress.getByName("127.0.0.2"), world.controlPort()).close())
        .isInstanceOf(ConnectException.class);
  }

  private String user(String path) throws Exception {
    return send(HttpRequest.newBuilder(world.page(path))).body();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
