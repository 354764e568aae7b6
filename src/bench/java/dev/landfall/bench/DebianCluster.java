package dev.landfall.bench;

import dev.landfall.LastingFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A server of Debian's PostgreSQL 15 in a folder of its own; run by root as user postgres. */
final class DebianCluster implements AutoCloseable {
  private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");

  private final Path folder;
  private final int port;

  private DebianCluster(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  static DebianCluster start(String name) throws IOException {
    Path folder = LastingFolders.make("landfall-bench-" + name);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    var cluster = new DebianCluster(folder, Child.freePort());
    cluster.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8");
    cluster.run(
        "pg_ctl",
        "-w",
        "-l",
        folder + "/log",
        "-o",
        "-c listen_addresses=127.0.0.1 -c wal_level=logical -c max_wal_size=4GB"
            + " -c wal_retrieve_retry_interval=100ms -c shared_buffers=512MB"
            + " -c max_replication_slots=20 -c max_wal_senders=20 -k "
            + folder
            + " -p "
            + cluster.port,
        "start");
    return cluster;
  }

  private void run(String program, String... arguments) {
    var command = new ArrayList<String>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add("env");
    command.add("-C");
    command.add(folder.toString());
    command.add(BINARIES.resolve(program).toString());
    command.add("-D");
    command.add(folder + "/data");
    command.addAll(List.of(arguments));
    // The server keeps the output of whoever starts it, which must not be a pipe of ours.
    try {
      Path log = folder.resolve(program + ".out");
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException(program + " failed: " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + program, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The form of a workload file, which libpq understands too. */
  String url(String database) {
    return "postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** What a subscription connects by. */
  String keywords(String database) {
    return "host=127.0.0.1 port=" + port + " dbname=" + database + " user=postgres";
  }

  void execute(String database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  long number(String database, String query) throws SQLException {
    try (Connection connection = connect(database);
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection("jdbc:" + url(database) + "?user=postgres");
  }

  @Override
  public void close() {
    run("pg_ctl", "-w", "-m", "immediate", "stop");
    Child.answer("rm", "-r", folder.toString());
  }
}
