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

/** A database and an application on each side behind a plane of any kind that holds requests. */
final class FrontedWorld implements AutoCloseable {
  static final String TOKEN = "a token for the end to end tests";
  private static final String WORKLOAD = "fronted";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String database = "fronted" + COUNT.incrementAndGet();
  private final Server source = Server.shared(16);
  private final Server target = Server.shared(18);
  private final Path file;
  private final URI users;
  private final HttpClient client = HttpClient.newHttpClient();
  private final NotesApp oldApp;
  private final NotesApp newApp;
  private final Writers writers;
  final Landfall landfall;

  /**
   * Makes it, staged, with users who write.
   *
   * @param users where the plane takes requests
   * @param route of the plane, as a line of the workload file
   */
  FrontedWorld(Path folder, Landfall landfall, URI users, String route) throws Exception {
    this.landfall = landfall;
    this.users = users;
    this.file = folder.resolve("fronted.yaml");
    World.prepare(database, source, target);
    oldApp = NotesApp.start(Server.APP, Server.PASSWORD, source.jdbcUrl(database));
    newApp = NotesApp.start(Server.APP, Server.PASSWORD, target.jdbcUrl(database));
    Files.writeString(file, yaml(route));
    World.done(landfall.run(promote("--until", "staged")), "staged");
    World.await("users to be led by the first order", this::serves);
    writers = Writers.start(users);
  }

  /** Calls the program with the secrets of such a file. */
  static Landfall landfall(Path folder) {
    return new Landfall(
        folder,
        Map.of("DB_PASSWORD", Server.PASSWORD, "PLANE_TOKEN", TOKEN, "ROUTER_TOKEN", TOKEN));
  }

  private String yaml(String route) {
    return """
    landfall: 1
    workload: %s
    owner: writers
    model: single-step
    %sroutes:
      %s
    limits: { hold: 20s, retry-pause: 100ms, soak: 0s }
    """
        .formatted(
            WORKLOAD,
            World.data(source, target, database) + World.applications(oldApp, newApp),
            route);
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

  /** Everybody writes on, nothing is lost, and no request has failed. */
  void isOwnedBy(String side) throws Exception {
    writers.awaitProgress(Duration.ofSeconds(30));
    assertThat(writers.failures()).isEmpty();
    try (Connection owner = (side.equals("target") ? target : source).app(database)) {
      assertThat(writers.wrongIn(owner)).isEmpty();
    }
    Landfall.Ended audit = landfall.run("audit", "verify", "--json");
    assertThat(audit.code()).as(audit.toString()).isZero();
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
