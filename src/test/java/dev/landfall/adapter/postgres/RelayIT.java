package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Bandwidth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RelayIT {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** A server that answers what it reads, after the other's end. */
  private static ServerSocket echo() throws IOException {
    var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> serve(server));
    return server;
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        Thread.ofVirtual()
            .start(() -> {
              try (socket) {
                byte[] all = socket.getInputStream().readAllBytes();
                socket.getOutputStream().write(all);
              } catch (IOException e) {
                assertThat(socket.isClosed()).isTrue();
              }
            });
      } catch (IOException e) {
        assertThat(server.isClosed()).isTrue();
      }
    }
  }

  private static byte[] exchange(InetSocketAddress at, byte[] bytes) throws IOException {
    try (var socket = new Socket(at.getAddress(), at.getPort())) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      return socket.getInputStream().readAllBytes();
    }
  }

  @Test
  void carriesBothDirectionsToTheirEndsAndCountsThem() throws Exception {
    var cap = new BandwidthCap(Optional.empty());
    try (var server = echo();
        var relay = Relay.start(ANY, "127.0.0.1", server.getLocalPort(), cap)) {
      byte[] sent = new byte[300_000];
      new java.util.Random(7).nextBytes(sent);
      var threads = new ArrayList<Thread>();
      var equal = new java.util.concurrent.atomic.AtomicInteger();
      for (int i = 0; i < 50; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    if (java.util.Arrays.equals(exchange(relay.address(), sent), sent)) {
                      equal.incrementAndGet();
                    }
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(equal.get()).isEqualTo(50);
      assertThat(relay.forwardedBytes()).isEqualTo(2L * 50 * sent.length);
    }
  }

  @Test
  void holdsTheCapAndCanBeCutAndMended() throws Exception {
    var cap = new BandwidthCap(Optional.of(Bandwidth.parse("8 Mbit/s")));
    try (var server = echo();
        var relay = Relay.start(ANY, "127.0.0.1", server.getLocalPort(), cap)) {
      var seconds = new ArrayList<Double>();
      for (int i = 0; i < 3; i++) {
        long before = System.nanoTime();
        exchange(relay.address(), new byte[500_000]);
        seconds.add((System.nanoTime() - before) / 1e9);
      }
      // A cap that is too narrow costs each of them; a busy machine may cost one.
      assertThat(Collections.min(seconds)).isBetween(0.93, 2.0);
      relay.cut();
      assertThat(exchangeOrNothing(relay, new byte[10])).isEmpty();
      relay.mend();
      assertThat(exchange(relay.address(), new byte[10])).hasSize(10);
    }
  }

  private static byte[] exchangeOrNothing(Relay relay, byte[] bytes) {
    try {
      return exchange(relay.address(), bytes);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Test
  void verifiedTlsPassesThroughAndAWrongNameIsRefused() throws Exception {
    var servers = ServerPair.WithTls.shared();
    var pair = servers.pair();
    var tls = servers.certificate().verified();
    try (var relay =
        Relay.start(
            ANY,
            "127.0.0.1",
            pair.source.port(),
            new BandwidthCap(Optional.of(Bandwidth.parse("80 Mbit/s"))))) {
      var named = server("localhost", relay.address().getPort(), tls);
      assertThat(ServerPair.text(named, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
          .isEqualTo("t");
      var unnamed = server("127.0.0.1", relay.address().getPort(), tls);
      assertThatThrownBy(() -> ServerPair.text(unnamed, "SELECT 1"))
          .isInstanceOf(OutsideException.class);
      followsThrough(pair, relay, servers.certificate().certificate());
      copiesOverTls(pair, tls);
    }
  }

  /** The target's own server subscribes through the relay, and checks the real name. */
  private static void followsThrough(ServerPair pair, Relay relay, Path certificate)
      throws Exception {
    ServerPair.run(
        pair.source,
        "CREATE TABLE public.t(id int PRIMARY KEY)",
        "CREATE PUBLICATION p FOR TABLE public.t");
    ServerPair.run(pair.target, "CREATE TABLE public.t(id int PRIMARY KEY)");
    String real =
        "host='localhost' port='1' dbname='postgres' user='postgres' sslmode='verify-full'"
            + " sslrootcert='"
            + certificate
            + "'";
    ServerPair.run(
        pair.target,
        "CREATE SUBSCRIPTION s CONNECTION "
            + Catalog.literal(relay.lead(real))
            + " PUBLICATION p WITH (copy_data = false)");
    ServerPair.run(pair.source, "INSERT INTO public.t VALUES (1)");
    long until = System.nanoTime() + 20_000_000_000L;
    while (ServerPair.number(pair.target, "SELECT count(*) FROM public.t") < 1
        && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    assertThat(ServerPair.number(pair.target, "SELECT count(*) FROM public.t")).isEqualTo(1);
    ServerPair.run(pair.target, "DROP SUBSCRIPTION s", "DROP TABLE public.t");
  }

  private static void copiesOverTls(ServerPair pair, Map<String, String> tls) throws Exception {
    SchemaCarrierIT.copy(server("localhost", pair.source.port(), tls), pair.target);
    assertThat(ServerPair.number(pair.target, "SELECT count(*) FROM public.t")).isEqualTo(1);
  }

  private static PostgresServer server(String host, int port, Map<String, String> tls) {
    return new PostgresServer(host, port, "postgres", "postgres", Optional.empty(), tls);
  }
}
