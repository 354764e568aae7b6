package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.address.AddressWorld;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Users who reach an application by a service address and nothing else. It is on one of two hosts,
 * each with an agent and an HAProxy that passes requests on to the application of its side. That
 * waits for itself while its own database, the only one it knows, refuses writes.
 */
final class AddressedWorld implements AutoCloseable {
  static final String WORKLOAD = "addressed";
  static final int USERS = 5;
  private static final int APP_PORT = 8081;
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Connections are ended right before the address goes, by the same command. */
  private static final Duration MOMENT = Duration.ofSeconds(2);

  /** As long as the file's hold, which bounds a cutover here, too. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final Server source = Server.shared(16);
  final Server target = Server.shared(18);
  final AddressWorld network;
  final AddressChanges changes;
  final DistantUsers users;
  final Landfall landfall;
  private final String database = "addressed" + COUNT.incrementAndGet();
  private final Path folder;
  private final String address;
  private final Map<Side, NotesApp> apps = new EnumMap<>(Side.class);
  private final Map<Side, Landfall.Verb> agents = new EnumMap<>(Side.class);
  private final List<AddressChanges.Move> moves = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  /** Makes it, staged, with users who are served at the source. */
  AddressedWorld(Path folder, String address) throws Exception {
    this.folder = folder;
    this.address = address;
    World.prepare(database, source, target);
    network = new AddressWorld(folder, address, OptionalInt.of(APP_PORT));
    changes = new AddressChanges(network, address);
    landfall =
        new Landfall(
            folder, Map.of("DB_PASSWORD", Server.PASSWORD, "ADDRESS_TOKEN", AddressWorld.TOKEN));
    for (Side side : Side.values()) {
      apps.put(side, app(side));
      startAgent(side);
    }
    Files.writeString(file(), yaml());
    World.done(landfall.run(promote("--until", "staged")), "staged");
    World.await("the source to have the address", () -> network.has(Side.SOURCE));
    users = new DistantUsers(network.user(UsersProcess.class, front(address), "" + USERS), USERS);
    users.awaitProgress(Duration.ofSeconds(30));
  }

  private static String front(String address) {
    String plain = address.substring(0, address.indexOf('/'));
    String host = plain.contains(":") ? "[" + plain + "]" : plain;
    return "http://" + host + ":" + AddressWorld.SERVICE;
  }

  private NotesApp app(Side side) throws IOException {
    return NotesApp.start(
        new InetSocketAddress(network.outside(side), APP_PORT),
        PATIENCE,
        Server.APP,
        Server.PASSWORD,
        server(side).jdbcUrl(database));
  }

  /** Starts the agent of a side; when this returns, it takes orders. */
  void startAgent(Side side) throws Exception {
    agents.put(
        side,
        landfall
            .through(network.inside(side))
            .service(
                List.of(
                    "address-agent",
                    "--address",
                    address,
                    "--interface",
                    "eth0",
                    "--control",
                    network.agent(side).getAuthority(),
                    "--open-control",
                    "--state",
                    folder.resolve(side.word()).resolve("address.json").toString())));
    World.await("the agent of the " + side.word(), () -> answers(side));
  }

  /** As {@code kill -9} does. */
  void killAgent(Side side) throws Exception {
    agents.get(side).close();
  }

  private boolean answers(Side side) throws Exception {
    assertThat(agents.get(side).running()).as("the agent runs: " + folder).isTrue();
    try {
      var health = HttpRequest.newBuilder(network.agent(side).resolve("/healthz")).build();
      return client.send(health, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false; // Not yet.
    }
  }

  private Server server(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  Path file() {
    return folder.resolve("addressed.yaml");
  }

  private String yaml() {
    return """
    landfall: 1
    workload: %s
    owner: writers
    model: single-step
    %s  web:
        kind: http
        source: { url: "%s" }
        target: { url: "%s" }
        health: /healthz
        needs: [db]
    routes:
      front: { kind: address, for: web, source: "%s", target: "%s", token: "env:ADDRESS_TOKEN" }
    limits: { hold: %ds, retry-pause: 100ms, soak: 0s }
    """
        .formatted(
            WORKLOAD,
            World.data(source, target, database),
            network.service(Side.SOURCE),
            network.service(Side.TARGET),
            network.agent(Side.SOURCE),
            network.agent(Side.TARGET),
            PATIENCE.toSeconds());
  }

  String[] promote(String... more) {
    var words = new ArrayList<>(List.of("promote", file().toString(), "--json"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  String[] rollback() {
    return new String[] {"rollback", WORKLOAD, "--reason", "a test", "--json"};
  }

  /** Users have come to a side, by one move of the address, and that is all that happened. */
  void movedTo(Side side) throws Exception {
    assertThat(network.has(side)).isTrue();
    assertThat(network.has(side.other())).isFalse();
    users.awaitProgress(Duration.ofSeconds(30));
    AddressChanges.Move move = changes.last(side);
    moves.add(move);
    noRequestButThoseCut();
    cameWhenTheDataWasThere(move);
    assertThat(apps.get(side).served()).hasSize(USERS);
    assertThat(apps.get(side.other()).lastAsked())
        .as("the last request to the other side")
        .isBefore(move.taken());
    try (Connection owner = server(side).app(database)) {
      assertThat(users.wrongIn(owner)).isEmpty();
    }
    Landfall.Ended audit = landfall.run("audit", "verify", "--json");
    assertThat(audit.code()).as(audit.toString()).isZero();
  }

  /**
   * What was under way when a host let go of the address: one request of a user, or one more of who
   * came again before the address was gone, and who may find out by a time limit of his own.
   */
  private void noRequestButThoseCut() throws Exception {
    users.catchUp();
    List<DistantUsers.Failure> failures = users.failures();
    System.out.printf(
        "%s: nobody had the address for %d ms; %d acknowledged in all, %d cut%n",
        moves.getLast(), moves.getLast().gap().toMillis(), users.acknowledged(), failures.size());
    assertThat(failures).allMatch(DistantUsers.Failure::isCut);
    assertThat(failures)
        .as("under way at one of %s", moves)
        .allMatch(each ->
            moves.stream()
                .anyMatch(move ->
                    each.began().isBefore(move.taken())
                        && each.ended().isAfter(move.left().minus(MOMENT))));
    assertThat(failures).hasSizeLessThanOrEqualTo(2 * USERS * moves.size());
  }

  /** Only when the new owner's data is complete does anybody come to it. */
  private void cameWhenTheDataWasThere(AddressChanges.Move move) throws Exception {
    Instant owned = History.of(landfall, WORKLOAD).last("OwnerMoved");
    assertThat(move.left()).as("after the data had moved").isAfter(owned);
  }

  @Override
  public void close() throws Exception {
    users.close();
    for (Landfall.Verb agent : agents.values()) {
      agent.close();
    }
    network.close();
    apps.values().forEach(NotesApp::close);
    client.close();
    World.forget(database, source, target);
  }
}
