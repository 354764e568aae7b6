package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.ldap.CompanyDirectory;
import dev.landfall.adapter.reach.Bind;
import dev.landfall.adapter.reach.ScriptedAgent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the machine gates of a whole catalogue look at, all of it real and within reach of a test:
 * servers, a directory, a DNS, an agent, databases, an application; and how each is broken.
 */
final class CatalogueSite implements AutoCloseable {
  private static final String TOKEN = "a token for the end to end tests";
  private static final String MOVER = "catalogue_mover";
  private static final String RECORDS = "www A 127.0.0.1";
  private static final String SKEWED = "www A 192.0.2.7";
  private static final Duration SLOW = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final World world;
  private final Path folder;
  private final TlsServer tls;
  private final CompanyDirectory directory;
  private final Bind dns;
  private final Server scratch;
  private final ScriptedAgent witness;
  private final int agent;
  private final Door near;
  private final Door far;
  private final Door forbidden;
  private final Door needed;
  private final Door severed;
  private final String begun = Instant.now().toString();

  private CatalogueSite(World world, Path folder) throws Exception {
    this.world = world;
    this.folder = folder;
    this.tls = opened(TlsServer.start(Files.createDirectory(folder.resolve("tls"))));
    this.directory = opened(CompanyDirectory.start(Files.createDirectory(folder.resolve("ldap"))));
    this.dns = opened(Bind.start(Files.createDirectory(folder.resolve("dns")), RECORDS));
    this.scratch = opened(Server.start(16, folder.resolve("scratch")));
    this.witness = opened(ScriptedAgent.reaching());
    this.near = opened(Door.opened());
    this.far = opened(Door.opened());
    this.forbidden = opened(Door.shut());
    this.needed = opened(Door.opened());
    this.severed = opened(Door.opened());
    Files.writeString(folder.resolve("token"), TOKEN + "\n");
    this.agent = dev.landfall.Ports.free();
    open.push(world.landfall.probeAgent(agent, folder.resolve("token")));
    for (Server side : new Server[] {world.source, world.target}) {
      side.execute("postgres", "DROP ROLE IF EXISTS " + MOVER, "CREATE ROLE " + MOVER + " LOGIN");
    }
    for (Report each : Report.values()) {
      report(each, true);
    }
    World.await("the agent", Duration.ofSeconds(60), this::agentListens);
  }

  static CatalogueSite open(World world, Path folder) throws Exception {
    return new CatalogueSite(world, folder);
  }

  private <T extends AutoCloseable> T opened(T thing) {
    open.push(thing);
    return thing;
  }

  private boolean agentListens() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), agent)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What the tests of machines have written. */
  enum Report {
    STAGE,
    PERFORMANCE
  }

  private Path file(Report report) {
    return folder.resolve(report + ".xml");
  }

  /** The gates that machines look at, with their checks, as parts of {@code each}. */
  String yaml() throws IOException {
    return """
    domain-alignment:
      check: { kind: certificate, at: "%s", names: [localhost], roots: %s }
    user-routing:
      check:
        kind: routing
        from: [here, "http://127.0.0.1:%d"]
        token: "file:%s"
        names: [localhost]
        leads-to: [127.0.0.1, "::1"]
        source: "%s"
        target: "%s"
        slower-by: 1s
    identity-alignment:
      check: { kind: identity, databases: [db], users: [%s] }
    performance:
      check:
        kind: performance
        asset: web
        paths: [/healthz]
        rate: 200
        for: 30s
        slower-by: 1s
        margin: 1000 %%
    data-classification:
      check: { kind: classification, class: internal, tls: optional, rows: 100000 }
    severed-routes:
      check: { kind: command, program: [%s, "%d"] }
    dependencies:
      check: { kind: dependency, also: ["%s"] }
    stage:
      check: { kind: junit, file: %s, tests-min: 2 }
    performance-approved:
      check: { kind: junit, file: %s, tests-min: 2 }
    """
            .formatted(
                tls.place(),
                TlsServer.roots(folder.resolve("tls")),
                agent,
                folder.resolve("token"),
                near.place(),
                far.place(),
                MOVER,
                severing(),
                severed.port(),
                needed.place(),
                file(Report.STAGE),
                file(Report.PERFORMANCE))
        + reaching()
        + recovery()
        + "accounts:\n  title: The servers of the target are in their group\n  owner: platform\n"
        + "  check:\n"
        + directory.check().indent(4);
  }

  private String reaching() {
    return """
    isolation:
      check:
        kind: isolation
        from: ["http://127.0.0.1:%1$d"]
        witness: "%2$s"
        refused: accepted
        token: "file:%3$s"
        closed: ["%4$s"]
        open: ["%5$s"]
    user-routes:
      check:
        kind: routing
        from: ["http://127.0.0.1:%1$d"]
        token: "file:%3$s"
        names: [www.shop.example]
        servers: ["%6$s"]
        leads-to: [127.0.0.1]
        source: "%5$s"
        target: "%7$s"
        slower-by: 1s
    """
        .formatted(
            agent,
            witness.url(),
            folder.resolve("token"),
            forbidden.place(),
            near.place(),
            dns.place(),
            needed.place());
  }

  /** Copies the tables by hand, as the contract says, with a client of any version. */
  private String recovery() throws IOException {
    Files.writeString(folder.resolve("schema.sql"), NotesApp.SCHEMA);
    Path take =
        program(
            "take",
            """
            set -- -qX -v ON_ERROR_STOP=1 -c 'BEGIN ISOLATION LEVEL REPEATABLE READ' \\
              -c "SET TRANSACTION SNAPSHOT '$LANDFALL_SNAPSHOT'"
            for table in notes counters ballast; do
              psql "$@" -c "COPY $table TO STDOUT" > "$LANDFALL_FOLDER/$table"
            done
            """);
    Path restore =
        program(
            "restore",
            """
            set -- -qX -v ON_ERROR_STOP=1
            psql "$@" -f %1$s/schema.sql
            [ ! -e %1$s/unrestorable ] || sed -i '$d' "$LANDFALL_FOLDER/counters"
            for table in notes counters ballast; do
              psql "$@" -c "COPY $table FROM STDIN" < "$LANDFALL_FOLDER/$table"
            done
            psql "$@" -c "SELECT setval('notes_id_seq', 1000000), setval('ballast_id_seq', 1000000)"
            """
                .formatted(folder));
    return """
    recovery:
      check:
        kind: backup
        asset: db
        scratch: { url: "%s", user: postgres }
        take: [%s]
        restore: [%s]
        every: 1m
        rpo: 5m
        rto: 5m
        folder: %s
    """
        .formatted(scratch.url("postgres"), take, restore, folder);
  }

  /** Counts who still uses a port. */
  private Path severing() throws IOException {
    return program(
        "severing",
        """
        end=$(printf ':%04X' "$1")
        users=$(cat /proc/net/tcp /proc/net/tcp6 | awk -v end="$end" \\
          '$4 == "01" && substr($3, length($3) - 4) == end {n++} END {print n + 0}')
        echo "users: $users"
        [ "$users" -eq 0 ] || { echo "$users still use port $1, which will be cut" >&2; exit 1; }
        """);
  }

  private Path program(String name, String body) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\nset -eu\nPATH=/usr/lib/postgresql/15/bin:$PATH\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  void certificateExpired(boolean now) {
    tls.expired(now);
  }

  void targetOutOfReach(boolean now) throws IOException {
    if (now) {
      far.close();
    } else {
      far.open();
    }
  }

  /** On the source alone: what the target runs on stays as it is. */
  void grantMissing(boolean now) throws Exception {
    world.source.execute(
        world.database,
        (now ? "GRANT SELECT ON ballast TO " : "REVOKE SELECT ON ballast FROM ") + MOVER);
  }

  void targetSlow(boolean now) {
    world.newApp.slower(now ? SLOW : Duration.ZERO);
  }

  void backupUnrestorable(boolean now) throws IOException {
    Path mark = folder.resolve("unrestorable");
    if (now) {
      Files.writeString(mark, "");
    } else {
      Files.delete(mark);
    }
  }

  /** Something personal in a database that is said to have nothing of the kind. */
  void misdeclared(boolean now) throws Exception {
    world.source.execute(
        world.database,
        now
            ? "INSERT INTO ballast (body) VALUES ('jo.doe@mail.example')"
            : "DELETE FROM ballast WHERE body LIKE 'jo.doe%'");
    String there = "SELECT body FROM ballast WHERE body LIKE 'jo.doe%'";
    World.await(
        "the target follows", () -> world.target.strings(world.database, there).isEmpty() != now);
  }

  void productionReachable(boolean now) throws IOException {
    if (now) {
      forbidden.open();
    } else {
      forbidden.close();
    }
  }

  /** A user of a route that will be cut, until it is closed. */
  Socket lateUser() throws IOException {
    return severed.visited();
  }

  void dependencyAway(boolean now) throws IOException {
    if (now) {
      needed.close();
    } else {
      needed.open();
    }
  }

  void namesSkewed(boolean now) throws Exception {
    dns.change(now ? SKEWED : RECORDS);
    dns.await("www.shop.example", now ? "192.0.2.7" : "127.0.0.1");
  }

  void accountWithoutGroup(boolean now) throws Exception {
    directory.member(!now);
  }

  /** Of two tests one failed, or none. */
  void report(Report report, boolean green) throws IOException {
    Files.writeString(
        file(report),
        "<testsuite timestamp='%s'><testcase name='a'/><testcase name='b'>%s</testcase></testsuite>"
            .formatted(begun, green ? "" : "<failure message='no'/>"));
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    for (Server side : new Server[] {world.source, world.target}) {
      side.execute(world.database, "DROP OWNED BY " + MOVER);
      side.execute("postgres", "DROP ROLE " + MOVER);
    }
  }
}
