package dev.landfall.adapter.postgres;

import dev.landfall.LastingFolders;
import dev.landfall.Ports;
import dev.landfall.demo.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real servers, each started once a test run and stopped at its end. Roles are as in managed
 * clouds: {@code migrator} is no superuser and signs in with a password, except on version 15,
 * which lets only superusers subscribe.
 */
final class TestServers {
  static final String PASSWORD = "open sesame'\\ it is";
  private static final Map<Integer, Integer> PORTS = new HashMap<>();
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final int DROP_TRIES_MAX = 10;

  private TestServers() {}

  /** The port of a server of a major version; a second one of it when {@code twin}. */
  static synchronized int port(int major, boolean twin) {
    int key = twin ? major + 100 : major;
    return PORTS.computeIfAbsent(key, _ -> start(major));
  }

  private static int start(int major) {
    try {
      Path data = LastingFolders.make("landfall-pg" + major + "-");
      int port = major >= 16 ? embedded(major, data) : debian(major, data);
      prepare(major, port, data);
      return port;
    } catch (IOException | SQLException | InterruptedException e) {
      throw new IllegalStateException("cannot start PostgreSQL " + major, e);
    }
  }

  /** Makes the roles of a new server. */
  static void prepare(int major, int port, Path data) throws IOException, SQLException {
    String rights =
        major >= 16 ? "NOSUPERUSER REPLICATION IN ROLE pg_create_subscription" : "SUPERUSER";
    try (var connection = admin(port, "postgres");
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE shop_owner");
      statement.execute("CREATE ROLE app LOGIN");
      statement.execute(
          "CREATE ROLE migrator LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "' " + rights);
      statement.execute("GRANT shop_owner TO migrator");
      // A password that the server does not ask for is none, to a subscription of no superuser.
      Path hba = data.resolve("pg_hba.conf");
      Files.writeString(
          hba, "host all migrator 127.0.0.1/32 scram-sha-256\n" + Files.readString(hba));
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private static int embedded(int major, Path data) {
    var server =
        EmbeddedServer.start(
            major,
            data,
            0,
            Map.of(
                "max_replication_slots",
                "60",
                "max_wal_senders",
                "60",
                "max_logical_replication_workers",
                "40",
                "max_worker_processes",
                "60",
                // Processes are killed here, machines are not: what the kernel has is on disk.
                "fsync",
                "off"));
    LastingFolders.closeBefore(server);
    return server.port();
  }

  private static int debian(int major, Path data) throws IOException, InterruptedException {
    int port = Ports.free();
    String bin = "/usr/lib/postgresql/" + major + "/bin/";
    run("chown", "postgres", data.toString());
    asPostgres(bin + "initdb", "-D", data.toString(), "-A", "trust", "-U", "postgres", "-N");
    String options =
        "-p "
            + port
            + " -k "
            + data
            + " -c listen_addresses=127.0.0.1 -c wal_level=logical"
            + " -c max_replication_slots=60 -c max_wal_senders=60 -c max_worker_processes=60"
            + " -c max_logical_replication_workers=40 -c max_connections=200"
            + " -c max_prepared_transactions=10 -c fsync=off -c wal_retrieve_retry_interval=100ms";
    asPostgres(
        bin + "pg_ctl", "-D", data.toString(), "-w", "-l", data + "/log", "-o", options, "start");
    LastingFolders.closeBefore(
        () -> asPostgres(bin + "pg_ctl", "-D", data.toString(), "-m", "fast", "stop"));
    return port;
  }

  private static void asPostgres(String... command) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("runuser", "-u", "postgres", "--"));
    all.addAll(List.of(command));
    run(all.toArray(String[]::new));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(Duration.ofSeconds(60)) || process.exitValue() != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }

  /** A session of the superuser. */
  static Connection admin(int port, String database) throws SQLException {
    return as("postgres", port, database);
  }

  static Connection as(String role, int port, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + role);
  }

  /** A new database in which {@code migrator} may do what a migration needs. */
  static String newDatabase(int port) throws SQLException {
    String name = "shop" + DATABASES.incrementAndGet();
    try (var connection = admin(port, "postgres");
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      statement.execute("GRANT CREATE ON DATABASE " + name + " TO migrator");
    }
    return name;
  }

  /** Removes the subscriptions of a database; those who feed them need not be there. */
  static void dropSubscriptions(int port, String database) throws SQLException {
    try (var connection = admin(port, database)) {
      for (String each :
          new Catalog(connection)
              .texts(
                  "SELECT subname FROM pg_subscription WHERE subdbid ="
                      + " (SELECT oid FROM pg_database WHERE datname = current_database())")) {
        Links.dropSubscription(connection, each);
      }
    }
  }

  /**
   * Removes a database that nothing subscribes to any more, and every slot in it; also one that a
   * session was still making when its program went away.
   */
  static void dropDatabase(int port, String database) throws SQLException {
    try (var connection = admin(port, "postgres")) {
      for (int attempt = 1; ; attempt++) {
        try {
          new Catalog(connection)
              .texts(
                  "SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity"
                      + " WHERE datname = '"
                      + database
                      + "'");
          for (String each :
              new Catalog(connection)
                  .texts(
                      "SELECT slot_name FROM pg_replication_slots WHERE database = '"
                          + database
                          + "'")) {
            Links.dropSlot(connection, each);
          }
          Links.execute(connection, "DROP DATABASE " + database + " WITH (FORCE)");
          return;
        } catch (SQLException e) {
          if (!"55006".equals(e.getSQLState()) || attempt >= DROP_TRIES_MAX) {
            throw e;
          }
        }
      }
    }
  }
}
