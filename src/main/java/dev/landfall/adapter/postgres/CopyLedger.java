package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.replication.LogSequenceNumber;

/**
 * What the target itself remembers of the copy, in schema {@code landfall}.
 *
 * <p>{@code copied} has a row for every part of a table that is over, written in the transaction
 * that wrote the part's rows. So a table has rows if and only if it has a record, whatever died
 * when; and rows of another snapshot than the current one can be told, and brought to the current
 * one ({@link CopyRenewal}) or removed.
 *
 * <p>{@code copying} names the run that may write: what is left of an earlier one, which does not
 * know yet that it was replaced, cannot record anything more, and so cannot commit.
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
              point pg_lsn NOT NULL, print text NOT NULL,
              rows bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(),
              PRIMARY KEY (relation, from_block));
            CREATE TABLE IF NOT EXISTS landfall.carried(item text PRIMARY KEY, made text NOT NULL);
            CREATE TABLE IF NOT EXISTS landfall.copying(
              one boolean PRIMARY KEY DEFAULT true CHECK (one), who name NOT NULL,
              run text NOT NULL);
            """);
  }

  /** Tells the fence that this role's writes are ours, and earlier runs that theirs are over. */
  static void begin(Connection target, TableCopier.Order order) throws SQLException {
    new Catalog(target)
        .change(
            "INSERT INTO landfall.copying(who, run) VALUES (session_user, ?)"
                + " ON CONFLICT (one) DO UPDATE SET who = excluded.who, run = excluded.run",
            order.key());
  }

  /** Whatever the role's settings are: when this is over, all that was copied is on disk. */
  static void end(Connection target) throws SQLException {
    new Catalog(target)
        .run(
            "SELECT set_config('synchronous_commit', 'local', true)"
                + " WHERE current_setting('synchronous_commit') = 'off';"
                + " DELETE FROM landfall.copying");
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
   * What is recorded of a table.
   *
   * @param prints of its parts, each once
   * @param snapshots likewise
   * @param oldest the lowest position of a snapshot that a part was copied from
   * @param newest the highest
   */
  record Kept(
      String relation,
      Set<String> prints,
      Set<String> snapshots,
      LogSequenceNumber oldest,
      LogSequenceNumber newest) {}

  /** All tables of which a part is over. */
  static List<Kept> kept(Connection target) throws SQLException {
    return new Catalog(target)
        .rows(
            "SELECT relation, array_agg(DISTINCT print), array_agg(DISTINCT snapshot), min(point),"
                + " max(point) FROM landfall.copied GROUP BY relation ORDER BY relation",
            row ->
                new Kept(
                    Catalog.text(row, 1),
                    Set.of((String[]) row.getArray(2).getArray()),
                    Set.of((String[]) row.getArray(3).getArray()),
                    LogSequenceNumber.valueOf(Catalog.text(row, 4)),
                    LogSequenceNumber.valueOf(Catalog.text(row, 5))));
  }

  /** Empties every table that was filled from another snapshot. */
  static void clean(Connection target, TableCopier.Order order) throws SQLException {
    empty(
        target,
        new Catalog(target)
            .texts(
                "SELECT DISTINCT relation FROM landfall.copied WHERE snapshot <> ? ORDER BY 1",
                order.key()),
        order);
  }

  /** Empties tables and forgets that they were copied; those that are gone are only forgotten. */
  static void empty(Connection target, List<String> relations, TableCopier.Order order)
      throws SQLException {
    var catalog = new Catalog(target);
    alone(
        target,
        order,
        () ->
            catalog.change(
                "DELETE FROM landfall.copied WHERE relation = ANY (?)"
                    + " AND to_regclass(relation) IS NULL",
                catalog.texts(relations)));
    List<String> there =
        catalog.texts(
            "SELECT DISTINCT relation FROM landfall.copied WHERE relation = ANY (?) ORDER BY 1",
            catalog.texts(relations));
    for (int i = 0; i < there.size(); i += CLEAN_AT_ONCE) {
      try {
        truncate(target, there.subList(i, Math.min(there.size(), i + CLEAN_AT_ONCE)), order);
      } catch (SQLException e) {
        if (!"0A000".equals(Catalog.state(e))) {
          throw e;
        }
        // A foreign key leads to one of them from outside this batch: then only all at once.
        truncate(target, there.subList(i, there.size()), order);
        return;
      }
    }
  }

  private static void truncate(Connection target, List<String> tables, TableCopier.Order order)
      throws SQLException {
    var catalog = new Catalog(target);
    var only = tables.stream().map(table -> "ONLY " + table).toList();
    alone(
        target,
        order,
        () -> {
          catalog.run("TRUNCATE " + String.join(", ", only));
          catalog.change(
              "DELETE FROM landfall.copied WHERE relation = ANY (?)", catalog.texts(tables));
        });
  }

  private interface Writing {
    void run() throws SQLException;
  }

  /** A transaction of its own, which is nothing when another run has taken over. */
  private static void alone(Connection target, TableCopier.Order order, Writing work)
      throws SQLException {
    target.setAutoCommit(false);
    try {
      work.run();
      refuseReplaced(target, order);
      target.commit();
    } catch (SQLException e) {
      target.rollback();
      throw e;
    } finally {
      target.setAutoCommit(true);
    }
  }

  /** Records parts as over, in the transaction that is open. */
  static void record(Connection target, Map<CopyPart, Long> rows, TableCopier.Order order)
      throws SQLException {
    try (var statement =
        target.prepareStatement(
            "INSERT INTO landfall.copied(relation, from_block, to_block, snapshot, point, print,"
                + " rows) VALUES (?, ?, ?, ?, ?::pg_lsn, ?, ?)")) {
      for (var each : rows.entrySet()) {
        statement.setString(1, each.getKey().table().name());
        statement.setLong(2, each.getKey().fromBlock());
        statement.setLong(3, each.getKey().toBlock());
        statement.setString(4, order.key());
        statement.setString(5, order.snapshot().consistentPoint());
        statement.setString(6, each.getKey().table().print());
        statement.setLong(7, each.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
    refuseReplaced(target, order);
  }

  /** Records, in a transaction of its own, that nothing of some tables was written since. */
  static void keep(Connection target, List<String> relations, TableCopier.Order order)
      throws SQLException {
    alone(target, order, () -> renew(target, relations, 0, order));
  }

  /**
   * Records that what is copied of some tables is as of the current snapshot by now, in the
   * transaction that is open.
   *
   * @param more rows that these tables have more than before; likely fewer
   */
  static void renew(Connection target, List<String> relations, long more, TableCopier.Order order)
      throws SQLException {
    var catalog = new Catalog(target);
    catalog.change(
        "UPDATE landfall.copied c SET snapshot = ?, point = ?::pg_lsn, rows = rows"
            + " + CASE from_block WHEN (SELECT min(from_block) FROM landfall.copied o"
            + " WHERE o.relation = c.relation) THEN ? ELSE 0 END WHERE relation = ANY (?)",
        order.key(),
        order.snapshot().consistentPoint(),
        more,
        catalog.texts(relations));
    refuseReplaced(target, order);
  }

  /** The lock keeps the next run from beginning before this transaction has ended. */
  private static void refuseReplaced(Connection target, TableCopier.Order order)
      throws SQLException {
    boolean ours =
        new Catalog(target)
            .holds("SELECT true FROM landfall.copying WHERE run = ? FOR SHARE", order.key());
    if (!ours) {
      throw new OwnSqlException("another run of the copy has taken over", "55000");
    }
  }
}
