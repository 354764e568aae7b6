package dev.landfall.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An application on one side that knows nothing of any migration: {@code POST /WRITER/KEY} writes a
 * note and counts it, in one transaction; {@code GET /WRITER/KEY/read} finds it again. It is not
 * idempotent, so that nothing can be repeated unnoticed. {@code GET /metrics} tells a Prometheus
 * how many of these there were.
 */
final class NotesApp implements AutoCloseable {
  static final String SCHEMA =
      """
      CREATE TABLE notes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        writer int NOT NULL,
        key text NOT NULL);
      CREATE TABLE counters (writer int PRIMARY KEY, written int NOT NULL DEFAULT 0);
      CREATE TABLE ballast (id bigserial PRIMARY KEY, body text NOT NULL);
      """;

  private static final String FENCED = "25006";

  private final HttpServer server;
  private final List<HikariDataSource> pools;
  private final Set<Integer> served = ConcurrentHashMap.newKeySet();

  /** When a writer last asked here, broken or not. */
  private volatile Instant lastAsked = Instant.EPOCH;

  private volatile int owner;

  private final AtomicLong requests = new AtomicLong();

  /** Whether it answers every request with an error: a version that is no good. */
  private volatile boolean broken;

  /** How much longer it takes to answer than it needs to. */
  private volatile Duration slowerBy = Duration.ZERO;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** How long it tries again while no database takes writes. */
  private final Duration patience;

  private NotesApp(HttpServer server, List<HikariDataSource> pools, Duration patience) {
    this.server = server;
    this.pools = pools;
    this.patience = patience;
  }

  /**
   * Starts one.
   *
   * @param jdbcUrls of the databases that may own the data: the first is asked until it says that
   *     it takes no writes, then the next
   */
  static NotesApp start(String user, String password, String... jdbcUrls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return start(address, Duration.ZERO, user, password, jdbcUrls);
  }

  /**
   * The same at an address of its own, for users whom nobody else makes wait: it waits for itself
   * while no database takes writes.
   */
  static NotesApp start(
      InetSocketAddress address,
      Duration patience,
      String user,
      String password,
      String... jdbcUrls)
      throws IOException {
    System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
    System.setProperty("sun.net.httpserver.idleInterval", "3600");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Connections that the server ended while they idled are noticed before they are used.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
    var pools = new ArrayList<HikariDataSource>();
    for (String url : jdbcUrls) {
      pools.add(pool(url, user, password));
    }
    var app = new NotesApp(HttpServer.create(address, 256), pools, patience);
    app.server.setExecutor(app.threads);
    app.server.createContext("/", app::handle);
    app.server.start();
    return app;
  }

  private static HikariDataSource pool(String jdbcUrl, String user, String password) {
    var config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(6);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("ApplicationName", "notes");
    return new HikariDataSource(config);
  }

  /** From now on it answers every request with an error, and does nothing; or works again. */
  void broken(boolean now) {
    broken = now;
  }

  /** From now on each answer takes so much longer. */
  void slower(Duration by) {
    slowerBy = by;
  }

  /** When a writer last came here; long ago when none ever did. */
  Instant lastAsked() {
    return lastAsked;
  }

  /** The writers who have asked here so far. */
  Set<Integer> served() {
    return Set.copyOf(served);
  }

  String url() {
    return "http://%s:%d"
        .formatted(
            server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      int status;
      String answer = "";
      try {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/metrics")) {
          answer = "notes_requests_total " + requests + "\n";
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          status = 200;
        } else {
          status = routed(path.split("/"));
        }
      } catch (SQLException e) {
        status = 500;
        answer = e.getSQLState() + " " + e.getMessage();
      }
      LockSupport.parkNanos(slowerBy.toNanos());
      byte[] body = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private int routed(String[] path) throws SQLException {
    if (!path[1].equals("healthz")) {
      lastAsked = Instant.now();
      requests.incrementAndGet();
      if (broken) {
        return 500;
      }
      served.add(Integer.parseInt(path[1]));
    }
    long until = System.nanoTime() + patience.toNanos();
    for (int attempts = 1; ; attempts++) {
      int asked = owner;
      try {
        return answer(pools.get(asked), path);
      } catch (SQLException e) {
        boolean allTried = attempts >= pools.size();
        if (!FENCED.equals(e.getSQLState()) || (allTried && System.nanoTime() >= until)) {
          throw e;
        }
        // Nothing of it was done; whoever owns the data now takes it.
        owner = (asked + 1) % pools.size();
        if (allTried) {
          LockSupport.parkNanos(20_000_000);
        }
      }
    }
  }

  private static int answer(HikariDataSource pool, String[] path) throws SQLException {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      if (path[1].equals("healthz")) {
        statement.execute("SELECT id FROM notes LIMIT 1");
        return 200;
      }
      connection.setAutoCommit(false);
      int writer = Integer.parseInt(path[1]);
      if (path.length > 3) {
        return isThere(statement, path[2]) ? 200 : 404;
      }
      statement.execute(
          "INSERT INTO notes (writer, key) VALUES (%d, '%s')".formatted(writer, path[2]));
      statement.execute(
          "INSERT INTO counters VALUES (%d, 1) ON CONFLICT (writer)".formatted(writer)
              + " DO UPDATE SET written = counters.written + 1");
      connection.commit();
      return 201;
    }
  }

  private static boolean isThere(Statement statement, String key) throws SQLException {
    try (var row = statement.executeQuery("SELECT FROM notes WHERE key = '" + key + "'")) {
      return row.next();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    pools.forEach(HikariDataSource::close);
  }
}
