package dev.landfall.e2e;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A program whose short transactions overlap, so that a fence finds no moment to close: no cutover
 * would begin beside a single one of long standing.
 */
final class OverlappingWriter implements AutoCloseable {
  private static final Duration EACH = Duration.ofMillis(500);

  private final Server server;
  private final String database;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile Exception failure;

  private OverlappingWriter(Server server, String database) throws SQLException {
    this.server = server;
    this.database = database;
    Connection first = begun();
    this.thread = Thread.ofVirtual().start(() -> write(first));
  }

  static OverlappingWriter start(Server server, String database) throws SQLException {
    return new OverlappingWriter(server, database);
  }

  private Connection begun() throws SQLException {
    Connection connection = server.app(database);
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("INSERT INTO ballast (body) VALUES ('slow')");
    }
    return connection;
  }

  private void write(Connection first) {
    Connection open = first;
    try {
      while (!stopped) {
        Thread.sleep(EACH);
        Connection next = begun();
        ended(open);
        open = next;
      }
      ended(open);
    } catch (SQLException | InterruptedException e) {
      failure = e;
    }
  }

  private static void ended(Connection connection) throws SQLException {
    connection.commit();
    connection.close();
  }

  /** Ends the last transaction and begins no other; returns when that is committed. */
  void end() throws InterruptedException {
    stopped = true;
    thread.join();
    if (failure != null) {
      throw new AssertionError("an overlapping writer failed", failure);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
