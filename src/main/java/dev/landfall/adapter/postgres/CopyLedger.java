package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the target itself remembers of the copy, in schema {@code landfall}.
 *
 * <p>{@code copied} has a row for every part of a table that is over, written in the transaction
 * that wrote the part's rows. So a table has rows if and only if it has a record, whatever died
 * when; and rows of another snapshot than the current one can be told and removed. Rows as of one
 * snapshot are worth nothing behind another slot's position, so a new slot means a new copy.
 */
final class CopyLedger {
  /** Tables emptied in one transaction; each takes some locks, of which a server has few. */
  private static final int CLEAN_AT_ONCE = 100;

  private CopyLedger() {}

  static void install(Connection target) throws SQLException {
    new Catalog(target)
        .run(
            """
            CREATE SCHEMA IF NOT EXISTS landfall;
            CREATE TABLE IF NOT EXISTS landfall.copied(
              relation text, from_block bigint, to_block bigint, snapshot text NOT NULL,
              rows bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(),
              PRIMARY KEY (relation, from_block));
            CREATE TABLE IF NOT EXISTS landfall.carried(item text PRIMARY KEY, made text NOT NULL);
            CREATE TABLE IF NOT EXISTS landfall.copying(
              one boolean PRIMARY KEY DEFAULT true CHECK (one), who name NOT NULL);
            """);
  }

  /** Tells the fence that this role's writes are ours. */
  static void begin(Connection target) throws SQLException {
    new Catalog(target)
        .run(
            "INSERT INTO landfall.copying(who) VALUES (session_user)"
                + " ON CONFLICT (one) DO UPDATE SET who = excluded.who");
  }

  static void end(Connection target) throws SQLException {
    new Catalog(target).run("DELETE FROM landfall.copying");
  }

  /** The parts that are over, by table. */
  static Map<String, Set<CopyPart.Done>> done(Connection target) throws SQLException {
    var map = new HashMap<String, Set<CopyPart.Done>>();
    new Catalog(target)
        .rows(
            "SELECT relation, from_block, to_block FROM landfall.copied",
            row -> new CopyPart.Done(Catalog.text(row, 1), row.getLong(2), row.getLong(3)))
        .forEach(each -> map.computeIfAbsent(each.relation(), key -> new HashSet<>()).add(each));
    return map;
  }

  static long rows(Connection target) throws SQLException {
    return new Catalog(target).number("SELECT coalesce(sum(rows), 0) FROM landfall.copied");
  }

  /**
   * Empties every table that was filled from another snapshot. All of it comes before any copying
   * under the new one, so nothing new can be lost by it.
   */
  static void clean(Connection target, String snapshot) throws SQLException {
    var catalog = new Catalog(target);
    catalog.change(
        "DELETE FROM landfall.copied WHERE snapshot <> ? AND to_regclass(relation) IS NULL",
        snapshot);
    List<String> stale =
        catalog.texts(
            "SELECT DISTINCT relation FROM landfall.copied WHERE snapshot <> ? ORDER BY 1",
            snapshot);
    for (int i = 0; i < stale.size(); i += CLEAN_AT_ONCE) {
      List<String> some = stale.subList(i, Math.min(stale.size(), i + CLEAN_AT_ONCE));
      try {
        empty(target, some, snapshot);
      } catch (SQLException e) {
        if (!"0A000".equals(Catalog.state(e))) {
          throw e;
        }
        // A foreign key leads to one of them from outside this batch: then only all at once.
        empty(target, stale.subList(i, stale.size()), snapshot);
        return;
      }
    }
  }

  private static void empty(Connection target, List<String> tables, String snapshot)
      throws SQLException {
    var catalog = new Catalog(target);
    target.setAutoCommit(false);
    try {
      var only = tables.stream().map(table -> "ONLY " + table).toList();
      catalog.run("TRUNCATE " + String.join(", ", only));
      catalog.change(
          "DELETE FROM landfall.copied WHERE snapshot <> ? AND relation = ANY (?)",
          snapshot,
          catalog.texts(tables));
      target.commit();
    } catch (SQLException e) {
      target.rollback();
      throw e;
    } finally {
      target.setAutoCommit(true);
    }
  }

  /** Records parts as over, in the transaction that is open. */
  static void record(Connection target, Map<CopyPart, Long> rows, String snapshot)
      throws SQLException {
    try (var statement =
        target.prepareStatement(
            "INSERT INTO landfall.copied(relation, from_block, to_block, snapshot, rows)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      for (var each : rows.entrySet()) {
        statement.setString(1, each.getKey().table().name());
        statement.setLong(2, each.getKey().fromBlock());
        statement.setLong(3, each.getKey().toBlock());
        statement.setString(4, snapshot);
        statement.setLong(5, each.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
