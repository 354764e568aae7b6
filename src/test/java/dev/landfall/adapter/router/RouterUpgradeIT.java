package dev.landfall.adapter.router;

import static dev.landfall.adapter.router.RouterWorld.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of users who want to speak something else than HTTP/1.1. */
// Lines of HTTP end in CR LF, which a text block would have to spell out just the same.
@SuppressWarnings("StringConcatToTextBlock")
class RouterUpgradeIT {
  private static final Optional<Duration> LONG = Optional.of(Duration.ofSeconds(20));

  @TempDir Path folder;
  private final HttpClient users =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
  private RouterWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new RouterWorld(folder);
    world.order(1, 0, Optional.empty());
  }

  @AfterEach
  void stop() {
    world.close();
    users.shutdownNow();
  }

  @Test
  void aWebSocketStaysInAHoldAndIsToldToConnectAgainWhenItsSideServesNobody() throws Exception {
    var old = new Talk();
    assertThat(old.say("1")).isEqualTo("SOURCE1");
    assertThat(world.look().inFlight()).as("an upgraded connection is not under way").isZero();

    world.order(2, 0, LONG);
    assertThat(old.say("2")).isEqualTo("SOURCE2");
    world.order(3, 100, Optional.empty());
    assertThat(old.next()).isEqualTo("closed 1012 moved; connect again");
    eventually(() -> world.source.socketsClosed.contains("1012"));

    var fresh = new Talk();
    assertThat(fresh.say("4")).isEqualTo("TARGET4");
    String large = "y".repeat(60_000);
    assertThat(fresh.say(large)).isEqualTo("TARGET" + large);
    fresh.socket.abort();
  }

  @Test
  void aWebSocketStaysWhileItsSideServesAnybody() throws Exception {
    var talk = new Talk();
    world.order(2, 50, Optional.empty());
    world.order(3, 50, Optional.of(Duration.ofMillis(300)));
    eventually(() -> world.look().holdRanOut());
    world.order(4, 99, Optional.empty());
    assertThat(talk.say("1")).isEqualTo("SOURCE1");
    world.order(5, 0, Optional.empty());
    assertThat(talk.say("2")).isEqualTo("SOURCE2");
    talk.socket.abort();
  }

  @Test
  void whoReadsTooSlowlyForTheLastFrameToEndIsToldBehindAWholeFrame() throws Exception {
    var talk = new Talk();
    String large = "flood" + "y".repeat(60_000);
    talk.socket.sendText(large, true).join();
    assertThat(talk.next()).isEqualTo("SOURCE" + large);
    // More is on the way than can have arrived, so some frame is under way.
    world.order(2, 100, Optional.empty());
    String last = "SOURCE" + large;
    while (last.equals("SOURCE" + large)) {
      last = talk.next();
    }
    assertThat(last).isEqualTo("closed 1012 moved; connect again");
  }

  @Test
  void manyWebSocketsAreAllToldToConnectAgain() throws Exception {
    var talks = new ArrayList<Talk>();
    for (int i = 0; i < 300; i++) {
      talks.add(new Talk());
    }
    world.order(2, 100, Optional.empty());
    for (Talk talk : talks) {
      assertThat(talk.next()).startsWith("closed 1012");
    }
  }

  /** Two owners of the data: it would go on writing on a side that its user has left. */
  @Test
  void noTunnelIsLeftOrOpenedWhileEachSideAcceptsTheWritesOfItsUsers() throws Exception {
    var talk = new Talk();
    assertThat(talk.say("1")).isEqualTo("SOURCE1");
    try (var raw = new RawUser(world.port())) {
      raw.send("GET /raw HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      assertThat(raw.readUntil("\r\n\r\n", 5000)).startsWith("HTTP/1.1 101");
      world.shared(2);
      assertThat(talk.next()).isEqualTo("closed 1012 moved; connect again");
      assertThat(raw.readUntil("", 5000)).isEmpty();
    }
    eventually(() -> world.look().inFlightUnsafe() == 0);
    try (var user = new RawUser(world.port())) {
      user.send("GET /raw HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      assertThat(user.readUntil("instead", 5000))
          .startsWith("HTTP/1.1 503")
          .contains("cannot leave HTTP: each side accepts the writes of its own users");
    }
    assertThat(world.look().refused()).isEqualTo(1);
    world.order(3, 100, Optional.empty());
    var fresh = new Talk();
    assertThat(fresh.say("4")).isEqualTo("TARGET4");
    fresh.socket.abort();
  }

  @Test
  void whoDoesNotGoByItselfIsCutOff() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      assertThat(user.readUntil("\r\n\r\n", 5000)).startsWith("HTTP/1.1 101");
      world.order(2, 100, Optional.empty());
      assertThat(user.readUntil("", 5000)).endsWith("moved; connect again");
    }
  }

  @Test
  void anotherProtocolIsCutOffWhenItsSideServesNobody() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send("GET /raw HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      assertThat(user.readUntil("\r\n\r\n", 5000)).startsWith("HTTP/1.1 101");
      user.send("hello");
      assertThat(user.readUntil("hello", 5000)).isEqualTo("hello");
      world.order(2, 100, Optional.empty());
      assertThat(user.readUntil("", 5000)).isEmpty();
    }
  }

  /** Such a client asks for HTTP/2 with its first request, and goes on with what it is given. */
  @Test
  void aClientThatWouldRatherSpeakHttp2IsServedByHttp1AlsoInAHold() throws Exception {
    assertThat(send("GET", "/page", "")).isEqualTo("HTTP_1_1 200 source");
    assertThat(send("POST", "/count", "x".repeat(300_000))).isEqualTo("HTTP_1_1 200 300000");
    world.order(2, 0, LONG);
    try (var fresh = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var held =
          fresh.sendAsync(
              request("POST", "/count", "x".repeat(100_000)), HttpResponse.BodyHandlers.ofString());
      eventually(() -> world.look().held() == 1);
      world.order(3, 100, Optional.empty());
      assertThat(held.get(10, TimeUnit.SECONDS).body()).isEqualTo("100000");
      assertThat(held.get().version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
    assertThat(world.target.served.get()).isEqualTo(1);
  }

  @Test
  void anUpgradeToHttp2IsNotCarried() throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          "GET /headers HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
              + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
      assertThat(user.readAll())
          .startsWith("HTTP/1.1 200")
          .doesNotContainIgnoringCase("upgrade:")
          .doesNotContainIgnoringCase("http2-settings:");
    }
  }

  @Test
  void whoSpeaksHttp2WithoutAskingIsNotLeftWaiting() throws Exception {
    try (var user = new RawUser(world.port())) {
      byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
      user.send(
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + new String(settings, StandardCharsets.ISO_8859_1));
      assertThat(user.readUntil("", 5000)).doesNotContain("[silence]");
    }
    assertThat(world.source.served.get()).isZero();
  }

  private String send(String method, String path, String body) throws Exception {
    HttpResponse<String> answer =
        users.send(request(method, path, body), HttpResponse.BodyHandlers.ofString());
    return answer.version() + " " + answer.statusCode() + " " + answer.body();
  }

  private HttpRequest request(String method, String path, String body) {
    return HttpRequest.newBuilder(world.page(path))
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .timeout(Duration.ofSeconds(10))
        .build();
  }

  /** A user's WebSocket, and what is heard on it; the end of it as well. */
  private final class Talk implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket =
        users
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + world.port() + "/socket"), this)
            .join();

    String say(String words) throws InterruptedException {
      socket.sendText(words, true).join();
      return next();
    }

    String next() throws InterruptedException {
      return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        heard.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      heard.add("closed " + code + " " + reason);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      heard.add("broken: " + error);
    }
  }
}
