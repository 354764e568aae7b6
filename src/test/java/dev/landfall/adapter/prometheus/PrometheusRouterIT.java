package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Eventually;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Tally;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plane whose requests a real Prometheus counts, scraping two services once a second. */
class PrometheusRouterIT {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Duration STALE = Duration.ofSeconds(5);

  /** A scrape a second, and several of them. */
  private static final Duration TOLD_MAX = Duration.ofSeconds(40);

  @TempDir Path folder;
  private final Exporter target = exporter();
  private final Exporter source = exporter();
  private PrometheusProcess prometheus;
  private PrometheusRouter router;

  private static Exporter exporter() {
    try {
      return new Exporter();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() throws Exception {
    target.serve(200, 7, 0.005);
    source.serve(200, 100_000, 0.005);
    source.serve(500, 900, 0.005);
    prometheus = prometheus(folder);
    router = router(settings(url(), Optional.empty()), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    router.close();
    prometheus.close();
    target.close();
    source.close();
  }

  private PrometheusProcess prometheus(Path place, String... web) throws Exception {
    return new PrometheusProcess(
        place,
        List.of("target", String.valueOf(target.port()), "source", String.valueOf(source.port())),
        web);
  }

  private static PrometheusSettings.Queries queries(String job) {
    return new PrometheusSettings.Queries(
        "http_requests_total{job=\"" + job + "\"}",
        "http_requests_total{job=\"" + job + "\",code=~\"5..\"}",
        Optional.of("took_seconds_bucket{job=\"" + job + "\"}"));
  }

  private PrometheusSettings settings(String url, Optional<Path> authority) {
    return new PrometheusSettings(
        URI.create(url),
        authority,
        STALE,
        Duration.ofSeconds(5),
        queries("target"),
        queries("source"));
  }

  private static PrometheusRouter router(PrometheusSettings settings, Optional<String> token) {
    var plane = new MemoryRouter(InstantSource.system(), 10);
    return new PrometheusRouter(plane, settings, () -> token, EVERY);
  }

  private static RouteOrder order(long epoch, Cohort cohort) {
    return new RouteOrder(
        epoch, "http://a", "http://b", cohort, Optional.empty(), Optional.empty());
  }

  private void lead(long epoch) {
    router.order(order(epoch, Cohort.ofShare(500)));
  }

  /** Other settings from now on. */
  private void again(PrometheusSettings settings, Optional<String> token) {
    router.close();
    router = router(settings, token);
  }

  /** Looks until it is so. */
  private RouteSeen look(Predicate<RouteSeen> wanted) {
    var last = new AtomicReference<>(RouteSeen.unreachable("nobody has looked"));
    try {
      Eventually.within(
          TOLD_MAX,
          () -> {
            last.set(router.look());
            return wanted.test(last.get());
          });
    } catch (AssertionError e) {
      throw new AssertionError("last seen: " + last.get(), e);
    }
    return Objects.requireNonNull(last.get());
  }

  private static List<Tally> counted(RouteSeen seen) {
    return seen.counted().orElseThrow().tallies();
  }

  private static boolean counts(RouteSeen seen, long moved, long failed, long stayed) {
    List<Tally> tallies = counted(seen);
    return tallies.size() == 2
        && tallies.getFirst().requests() == moved
        && tallies.getFirst().failed() == failed
        && tallies.getLast().requests() == stayed;
  }

  private String url() {
    return "http://127.0.0.1:" + prometheus.port();
  }

  @Test
  void whatComesAfterAnOrderIsCountedAndARestartOfAServiceLosesLittle() throws Exception {
    router.order(order(1, Cohort.NOBODY));
    assertThat(router.look().counted()).as("nobody is told apart").isEmpty();
    lead(2);
    look(seen -> counts(seen, 0, 0, 0));
    // Two scrapes more, so that each counter has been seen since the order.
    Thread.sleep(2500);
    target.serve(200, 40, 0.005);
    target.serve(200, 10, 0.5);
    source.serve(200, 400, 0.005);
    source.serve(500, 2, 0.005);
    RouteSeen seen = look(each -> counts(each, 50, 0, 402));
    Tally moved = counted(seen).getFirst();
    assertThat(moved.slower().getFirst()).as("more than 0.25 ms is more than 10 ms").isEqualTo(10);
    assertThat(moved.slower().get(8)).as("more than 64 ms is more than 100 ms").isEqualTo(10);
    assertThat(moved.slower().get(9)).as("more than 128 ms is more than 1 s").isZero();
    assertThat(moved.users()).isEmpty();
    assertThat(counted(seen).getLast().failed()).isEqualTo(2);

    target.serve(503, 3, 0.005);
    look(each -> counts(each, 53, 3, 402));
    target.restart();
    target.serve(200, 5, 0.005);
    look(each -> counts(each, 58, 3, 402));
    lead(3);
    look(each -> counts(each, 0, 0, 0));
  }

  @Test
  void aServiceThatIsNotScrapedAnyMoreIsNotCountedAndSaysSo() throws Exception {
    lead(1);
    look(seen -> counts(seen, 0, 0, 0));
    target.close();
    RouteSeen seen = look(each -> each.uncounted().filter(why -> why.contains("old")).isPresent());
    assertThat(counted(seen)).isEmpty();
    assertThat(seen.fault()).as("the plane itself is well").isEmpty();
    assertThat(seen.uncounted().orElseThrow()).contains("cannot count requests of the moved");
    seen = look(each -> each.uncounted().filter(why -> why.contains("finds nothing")).isPresent());
    assertThat(counted(seen)).isEmpty();
  }

  @Test
  void aPrometheusThatIsGoneStopsNoPlaneAndKeepsNobodyWaiting() throws Exception {
    try (var nobody = new Ports.Unanswered()) {
      again(settings("http://127.0.0.1:" + nobody.port(), Optional.empty()), Optional.empty());
      lead(1);
      long began = System.nanoTime();
      assertThat(counted(router.look())).isEmpty();
      // Whoever waits for an answer waits five seconds.
      assertThat(System.nanoTime() - began).isLessThan(Duration.ofSeconds(4).toNanos());
      RouteSeen seen =
          look(each -> each.uncounted().filter(why -> why.contains("cannot reach")).isPresent());
      assertThat(seen.order()).contains(order(1, Cohort.ofShare(500)));
    }
  }

  @Test
  void whatIsNoSelectorIsRefusedWithItsWords() throws Exception {
    var wrong =
        new PrometheusSettings.Queries(
            "sum(http_requests_total)", "http_requests_total{code=\"500\"}", Optional.empty());
    var settings =
        new PrometheusSettings(
            URI.create(url()), Optional.empty(), STALE, Duration.ofSeconds(5), wrong, wrong);
    again(settings, Optional.empty());
    assertThat(router.look().uncounted().orElseThrow())
        .as("before the start, at once")
        .contains("cannot ask Prometheus", "sum(http_requests_total)[10s]", "parse error");
    assertThat(router.look().order()).isEmpty();
  }

  @Test
  void itsCertificateAndTheTokenAreWhatTheyShouldBe() throws Exception {
    certificate("prometheus", "127.0.0.1");
    certificate("other", "127.0.0.1");
    Path web = folder.resolve("web.yml");
    Files.writeString(
        web, "tls_server_config:\n  cert_file: prometheus.pem\n  key_file: prometheus.key\n");
    Path place = Files.createDirectory(folder.resolve("with-tls"));
    try (var secure = prometheus(place, "--web.config.file=" + web)) {
      String url = "https://127.0.0.1:" + secure.port();
      again(settings(url, Optional.of(folder.resolve("prometheus.pem"))), Optional.of("any"));
      assertThat(router.look().uncounted()).isEmpty();
      lead(1);
      look(seen -> counts(seen, 0, 0, 0));
      for (Optional<Path> wrong :
          List.of(
              Optional.<Path>empty(),
              Optional.of(folder.resolve("other.pem")),
              Optional.of(folder.resolve("none.pem")))) {
        again(settings(url, wrong), Optional.empty());
        assertThat(router.look().uncounted().orElseThrow())
            .containsPattern("certifi|PKIX|none.pem");
      }
    }
  }

  private void certificate(String name, String address) throws Exception {
    Process openssl =
        new ProcessBuilder(
                List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=" + name,
                    "-addext",
                    "subjectAltName=IP:" + address,
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".pem"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            openssl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(openssl.exitValue()).as(said).isZero();
  }

  @Test
  void aDoorThatWantsATokenIsOpenedByItAlone() throws Exception {
    try (var door = new TokenDoor(folder, prometheus.port(), "the-token")) {
      String url = "http://127.0.0.1:" + door.port();
      again(settings(url, Optional.empty()), Optional.of("the-token"));
      assertThat(router.look().uncounted()).isEmpty();
      again(settings(url, Optional.empty()), Optional.of("another"));
      assertThat(router.look().uncounted().orElseThrow())
          .contains("answered 401", "compare the token")
          .doesNotContain("another");
      again(settings(url, Optional.empty()), Optional.empty());
      assertThat(router.look().uncounted().orElseThrow()).contains("answered 401");
      var secrets =
          new PrometheusRouter(
              new MemoryRouter(InstantSource.system(), 10),
              settings(url, Optional.empty()),
              () -> {
                throw new OutsideException(PrometheusProblem.REFUSED, "no such secret");
              });
      assertThat(secrets.look().uncounted()).contains("no such secret");
      secrets.close();
    }
  }
}
