package dev.landfall.adapter.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What counts as a service that can serve. */
class ServiceHealthTest {
  private final ServiceHealth health = new ServiceHealth(Duration.ofSeconds(2));
  private HttpServer server;
  private String at;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    at = "http://127.0.0.1:" + server.getAddress().getPort();
    answer("/well", 204);
    answer("/ill", 503);
    answer("/elsewhere", 302);
    server.start();
  }

  private void answer(String path, int status) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
    health.close();
  }

  @Test
  void onlyAnAnswerOf2xxIsHealth() {
    assertThat(health.canServe(at, Optional.of("/well"))).isTrue();
    assertThat(health.canServe(at, Optional.of("/ill"))).isFalse();
    assertThat(health.canServe(at, Optional.of("/elsewhere"))).isFalse();
    assertThat(health.canServe(at, Optional.of("/unknown"))).isFalse();
  }

  @Test
  void aConnectionIsEnoughWhereNoPathIsGivenAlsoForDatabases() throws IOException {
    assertThat(health.canServe(at, Optional.empty())).isTrue();
    String database = at.replace("http:", "postgresql:") + "/shop";
    assertThat(health.canServe(database, Optional.empty())).isTrue();
  }

  @Test
  void whoDoesNotListenOrNeverAnswersCannotServe() throws IOException {
    server.stop(0);
    assertThat(health.canServe(at, Optional.of("/well"))).isFalse();
    assertThat(health.canServe(at, Optional.empty())).isFalse();
    assertThat(health.canServe("no address at all", Optional.empty())).isFalse();
    try (var mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String silent = "http://127.0.0.1:" + mute.getLocalPort();
      assertThat(health.canServe(silent, Optional.of("/well"))).isFalse();
    }
  }
}
