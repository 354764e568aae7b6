package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * A table, by its unquoted names.
 *
 * @param schema never a system schema
 * @param name of an ordinary table or of a leaf of a partitioned one
 */
record TableName(String schema, String name) implements Comparable<TableName> {
  /** Which relations hold rows that belong to the workload. */
  static final String ORDINARY =
      """
      c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname !~ '^pg_'
      AND n.nspname NOT IN ('information_schema', 'landfall')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_class'::regclass
                      AND e.objid = c.oid AND e.deptype = 'e')
      """;

  /**
   * Every permanent table and partition leaf of a database that no extension owns and that is not
   * one of Landfall's own, in the order of their names.
   */
  static SequencedSet<TableName> readAll(Connection connection) throws SQLException {
    var all = new LinkedHashSet<TableName>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
                    + ORDINARY
                    + " ORDER BY 1, 2")) {
      while (rows.next()) {
        all.add(new TableName(rows.getString(1), rows.getString(2)));
      }
    }
    return all;
  }

  /** A name quoted so that PostgreSQL takes it as it is. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Quoted, for statements. */
  String sql() {
    return quoted(schema) + "." + quoted(name);
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  /** For people. */
  @Override
  public String toString() {
    return schema + "." + name;
  }
}
