package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The slot of a watcher and the publication of the same name, on one server.
 *
 * <p>A slot is only ever made behind a publication that was made for it, so that the number of the
 * publication tells one slot from a later one of the same name.
 *
 * @param name of both; begins with {@code landfall_}
 */
record WatchSlot(PostgresServer server, String name) {
  /** A slot waits for transactions under way; beyond this many seconds a person should look. */
  private static final int CREATE_SECONDS_MAX = 60;

  private static final int DROP_TRIES_MAX = 50;

  /**
   * What the server says of the slot.
   *
   * @param publication the number of the publication
   * @param confirmed what was read before this is gone
   */
  record Seen(long publication, LogSequenceNumber confirmed) {}

  /**
   * Makes publication and slot unless they are there, fit and are intact.
   *
   * @return whether the slot is new
   */
  boolean install(Set<TableName> tables) {
    try (Connection connection = server.connect("watch")) {
      Map<TableName, KeyedTable> keyed = KeyedTable.read(connection, tables);
      if (lost(connection).isEmpty() && published(connection).equals(wanted(keyed))) {
        return false;
      }
      drop(connection);
      execute(connection, publicationOf(keyed));
      execute(connection, "SET statement_timeout = '" + CREATE_SECONDS_MAX + "s'");
      execute(
          connection,
          "SELECT pg_create_logical_replication_slot('" + name + "', 'pgoutput', false)");
      return true;
    } catch (SQLException e) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot make the slot "
              + name
              + " on "
              + server
              + ": "
              + PostgresProblem.told(e)
              + "; are wal_level, max_replication_slots and the rights of the user as the preflight"
              + " asks, and does no transaction stay open?",
          e);
    }
  }

  /**
   * Makes the publication anew, without a slot: another slot, made later, is read through it.
   *
   * @throws OutsideException when the server refuses
   */
  void publishOnly(Set<TableName> tables) {
    try (Connection connection = server.connect("watch")) {
      drop(connection);
      execute(connection, publicationOf(KeyedTable.read(connection, tables)));
    } catch (SQLException e) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot publish the keys of the tables on "
              + server
              + ": "
              + PostgresProblem.told(e)
              + "; are the rights of the user as the preflight asks?",
          e);
    }
  }

  /** Drops both; nothing happens when they are gone. */
  void remove() {
    try (Connection connection = server.connect("watch")) {
      drop(connection);
    } catch (SQLException e) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot drop the slot "
              + name
              + " on "
              + server
              + ": "
              + PostgresProblem.told(e)
              + "; try again",
          e);
    }
  }

  /** Why what was written since the slot was made cannot be read any more; empty when it can. */
  Optional<String> lost(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT wal_status FROM pg_replication_slots WHERE plugin = 'pgoutput'"
                    + " AND database = current_database() AND slot_name = '"
                    + name
                    + "'")) {
      if (!rows.next()) {
        return Optional.of("there is no slot " + name + " on " + server);
      }
      return "lost".equals(rows.getString(1))
          ? Optional.of(server + " threw away log that the slot " + name + " had not read")
          : Optional.empty();
    }
  }

  /**
   * The slot as it is; empty when it or its publication is not there.
   *
   * @throws SQLException also while somebody still makes it, which waits for transactions to end
   */
  Optional<Seen> seen(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT p.oid::int8, s.confirmed_flush_lsn FROM pg_replication_slots s JOIN"
                    + " pg_publication p ON p.pubname = s.slot_name WHERE s.database ="
                    + " current_database() AND s.slot_name = '"
                    + name
                    + "'")) {
      if (!rows.next()) {
        return Optional.empty();
      }
      String confirmed = rows.getString(2);
      if (confirmed == null) {
        throw new OwnSqlException("it is still being made", "55006");
      }
      return Optional.of(new Seen(rows.getLong(1), LogSequenceNumber.valueOf(confirmed)));
    }
  }

  private Map<TableName, Set<String>> published(Connection connection) throws SQLException {
    var all = new HashMap<TableName, Set<String>>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT schemaname, tablename, unnest(attnames) FROM pg_publication_tables"
                    + " WHERE pubname = '"
                    + name
                    + "'")) {
      while (rows.next()) {
        all.computeIfAbsent(
                new TableName(rows.getString(1), rows.getString(2)), key -> new HashSet<>())
            .add(rows.getString(3));
      }
    }
    return all;
  }

  private static Map<TableName, Set<String>> wanted(Map<TableName, KeyedTable> tables) {
    var all = new HashMap<TableName, Set<String>>();
    for (KeyedTable table : tables.values()) {
      List<KeyedTable.Column> columns =
          switch (table.watch()) {
            case KEYS -> table.key();
            case ROWS -> table.columns().stream().filter(each -> !each.generated()).toList();
            case NOTHING -> List.of();
          };
      if (!columns.isEmpty()) {
        all.put(
            table.name(),
            columns.stream().map(KeyedTable.Column::name).collect(Collectors.toSet()));
      }
    }
    return all;
  }

  private String publicationOf(Map<TableName, KeyedTable> tables) {
    var parts = new ArrayList<String>();
    for (KeyedTable table : tables.values()) {
      switch (table.watch()) {
        case KEYS ->
            parts.add(
                table.key().stream()
                    .map(KeyedTable.Column::sql)
                    .collect(Collectors.joining(", ", table.name().sql() + " (", ")")));
        case ROWS -> parts.add(table.name().sql());
        case NOTHING -> {}
      }
    }
    return "CREATE PUBLICATION "
        + TableName.quoted(name)
        + (parts.isEmpty() ? "" : " FOR TABLE " + String.join(", ", parts));
  }

  private void drop(Connection connection) throws SQLException {
    String ours =
        " FROM pg_replication_slots WHERE database = current_database() AND slot_name = '"
            + name
            + "'";
    for (int tries = 1; ; tries++) {
      try {
        execute(connection, "SELECT pg_terminate_backend(active_pid)" + ours + " AND active");
        execute(connection, "SELECT pg_drop_replication_slot(slot_name)" + ours);
        break;
      } catch (SQLException e) {
        // In use: its reader was told to go, and takes a moment.
        if (!"55006".equals(e.getSQLState()) || tries >= DROP_TRIES_MAX) {
          throw e;
        }
        pause();
      }
    }
    execute(connection, "DROP PUBLICATION IF EXISTS " + TableName.quoted(name));
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
