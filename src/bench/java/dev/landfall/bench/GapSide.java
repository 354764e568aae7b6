package dev.landfall.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.landfall.demo.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** One side of the gap's bench: a database server, and a small application that writes to it. */
final class GapSide implements AutoCloseable {
  static final String DATABASE = "shop";
  static final String MIGRATOR = "migrator";
  static final String PASSWORD = "a password of the bench";
  private static final String APPLICATION = "shop";
  private static final int CONNECTIONS = 8;

  static {
    // The JDK's server closes idle connections above 200, some of them right under a request.
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    System.setProperty("sun.net.httpserver.idleInterval", "3600");
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final String name;
  private final EmbeddedServer server;
  private final AtomicLong errors = new AtomicLong();
  private long rows = 1;
  private HikariDataSource pool = new HikariDataSource();
  private HttpServer application = HttpServer.create();

  private GapSide(String name, EmbeddedServer server) throws IOException {
    this.name = name;
    this.server = server;
  }

  static GapSide start(String name, int major, Path folder) throws IOException, SQLException {
    Path data = folder.resolve(name);
    var side = new GapSide(name, EmbeddedServer.start(major, data, 0, Map.of()));
    side.prepare(data);
    return side;
  }

  private void prepare(Path data) throws IOException, SQLException {
    try (Connection admin = DriverManager.getConnection(server.jdbcUrl("postgres"));
        var statement = admin.createStatement()) {
      String login = " LOGIN PASSWORD '" + PASSWORD + "'";
      statement.execute("CREATE ROLE " + APPLICATION + login);
      statement.execute("CREATE ROLE " + MIGRATOR + login + " REPLICATION");
      statement.execute("GRANT pg_create_subscription, " + APPLICATION + " TO " + MIGRATOR);
      statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + APPLICATION);
      statement.execute("GRANT CREATE ON DATABASE " + DATABASE + " TO " + MIGRATOR);
      // A password that the server does not ask for is none, to a subscription of no superuser.
      Files.writeString(
          data.resolve("pg_hba.conf"),
          """
          host all postgres 127.0.0.1/32 trust
          host all all 127.0.0.1/32 scram-sha-256
          host replication all 127.0.0.1/32 scram-sha-256
          """);
      statement.execute("SELECT pg_reload_conf()");
    }
    try (Connection admin = DriverManager.getConnection(server.jdbcUrl(DATABASE));
        var statement = admin.createStatement()) {
      String rule = "ALTER DEFAULT PRIVILEGES FOR ROLE " + MIGRATOR + " GRANT ALL ON ";
      statement.execute(rule + "TABLES TO " + APPLICATION);
      statement.execute(rule + "SEQUENCES TO " + APPLICATION);
    }
  }

  /** Makes the tables: one that is large, and one that every write adds a row to. */
  void seed(long rowsOfLargeTable) throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE stock (id bigint PRIMARY KEY, place int NOT NULL, sold bigint NOT NULL,"
              + " note text NOT NULL)");
      statement.execute(
          "INSERT INTO stock SELECT n, n % 1000, 0, md5(n::text) FROM generate_series(1, "
              + rowsOfLargeTable
              + ") n");
      statement.execute("CREATE INDEX stock_place ON stock (place)");
      statement.execute(
          "CREATE TABLE writes (id bigint PRIMARY KEY, side text NOT NULL,"
              + " at timestamptz NOT NULL DEFAULT now())");
      statement.execute("ANALYZE");
    }
  }

  /** Starts the application; {@code /write/N} is one transaction, its answer the side's name. */
  void open(long rowsOfLargeTable) throws IOException {
    this.rows = rowsOfLargeTable;
    var config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + server.port() + "/" + DATABASE);
    config.setUsername(APPLICATION);
    config.setPassword(PASSWORD);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setAutoCommit(false);
    pool.close();
    pool = new HikariDataSource(config);
    application =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    application.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    application.createContext("/healthz", exchange -> answer(exchange, 200, "well"));
    application.createContext("/write/", this::write);
    application.start();
  }

  private void write(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    exchange.getRequestBody().readAllBytes();
    try (Connection connection = pool.getConnection();
        var add = connection.prepareStatement("INSERT INTO writes (id, side) VALUES (?, ?)");
        var sell = connection.prepareStatement("UPDATE stock SET sold = sold + 1 WHERE id = ?")) {
      add.setLong(1, id);
      add.setString(2, name);
      add.executeUpdate();
      sell.setLong(1, 1 + (id * 7919) % rows);
      sell.executeUpdate();
      connection.commit();
    } catch (SQLException e) {
      errors.incrementAndGet();
      answer(exchange, 500, String.valueOf(e.getMessage()));
      return;
    }
    answer(exchange, 200, name);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Which writes are there. */
  Set<Long> writes() throws SQLException {
    var all = new HashSet<Long>();
    try (Connection connection = connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT id FROM writes")) {
      while (row.next()) {
        all.add(row.getLong(1));
      }
    }
    return all;
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + DATABASE, APPLICATION, PASSWORD);
  }

  String databaseUrl() {
    return "postgresql://127.0.0.1:" + server.port() + "/" + DATABASE;
  }

  String applicationUrl() {
    return "http://127.0.0.1:" + application.getAddress().getPort();
  }

  /** Writes that failed, which must be none. */
  long errors() {
    return errors.get();
  }

  @Override
  public void close() {
    application.stop(0);
    pool.close();
    server.close();
  }
}
