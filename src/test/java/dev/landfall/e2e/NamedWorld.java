package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.dns.DnsWorld;
import dev.landfall.adapter.prometheus.PrometheusProcess;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Users who reach an application by a name and nothing else: each side's has an address of its own,
 * and waits for itself while its database changes owner.
 */
final class NamedWorld implements AutoCloseable {
  static final String WORKLOAD = "named";
  static final String OLD = "127.0.0.10";
  static final String NEW = "127.0.0.20";
  static final int TTL_SECONDS = 6;
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final String database = "named" + COUNT.incrementAndGet();
  final Server source;
  final Server target;
  final NotesApp oldApp;
  final NotesApp newApp;
  final DnsWorld dns;
  final String honest;
  final String minimum;
  final String stale;
  final Landfall landfall;
  final Writers writers;
  private final Path folder;
  private final PrometheusProcess prometheus;
  private final int port = Ports.free();

  NamedWorld(Path folder) throws Exception {
    this.folder = folder;
    this.source = Server.shared(16);
    this.target = Server.shared(18);
    World.prepare(database, source, target);
    this.oldApp = app(OLD);
    this.newApp = app(NEW);
    this.dns = DnsWorld.bind(Files.createDirectories(folder.resolve("dns")), TTL_SECONDS, OLD);
    this.honest = dns.unbound("honest");
    this.minimum = dns.unbound("minimum", "cache-min-ttl: 3600");
    this.stale = dns.unbound("stale", "serve-expired: yes", "serve-expired-ttl: 3600");
    this.prometheus =
        new PrometheusProcess(
            Files.createDirectories(folder.resolve("prometheus")),
            List.of("source", OLD + ":" + port, "target", NEW + ":" + port));
    this.landfall =
        new Landfall(folder, Map.of("DB_PASSWORD", Server.PASSWORD, "DNS_KEY", dns.secret()));
    Files.writeString(file(), yaml());
    this.writers = Writers.start(this::front);
  }

  private NotesApp app(String address) throws Exception {
    return NotesApp.start(
        new InetSocketAddress(address, port),
        PATIENCE,
        Server.APP,
        Server.PASSWORD,
        source.jdbcUrl(database),
        target.jdbcUrl(database));
  }

  /** Users ask their resolver for each request anew, and it keeps to the TTL. */
  private URI front() {
    return URI.create("http://%s:%d".formatted(dns.leadsTo(honest), port));
  }

  Path file() {
    return folder.resolve("named.yaml");
  }

  private String yaml() {
    return """
    landfall: 1
    workload: %s
    owner: writers
    model: single-step
    %sroutes:
      www:
        kind: dns
        for: web
        name: %s
        source: [%s]
        target: [%s]
        control: "127.0.0.1:%d"
        port: %d
        key: landfall
        token: "env:DNS_KEY"
        panel: ["%s", "%s", "%s"]
        ttl: 2s
        arrivals:
          kind: prometheus
          url: "http://127.0.0.1:%d"
          stale: 10s
          source: notes_requests_total{job="source"}
          target: notes_requests_total{job="target"}
    limits: { hold: 20s, retry-pause: 100ms, soak: 0s }
    """
        .formatted(
            WORKLOAD,
            World.data(source, target, database) + World.applications(oldApp, newApp),
            "www.shop.example",
            OLD,
            NEW,
            dns.port(),
            dns.port(),
            honest,
            minimum,
            stale,
            prometheus.port());
  }

  String[] promote(String... more) {
    var words = new ArrayList<>(List.of("promote", file().toString(), "--json"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  String[] rollback() {
    return new String[] {"rollback", WORKLOAD, "--reason", "a test", "--json"};
  }

  /** What {@code status} has to tell besides the state. */
  List<String> notes() throws Exception {
    Landfall.Ended ended = landfall.run("status", WORKLOAD, "--json");
    assertThat(ended.code()).as(ended.toString()).isZero();
    var notes = new ArrayList<String>();
    ended.json().get(0).path("notes").forEach(note -> notes.add(note.asText()));
    return notes;
  }

  /** Every server of the zone and every honest resolver leads here, and nothing is lost. */
  void everybodyIsLedTo(String address) throws Exception {
    assertThat(dns.leadTo()).containsOnly(address);
    assertThat(dns.leadsTo(honest)).isEqualTo(address);
    assertThat(writers.failures()).isEmpty();
    writers.awaitProgress(Duration.ofSeconds(30));
    try (Connection owner = (address.equals(NEW) ? target : source).app(database)) {
      assertThat(writers.wrongIn(owner)).isEmpty();
    }
    Landfall.Ended audit = landfall.run("audit", "verify", "--json");
    assertThat(audit.code()).as(audit.toString()).isZero();
  }

  /** Waits until the note beside the name tells of a step. */
  void awaitStep(String step) throws InterruptedException {
    World.await(step, Duration.ofSeconds(90), () -> dns.note().contains(" step=" + step + " "));
  }

  /** Waits until the note says that nothing is under way: the TTL is restored, and waited out. */
  void awaitRestoring() throws InterruptedException {
    World.await(
        "restoring",
        Duration.ofSeconds(90),
        () -> dns.note().contains("epoch=") && !dns.note().contains("step="));
  }

  @Override
  public void close() throws Exception {
    writers.close();
    oldApp.close();
    newApp.close();
    dns.close();
    prometheus.close();
    World.forget(database, source, target);
  }
}
