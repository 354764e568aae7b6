package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.landfall.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Everything that exists before Landfall comes: a database and an application on each side, a
 * router, users who write all the time, and a workload file.
 */
final class World implements AutoCloseable {
  /** Whether there is time for what is tried elsewhere as well: {@code ./verify --soak}. */
  static final boolean SOAK = Boolean.getBoolean("landfall.soak");

  static final String WORKLOAD = "notes";
  static final String TOKEN = "a token for the end to end tests";

  /** Of a writer each; nobody but a test writes there. */
  private static final String PROFILES =
      "CREATE TABLE profiles (writer int PRIMARY KEY, body text NOT NULL);"
          + " INSERT INTO profiles SELECT n, 'old' FROM generate_series(1, 9) n";

  private static final String COHORT_KEY =
      "    cohort-key: { columns: [writer], append-only: [ballast] }\n";

  private static final AtomicInteger COUNT = new AtomicInteger();

  final Path folder;
  private final String flights;
  private final String judged;
  final String database = "notes" + COUNT.incrementAndGet();
  final Server source;
  final Server target;
  final NotesApp oldApp;
  final NotesApp newApp;
  final Landfall landfall;
  final Writers writers;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = Ports.free();
  private final int control = Ports.free();
  private Landfall.Verb router;

  /**
   * Makes it.
   *
   * @param limits of the workload file, as YAML: {@code hold: 5s, soak: 1s}
   */
  World(Path folder, Server source, Server target, String limits) throws Exception {
    this(folder, source, target, limits, "");
  }

  /**
   * Makes one in which users fly: both applications reach the databases of both sides.
   *
   * @param flights the steps, as YAML; empty for a single step
   */
  World(Path folder, Server source, Server target, String limits, String flights) throws Exception {
    this(folder, source, target, limits, flights, "tolerate: 5 %");
  }

  /**
   * The same, with what else the flights are flown by.
   *
   * @param judged as YAML: {@code tolerate: 5 %, data: target-first}
   */
  World(Path folder, Server source, Server target, String limits, String flights, String judged)
      throws Exception {
    this.folder = folder;
    this.flights = flights;
    this.judged = judged;
    this.source = source;
    this.target = target;
    this.landfall =
        new Landfall(folder, Map.of("DB_PASSWORD", Server.PASSWORD, "ROUTER_TOKEN", TOKEN));
    prepare(database, source, target);
    if (isTwoWay()) {
      try (Connection connection = source.app(database);
          var statement = connection.createStatement()) {
        statement.execute(PROFILES);
      }
    }
    this.oldApp = app(source);
    this.newApp = app(target);
    this.router = landfall.router(port, control);
    Files.writeString(file(), yaml(limits));
    firstOrder();
    this.writers = Writers.start(URI.create("http://127.0.0.1:" + port));
  }

  /** Where both sides accept writes, each application works on its own database, as it ever did. */
  private boolean isTwoWay() {
    return judged.contains("two-way");
  }

  /** Where users fly by turns, both reach both, and find out who owns the data. */
  private NotesApp app(Server own) throws IOException {
    return flights.isEmpty() || isTwoWay()
        ? NotesApp.start(Server.APP, Server.PASSWORD, own.jdbcUrl(database))
        : NotesApp.start(
            Server.APP, Server.PASSWORD, source.jdbcUrl(database), target.jdbcUrl(database));
  }

  /** Between the two shared servers, old and new. */
  static World between(Path folder, String limits) throws Exception {
    return new World(folder, Server.shared(16), Server.shared(18), limits);
  }

  Path file() {
    return folder.resolve("notes.yaml");
  }

  String yaml(String limits) {
    return """
    landfall: 1
    workload: %s
    owner: writers
    model: %s
    %sroutes:
      front: { kind: router, for: web, control: "http://127.0.0.1:%d", token: "env:ROUTER_TOKEN" }
    limits: { %s }
    %s
    """
        .formatted(
            WORKLOAD,
            flights.isEmpty() ? "single-step" : "flight",
            data(source, target, database)
                + (isTwoWay() ? COHORT_KEY : "")
                + applications(oldApp, newApp),
            control,
            limits,
            flights.isEmpty()
                ? ""
                : "flights: { user: \"header:X-User\", %s, steps: [%s] }"
                    .formatted(judged, flights));
  }

  /** A database on both sides, as a workload file names it. */
  static String data(Server source, Server target, String database) {
    return """
    assets:
      db:
        kind: postgres
        source: { url: "%s", user: migrator, password: "env:DB_PASSWORD" }
        target: { url: "%s", user: migrator, password: "env:DB_PASSWORD" }
    """
        .formatted(source.url(database), target.url(database));
  }

  /** The applications of both sides, which need it, as a line of it follows. */
  static String applications(NotesApp oldApp, NotesApp newApp) {
    return """
      web:
        kind: http
        source: { url: "%s" }
        target: { url: "%s" }
        health: /healthz
        needs: [db]
    """
        .formatted(oldApp.url(), newApp.url());
  }

  String[] promote(String... more) {
    var words = new ArrayList<>(List.of("promote", file().toString(), "--json"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  String[] rollback() {
    return new String[] {"rollback", WORKLOAD, "--reason", "a test", "--json"};
  }

  /** Copies, and waits until it is in step and equal. */
  void stage() throws Exception {
    done(landfall.run(promote("--until", "staged")), "staged");
  }

  static void done(Landfall.Ended ended, String state) {
    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(ended.json().path("state").asText()).isEqualTo(state);
  }

  /** Lets users go on to the next flight before its time, or says why not. */
  Landfall.Ended goOn(String flight) throws Exception {
    return landfall.run("go-on", WORKLOAD, "--flight", flight, "--reason", "a test", "--json");
  }

  /** The words that send users to a flight, or back. */
  static String[] fly(String flight) {
    return new String[] {"fly", WORKLOAD, "--to", flight, "--reason", "a test", "--json"};
  }

  String state() throws Exception {
    return status().path("state").asText();
  }

  /** The one workload, as {@code status} tells it. */
  JsonNode status() throws Exception {
    Landfall.Ended ended = landfall.run("status", WORKLOAD, "--json");
    assertThat(ended.code()).as(ended.toString()).isZero();
    return ended.json().get(0);
  }

  /** The types of all events, oldest first. */
  List<String> history() throws Exception {
    return History.of(landfall, WORKLOAD).types();
  }

  /** Nothing is lost, only this side takes writes, users are there, the history is whole. */
  void settledOn(String side) throws Exception {
    owned(side);
    historyIsWhole();
  }

  void historyIsWhole() throws Exception {
    Landfall.Ended audit = landfall.run("audit", "verify", "--json");
    assertThat(audit.code()).as(audit.toString()).isZero();
  }

  /** Nothing is lost, only this side takes writes, and users are there. */
  void owned(String side) throws Exception {
    boolean onTarget = side.equals("target");
    assertThat(acceptsWrites(target)).as("target accepts writes").isEqualTo(onTarget);
    assertThat(acceptsWrites(source)).as("source accepts writes").isEqualTo(!onTarget);
    writers.awaitProgress(Duration.ofSeconds(30));
    assertThat(routedTo()).contains(side);
    nothingLost(side);
  }

  void nothingLost(String side) throws SQLException {
    try (Connection owner = (side.equals("target") ? target : source).app(database)) {
      assertThat(writers.wrongIn(owner)).isEmpty();
    }
  }

  /** Whether the application's own role may write there; nothing is left behind. */
  boolean acceptsWrites(Server server) throws SQLException {
    try (Connection connection = server.app(database);
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try {
        statement.execute("INSERT INTO ballast (body) VALUES ('probe')");
        return true;
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("25006");
        return false;
      } finally {
        connection.rollback();
      }
    }
  }

  private void firstOrder() throws Exception {
    String order =
        """
        {"epoch": 0, "source": "%s", "target": "%s", "cohort": "nobody", "hold": null,
         "health": "/healthz"}
        """
            .formatted(oldApp.url(), newApp.url());
    await("the router", Duration.ofSeconds(60), () -> !router.running() || look().isPresent());
    assertThat(router.running()).as("the router runs: " + folder).isTrue();
    var put = request().PUT(HttpRequest.BodyPublishers.ofString(order)).build();
    assertThat(client.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + "/v1/route"))
        .timeout(Duration.ofSeconds(5))
        .header("Authorization", "Bearer " + TOKEN)
        .header("Content-Type", "application/json");
  }

  private Optional<JsonNode> look() {
    try {
      var answer = client.send(request().GET().build(), BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? Optional.of(Landfall.json(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Whether users are waiting at the router. */
  boolean holding() {
    return look().filter(seen -> seen.path("holding").asBoolean()).isPresent();
  }

  /** Where the router leads users; empty while it holds them or leads to both. */
  Optional<String> routedTo() {
    return look()
        .filter(seen -> !seen.path("holding").asBoolean())
        .map(seen -> seen.path("order").path("cohort").asText())
        .flatMap(cohort ->
            switch (cohort) {
              case "everybody" -> Optional.of("target");
              case "nobody" -> Optional.of("source");
              default -> Optional.empty();
            });
  }

  long routerPid() {
    return router.pid();
  }

  void killRouter() throws InterruptedException {
    router.kill();
  }

  void startRouter() throws Exception {
    router = landfall.router(port, control);
    await("the router", Duration.ofSeconds(60), () -> look().isPresent());
  }

  /** Waits for it a minute at most. */
  static void await(String what, Callable<Boolean> seen) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!seen.call()) {
      assertThat(System.nanoTime()).as("within a minute: " + what).isLessThan(end);
      Thread.sleep(100);
    }
  }

  void awaitState(String state) throws Exception {
    await(state, () -> state().equals(state));
  }

  static void await(String what, Duration timeMax, BooleanSupplier seen)
      throws InterruptedException {
    long end = System.nanoTime() + timeMax.toNanos();
    while (!seen.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(2);
    }
  }

  /** Kills everything; Landfall's verbs must have ended before. */
  @Override
  public void close() throws Exception {
    writers.close();
    router.kill();
    oldApp.close();
    newApp.close();
    client.close();
    forget(database, source, target);
  }

  /** Makes an application's database on both sides, and what it writes to on the source. */
  static void prepare(String database, Server source, Server target) throws Exception {
    source.create(database);
    target.create(database);
    try (Connection connection = source.app(database);
        var statement = connection.createStatement()) {
      statement.execute(NotesApp.SCHEMA);
    }
  }

  /** Removes what would keep a server that others use from forgetting anything. */
  static void forget(String database, Server source, Server target) throws Exception {
    for (Server each : List.of(source, target)) {
      each.dropSubscriptions(database);
    }
    for (Server each : List.of(source, target)) {
      each.dropSlots(database);
    }
  }
}
