package dev.landfall.adapter.postgres;

import dev.landfall.engine.Pseudonyms;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table as a comparison needs it: what is stored in a row, and what tells one row from another.
 *
 * @param columns those that store something, in the order of the table
 * @param key the columns of the replica identity, else of the primary key; empty when there is none
 * @param watch what the log tells of a change
 * @param rowsEstimated by the server's statistics; 0 or more
 */
record KeyedTable(
    TableName name, List<Column> columns, List<Column> key, Watch watch, long rowsEstimated) {

  /** What can be had from the log for each changed row. */
  enum Watch {
    /** The key columns. */
    KEYS,
    /** The whole row, because a column list would not cover the replica identity. */
    ROWS,
    /** Nothing: to publish the table would make the server refuse its updates. */
    NOTHING
  }

  /** How a value gets into a digest so that equal digests mean the same bytes stored. */
  enum Form {
    /** Its own hash function tells every two stored values apart. */
    BINARY,
    /** As BINARY, but under the collation {@code C}: others call unlike strings equal. */
    STRING,
    /** Its hash takes 1.0 for 1.00, so that the scale goes with it. */
    NUMERIC,
    /** By its text: no hash function, or one that calls unlike values equal, or hashes an oid. */
    TEXT
  }

  /**
   * A column.
   *
   * @param type its name, for casts
   * @param ordered whether an index on it is in the same order on every server
   */
  record Column(String name, String type, Form form, boolean ordered, boolean generated) {
    String sql() {
      return TableName.quoted(name);
    }
  }

  private static final Set<String> BINARY =
      Set.of(
          "bool",
          "int2",
          "int4",
          "int8",
          "uuid",
          "date",
          "time",
          "timestamp",
          "timestamptz",
          "bytea");

  private static final Set<String> ORDERED =
      Set.of(
          "int2", "int4", "int8", "numeric", "uuid", "date", "timestamp", "timestamptz", "bytea");

  private static final Set<String> STRING = Set.of("text", "varchar", "bpchar");

  private static final String COLUMNS =
      """
      SELECT n.nspname, c.relname, c.relreplident::text, greatest(c.reltuples, 0)::int8,
             a.attname, a.attgenerated::text, format_type(a.atttypid, -1),
             CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname END,
             o.collname IN ('C', 'POSIX')
               OR o.collname = 'default' AND d.datlocprovider = 'c' AND d.datcollate IN ('C', 'POSIX'),
             coalesce(k.position, 0)
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_database d ON d.datname = current_database()
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_collation o ON o.oid = a.attcollation
      LEFT JOIN LATERAL (
        SELECT p.position FROM pg_index i, unnest(i.indkey) WITH ORDINALITY p(attnum, position)
        WHERE i.indrelid = c.oid AND p.attnum = a.attnum AND p.position <= i.indnkeyatts
          AND CASE c.relreplident WHEN 'i' THEN i.indisreplident ELSE i.indisprimary END) k ON true
      WHERE
      """
          + TableName.ORDINARY
          + " ORDER BY 1, 2, a.attnum";

  KeyedTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** The tables of these names that exist, as the server describes them. */
  static Map<TableName, KeyedTable> read(Connection connection, Set<TableName> names)
      throws SQLException {
    var found = new LinkedHashMap<TableName, Draft>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(COLUMNS)) {
      while (rows.next()) {
        var name = new TableName(rows.getString(1), rows.getString(2));
        if (names.contains(name)) {
          String identity = rows.getString(3);
          long estimated = rows.getLong(4);
          found.computeIfAbsent(name, key -> new Draft(key, identity, estimated)).add(rows);
        }
      }
    }
    var tables = new LinkedHashMap<TableName, KeyedTable>();
    found.forEach((name, draft) -> tables.put(name, draft.finished()));
    return tables;
  }

  /** A table while its columns are being read. */
  private record Draft(
      TableName name,
      String identity,
      long estimated,
      List<Column> columns,
      Map<Integer, Column> key) {

    Draft(TableName name, String identity, long estimated) {
      this(name, identity, estimated, new ArrayList<>(), new HashMap<>());
    }

    void add(ResultSet row) throws SQLException {
      String generated = row.getString(6);
      String type = row.getString(8) == null ? "" : row.getString(8);
      boolean string = STRING.contains(type);
      Form form =
          BINARY.contains(type)
              ? Form.BINARY
              : string ? Form.STRING : type.equals("numeric") ? Form.NUMERIC : Form.TEXT;
      boolean ordered = ORDERED.contains(type) || (string && row.getBoolean(9));
      var column =
          new Column(row.getString(5), row.getString(7), form, ordered, !generated.isEmpty());
      if (!generated.equals("v")) {
        columns.add(column);
      }
      int position = row.getInt(10);
      if (position > 0) {
        key.put(position, column);
      }
    }

    KeyedTable finished() {
      var keys = new ArrayList<Column>();
      for (int i = 1; i <= key.size(); i++) {
        keys.add(java.util.Objects.requireNonNull(key.get(i)));
      }
      boolean told = keys.stream().noneMatch(Column::generated);
      Watch watch =
          switch (identity) {
            case "f" -> Watch.ROWS;
            case "d", "i" -> keys.isEmpty() || !told ? Watch.NOTHING : Watch.KEYS;
            default -> Watch.NOTHING;
          };
      return new KeyedTable(name, columns, keys, watch, estimated);
    }
  }

  /**
   * How to read this table and the other side's so that both give the same digests for the same
   * rows.
   *
   * @throws IllegalArgumentException when the other side lacks a column
   */
  KeyedTable agreedWith(KeyedTable other) {
    var theirs = new HashMap<String, Column>();
    other.columns.forEach(column -> theirs.put(column.name(), column));
    other.key.forEach(column -> theirs.putIfAbsent(column.name(), column));
    return new KeyedTable(
        name,
        columns.stream().map(column -> agreed(column, theirs.get(column.name()))).toList(),
        key.stream().map(column -> agreed(column, theirs.get(column.name()))).toList(),
        watch,
        Math.max(rowsEstimated, other.rowsEstimated));
  }

  private Column agreed(Column mine, @org.jspecify.annotations.Nullable Column theirs) {
    if (theirs == null) {
      throw new IllegalArgumentException(
          "the other side has no column " + name + "." + mine.name());
    }
    boolean alike = mine.type().equals(theirs.type()) && mine.form() == theirs.form();
    return new Column(
        mine.name(),
        mine.type(),
        alike ? mine.form() : Form.TEXT,
        alike && mine.ordered() && theirs.ordered(),
        mine.generated());
  }

  /** Whether ranges of the key mean the same rows on both sides, and an index finds them. */
  boolean ranged() {
    return !key.isEmpty() && key.stream().allMatch(Column::ordered);
  }

  /**
   * For people: {@code id=17}; of what could be somebody's its name. A row without a key is told by
   * the name of its digest, as a row of few columns can be found by its digest.
   */
  String describe(List<String> values, Pseudonyms names) {
    var text = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      boolean ofKey = i < key.size();
      text.append(i == 0 ? "" : ", ")
          .append(ofKey ? key.get(i).name() : "digest")
          .append('=')
          .append(
              ofKey ? TellableKey.of(key.get(i), values.get(i), names) : names.of(values.get(i)));
    }
    return text.toString();
  }
}
