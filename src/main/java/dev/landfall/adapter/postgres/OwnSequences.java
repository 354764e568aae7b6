package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.Sequences.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Moves the sequences of a side past the rows that it has itself, for when the side that gave those
 * numbers out cannot be asked: replication carries rows, and never a sequence.
 */
final class OwnSequences {
  /** The columns that a sequence belongs to, or that take their default from it. */
  private static final String COLUMNS =
      """
      SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(s.relname) AS sequence,
        quote_ident(tn.nspname) || '.' || quote_ident(t.relname) AS "table",
        quote_ident(a.attname) AS "column"
      FROM (SELECT d.objid AS sequence, d.refobjid AS "table", d.refobjsubid AS "column"
            FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
              AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
            UNION ALL
            SELECT d.refobjid, f.adrelid, f.adnum
            FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
            WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass) u
      JOIN pg_class s ON s.oid = u.sequence AND s.relkind = 'S'
      JOIN pg_namespace n ON n.oid = s.relnamespace
      JOIN pg_class t ON t.oid = u."table" AND t.relkind IN ('r', 'p')
      JOIN pg_namespace tn ON tn.oid = t.relnamespace
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u."column"
        AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
      WHERE n.nspname <> 'landfall'
      """;

  private OwnSequences() {}

  /**
   * Moves all of them on. The furthest number of a column that leads no index is found by reading
   * the whole table, which takes as long as it takes: without it the side could hand numbers out
   * again that rows have already.
   *
   * @param patient to read them with, because it has no bound
   * @param margin how many steps further than the furthest number that is known
   */
  static void moveOn(Peer peer, Session patient, long margin, long epoch) {
    List<Position> positions = patient.ask("read the sequences", OwnSequences::furthest);
    Sequences.set(
        peer.orders,
        peer.side,
        positions.stream().map(each -> each.ahead(margin)).toList(),
        "alone-" + epoch,
        epoch);
  }

  private static List<Position> furthest(Connection connection) throws SQLException {
    Map<String, List<String>> columns = columns(connection);
    var found = new ArrayList<Position>();
    for (Position each : Sequences.read(connection)) {
      Position furthest = each;
      for (String column : columns.getOrDefault(each.name(), List.of())) {
        OptionalLong used =
            used(connection, column.formatted(each.increment() > 0 ? "max" : "min"));
        furthest = used.isPresent() ? furthest.atLeast(used.getAsLong()) : furthest;
      }
      found.add(furthest);
    }
    return found;
  }

  /** For each sequence, questions for the furthest number in its columns. */
  private static Map<String, List<String>> columns(Connection connection) throws SQLException {
    var found = new HashMap<String, List<String>>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(COLUMNS)) {
      while (rows.next()) {
        String column = rows.getString(3).replace("%", "%%");
        String table = rows.getString(2).replace("%", "%%");
        found
            .computeIfAbsent(rows.getString(1), _ -> new ArrayList<>())
            .add("SELECT trunc(%s(" + column + "))::numeric FROM " + table);
      }
    }
    return found;
  }

  private static OptionalLong used(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      var number = row.next() ? row.getBigDecimal(1) : null;
      return number == null
              || number.abs().compareTo(java.math.BigDecimal.valueOf(Long.MAX_VALUE)) > 0
          ? OptionalLong.empty()
          : OptionalLong.of(number.longValue());
    }
  }
}
