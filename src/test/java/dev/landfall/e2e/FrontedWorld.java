package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A database and an application on each side behind planes of any kind. */
final class FrontedWorld implements AutoCloseable {
  static final String TOKEN = "a token for the end to end tests";
  private static final String WORKLOAD = "fronted";
  private static final AtomicInteger COUNT = new AtomicInteger();

  final Server source = Server.shared(16);
  final Server target = Server.shared(18);
  private final String database;
  private final Path file;
  private final URI users;
  private final HttpClient client = HttpClient.newHttpClient();
  private final NotesApp oldApp;
  final NotesApp newApp;
  final Writers writers;
  final Landfall landfall;

  /**
   * How it is to be promoted.
   *
   * @param routes of the planes, each a line of the workload file
   * @param flights of the workload file; empty for a single step
   * @param applications of both sides, as lines below {@code assets}
   */
  record Plan(
      List<String> routes, String flights, BiFunction<NotesApp, NotesApp, String> applications) {
    Plan {
      routes = List.copyOf(routes);
    }

    Plan(List<String> routes, String flights) {
      this(routes, flights, World::applications);
    }

    String model() {
      return flights.isEmpty() ? "single-step" : "flight";
    }
  }

  /**
   * Makes it, staged, with users who write; each application works on the database of its side.
   *
   * @param users where the plane takes requests
   * @param route of the plane, as a line of the workload file
   */
  FrontedWorld(Path folder, Landfall landfall, URI users, String route) throws Exception {
    this(folder, landfall, users, route, World::applications);
  }

  /**
   * The same with another way to write down where the applications are.
   *
   * @param applications of both sides, as lines below {@code assets}
   */
  FrontedWorld(
      Path folder,
      Landfall landfall,
      URI users,
      String route,
      BiFunction<NotesApp, NotesApp, String> applications)
      throws Exception {
    this(
        folder,
        landfall,
        users,
        freshDatabase(),
        new Plan(List.of(route), "", applications),
        List.of());
  }

  /**
   * The same, to be promoted in another way.
   *
   * @param database made anew on both sides
   * @param reach where both applications find the databases that may own the data, as they ask one
   *     after the other; empty when each has that of its side
   */
  FrontedWorld(
      Path folder, Landfall landfall, URI users, String database, Plan plan, List<String> reach)
      throws Exception {
    this.landfall = landfall;
    this.users = users;
    this.database = database;
    this.file = folder.resolve("fronted.yaml");
    World.prepare(database, source, target);
    oldApp = app(source, reach);
    newApp = app(target, reach);
    Files.writeString(file, yaml(plan));
    World.done(landfall.run(promote("--until", "staged")), "staged");
    World.await("users to be led by the first order", this::serves);
    writers = Writers.start(users);
  }

  /** A name that no database has yet. */
  static String freshDatabase() {
    return "fronted" + COUNT.incrementAndGet();
  }

  private NotesApp app(Server own, List<String> reach) throws IOException {
    return NotesApp.start(
        Server.APP,
        Server.PASSWORD,
        reach.isEmpty() ? new String[] {own.jdbcUrl(database)} : reach.toArray(String[]::new));
  }

  /** Calls the program with the secrets of such a file. */
  static Landfall landfall(Path folder) {
    return new Landfall(
        folder,
        Map.of("DB_PASSWORD", Server.PASSWORD, "PLANE_TOKEN", TOKEN, "ROUTER_TOKEN", TOKEN));
  }

  private String yaml(Plan plan) {
    return """
    landfall: 1
    workload: %s
    owner: writers
    model: %s
    %sroutes:
      %s
    limits: { hold: 20s, retry-pause: 100ms, soak: 0s }
    %s
    """
        .formatted(
            WORKLOAD,
            plan.model(),
            World.data(source, target, database) + plan.applications().apply(oldApp, newApp),
            String.join("\n  ", plan.routes()),
            plan.flights());
  }

  private boolean serves() throws InterruptedException {
    try {
      var health = HttpRequest.newBuilder(users.resolve("/healthz")).build();
      return client.send(health, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  String[] promote(String... more) {
    var words = new ArrayList<>(List.of("promote", file.toString(), "--json"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  String[] rollback() {
    return new String[] {"rollback", WORKLOAD, "--reason", "a test", "--json"};
  }

  /** Lets users go on to the next flight before its time. */
  void goOn(String flight) throws Exception {
    Landfall.Ended ended =
        landfall.run("go-on", WORKLOAD, "--flight", flight, "--reason", "a test", "--json");
    assertThat(ended.code()).as(ended.toString()).isZero();
  }

  String state() throws Exception {
    Landfall.Ended ended = landfall.run("status", WORKLOAD, "--json");
    assertThat(ended.code()).as(ended.toString()).isZero();
    return ended.json().get(0).path("state").asText();
  }

  History history() throws Exception {
    return History.of(landfall, WORKLOAD);
  }

  /** Waits for one more event of a type than there were. */
  void awaitOneMore(String type, History before) throws Exception {
    World.await("one more " + type, () -> history().count(type) > before.count(type));
  }

  /** Everybody writes on, nothing is lost, and no request has failed. */
  void isOwnedBy(String side) throws Exception {
    holdsAllThatWasWritten(side);
    assertThat(writers.failures()).isEmpty();
  }

  /** Everybody writes on, and nothing is lost. */
  void holdsAllThatWasWritten(String side) throws Exception {
    writers.awaitProgress(Duration.ofSeconds(30));
    try (Connection owner = (side.equals("target") ? target : source).app(database)) {
      assertThat(writers.wrongIn(owner)).isEmpty();
    }
    Landfall.Ended audit = landfall.run("audit", "verify", "--json");
    assertThat(audit.code()).as(audit.toString()).isZero();
  }

  /** Whether the notes of a writer are found on a side. */
  long notes(Server server, int writer) throws Exception {
    try (Connection connection = server.app(database);
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM notes WHERE writer = " + writer)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws Exception {
    writers.close();
    oldApp.close();
    newApp.close();
    client.close();
    World.forget(database, source, target);
  }
}
