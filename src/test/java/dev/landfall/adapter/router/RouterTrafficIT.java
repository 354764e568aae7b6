package dev.landfall.adapter.router;

import static dev.landfall.adapter.router.RouterWorld.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the router carries what real users and services send. */
// Lines of HTTP end in CR LF, which a text block would have to spell out just the same.
@SuppressWarnings("StringConcatToTextBlock")
class RouterTrafficIT {
  @TempDir Path folder;
  private final HttpClient users =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RouterWorld world;

  @BeforeEach
  void start() throws Exception {
    RouterOptions.Limits usual = RouterOptions.Limits.DEFAULTS;
    var limits =
        new RouterOptions.Limits(
            2,
            3,
            usual.holdMax(),
            8,
            OptionalLong.of(1_000_000),
            usual.headerBytesMax(),
            Duration.ofMillis(500),
            Duration.ofMillis(800),
            Duration.ofSeconds(20),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            false);
    world = new RouterWorld(folder, limits);
    world.order(1, 0, Optional.empty());
  }

  @AfterEach
  void stop() {
    world.close();
    users.shutdownNow();
  }

  @Test
  void aUserMayKeepOneConnectionAndTheServiceSeesFew() throws Exception {
    try (var user = new RawUser(world.port())) {
      for (int i = 0; i < 50; i++) {
        user.send("GET /page HTTP/1.1\r\nHost: shop\r\n\r\n");
        assertThat(user.readUntil("\r\n\r\nsource", 2000)).startsWith("HTTP/1.1 200 OK");
      }
    }
    assertThat(world.source.served.get()).isEqualTo(50);
    assertThat(world.source.connections).hasSizeLessThan(3);
  }

  @Test
  void requestsSentInOneGoAreAnsweredInTheirOrder() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          "GET /headers?1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /count HTTP/1.1\r\nHost: a\r\n"
              + "Content-Length: 3\r\n\r\nabcGET /headers?2 HTTP/1.1\r\nHost: a\r\n"
              + "Connection: close\r\n\r\n");
      String all = user.readAll();
      assertThat(all.indexOf("?1")).isPositive().isLessThan(all.indexOf("?2"));
      assertThat(all).doesNotContain("[silence]");
    }
  }

  @Test
  void headersOfOneConnectionStayThere() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          "GET /headers HTTP/1.1\r\nHost: shop.test:99\r\nConnection: X-Secret, close, Host\r\n"
              + "X-Secret: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\n"
              + "Proxy-Connection: y\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n");
      String seen = user.readAll();
      assertThat(seen)
          .doesNotContain("[silence]")
          .doesNotContainIgnoringCase("x-secret:")
          .doesNotContainIgnoringCase("keep-alive: 5")
          .doesNotContainIgnoringCase("te: trailers")
          .doesNotContainIgnoringCase("proxy-")
          .containsIgnoringCase("host: shop.test:99")
          .contains("Cookie: a=1")
          .contains("Cookie: b=2");
    }
    HttpResponse<String> answer = get("/hop");
    assertThat(answer.headers().firstValue("X-Private")).isEmpty();
    assertThat(answer.headers().firstValue("X-Public")).contains("1");
  }

  @Test
  void aServiceLearnsWhoAskedAndNotWhatTheyClaim() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          "GET /headers HTTP/1.1\r\nHost: shop.test\r\nConnection: close, X-Forwarded-For\r\n"
              + "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nForwarded: for=6.6.6.6\r\n"
              + "X-Forwarded-Host: bank.test\r\nX-Real-IP: 6.6.6.6\r\n\r\n");
      assertThat(user.readAll())
          .contains("X-Forwarded-For: 127.0.0.1")
          .contains("X-Forwarded-Proto: http\n")
          .contains("X-Forwarded-Host: shop.test")
          .doesNotContain("6.6.6.6")
          .doesNotContain("bank.test");
    }
  }

  @Test
  void aRequestThatTwoServersCouldReadInTwoWaysIsRefused() throws Exception {
    String hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    String post = "POST /shown HTTP/1.1\r\nHost: a\r\n";
    for (String attack :
        new String[] {
          post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
          post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden,
          post + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + hidden,
          post + "Content-Length: +0\r\n\r\n" + hidden,
          post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
          post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
          post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + hidden,
          post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
          "POST /shown HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
          "GET /shown HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET /shown HTTP/1.1\r\n\r\n",
          "GET shown HTTP/1.1\r\nHost: a\r\n\r\n",
          "CONNECT bank.test:443 HTTP/1.1\r\nHost: bank.test:443\r\n\r\n",
        }) {
      try (var user = new RawUser(world.port())) {
        user.send(attack);
        assertThat(user.readAll())
            .as(attack)
            .doesNotContain("[silence]")
            .doesNotContain("HTTP/1.1 200")
            .containsPattern("HTTP/1.. (400|405)");
      }
      assertThat(world.source.requests).as(attack).isEmpty();
    }
  }

  @Test
  void bodiesGoBothWaysInChunksAndWithALength() throws Exception {
    String text = "x".repeat(100_000);
    assertThat(post("/echo", HttpRequest.BodyPublishers.ofString(text)).body()).isEqualTo(text);
    var unknown =
        HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(text));
    assertThat(post("/count", unknown).body()).isEqualTo("100000");
  }

  @Test
  void aBodyLongerThanAllowedIsRefused() throws Exception {
    var known = HttpRequest.BodyPublishers.ofByteArray(new byte[1_000_001]);
    try (var user = new RawUser(world.port())) {
      user.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\n\r\n");
      assertThat(user.readAll()).startsWith("HTTP/1.1 413").doesNotContain("[silence]");
    }
    try (var user = new RawUser(world.port())) {
      user.send("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      user.send("f4241\r\n" + "x".repeat(1_000_001));
      assertThat(user.readUntil("bytes\n", 2000)).startsWith("HTTP/1.1 413");
    }
    assertThat(known.contentLength()).isEqualTo(1_000_001);
    eventually(() -> world.look().inFlight() == 0);
  }

  @Test
  void aHeadRequestTellsTheLengthAndHasNoBody() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send("HEAD /bytes/5000 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(user.readUntil("\r\n\r\n", 2000))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-length: 5000");
      user.send("GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(user.readAll()).startsWith("HTTP/1.1 200").endsWith("source");
    }
  }

  @Test
  void anOldClientGetsABodyThatEndsWithTheConnection() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send("POST /echo HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(user.readAll())
          .endsWith("\r\n\r\nhello")
          .doesNotContainIgnoringCase("transfer-encoding");
    }
  }

  @Test
  void aUserWhoAsksFirstIsToldToGoOnByTheService() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
              + "Connection: close\r\n\r\n");
      assertThat(user.readUntil("\r\n\r\n", 2000)).startsWith("HTTP/1.1 100");
      user.send("hello");
      assertThat(user.readAll()).contains("hello").startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aServiceThatIsNotThereIsNamed() throws Exception {
    world.router().order(orderTo(2, "http://127.0.0.1:1", world.target.url(), 0));
    HttpResponse<String> answer = get("/page");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("cannot reach the source 127.0.0.1:1");
    assertThat(world.look().refused()).isEqualTo(1);
    assertThat(world.look().inFlight()).isZero();
  }

  @Test
  void aServiceThatDoesNotAnswerIsGivenUpInTime() throws Exception {
    long began = System.nanoTime();
    HttpResponse<String> answer = get("/slow");
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("source").contains("no answer");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(world.source.requests).as("tried once").containsExactly("/slow");
    assertThat(world.look().inFlight()).isZero();
  }

  @Test
  void aServiceThatClosesIsAskedAgainOnlyWhenNothingCanHaveHappened() throws Exception {
    assertThat(get("/die").statusCode()).isEqualTo(502);
    assertThat(world.source.served.get()).as("a read is tried twice").isEqualTo(2);
    assertThat(post("/die", HttpRequest.BodyPublishers.ofString("x")).statusCode()).isEqualTo(502);
    assertThat(world.source.served.get()).as("a write is tried once").isEqualTo(3);
    assertThat(post("/die", HttpRequest.BodyPublishers.noBody()).statusCode()).isEqualTo(502);
    assertThat(world.source.served.get()).as("without a body too").isEqualTo(4);
  }

  @Test
  void anAnswerThatBreaksOffIsNotMadeToLookWhole() {
    assertThatThrownBy(() -> get("/half")).isInstanceOf(IOException.class);
    eventually(() -> world.look().inFlight() == 0);
  }

  @Test
  void aUserWhoLeavesIsForgotten() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send("GET /wait/x HTTP/1.1\r\nHost: a\r\n\r\n");
      eventually(() -> world.source.has("x"));
      assertThat(world.look().inFlight()).isEqualTo(1);
    }
    eventually(() -> world.look().inFlight() == 0);
    world.order(2, 0, Optional.of(Duration.ofSeconds(20)));
    try (var user = new RawUser(world.port())) {
      user.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
      eventually(() -> world.look().held() == 1);
    }
    eventually(() -> world.look().held() == 0);
    world.order(3, 100, Optional.empty());
    assertThat(get("/page").body()).isEqualTo("target");
    assertThat(world.target.requests).containsExactly("GET /page");
  }

  @Test
  void aFullQueueAnswersAtOnceAndSaysWhenToComeBack() throws Exception {
    world.order(2, 0, Optional.of(Duration.ofSeconds(20)));
    for (int i = 0; i < 3; i++) {
      var _ = users.sendAsync(request("/page").build(), HttpResponse.BodyHandlers.ofString());
    }
    eventually(() -> world.look().held() == 3);
    HttpResponse<String> answer = get("/page");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 20L);
    assertThat(world.look().refused()).isEqualTo(1);
    world.order(3, 100, Optional.empty());
    eventually(() -> world.target.requests.size() == 3);
  }

  @Test
  void healthIsReportedAndChangesNoRoute() throws Exception {
    world
        .router()
        .order(
            new RouteOrder(
                2,
                world.source.url(),
                "http://127.0.0.1:1",
                Cohort.NOBODY,
                Optional.empty(),
                Optional.of("/healthz")));
    eventually(() -> world.look().targetHealthy().isPresent());
    eventually(() -> world.look().sourceHealthy().equals(Optional.of(true)));
    assertThat(world.look().targetHealthy()).contains(false);
    world
        .router()
        .order(
            new RouteOrder(
                3,
                world.source.url(),
                world.target.url(),
                Cohort.NOBODY,
                Optional.empty(),
                Optional.of("/die")));
    eventually(() -> world.look().sourceHealthy().equals(Optional.of(false)));
    assertThat(get("/page").body()).isEqualTo("source");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return users.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, HttpRequest.BodyPublisher body) throws Exception {
    return users.send(request(path).POST(body).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(world.page(path)).timeout(Duration.ofSeconds(20));
  }

  private static RouteOrder orderTo(long epoch, String source, String target, int percent) {
    return new RouteOrder(
        epoch, source, target, Cohort.ofShare(100 * percent), Optional.empty(), Optional.empty());
  }
}
