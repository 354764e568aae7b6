package dev.landfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.landfall.control.ControlClient.Answer;
import dev.landfall.control.ControlClient.SilentException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is told of those who have an address by mistake, and send back what they were sent. */
class ControlClientIT {
  private static final String TOKEN = "tok3n-of-the-router-0815";

  /** A page as of an application that fails: with the headers of the request in it. */
  private static HttpServer echoing(boolean asLandfall) throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
    server.createContext(
        "/",
        exchange -> {
          String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = ("it failed:\n" + sent + " of jo.doe").getBytes(StandardCharsets.UTF_8);
          if (asLandfall) {
            exchange.getResponseHeaders().add(ControlDoor.PROBLEM_HEADER, "router-refused");
          }
          exchange.sendResponseHeaders(500, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static Answer asked(int port) throws SilentException {
    try (var client = new ControlClient(URI.create("http://127.0.0.1:" + port), TOKEN)) {
      return client.get("/v1/route");
    }
  }

  @Test
  void theTokenThatIsSentBackIsToldToNobody() throws Exception {
    HttpServer ours = echoing(true);
    HttpServer others = echoing(false);
    try {
      Answer answer = asked(ours.getAddress().getPort());
      assertThat(answer.toString()).doesNotContain(TOKEN);
      assertThat(answer.refusal()).isEqualTo("500 \"it failed: Bearer *** of jo.doe\"");
      assertThat(asked(others.getAddress().getPort()).refusal())
          .as("nothing of a page of somebody else's")
          .isEqualTo("500, and not as Landfall does");
    } finally {
      ours.stop(0);
      others.stop(0);
    }
  }

  @Test
  void whatCannotBeReadIsToldWithoutIt() throws Exception {
    try (var server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> {
        try (var socket = server.accept()) {
          byte[] answer =
              ("Authorization: Bearer " + TOKEN + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
          socket.getOutputStream().write(answer);
          socket.getInputStream().read(new byte[4096]);
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
      assertThatThrownBy(() -> asked(server.getLocalPort()))
          .isInstanceOf(SilentException.class)
          .message()
          .isNotEmpty()
          .doesNotContain(TOKEN);
    }
  }
}
