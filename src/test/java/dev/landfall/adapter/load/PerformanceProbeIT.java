package dev.landfall.adapter.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.landfall.adapter.load.PerformanceProbe.Keeping;
import dev.landfall.adapter.load.PerformanceProbe.Limits;
import dev.landfall.adapter.load.PerformanceProbe.Sides;
import dev.landfall.engine.Probe.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load on two small servers of which one does worse. */
@Tag("long")
class PerformanceProbeIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int MILLIS = 4;

  @TempDir private Path folder;

  /** A server that sleeps for a time, and fails when that is negative. */
  private static final class Service implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();

    Service(IntUnaryOperator millisOf) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            int millis = millisOf.applyAsInt(asked.incrementAndGet());
            try (exchange) {
              Thread.sleep(Math.abs(millis));
              exchange.sendResponseHeaders(millis < 0 ? 500 : 200, -1);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /**
   * As real services do: most are quick, and those that are not are slow by all degrees, so that
   * one in a hundred is beyond the p99 however late a busy machine answers.
   */
  private static int usual(int number) {
    return number % 20 == 0 ? 3 * MILLIS + number / 20 * 7 % 50 : MILLIS + number % 3;
  }

  private static Load load(int seconds) {
    return new Load(
        List.of("/", "/a?b=c"), Map.of(), 200, Duration.ofSeconds(seconds), Duration.ofSeconds(5));
  }

  private static Observation look(Service source, Service target, int seconds) {
    return probe(source, target, seconds, Optional.empty(), NOON).look();
  }

  private static PerformanceProbe probe(
      Service source, Service target, int seconds, Optional<Keeping> keeping, Instant now) {
    return new PerformanceProbe(
        new Sides(source.url(), target.url()),
        load(seconds),
        new Limits(0.5, 0.01, Duration.ofMillis(10)),
        keeping,
        () -> now);
  }

  @Test
  void aTargetThatAnswersAsTheSourceDoesPasses() throws Exception {
    try (var source = new Service(PerformanceProbeIT::usual);
        var target = new Service(PerformanceProbeIT::usual)) {
      Observation seen = look(source, target, 45);
      assertThat(seen.passed()).as(seen.reason()).isTrue();
      assertThat(source.asked.get()).isEqualTo(9_000);
      assertThat(target.asked.get()).isEqualTo(9_000);
      assertThat(seen.raw())
          .contains("the source was asked at the same time", "recorded source: {");
    }
  }

  @Test
  void aSlowerTargetFailsAndSoDoesOneThatFails() throws Exception {
    try (var source = new Service(PerformanceProbeIT::usual);
        var slow = new Service(number -> usual(number) + (number % 5 == 0 ? 60 : 0));
        var failing = new Service(number -> usual(number) * (number % 20 == 0 ? -1 : 1))) {
      Observation slower = look(source, slow, 15);
      assertThat(slower.passed()).as(slower.raw()).isFalse();
      assertThat(slower.reason()).contains("slower than ").contains("is proven");
      Observation fails = look(source, failing, 15);
      assertThat(fails.passed()).as(fails.raw()).isFalse();
      assertThat(fails.reason()).contains("errors: ");
    }
  }

  @Test
  void aServerThatStandsStillForTwoSecondsHasAllTheSlowAnswersThatUsersWouldHave()
      throws Exception {
    var pauseUntil = new java.util.concurrent.atomic.AtomicLong();
    IntUnaryOperator pausing =
        number -> {
          if (number == 2_400) {
            pauseUntil.set(System.nanoTime() + 2_000_000_000L);
          }
          long left = pauseUntil.get() - System.nanoTime();
          return usual(number) + (pauseUntil.get() == 0 || left < 0 ? 0 : (int) (left / 1_000_000));
        };
    try (var source = new Service(PerformanceProbeIT::usual);
        var target = new Service(pausing)) {
      Observation seen = look(source, target, 20);
      assertThat(seen.passed()).as(seen.raw()).isFalse();
      String told =
          seen.raw()
              .lines()
              .filter(line -> line.startsWith("target p50"))
              .findFirst()
              .orElseThrow();
      double p99 = Double.parseDouble(told.replaceAll(".*p99 ([0-9.]+) ms.*", "$1"));
      assertThat(p99)
          .as("400 of 3200 requests fall into the pause; one in 8 is beyond the p99 by far")
          .isBetween(1_500.0, 2_500.0);
    }
  }

  @Test
  void aRecordedSourceStandsInForTheSourceWhileItIsFresh() throws Exception {
    var keeping = Optional.of(new Keeping(folder.resolve("baseline.json"), Duration.ofHours(1)));
    try (var source = new Service(PerformanceProbeIT::usual);
        var target = new Service(PerformanceProbeIT::usual)) {
      assertThat(probe(source, target, 15, keeping, NOON).look().raw())
          .contains("the source was asked at the same time");
      int asked = source.asked.get();
      Observation again = probe(source, target, 15, keeping, NOON.plusSeconds(3_000)).look();
      assertThat(source.asked.get()).as("the source is left alone").isEqualTo(asked);
      assertThat(again.raw())
          .contains("a recorded one, of 2026-03-01T12:00:00Z", "recorded source: {");
      probe(source, target, 15, keeping, NOON.plusSeconds(3_700)).look();
      assertThat(source.asked.get()).as("too old").isEqualTo(2 * asked);
      Files.writeString(folder.resolve("baseline.json"), "{}");
      assertThat(probe(source, target, 15, keeping, NOON).look().reason())
          .contains("is no recorded baseline");
    }
  }

  @Test
  void aSideThatFailsIsNotAskedToTheEnd() throws Exception {
    try (var source = new Service(PerformanceProbeIT::usual);
        var target = new Service(_ -> -1)) {
      Observation seen = look(source, target, 30);
      assertThat(seen.passed()).isFalse();
      assertThat(seen.reason()).contains("ended early").contains("requests to the target failed");
      assertThat(target.asked.get()).isLessThan(2_000);
    }
    try (var source = new Service(number -> usual(number) * (number % 10 == 0 ? -1 : 1));
        var target = new Service(PerformanceProbeIT::usual)) {
      assertThat(look(source, target, 15).reason()).contains("the source itself fails");
    }
  }
}
