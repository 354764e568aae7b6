package dev.landfall.adapter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.landfall.engine.Probe.Observation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load on services that answer in ways in which services of a library never would. */
class PerformanceProbeTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String GOOD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String STALLED = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok";

  /** Answers with bytes as they are given, by what is asked for. */
  private static final class Bare implements AutoCloseable {
    private final AtomicInteger asked = new AtomicInteger();
    private final ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());

    Bare(Function<String, String> answer) throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            while (!server.isClosed()) {
              try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket, answer));
              } catch (IOException e) {
                assertThat(server.isClosed()).isTrue();
              }
            }
          });
    }

    private void serve(Socket socket, Function<String, String> answer) {
      try (socket;
          var in =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        for (String first = in.readLine(); first != null; first = in.readLine()) {
          for (String line = first; line != null && !line.isEmpty(); ) {
            line = in.readLine();
          }
          asked.incrementAndGet();
          socket
              .getOutputStream()
              .write(answer.apply(first.split(" ", -1)[1]).getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        assertThat(e).as("the client went away, which is its right").isNotNull();
      }
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static Load load(int seconds) {
    return new Load(
        List.of("/", "/a"), Map.of(), 100, Duration.ofSeconds(seconds), Duration.ofMillis(500));
  }

  private static PerformanceProbe probe(
      Bare source, Bare target, int seconds, Optional<PerformanceProbe.Keeping> keeping) {
    return new PerformanceProbe(
        new PerformanceProbe.Sides(source.url(), target.url()),
        load(seconds),
        new PerformanceProbe.Limits(0.5, 0.01, Duration.ofMillis(500)),
        keeping,
        () -> NOON);
  }

  private static Observation expecting(
      Bare source, Bare target, Map<String, Expectation> expected) {
    var load =
        new Load(List.of("/", "/a"), expected, 100, Duration.ofSeconds(12), Duration.ofMillis(500));
    var probe =
        new PerformanceProbe(
            new PerformanceProbe.Sides(source.url(), target.url()),
            load,
            new PerformanceProbe.Limits(0.5, 0.01, Duration.ofMillis(500)),
            Optional.empty(),
            () -> NOON);
    return assertTimeoutPreemptively(Duration.ofSeconds(32), probe::look);
  }

  private static String page(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
  }

  @Test
  void aPageThatLacksWhatIsExpectedIsAFailureHoweverGoodItsStatus() throws Exception {
    var expected = Map.of("/", new Expectation("/<h1>[A-Z]hop/"));
    try (var source = new Bare(_ -> page("<h1>Shop</h1>"));
        var target = new Bare(_ -> page("Welcome to nginx!"))) {
      Observation seen = expecting(source, target, expected);
      assertThat(seen.passed()).as(seen.raw()).isFalse();
      assertThat(seen.reason())
          .contains("errors: ", " answers of the target to GET / lack what is expected")
          .doesNotContain("GET /a", "nginx");
      Observation turned = expecting(target, source, expected);
      assertThat(turned.reason())
          .contains("is no measure: ", " answers of the source to GET / lack what is expected");
    }
  }

  @Test
  void aRedirectToAnotherPlaceIsAFailureAndOneToTheSamePlaceOfTheOtherSideIsNone()
      throws Exception {
    String away = "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n";
    var own = new AtomicReference<>("");
    var number = new AtomicInteger();
    Function<String, String> led =
        path ->
            path.equals("/") ? away.formatted("/login?ticket=" + number.incrementAndGet()) : GOOD;
    try (var source = new Bare(led);
        var lost = new Bare(path -> path.equals("/") ? away.formatted("/sorry") : GOOD);
        var target =
            new Bare(path -> path.equals("/") ? away.formatted(own.get() + "/login") : GOOD)) {
      own.set(target.url().toString());
      Observation elsewhere = expecting(source, lost, Map.of());
      assertThat(elsewhere.passed()).isFalse();
      assertThat(elsewhere.reason())
          .contains("the target answered GET / with 302 /sorry (", "the source with 302 /login");
      assertThat(expecting(source, target, Map.of()).raw()).doesNotContain("the target answered");
    }
  }

  private static Observation look(Bare source, Bare target, int seconds) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(seconds + 20L),
        () -> probe(source, target, seconds, Optional.empty()).look());
  }

  @Test
  void anAnswerWhoseBodyNeverEndsIsGivenUpInTimeAndCountsAsFailed() throws Exception {
    try (var source = new Bare(_ -> GOOD);
        var target = new Bare(_ -> STALLED)) {
      Observation seen = look(source, target, 12);
      assertThat(seen.passed()).isFalse();
      assertThat(seen.reason()).contains("more than half of all requests to the target failed");
    }
  }

  @Test
  void anAnswerWithAnotherStatusThanTheSourceGivesIsAFailureHoweverGoodItLooks() throws Exception {
    String away = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n";
    try (var source = new Bare(path -> path.equals("/") ? GOOD : away);
        var target = new Bare(_ -> away)) {
      Observation seen = look(source, target, 12);
      assertThat(seen.passed()).as(seen.raw()).isFalse();
      assertThat(seen.reason())
          .contains("errors: ")
          .contains("the target answered GET / with 302 /login (")
          .doesNotContain("GET /a");
    }
  }

  @Test
  void aSourceIsNotAskedAnyMoreNorRecordedWhenTheTargetHasFailedForSeconds(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("baseline.json");
    var keeping = Optional.of(new PerformanceProbe.Keeping(file, Duration.ofHours(1)));
    try (var source = new Bare(_ -> GOOD);
        var target = new Bare(_ -> "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")) {
      Observation seen = probe(source, target, 20, keeping).look();
      assertThat(seen.reason()).contains("more than half of all requests to the target failed");
      assertThat(source.asked.get()).isLessThan(1_000);
      assertThat(file).doesNotExist();
      Files.writeString(file, "not JSON: jo.doe@mail.example");
      assertThat(probe(source, target, 20, keeping).look().reason())
          .isEqualTo(
              "the recorded baseline cannot be used: "
                  + file
                  + " is no recorded baseline; remove it, or name another file");
    }
  }
}
