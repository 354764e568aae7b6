package dev.landfall.adapter.prometheus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.problem.OutsideException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of answers that are no answers of a Prometheus. */
class PrometheusClientIT {
  private final HttpServer server;
  private final CountDownLatch over = new CountDownLatch(1);

  PrometheusClientIT() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    server.stop(0);
  }

  private void answers(int status, String text) {
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private PrometheusSettings settings(Duration timeout) {
    return settings(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), timeout);
  }

  private static PrometheusRouter router(URI place, Optional<String> token, Duration timeout) {
    return new PrometheusRouter(
        new MemoryRouter(InstantSource.system(), 10), settings(place, timeout), () -> token);
  }

  private static PrometheusSettings settings(URI place, Duration timeout) {
    var queries = new PrometheusSettings.Queries("hits", "fails", Optional.of("took_bucket"));
    return new PrometheusSettings(
        place, Optional.empty(), Duration.ofMinutes(10), timeout, queries, queries);
  }

  private String uncounted(Optional<String> token, Duration timeout) {
    try (var router =
        new PrometheusRouter(
            new MemoryRouter(InstantSource.system(), 10), settings(timeout), () -> token)) {
      return router.look().uncounted().orElseThrow();
    }
  }

  @Test
  void aTokenThatNoHeaderCanCarryIsNotTold() {
    answers(200, "{}");
    for (String token :
        new String[] {"top-secret\nX: y", "top-secret ", "top\tsecret", "gehe\u00efm"}) {
      assertThat(uncounted(Optional.of(token), Duration.ofSeconds(2)))
          .contains("cannot ask Prometheus", "the token has a blank, a line break")
          .doesNotContain("top", "gehe");
    }
  }

  @Test
  void aTokenThatComesBackInAnAnswerIsNotToldEither() {
    answers(500, "your header was: Bearer top-secret");
    assertThat(uncounted(Optional.of("top-secret"), Duration.ofSeconds(2)))
        .contains("status 500", "Bearer ***")
        .doesNotContain("top-secret");
  }

  @Test
  void aTokenIsNotToldHoweverItComesBack() throws IOException {
    String token = "abc/DEF/ghi";
    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    for (String answer :
        new String[] {
          "Authorization: Bearer " + token + "\r\n\r\n",
          "HTTP/1.1 200 OK\r\nAuthorization\u0001 Bearer " + token + ": x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: Bearer " + token + "\r\n\r\n",
          head + "\r\n{\"status\":\"error\",\"error\":\"Bearer abc\\/DEF\\/ghi\"}",
          head + "\r\n{\"status\":\"error\",\"echo\":\"Bearer abc\\/DEF\\/ghi\"}",
          head + "\r\n{\"status\":\"error\",\"error\":\"" + "x".repeat(295) + token + "\"}",
          head + "\r\n" + "x".repeat(295) + token
        }) {
      try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.startVirtualThread(() -> answer(listening, answer));
        URI place = URI.create("http://127.0.0.1:" + listening.getLocalPort());
        try (var router = router(place, Optional.of(token), Duration.ofSeconds(2))) {
          assertThat(router.look().uncounted().orElseThrow())
              .startsWith("cannot ")
              .doesNotContain("abc", "DEF");
        }
      }
    }
  }

  private static void answer(ServerSocket listening, String answer) {
    try (Socket socket = listening.accept()) {
      var asked = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      for (String line = asked.readLine(); line != null && !line.isEmpty(); ) {
        line = asked.readLine();
      }
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTokenThatIsAWordOfJsonLeavesAnswersWhatTheyAre() {
    answers(200, "{\"status\":\"success\",\"data\":{\"result\":[1,\"12\"]}}");
    try (var client = new PrometheusClient(settings(Duration.ofSeconds(5)))) {
      for (String token : new String[] {"status", "1", "success"}) {
        var round = new PrometheusClient.Round(Optional.of(token), Duration.ofSeconds(5));
        assertThat(client.now(round)).isEqualTo(12);
      }
    }
  }

  @Test
  void aCounterThatHasRunOverIsNoCount() {
    answers(
        200,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":"
            + "[{\"metric\":{},\"values\":[[1,\"18446744073709551615\"]]}]}}");
    try (var client = new PrometheusClient(settings(Duration.ofSeconds(5)))) {
      var round = new PrometheusClient.Round(Optional.empty(), Duration.ofSeconds(5));
      assertThatThrownBy(() -> client.samples("hits", Duration.ofMinutes(1), 1, round))
          .isInstanceOfSatisfying(
              OutsideException.class, e -> assertThat(e.code()).isEqualTo(PrometheusProblem.ANSWER))
          .hasMessageContaining("is more than anybody counts");
    }
  }

  @Test
  void anAnswerThatIsTooLargeIsSaidToBe() {
    answers(200, "x".repeat(9 * 1024 * 1024));
    try (var client = new PrometheusClient(settings(Duration.ofSeconds(20)))) {
      assertThatThrownBy(() ->
              client.now(new PrometheusClient.Round(Optional.empty(), Duration.ofSeconds(20))))
          .isInstanceOfSatisfying(
              OutsideException.class, e -> assertThat(e.code()).isEqualTo(PrometheusProblem.ANSWER))
          .hasMessageContaining("it is larger than 8 MiB");
    }
  }

  @Test
  void whoeverLooksBeforeTheStartWaitsForAllQueriesTogetherAndNotForEach() {
    server.createContext(
        "/",
        exchange -> {
          try {
            over.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    long began = System.nanoTime();
    assertThat(uncounted(Optional.empty(), Duration.ofSeconds(60)))
        .contains("cannot reach Prometheus");
    assertThat(System.nanoTime() - began).isLessThan(Duration.ofSeconds(12).toNanos());
  }
}
