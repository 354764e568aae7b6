package dev.landfall.demo;

import dev.landfall.demo.Tale.UnexpectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** What the machines of the demo's gates look at, and how each of it is broken on purpose. */
final class GatedShop implements AutoCloseable {
  private static final String TELLER = "teller";
  private static final int WAITING_MAX = 500;
  private static final Duration FOLLOWS_MAX = Duration.ofSeconds(60);
  private static final String CARD = "4111 1111 1111 1111";

  /**
   * A port to connect to; while it is shut it stays taken, so that nobody else answers there.
   *
   * <p>The sockets share the port: a process that is just being started holds copies of all of this
   * program's sockets for some milliseconds, and till then the port could be taken by nobody who
   * wants it alone.
   */
  private static final class Door implements AutoCloseable {
    private final Socket taken = new Socket();
    private final InetSocketAddress place;
    private ServerSocket open;

    Door() throws IOException {
      taken.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      this.place = (InetSocketAddress) taken.getLocalSocketAddress();
      this.open = listening();
    }

    private ServerSocket listening() throws IOException {
      var listening = new ServerSocket();
      listening.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      listening.bind(place, WAITING_MAX);
      return listening;
    }

    void shut(boolean now) throws IOException {
      if (now) {
        open.close();
      } else {
        open = listening();
      }
    }

    int port() {
      return place.getPort();
    }

    String place() {
      return "127.0.0.1:" + port();
    }

    @Override
    public void close() throws IOException {
      taken.close();
      open.close();
    }
  }

  private final World world;
  private final Path folder;
  private final Door entrance = new Door();
  private final Door route = new Door();
  private final Door needed = new Door();
  private final Door severed = new Door();
  private final String begun = Instant.now().toString();
  private Socket late = new Socket();

  private GatedShop(World world) throws IOException, SQLException {
    this.world = world;
    this.folder = world.folder();
    for (DemoSide side : new DemoSide[] {world.source(), world.target()}) {
      side.execute("CREATE ROLE " + TELLER + " LOGIN");
    }
    report(false);
    Path program = severing();
    Files.writeString(
        program,
        """
        #!/bin/sh
        # Counts who still uses a port that will be cut.
        end=$(printf ':%04X' "$1")
        users=$(cat /proc/net/tcp /proc/net/tcp6 | awk -v end="$end" \\
          '$4 == "01" && substr($3, length($3) - 4) == end {n++} END {print n + 0}')
        echo "users: $users"
        [ "$users" -eq 0 ] || { echo "$users still use port $1, which will be cut" >&2; exit 1; }
        """);
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + program + " a program");
    }
  }

  static GatedShop open(World world) throws SQLException {
    try {
      return new GatedShop(world);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare what gates look at: " + e.getMessage(), e);
    }
  }

  private Path severing() {
    return folder.resolve("severing");
  }

  private Path reportFile() {
    return folder.resolve("tests.xml");
  }

  /** The gates that machines look at, with their checks, as parts of {@code each}. */
  String yaml() {
    URI front = world.front();
    String routing =
        "{ kind: routing, names: [localhost], leads-to: [127.0.0.1, \"::1\"], source: \"%s:%d\","
                .formatted(front.getHost(), front.getPort())
            + " target: \"%s\", slower-by: 1s }";
    return """
    stage:
      check: { kind: junit, file: %s, tests-min: 2 }
    user-routing:
      check: %s
    identity-alignment:
      check: { kind: identity, databases: [orders], users: [%s] }
    performance:
      check:
        kind: performance
        asset: web
        paths: [/products/page/0]
        rate: 200
        for: 30s
        slower-by: 500ms
        margin: 1000 %%
    data-classification:
      check: { kind: classification, class: internal, confidential: [customers], tls: optional, rows: 100000 }
    severed-routes:
      check: { kind: command, program: [%s, "%d"] }
    dependencies:
      check: { kind: dependency, also: ["%s"] }
    user-routes:
      check: %s
    """
        .formatted(
            reportFile(),
            routing.formatted(entrance.place()),
            TELLER,
            severing(),
            severed.port(),
            needed.place(),
            routing.formatted(route.place()));
  }

  /** The tests of machines on the target: one of two failed, or none. */
  void report(boolean failed) {
    write(
        reportFile(),
        "<testsuite timestamp='%s'><testcase name='a'/><testcase name='b'>%s</testcase></testsuite>"
            .formatted(begun, failed ? "<failure message='no'/>" : ""));
  }

  void entranceShut(boolean now) {
    shut(entrance, now);
  }

  void routeShut(boolean now) {
    shut(route, now);
  }

  void dependencyAway(boolean now) {
    shut(needed, now);
  }

  private static void shut(Door door, boolean now) {
    try {
      door.shut(now);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + door.place() + ": " + e.getMessage(), e);
    }
  }

  /** Somebody has a right on the source that the target lacks. */
  void grantMissing(boolean now) throws SQLException {
    world
        .source()
        .execute((now ? "GRANT SELECT ON orders TO " : "REVOKE SELECT ON orders FROM ") + TELLER);
  }

  /** The new version of the shop answers late; no customer is there yet. */
  void shopSlow(boolean now) throws UnexpectedException {
    String fault = (now ? Fault.SLOW : Fault.NOTHING).word();
    try (var shop = new ShopClient(world.newShop(), "an operator", Duration.ofSeconds(5))) {
      int status = shop.send("PUT", "/fault", "{\"fault\":\"" + fault + "\"}").status();
      if (status != 200) {
        throw new UnexpectedException("cannot make the new shop slow: it answered " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the new shop slow: " + e.getMessage(), e);
    }
  }

  /** The number of a card where nobody declared one. */
  void misdeclared(boolean now) throws SQLException, UnexpectedException, InterruptedException {
    world
        .source()
        .execute(
            now
                ? "INSERT INTO customers (name, email, address) VALUES ('" + CARD + "', '-', '{}')"
                : "DELETE FROM customers WHERE name = '" + CARD + "'");
    long end = System.nanoTime() + FOLLOWS_MAX.toNanos();
    while (hasCard() != now) {
      if (System.nanoTime() > end) {
        throw new UnexpectedException("the target does not follow the source");
      }
      Thread.sleep(50);
    }
  }

  private boolean hasCard() throws SQLException {
    try (var connection = world.target().connect();
        var statement = connection.createStatement()) {
      var rows = statement.executeQuery("SELECT FROM customers WHERE name = '" + CARD + "'");
      return rows.next();
    }
  }

  /** Somebody still comes by a route that will be cut. */
  void routeUsed(boolean now) {
    try {
      late.close();
      if (now) {
        late = new Socket(InetAddress.getLoopbackAddress(), severed.port());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + severed.place() + ": " + e.getMessage(), e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try (entrance;
        route;
        needed;
        severed) {
      late.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a port of the demo: " + e.getMessage(), e);
    }
  }
}
