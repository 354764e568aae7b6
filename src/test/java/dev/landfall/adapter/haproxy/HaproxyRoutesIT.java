package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several routes in one HAProxy, and connections that outlast their request. */
class HaproxyRoutesIT {
  @TempDir Path folder;

  @Test
  void twoRoutesOfOneHaproxyAreOrderedApart() throws Exception {
    int shop = Ports.free();
    int office = Ports.free();
    write("shop", shop);
    write("office-2", office);
    try (var source = new SideService(Side.SOURCE, 0);
        var target = new SideService(Side.TARGET, 0);
        var haproxy = new HaproxyProcess(folder, List.of("shop.cfg", "office-2.cfg"));
        var shopUser = new RawUser(URI.create("http://127.0.0.1:" + shop));
        var officeUser = new RawUser(URI.create("http://127.0.0.1:" + office))) {
      var shops = new HaproxyRouter("unix:" + haproxy.master(), "shop");
      var offices = new HaproxyRouter("unix:" + haproxy.master(), "office-2");
      shops.order(order(7, source.url(), target.url(), Cohort.NOBODY));
      assertThat(offices.look().order()).isEmpty();
      offices.order(order(2, source.url(), target.url(), Cohort.EVERYBODY));
      assertThat(shopUser.ask("GET", "/")).endsWith("source");
      assertThat(officeUser.ask("GET", "/")).endsWith("target");
      haproxy.restart();
      assertThat(shops.look().epoch()).isEqualTo(7);
      assertThat(offices.look().epoch()).isEqualTo(2);
    }
  }

  @Test
  void aWebSocketPassesAndIsNotUnderWayForEver() throws Exception {
    int port = Ports.free();
    write("shop", port);
    try (var source = new Echo();
        var haproxy = new HaproxyProcess(folder, List.of("shop.cfg"));
        var user = new RawUser(URI.create("http://127.0.0.1:" + port))) {
      var router = new HaproxyRouter("unix:" + haproxy.master(), "shop");
      router.order(order(1, source.url(), source.url(), Cohort.NOBODY));
      // Key and answer of RFC 6455, 1.3.
      user.send(
          "GET",
          "/chat",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      assertThat(user.answer()).contains(" 101 ");
      assertThat(user.echo("hello")).isEqualTo("hello");
      assertThat(router.look().inFlight()).isZero();
    }
  }

  private void write(String route, int port) throws IOException {
    Path script = folder.resolve("landfall.lua");
    if (!Files.exists(script)) {
      try (var lua = HaproxyInclude.class.getResourceAsStream("landfall.lua")) {
        Files.copy(java.util.Objects.requireNonNull(lua), script);
      }
    }
    Path state = Files.createDirectories(folder.resolve("state"));
    var include =
        new HaproxyInclude(
            route, script.toString(), state.toString(), Optional.empty(), Identity.NONE, 10);
    Files.writeString(
        folder.resolve(route + ".cfg"),
        """
        %s
        defaults
            mode http
            timeout connect 5s
            timeout client 1m
            timeout server 1m

        frontend users_%s
            bind 127.0.0.1:%d
        %s\
        """
            .formatted(include.text(), route, port, include.frontendLines()));
  }

  private static RouteOrder order(long epoch, String source, String target, Cohort cohort) {
    return new RouteOrder(epoch, source, target, cohort, Optional.empty(), Optional.empty());
  }

  /** Answers one request by switching to a protocol in which everything is said twice. */
  private static final class Echo implements AutoCloseable {
    private static final String SWITCHED =
        String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "\r\n");

    private final ServerSocket server;

    Echo() throws IOException {
      server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      Thread.startVirtualThread(this::serve);
    }

    private void serve() {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          String head = "";
          while (!head.endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
              break;
            }
            head += (char) next;
          }
          if (head.contains("pgrade")) {
            socket.getOutputStream().write(SWITCHED.getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().transferTo(socket.getOutputStream());
          }
        } catch (IOException e) {
          if (!server.isClosed()) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
