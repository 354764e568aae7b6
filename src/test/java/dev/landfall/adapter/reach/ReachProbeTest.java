package dev.landfall.adapter.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.engine.Probe.Observation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What answers in time is reachable, and nothing else is. */
class ReachProbeTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private static InetSocketAddress at(int port) {
    return InetSocketAddress.createUnresolved("127.0.0.1", port);
  }

  private static Observation look(Map<String, InetSocketAddress> places, Duration within) {
    return new ReachProbe(places, within, SOON).look();
  }

  @Test
  void whatAnswersInTimeHasPassedAndIsToldWithItsTime() throws Exception {
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Observation seen = look(Map.of("orders", at(server.getLocalPort())), SOON);
      assertThat(seen.passed()).as(seen.reason()).isTrue();
      assertThat(seen.raw())
          .matches("orders at 127.0.0.1:" + server.getLocalPort() + ": \\d+\\.\\d ms\n");
    }
  }

  @Test
  void whatIsTooSlowHasNot() throws Exception {
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Observation seen = look(Map.of("orders", at(server.getLocalPort())), Duration.ofNanos(1));
      assertThat(seen.passed()).isFalse();
      assertThat(seen.reason()).contains("answers in").contains("0.0 ms are allowed");
    }
  }

  @Test
  void oneThatDoesNotAnswerIsNamedAmongThoseThatDo() throws Exception {
    try (var nobody = new Ports.Unanswered();
        var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      int gone = nobody.port();
      var places =
          Map.of(
              "orders", at(server.getLocalPort()),
              "tax service", at(gone),
              "mail", InetSocketAddress.createUnresolved("mail.invalid", 25));
      Observation seen = look(places, SOON);
      assertThat(seen.passed()).isFalse();
      assertThat(seen.reason())
          .contains("tax service at 127.0.0.1:" + gone + " cannot be reached")
          .contains("mail at mail.invalid:25 cannot be reached: there is no address")
          .doesNotContain("orders");
    }
  }
}
