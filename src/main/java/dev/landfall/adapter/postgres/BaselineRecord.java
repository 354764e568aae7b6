package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The last full comparison that found everything equal, kept on the source, so that a process that
 * starts in the middle of a cutover need not read everything again.
 *
 * @param began when it began
 * @param rows rows it read on the source
 * @param watchers the numbers of both watchers' slots: with others, writes since are unknown
 */
record BaselineRecord(Instant began, long rows, String watchers) {

  /** The record; empty when there is none. */
  static Optional<BaselineRecord> read(PostgresServer source) throws SQLException {
    try (Connection connection = prepared(source);
        var statement = connection.createStatement();
        var found = statement.executeQuery("SELECT began, rows, watchers FROM landfall.baseline")) {
      return found.next()
          ? Optional.of(
              new BaselineRecord(
                  found.getObject(1, OffsetDateTime.class).toInstant(),
                  found.getLong(2),
                  found.getString(3)))
          : Optional.empty();
    }
  }

  /** Keeps this record in place of the last. */
  void write(PostgresServer source) throws SQLException {
    try (Connection connection = prepared(source);
        var statement =
            connection.prepareStatement(
                "INSERT INTO landfall.baseline VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                    + " SET began = excluded.began, rows = excluded.rows,"
                    + " watchers = excluded.watchers")) {
      statement.setObject(1, began.atOffset(ZoneOffset.UTC));
      statement.setLong(2, rows);
      statement.setString(3, watchers);
      statement.executeUpdate();
    }
  }

  /** Drops the record; nothing happens when there is none. */
  static void forget(PostgresServer source) throws SQLException {
    try (Connection connection = prepared(source);
        var statement = connection.createStatement()) {
      statement.execute("DELETE FROM landfall.baseline");
    }
  }

  /** Drops the record's table. */
  static void remove(PostgresServer source) throws SQLException {
    try (Connection connection = source.connect("compare");
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS landfall.baseline");
    }
  }

  private static Connection prepared(PostgresServer source) throws SQLException {
    Connection connection = source.connect("compare");
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS landfall");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS landfall.baseline (id int PRIMARY KEY,"
              + " began timestamptz NOT NULL, rows int8 NOT NULL, watchers text NOT NULL)");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
