package dev.landfall.adapter.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.LastingFolders;
import dev.landfall.Ports;
import dev.landfall.demo.EmbeddedServer;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Eventually;
import dev.landfall.routing.RouteOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A real PgBouncer before two real servers, whose databases say which side they are. */
public final class PgbouncerWorld implements AutoCloseable {
  static final String ADMIN = "landfall";
  static final String PASSWORD = "a password of the tests";
  static final String DATABASE = "shop";

  private static final Map<String, EmbeddedServer> SERVERS = new java.util.HashMap<>();

  final PgbouncerProcess pgbouncer;
  final Path folder;
  final int port = Ports.free();

  public PgbouncerWorld(Path folder) throws Exception {
    this(folder, "");
  }

  /**
   * @param settings further lines of its section {@code [pgbouncer]}
   */
  PgbouncerWorld(Path folder, String settings) throws Exception {
    this.folder = folder;
    PgbouncerProcess.letPass(folder);
    Files.writeString(
        folder.resolve("pgbouncer.ini"),
        """
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = md5
        auth_file = %s/users.txt
        admin_users = landfall
        pool_mode = transaction
        server_login_retry = 1
        ignore_startup_parameters = extra_float_digits
        %s
        %%include %s
        """
            .formatted(port, folder, settings, file()));
    Files.writeString(
        folder.resolve("users.txt"),
        "\"%s\" \"%s\"\n\"postgres\" \"%s\"\n".formatted(ADMIN, PASSWORD, PASSWORD));
    Files.writeString(
        file(),
        "[databases]\n%s = host=127.0.0.1 port=%d dbname=%s pool_size=30\n"
            .formatted(DATABASE, server("source").port(), DATABASE));
    pgbouncer = new PgbouncerProcess(folder.resolve("pgbouncer.ini"), port);
  }

  /** The server of a side, which all tests share. */
  static synchronized EmbeddedServer server(String side) throws IOException, SQLException {
    EmbeddedServer there = SERVERS.get(side);
    if (there != null) {
      return there;
    }
    Path data = LastingFolders.make("landfall-pgbouncer-" + side + "-");
    EmbeddedServer server = EmbeddedServer.start(17, data, 0, Map.of());
    LastingFolders.closeBefore(server);
    SERVERS.put(side, server);
    try (var connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + DATABASE);
    }
    try (var connection = DriverManager.getConnection(server.jdbcUrl(DATABASE));
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE side AS SELECT '" + side + "' AS name");
      statement.execute("CREATE TABLE done (client int, number int, PRIMARY KEY (client, number))");
    }
    return server;
  }

  public static String url(String side) {
    try {
      return "postgresql://127.0.0.1:" + server(side).port() + "/" + DATABASE;
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  Path file() {
    return folder.resolve("shop.ini");
  }

  public PgbouncerRouter router() {
    return new PgbouncerRouter("127.0.0.1:" + port, ADMIN, Optional.of(PASSWORD), file());
  }

  Console console() {
    return new Console("127.0.0.1:" + port, ADMIN, Optional.of(PASSWORD));
  }

  /** A client of PgBouncer's. */
  public Connection client() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?preferQueryMode=simple".formatted(port, DATABASE),
        "postgres",
        PASSWORD);
  }

  /** The side that a client is led to. */
  public static String sideOf(Connection client) throws SQLException {
    try (var statement = client.createStatement();
        var rows = statement.executeQuery("SELECT name FROM side")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  static RouteOrder leading(long epoch, Cohort cohort) {
    return new RouteOrder(
        epoch, url("source"), url("target"), cohort, Optional.empty(), Optional.empty());
  }

  static RouteOrder held(long epoch, Cohort cohort, Duration hold) {
    return new RouteOrder(
        epoch, url("source"), url("target"), cohort, Optional.of(hold), Optional.empty());
  }

  /** Waits until it is so. */
  static void eventually(BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(10), condition);
  }

  @Override
  public void close() {
    pgbouncer.close();
  }
}
