package dev.landfall.adapter.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.reach.IsolationProbe.Wanted;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Network;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real agent looks on behalf of others, for whoever has its token and for nobody else. */
class ProbeAgentTest {
  private static final AllowedNetworks LOOPBACK =
      AllowedNetworks.of(List.of(Network.parse("127.0.0.0/8")));
  private static final String TOKEN = "sixteen or more letters";

  private ProbeAgent agent;
  private ServerSocket open;
  private ScriptedAgent witness;

  @BeforeEach
  void start() throws IOException {
    agent = ProbeAgent.start(new ProbeAgent.Options("127.0.0.1", 0, false, TOKEN, LOOPBACK));
    witness = ScriptedAgent.reaching();
    open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
    open.close();
    witness.close();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + agent.port());
  }

  private Observation look(String token, String closed) {
    return new IsolationProbe(
            List.of(new Here(), new Elsewhere(url(), () -> token)),
            witness.vantage(),
            new Wanted(List.of(closed), List.of("127.0.0.1:" + open.getLocalPort()), true),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10))
        .look();
  }

  @Test
  void itSeesWhatIsClosedAndWhatIsOpenFromWhereItIs() {
    Observation seen = look(TOKEN, "127.0.0.1:1");
    assertThat(seen.passed()).as(seen.reason()).isTrue();
    String closed = "must be closed: 127.0.0.1:1: 127.0.0.1 refused\n";
    assertThat(seen.raw()).contains("from: here\n" + closed, "from: " + url() + "\n" + closed);
    String forbidden = "127.0.0.1:" + open.getLocalPort();
    assertThat(look(TOKEN, forbidden).reason())
        .isEqualTo(
            "%1$s can be reached, and must not be; from %2$s: %1$s can be reached, and must not be"
                .formatted(forbidden, url()));
  }

  @Test
  void whoHasNotTheTokenIsToldNothingAndTheCheckHasNotPassed() {
    Observation seen = look("another of sixteen letters", "127.0.0.1:1");
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .isEqualTo(
            "from "
                + url()
                + ": nothing can be looked at: the agent answered 401 "
                + ProbeProblem.TOKEN.id());
    assertThat(seen.raw()).doesNotContain("another");
  }

  @Test
  void anAgentThatIsGoneHasNotLooked() {
    URI url = url();
    agent.close();
    var probe =
        new IsolationProbe(
            List.of(new Elsewhere(url, () -> TOKEN)),
            witness.vantage(),
            new Wanted(List.of("127.0.0.1:1"), List.of("127.0.0.1:1"), true),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10));
    assertThat(probe.look().reason())
        .startsWith("from " + url + ": nothing can be looked at: the agent does not answer");
  }

  @Test
  void itTakesNothingThatHasNoBound() throws Exception {
    for (String body :
        List.of(
            "",
            "{}",
            "{\"version\":1}",
            errand(101, 1000, "127.0.0.1:1"),
            errand(1, 61_000, "127.0.0.1:1"),
            errand(1, 1000, "file:///etc/passwd"))) {
      try (var client = HttpClient.newHttpClient()) {
        var answer =
            client.send(
                HttpRequest.newBuilder(url().resolve(ProbeAgent.PATH))
                    .header("Authorization", "Bearer " + TOKEN)
                    .PUT(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(body).isEqualTo(400);
      }
    }
  }

  @Test
  @Timeout(20)
  void serversOfTheDnsThatAreSilentTakeNoLongerThanAllMayTake() throws Exception {
    try (var silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      List<String> names = IntStream.range(0, 40).mapToObj(i -> "n" + i + ".example").toList();
      var errand =
          new Errand(
              List.of(),
              1,
              Duration.ofSeconds(10),
              Duration.ofSeconds(1),
              names,
              List.of("127.0.0.1:" + silent.getLocalPort()));
      long begun = System.nanoTime();
      Sight sight = new Elsewhere(url(), () -> TOKEN).look(errand);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
      assertThat(sight.names())
          .hasSize(40)
          .allMatch(each -> each.fault().equals(Optional.of("the time was over before")));
    }
  }

  /** A name leads wherever somebody lets it lead, so the address is what counts. */
  @Test
  void itDoesNotLookAtItselfUnlessItMayWhateverNameLeadsThere() throws Exception {
    int port = open.getLocalPort();
    var usual = new ProbeAgent.Options("127.0.0.1", 0, false, TOKEN, AllowedNetworks.of(List.of()));
    try (var guarded = ProbeAgent.start(usual);
        var dns = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      var errand =
          new Errand(
              List.of("127.0.0.1:" + port, "localhost:" + port, "[::ffff:127.0.0.1]:" + port),
              1,
              Duration.ofSeconds(1),
              Duration.ofSeconds(10),
              List.of("www.example"),
              List.of("127.0.0.1:" + dns.getLocalPort(), "localhost:" + dns.getLocalPort()));
      URI at = URI.create("http://127.0.0.1:" + guarded.port());
      Sight sight = new Elsewhere(at, () -> TOKEN).look(errand);
      assertThat(sight.places())
          .hasSize(3)
          .allSatisfy(each ->
              assertThat(each.attempts())
                  .isNotEmpty()
                  .allMatch(one -> one.outcome() == Sight.Outcome.NOT_TRIED)
                  .allMatch(one -> one.detail().startsWith("the agent may not look at ")));
      assertThat(sight.names())
          .hasSize(2)
          .allMatch(each -> each.fault().orElse("").startsWith("the agent may not look at "));
      dns.setSoTimeout(200);
      assertThatThrownBy(() -> dns.receive(new DatagramPacket(new byte[512], 512)))
          .as("nobody was asked")
          .isInstanceOf(SocketTimeoutException.class);
      open.setSoTimeout(200);
      assertThatThrownBy(open::accept)
          .as("nobody was connected to")
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(new Elsewhere(url(), () -> TOKEN).look(errand).places())
          .anyMatch(each -> each.any(Sight.Outcome.CONNECTED));
    }
  }

  @Test
  void whatItMayNotLookAtIsNotClosed() {
    var options =
        new ProbeAgent.Options("127.0.0.1", 0, false, TOKEN, AllowedNetworks.of(List.of()));
    try (var guarded = ProbeAgent.start(options)) {
      URI at = URI.create("http://127.0.0.1:" + guarded.port());
      var probe =
          new IsolationProbe(
              List.of(new Elsewhere(at, () -> TOKEN)),
              witness.vantage(),
              new Wanted(List.of("127.0.0.1:1"), List.of("127.0.0.1:" + open.getLocalPort()), true),
              Duration.ofSeconds(1),
              Duration.ofSeconds(10));
      Observation seen = probe.look();
      assertThat(seen.passed()).isFalse();
      assertThat(seen.reason()).contains("the agent may not look at 127.0.0.1");
    }
  }

  private static String errand(int tries, int patience, String place) {
    return """
    {"version":1,"places":["%s"],"tries":%d,"patienceMillis":%d,"timeoutMillis":1000,
     "names":[],"servers":[]}
    """
        .formatted(place, tries, patience);
  }

  @Test
  void itListensForOthersOnlyWhenToldAndNotWithoutAToken() {
    assertThatThrownBy(
            () -> ProbeAgent.start(new ProbeAgent.Options("0.0.0.0", 0, false, TOKEN, LOOPBACK)))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("which others can reach");
    assertThatThrownBy(() ->
            ProbeAgent.start(new ProbeAgent.Options("127.0.0.1", 0, false, "short", LOOPBACK)))
        .hasMessageContaining("at least 16")
        .hasMessageNotContaining("short");
    assertThatThrownBy(() ->
            ProbeAgent.start(
                new ProbeAgent.Options("127.0.0.1", agent.port(), false, TOKEN, LOOPBACK)))
        .hasMessageContaining("is another process there already?");
  }
}
