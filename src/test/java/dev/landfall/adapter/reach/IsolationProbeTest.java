package dev.landfall.adapter.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.reach.IsolationProbe.Wanted;
import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import dev.landfall.engine.Probe.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must be closed is, what must be open is, and nothing passes that was not tried. */
class IsolationProbeTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private String open = "";
  private ScriptedAgent witness;

  @BeforeEach
  void listen() throws IOException {
    var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    opened.add(server);
    witness = ScriptedAgent.reaching();
    opened.add(witness);
    open = "127.0.0.1:" + server.getLocalPort();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private String refusing() throws IOException {
    var nobody = new Ports.Unanswered();
    opened.add(nobody);
    return "127.0.0.1:" + nobody.port();
  }

  /** A server whose queue is full, as one behind a firewall that drops what comes. */
  private String silent() throws IOException {
    var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    opened.add(server);
    for (int i = 0; i < 2; i++) {
      var socket = new Socket();
      opened.add(socket);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 1000);
    }
    return "127.0.0.1:" + server.getLocalPort();
  }

  private Observation look(List<String> closed, Duration timeout) {
    return look(closed, List.of(open), true, timeout);
  }

  private Observation look(
      List<String> closed, List<String> reachable, boolean refused, Duration timeout) {
    return look(new Here(), witness.vantage(), new Wanted(closed, reachable, refused), timeout);
  }

  private static Observation look(
      Vantage vantage, Vantage witness, Wanted wanted, Duration timeout) {
    return new IsolationProbe(List.of(vantage), witness, wanted, PATIENCE, timeout).look();
  }

  @Test
  void whatRefusesAndWhatIsSilentIsClosedAndToldApart() throws Exception {
    String refusing = refusing();
    String silent = silent();
    Observation seen = look(List.of(refusing, silent), TIMEOUT);
    assertThat(seen.passed()).as(seen.reason()).isTrue();
    assertThat(seen.raw())
        .isEqualTo(
            """
            witness: %1$s
            must listen: %2$s: 127.0.0.1 connected
            must listen: %3$s: 127.0.0.1 connected
            from: here
            must be closed: %2$s: 127.0.0.1 refused
            must be closed: %3$s: 127.0.0.1 no answer
            must be open: %4$s: 127.0.0.1 connected
            """
                .formatted(witness.url(), refusing, silent, open));
    assertThat(look(List.of(refusing, silent), TIMEOUT).raw())
        .as("the same again is the same evidence")
        .isEqualTo(seen.raw());
  }

  @Test
  void aForbiddenPlaceThatAnswersIsFound() throws Exception {
    Observation seen = look(List.of(refusing(), open), TIMEOUT);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).isEqualTo(open + " can be reached, and must not be");
  }

  @Test
  void aVantageThatReachesNothingHasNotPassed() throws Exception {
    String refusing = refusing();
    Observation seen = look(List.of(silent()), List.of(refusing), true, TIMEOUT);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).isEqualTo(refusing + " must be reachable: 127.0.0.1 refused");
  }

  @Test
  void aNameThatMeansNothingIsNotClosedButUntried() {
    Observation seen = look(List.of("orders.invalid:5432"), TIMEOUT);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .isEqualTo("orders.invalid:5432 was not tried: there is no address for orders.invalid");
  }

  @Test
  void whatWasNotTriedWithinTheTimeIsNotClosed() throws Exception {
    Observation seen = look(List.of(silent()), Duration.ofMillis(100));
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).endsWith("was not tried: the time was over before");
  }

  @Test
  void whereNobodyListensNothingIsProvenByBeingClosed() throws Exception {
    String refusing = refusing();
    Observation seen =
        look(new Here(), new Here(), new Wanted(List.of(refusing), List.of(open), true), TIMEOUT);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .isEqualTo(
            refusing
                + " proves nothing by being closed, as the witness (here) does not reach it:"
                + " 127.0.0.1 refused");
  }

  @Test
  void aPlaceThatIsGoneBeforeTheEndProvesNothing() throws Exception {
    String place = silent();
    var looks = new AtomicInteger();
    var outcomes = List.of(Outcome.CONNECTED, Outcome.REFUSED);
    try (var leaving =
        new ScriptedAgent(
            errand -> sight(reached(place, "127.0.0.1", outcomes.get(looks.getAndIncrement()))))) {
      var wanted = new Wanted(List.of(place), List.of(open), false);
      assertThat(look(new Here(), leaving.vantage(), wanted, TIMEOUT).reason())
          .startsWith(place + " proves nothing by being closed");
    }
  }

  @Test
  void whoRefusesWasComeToAndIsClosedOnlyWhereThatIsAccepted() throws Exception {
    String refusing = refusing();
    assertThat(look(List.of(refusing), List.of(open), false, TIMEOUT).reason())
        .isEqualTo(
            refusing
                + " refuses, so packets come that far; have them dropped, or write refused:"
                + " accepted");
  }

  @Test
  void aVantageWithoutAWayByOneFamilyHasNotPassedByTheOther() throws Exception {
    String six = "[2001:db8::4]:5432";
    try (var sixless =
        new ScriptedAgent(errand ->
            sight(
                reached(six, "2001:db8::4", Outcome.NO_WAY),
                reached("20.0.0.4:443", "20.0.0.4", Outcome.CONNECTED)))) {
      var wanted = new Wanted(List.of(six), List.of("20.0.0.4:443"), false);
      assertThat(look(sixless.vantage(), witness.vantage(), wanted, TIMEOUT).reason())
          .endsWith(
              six
                  + " is closed as everything of its kind may be: no open place was reached"
                  + " by IPv6");
    }
  }

  @Test
  void aNameThatMeansAnotherAddressThereHasNotPassed() throws Exception {
    try (var split =
            new ScriptedAgent(errand ->
                sight(
                    reached("db:5432", "20.0.0.9", Outcome.SILENT),
                    reached("20.0.0.4:443", "20.0.0.4", Outcome.CONNECTED)));
        var production =
            new ScriptedAgent(errand -> sight(reached("db:5432", "10.1.0.4", Outcome.CONNECTED)))) {
      var wanted = new Wanted(List.of("db:5432"), List.of("20.0.0.4:443"), false);
      assertThat(look(split.vantage(), production.vantage(), wanted, TIMEOUT).reason())
          .endsWith("db:5432 is 20.0.0.9 there, and 10.1.0.4 to the witness; write the addresses");
    }
  }

  @Test
  void anAddressOfAnOpenPlaceThatWasPassedOverIsTold() throws Exception {
    var both =
        List.of(
            new Attempt("20.0.0.4", Outcome.CONNECTED, PATIENCE, ""),
            new Attempt("20.0.0.5", Outcome.NOT_TRIED, PATIENCE, "the agent may not look there"));
    try (var picky =
        new ScriptedAgent(errand ->
            sight(
                reached("10.1.0.4:5432", "10.1.0.4", Outcome.SILENT),
                new Reached("api:443", both)))) {
      var wanted = new Wanted(List.of("10.1.0.4:5432"), List.of("api:443"), false);
      assertThat(look(picky.vantage(), witness.vantage(), wanted, TIMEOUT).reason())
          .endsWith("api:443 was not tried: the agent may not look there");
    }
  }

  private static String sight(Reached... places) {
    return ProbeJson.ofSight(new Sight(List.of(places), List.of()));
  }

  private static Reached reached(String place, String address, Outcome outcome) {
    return new Reached(place, List.of(new Attempt(address, outcome, PATIENCE, "")));
  }
}
