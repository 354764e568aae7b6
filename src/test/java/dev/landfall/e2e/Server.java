package dev.landfall.e2e;

import dev.landfall.LastingFolders;
import dev.landfall.app.FreezingMain;
import dev.landfall.demo.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A real database server that can be stopped and started again, with the roles of a careful site.
 */
final class Server implements AutoCloseable {
  static final String PASSWORD = "e2e-password";
  static final String APP = "notes";
  static final String MIGRATOR = "migrator";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "logging_collector", "on",
          "max_replication_slots", "60",
          "max_wal_senders", "60",
          "max_logical_replication_workers", "40",
          "max_worker_processes", "60");
  private static final Map<Integer, Server> SHARED = new HashMap<>();

  private final int major;
  private final Path data;
  private final int port;
  private EmbeddedServer server;

  private Server(int major, Path data, EmbeddedServer server) {
    this.major = major;
    this.data = data;
    this.server = server;
    this.port = server.port();
  }

  /** The server of a version that all tests share; it is stopped at the end of them all. */
  static synchronized Server shared(int major) throws IOException, SQLException {
    Server there = SHARED.get(major);
    if (there == null) {
      there = start(major, LastingFolders.make("landfall-e2e-pg" + major + "-"));
      SHARED.put(major, there);
      LastingFolders.closeBefore(there);
    }
    return there;
  }

  static Server start(int major, Path data) throws IOException, SQLException {
    var server = new Server(major, data, EmbeddedServer.start(major, data, 0, SETTINGS));
    server.prepare();
    return server;
  }

  /** Makes the roles, and asks them for their passwords from now on. */
  private void prepare() throws IOException, SQLException {
    makeRoles();
    Files.writeString(
        data.resolve("pg_hba.conf"),
        """
        host all postgres 127.0.0.1/32 trust
        host all all 127.0.0.1/32 scram-sha-256
        """);
    execute("postgres", "SELECT pg_reload_conf()");
  }

  private void makeRoles() throws SQLException {
    execute(
        "postgres",
        "CREATE ROLE notes LOGIN PASSWORD '" + PASSWORD + "'",
        "CREATE ROLE migrator LOGIN REPLICATION PASSWORD '" + PASSWORD + "'",
        "GRANT pg_create_subscription, notes TO migrator");
  }

  /** Stops it as an administrator would. */
  void stop() {
    server.close();
  }

  void startAgain() {
    server = EmbeddedServer.start(major, data, port, SETTINGS);
  }

  int port() {
    return port;
  }

  /** The first process of the server; all others are its children. */
  long pid() {
    return EmbeddedServer.postmaster(data).orElseThrow().pid();
  }

  /** Lets it go on where it was stopped by SIGSTOP; nothing happens when it was not. */
  void thaw() throws IOException, InterruptedException {
    FreezingMain.signal("CONT", pid());
  }

  /** Makes an empty database in which Landfall and the application may work. */
  void create(String database) throws SQLException {
    execute("postgres", "CREATE DATABASE " + database + " OWNER notes");
    String rule = "ALTER DEFAULT PRIVILEGES FOR ROLE migrator GRANT ALL ON ";
    execute(
        database,
        "GRANT CREATE ON DATABASE " + database + " TO migrator",
        rule + "TABLES TO notes",
        rule + "SEQUENCES TO notes");
  }

  /** Removes the subscriptions of a database; the slots they read come free by that. */
  void dropSubscriptions(String database) throws SQLException {
    for (String name :
        strings(
            database,
            "SELECT subname FROM pg_subscription WHERE subdbid ="
                + " (SELECT oid FROM pg_database WHERE datname = current_database())")) {
      execute(
          database,
          "ALTER SUBSCRIPTION " + name + " DISABLE",
          "ALTER SUBSCRIPTION " + name + " SET (slot_name = NONE)",
          "DROP SUBSCRIPTION " + name);
    }
  }

  /** Removes the slots of a database, so that the next test has room; nobody may read them. */
  void dropSlots(String database) throws SQLException {
    execute(
        "postgres",
        "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots"
            + " WHERE active AND database = '"
            + database
            + "'",
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE NOT active AND database = '"
            + database
            + "'");
  }

  Connection superuser(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres");
  }

  Connection app(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), APP, PASSWORD);
  }

  String jdbcUrl(String database) {
    return "jdbc:" + url(database);
  }

  /** The address of a database as in a workload file. */
  String url(String database) {
    return "postgresql://127.0.0.1:" + port + "/" + database;
  }

  void execute(String database, String... statements) throws SQLException {
    try (Connection connection = superuser(database);
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  List<String> strings(String database, String query) throws SQLException {
    try (Connection connection = superuser(database);
        var statement = connection.createStatement()) {
      var found = new ArrayList<String>();
      ResultSet rows = statement.executeQuery(query);
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
