package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.TwoWayRules.Column;
import dev.landfall.adapter.postgres.TwoWayRules.Numbers;
import dev.landfall.adapter.postgres.TwoWayRules.Table;
import dev.landfall.adapter.postgres.TwoWayRules.Unique;
import dev.landfall.problem.Finding;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads from the catalogs of a side what {@link TwoWayRules} ask. A sequence that no column is
 * known to be filled from is taken to fill the smallest key that nothing is known to fill.
 */
final class TwoWayCatalog {
  /** From 16 on a subscription leaves out what came over another one. */
  static final int MAJOR_MIN = 16;

  /** Partitions follow their parents. */
  private static final String TABLES =
      """
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      """;

  private static final String OF_USERS_AND_PARTITIONS =
      " c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND "
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid");

  private static final String OF_USERS = OF_USERS_AND_PARTITIONS + " AND NOT c.relispartition";

  /** Functions whose values no two servers ever give. */
  private static final String RANDOM =
      "^\\(*([a-z_]+\\.)?(gen_random_uuid|uuidv4|uuidv7|uuid_generate_v(1|1mc|4))\\(\\)";

  /** What an application makes by itself, it can make twice: only a default is known. */
  private static final String COLUMNS =
      "SELECT n.nspname, c.relname, a.attname, a.attidentity <> ''"
          + " OR coalesce(pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(', false)"
          + " OR coalesce(pg_get_expr(d.adbin, d.adrelid) ~ '"
          + RANDOM
          + "', false), NOT a.attnotnull "
          + TABLES
          + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
          + " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE"
          + OF_USERS
          + " ORDER BY 1, 2, a.attnum";

  /** An index of one partition alone is told as one of the table that the partition belongs to. */
  private static final String UNIQUES =
      "SELECT coalesce(rn.nspname, n.nspname), coalesce(r.relname, c.relname), x.relname,"
          + " i.indisprimary AND r.oid IS NULL, ARRAY(SELECT coalesce(a.attname, '')"
          + " FROM unnest(i.indkey) WITH ORDINALITY k(attnum, place) LEFT JOIN pg_attribute a ON"
          + " a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum > 0"
          + " WHERE k.place <= i.indnkeyatts ORDER BY k.place)::text[] "
          + TABLES
          + " JOIN pg_index i ON i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)"
          + " JOIN pg_class x ON x.oid = i.indexrelid"
          + " LEFT JOIN pg_class r ON c.relispartition AND r.oid = pg_partition_root(c.oid)"
          + " LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace"
          + " WHERE NOT (c.relispartition AND x.relispartition) AND"
          + OF_USERS_AND_PARTITIONS
          + " ORDER BY 1, 2, 3";

  private static final String SEQUENCES =
      """
      WITH RECURSIVE used(seq, rel, att) AS (
        SELECT d.objid, d.refobjid, d.refobjsubid::int2 FROM pg_depend d
          JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S' WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
            AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
        UNION SELECT d.refobjid, e.adrelid, e.adnum FROM pg_depend d
          JOIN pg_class q ON q.oid = d.refobjid AND q.relkind = 'S'
          JOIN pg_attrdef e ON d.classid = 'pg_attrdef'::regclass AND e.oid = d.objid
          WHERE d.refclassid = 'pg_class'::regclass
        UNION SELECT u.seq, k.conrelid, k.conkey[p.place::int] FROM used u
          JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = u.rel
          JOIN LATERAL unnest(k.confkey) WITH ORDINALITY p(att, place) ON p.att = u.att),
      typed(rel, att, most) AS (
        SELECT a.attrelid, a.attnum, CASE coalesce(nullif(y.typbasetype, 0), y.oid)
          WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 END
        FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attnum > 0),
      held(seq, most) AS (
        SELECT u.seq, min(y.most) FROM used u JOIN typed y USING (rel, att) GROUP BY u.seq),
      filled(most) AS (
        SELECT min(y.most) FROM pg_constraint k JOIN typed y ON y.rel = k.conrelid
          AND y.att = ANY (k.conkey) JOIN pg_namespace n ON n.oid = k.connamespace
          WHERE k.contype = 'p' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            AND n.nspname <> 'landfall'
          AND NOT EXISTS (SELECT FROM used u WHERE u.rel = y.rel AND u.att = y.att))
      SELECT quote_ident(s.schemaname) || '.' || quote_ident(s.sequencename), tn.nspname, t.relname,
        s.cycle, s.cache_size, floor(CASE WHEN s.increment_by > 0
          THEN least(s.max_value::numeric, h.most) - coalesce(s.last_value, s.start_value)
          ELSE coalesce(s.last_value, s.start_value)
            - greatest(s.min_value::numeric, -h.most - 1) END
          / abs(s.increment_by)::numeric), h.most
      FROM pg_sequences s
      JOIN pg_namespace n ON n.nspname = s.schemaname
      JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
      CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (SELECT FROM used u WHERE u.seq = c.oid)
        THEN (SELECT most::bigint FROM held WHERE seq = c.oid)
        ELSE (SELECT most::bigint FROM filled) END AS most) h
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_class t ON t.oid = d.refobjid
      LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
      WHERE
      """
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid")
          + " ORDER BY 1";

  private TwoWayCatalog() {}

  /** What stands against two owners at once. */
  static List<Finding> findings(Connection connection, Side side, CohortKey key)
      throws SQLException {
    return TwoWayRules.findings(key, side, tables(connection), sequences(connection));
  }

  /**
   * Sequences that give numbers while both sides accept writes, by their quoted names, each with
   * the greatest number that its columns can hold.
   */
  static Map<String, Long> used(Connection connection, CohortKey key) throws SQLException {
    var used = new LinkedHashMap<String, Long>();
    for (Numbers each : sequences(connection)) {
      if (each.owner().filter(table -> TwoWayRules.isNamed(key.readOnly(), table)).isEmpty()) {
        used.put(each.name(), each.most());
      }
    }
    return used;
  }

  private static List<Table> tables(Connection connection) throws SQLException {
    Map<TableName, List<Column>> columns = new LinkedHashMap<>();
    Map<TableName, List<Unique>> uniques = new LinkedHashMap<>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(COLUMNS)) {
      while (rows.next()) {
        columns
            .computeIfAbsent(
                new TableName(rows.getString(1), rows.getString(2)), _ -> new ArrayList<>())
            .add(new Column(rows.getString(3), rows.getBoolean(4), rows.getBoolean(5)));
      }
    }
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(UNIQUES)) {
      while (rows.next()) {
        var names = (String[]) rows.getArray(5).getArray();
        uniques
            .computeIfAbsent(
                new TableName(rows.getString(1), rows.getString(2)), _ -> new ArrayList<>())
            .add(new Unique(rows.getString(3), rows.getBoolean(4), Arrays.asList(names)));
      }
    }
    var tables = new ArrayList<Table>();
    columns.forEach(
        (name, of) -> tables.add(new Table(name, of, uniques.getOrDefault(name, List.of()))));
    return tables;
  }

  private static List<Numbers> sequences(Connection connection) throws SQLException {
    return new Catalog(connection)
        .rows(
            SEQUENCES,
            row ->
                new Numbers(
                    row.getString(1),
                    row.getString(3) == null
                        ? Optional.empty()
                        : Optional.of(new TableName(row.getString(2), row.getString(3))),
                    row.getBoolean(4),
                    row.getLong(5),
                    row.getBigDecimal(6).toBigInteger(),
                    row.getObject(7) == null ? Long.MAX_VALUE : row.getLong(7)));
  }
}
