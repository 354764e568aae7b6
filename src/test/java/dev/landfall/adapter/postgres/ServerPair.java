package dev.landfall.adapter.postgres;

import dev.landfall.LastingFolders;
import dev.landfall.demo.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Two real servers of a test, and the session that holds an exported snapshot. */
final class ServerPair implements AutoCloseable {
  private final AutoCloseable first;
  private final AutoCloseable second;
  final PostgresServer source;
  final PostgresServer target;

  private ServerPair(AutoCloseable first, int firstPort, AutoCloseable second, int secondPort) {
    this.first = first;
    this.second = second;
    this.source = as("postgres", firstPort, "postgres");
    this.target = as("postgres", secondPort, "postgres");
  }

  /** Servers that other tests use too: names of databases are to be told apart. */
  static ServerPair shared() {
    return new ServerPair(
        () -> {}, TestServers.port(16, false), () -> {}, TestServers.port(18, false));
  }

  /** Servers of which the source proves who it is. */
  record WithTls(ServerPair pair, TestCertificate certificate) {
    private static @Nullable WithTls started;

    /** Started once a test run. */
    static synchronized WithTls shared() throws IOException, InterruptedException {
      if (started == null) {
        Path folder = LastingFolders.make("landfall-tls-");
        var certificate = TestCertificate.make(folder);
        started = new WithTls(embedded(folder, 16, 18, certificate.ofServer()), certificate);
        LastingFolders.closeBefore(started.pair());
      }
      return started;
    }
  }

  private static ServerPair of(AutoCloseable first, int firstPort, EmbeddedServer second) {
    return new ServerPair(first, firstPort, second, second.port());
  }

  static ServerPair embedded(Path folder, int sourceMajor, int targetMajor) {
    return embedded(folder, sourceMajor, targetMajor, Map.of());
  }

  static ServerPair embedded(
      Path folder, int sourceMajor, int targetMajor, Map<String, String> sourceSettings) {
    var first = EmbeddedServer.start(sourceMajor, folder.resolve("source"), 0, sourceSettings);
    return of(
        first,
        first.port(),
        EmbeddedServer.start(targetMajor, folder.resolve("target"), 0, Map.of()));
  }

  static ServerPair debianTo(DebianPostgres source, Path folder, int targetMajor) {
    return of(
        source,
        source.port(),
        EmbeddedServer.start(targetMajor, folder.resolve("target"), 0, Map.of()));
  }

  static PostgresServer as(String user, int port, String database) {
    return new PostgresServer("127.0.0.1", port, database, user, Optional.empty(), Map.of());
  }

  /** New empty databases on both sides, as the same user sees them. */
  PostgresServer[] databases(String name) throws SQLException {
    run(source, "CREATE DATABASE " + name);
    run(target, "CREATE DATABASE " + name);
    return new PostgresServer[] {
      as("postgres", source.port(), name), as("postgres", target.port(), name)
    };
  }

  static void run(PostgresServer server, String... statements) throws SQLException {
    try (var session = server.connect("test")) {
      for (String statement : statements) {
        new Catalog(session).run(statement);
      }
    }
  }

  static String text(PostgresServer server, String sql) throws SQLException {
    try (var session = server.connect("test")) {
      return new Catalog(session).texts(sql).getFirst();
    }
  }

  static long number(PostgresServer server, String sql) throws SQLException {
    return Long.parseLong(text(server, sql));
  }

  /** A slot with its exported snapshot; the snapshot lives as long as the session. */
  record Exported(Connection session, FirstCopy.Snapshot snapshot) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      session.close();
    }
  }

  static Exported export(PostgresServer source) throws SQLException {
    var session = source.connectForReplication("snapshot");
    var snapshot =
        new Catalog(session)
            .first(
                "CREATE_REPLICATION_SLOT s"
                    + System.nanoTime()
                    + " TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export')",
                row ->
                    new FirstCopy.Snapshot(
                        row.getString("snapshot_name"), row.getString("consistent_point")));
    return new Exported(session, snapshot.orElseThrow());
  }

  @Override
  public void close() throws Exception {
    second.close();
    first.close();
  }
}
