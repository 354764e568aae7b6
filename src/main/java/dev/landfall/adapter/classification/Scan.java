package dev.landfall.adapter.classification;

import dev.landfall.adapter.classification.Place.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads samples of all tables in transactions that can write nothing, one for each table: no table
 * stays locked while others are read. Rows that a policy would hide make it fail, and so does a
 * table that it may not read: what was not seen is never clean.
 */
final class Scan {
  private static final int FETCH_ROWS = 200;

  private static final String COLUMNS =
      """
      SELECT c.oid::int8, n.nspname, c.relname, rn.nspname, r.relname, a.attname,
             greatest(c.reltuples, 0)::int8,
             b.typcategory IN ('S', 'A') OR b.typtype = 'c'
               OR b.typname IN ('int8', 'numeric', 'json', 'jsonb', 'xml', 'hstore'),
             b.typname = 'bool'
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
      JOIN pg_namespace rn ON rn.oid = r.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      WHERE (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated) AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'landfall')
        AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass
                        AND e.objid = c.oid AND e.deptype = 'e')
      ORDER BY n.nspname, c.relname, a.attnum
      """;

  private static final String SKIPPED =
      """
      SELECT format('%s %s.%s',
               CASE WHEN e.objid IS NOT NULL THEN 'table of an extension'
                    WHEN c.relkind = 'f' THEN 'foreign table'
                    ELSE 'materialized view without rows' END, n.nspname, c.relname)
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = c.oid
                           AND e.deptype = 'e'
      WHERE (c.relkind = 'f' OR c.relkind = 'm' AND NOT c.relispopulated
             OR c.relkind IN ('r', 'm') AND e.objid IS NOT NULL)
        AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'landfall')
      ORDER BY 1
      """;

  private final Connection connection;
  private final int rowsMax;
  private final long deadline;
  private final Map<Column, ColumnTally> tallies = new LinkedHashMap<>();
  private final Set<Column> looked = new LinkedHashSet<>();
  private int unread;

  /** A table or a partition with what of it is read. */
  private record Table(String sql, long rowsEstimated, List<Column> read, List<String> columns) {}

  /**
   * @param rowsMax of each table and partition
   * @param deadline by the clock of {@link System#nanoTime}
   */
  Scan(Connection connection, int rowsMax, long deadline) {
    this.connection = connection;
    this.rowsMax = rowsMax;
    this.deadline = deadline;
  }

  /** Reads all of it. */
  void run() throws SQLException {
    for (Table table : tables()) {
      read(table);
      connection.commit();
    }
  }

  /** All columns that there are, with what was seen in them. */
  Map<Column, ColumnTally> tallies() {
    return tallies;
  }

  /** The columns whose values are read, where there are any. */
  List<Column> looked() {
    return List.copyOf(looked);
  }

  /** Those of them of which no value was read. */
  List<Column> unseen() {
    return looked.stream().filter(place -> tally(place).values() == 0).toList();
  }

  /** What has rows, or could have, and is not looked into. */
  List<String> skipped() throws SQLException {
    var skipped = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(SKIPPED)) {
      while (rows.next()) {
        skipped.add(rows.getString(1));
      }
    }
    return skipped;
  }

  /** Columns of a type that is not looked into. */
  int unread() {
    return unread;
  }

  private List<Table> tables() throws SQLException {
    var tables = new LinkedHashMap<Long, Table>();
    try (var statement = connection.createStatement()) {
      limit(statement);
      try (var rows = statement.executeQuery(COLUMNS)) {
        while (rows.next()) {
          String name = quoted(rows.getString(2)) + "." + quoted(rows.getString(3));
          long estimated = rows.getLong(7);
          Table table =
              tables.computeIfAbsent(
                  rows.getLong(1),
                  _ -> new Table(name, estimated, new ArrayList<>(), new ArrayList<>()));
          String column = rows.getString(6);
          var place = new Column(rows.getString(4), rows.getString(5), column);
          // Whether somebody has a telephone is no telephone number.
          String told = rows.getBoolean(9) ? "" : column;
          tallies.computeIfAbsent(place, _ -> new ColumnTally(told));
          if (rows.getBoolean(8)) {
            table.read().add(place);
            looked.add(place);
            table.columns().add(column);
          } else {
            unread++;
          }
        }
      }
    }
    return List.copyOf(tables.values());
  }

  private void read(Table table) throws SQLException {
    if (table.columns().isEmpty()) {
      return;
    }
    String what =
        table.columns().stream()
            .map(column ->
                "left(x." + quoted(column) + "::text, " + ColumnTally.CHARACTERS_MAX + ")")
            .collect(Collectors.joining(", ", "SELECT ", ""));
    String from = " FROM ONLY " + table.sql() + " x";
    boolean sampled = table.rowsEstimated() > rowsMax;
    double percent = 100.0 * rowsMax / Math.max(1, table.rowsEstimated());
    String sample = sampled ? " TABLESAMPLE SYSTEM (" + percent + ") REPEATABLE (1)" : "";
    int seen = read(table.read(), what + from + sample + " LIMIT " + rowsMax);
    if (sampled && seen == 0) {
      seen = read(table.read(), what + from + " LIMIT " + rowsMax);
    }
    if (sampled || seen == rowsMax) {
      for (int i = 0; i < table.read().size(); i++) {
        readRare(table.read().get(i), table.columns().get(i), from);
      }
    }
  }

  /** Values of which none was among the rows that were read: they may all be elsewhere. */
  private void readRare(Column place, String column, String from) throws SQLException {
    if (tally(place).values() == 0) {
      String value = "x." + quoted(column);
      read(
          List.of(place),
          "SELECT left(%s::text, %d)%s WHERE %s IS NOT NULL LIMIT %d"
              .formatted(value, ColumnTally.CHARACTERS_MAX, from, value, rowsMax));
    }
  }

  private int read(List<Column> places, String sql) throws SQLException {
    int seen = 0;
    try (var statement = connection.createStatement()) {
      limit(statement);
      statement.setFetchSize(FETCH_ROWS);
      try (var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          seen++;
          left();
          for (int i = 0; i < places.size(); i++) {
            String value = rows.getString(i + 1);
            if (value != null) {
              tally(places.get(i)).add(value);
            }
          }
        }
      }
    }
    return seen;
  }

  private ColumnTally tally(Column place) {
    return tallies.computeIfAbsent(place, each -> new ColumnTally(each.column()));
  }

  /** What is left of the time is the statement's. */
  private void limit(java.sql.Statement statement) throws SQLException {
    statement.execute("SET LOCAL statement_timeout = " + left());
  }

  /** Milliseconds; the server bounds its own part of the time, and not what is done with rows. */
  private long left() throws SQLException {
    long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (millis <= 0) {
      throw new SQLException("the time of the check is up", "57014");
    }
    return millis;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
