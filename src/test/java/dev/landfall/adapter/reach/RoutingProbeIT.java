package dev.landfall.adapter.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Probe.Observation;
import dev.landfall.workload.Network;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Names of a real BIND, real connections, and a real agent: a skewed route is found. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingProbeIT {
  private static final AllowedNetworks LOOPBACK =
      AllowedNetworks.of(List.of(Network.parse("127.0.0.0/8")));
  private static final String TOKEN = "sixteen or more letters";

  private Bind bind;
  private ProbeAgent agent;
  private ServerSocket source;
  private ServerSocket target;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    bind =
        Bind.start(
            folder,
            """
            www A 127.0.0.1
            shop CNAME www
            skewed A 127.0.0.1
            skewed A 127.0.0.2
            six A 127.0.0.1
            six AAAA 2001:db8::9
            text TXT "no address"
            """);
    agent = ProbeAgent.start(new ProbeAgent.Options("127.0.0.1", 0, false, TOKEN, LOOPBACK));
    source = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    target = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  }

  @AfterAll
  void stop() throws Exception {
    agent.close();
    bind.close();
    source.close();
    target.close();
  }

  private Observation lookBy(String server, String target, String... names) {
    var wanted =
        new RoutingProbe.Wanted(
            List.of(names),
            List.of(server),
            Set.of("127.0.0.1"),
            "127.0.0.1:" + source.getLocalPort(),
            target,
            5,
            Duration.ofSeconds(1),
            0.1);
    var elsewhere = new Elsewhere(URI.create("http://127.0.0.1:" + agent.port()), () -> TOKEN);
    return new RoutingProbe(
            List.of(new Here(), elsewhere), wanted, Duration.ofMillis(500), Duration.ofSeconds(30))
        .look();
  }

  private Observation look(String... names) {
    return lookBy(bind.place(), "127.0.0.1:" + target.getLocalPort(), names);
  }

  @Test
  void namesThatLeadToTheSideFromEverywherePass() {
    Observation seen = look("www.shop.example", "shop.shop.example");
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.raw().lines().filter(line -> line.endsWith("leads to 127.0.0.1"))).hasSize(4);
  }

  @Test
  void aSkewedRouteIsFoundFromEachVantage() {
    assertThat(look("skewed.shop.example").reason().split("; "))
        .hasSize(2)
        .allMatch(each -> each.endsWith("leads to 127.0.0.2, and must not"));
    assertThat(look("six.shop.example").reason())
        .contains("leads to 2001:db8:0:0:0:0:0:9, and must not");
  }

  @Test
  void aNameThatLeadsNowhereOrIsNotThereIsFound() {
    assertThat(look("text.shop.example").reason()).contains("leads nowhere");
    assertThat(look("gone.shop.example").reason()).contains("it answers NXDOMAIN");
    assertThat(look("www.other.example").reason()).contains("it answers REFUSED");
  }

  @Test
  void aServerThatDoesNotAnswerHasNotPassed() {
    String closed = "127.0.0.1:1";
    assertThat(lookBy(closed, "127.0.0.1:" + target.getLocalPort(), "www.shop.example").reason())
        .contains("www.shop.example by 127.0.0.1:1: it does not answer");
  }

  @Test
  void aTargetThatTakesOnlySomeConnectionsIsFound() throws Exception {
    // Nobody takes what waits, so the queue is soon full and the rest is lost.
    try (var busy = new ServerSocket(0, 3, InetAddress.getLoopbackAddress())) {
      String place = "127.0.0.1:" + busy.getLocalPort();
      assertThat(lookBy(bind.place(), place, "www.shop.example").reason())
          .contains("of the connections more than the source, and 10.0 % are allowed");
    }
  }
}
