package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares the tables of two databases as far as replication needs them equal: tables, columns with
 * their types, what is generated, primary keys, sequences.
 */
final class SchemaCompare {
  private static final String COLUMNS =
      """
      SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname),
             format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
             || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND
      """
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid")
          + " ORDER BY c.oid, a.attnum";

  private static final String KEYS =
      """
      SELECT format('%I.%I', n.nspname, c.relname), 'primary key', pg_get_constraintdef(k.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
      WHERE c.relkind IN ('r', 'p') AND
      """
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid");

  private static final String SEQUENCES =
      """
      SELECT format('%I.%I', n.nspname, c.relname), 'sequence', format_type(s.seqtypid, NULL)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_sequence s ON s.seqrelid = c.oid WHERE
      """
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid");

  private SchemaCompare() {}

  /** What differs, a sentence each; empty when nothing that matters does. */
  static List<String> differences(Connection source, Connection target) throws SQLException {
    var left = read(source);
    var right = read(target);
    var differences = new ArrayList<String>();
    left.forEach((relation, parts) -> {
      var others = right.get(relation);
      if (others == null) {
        differences.add(relation + " is missing on the target");
      } else {
        compare(relation, parts, others, differences);
      }
    });
    right.keySet().stream()
        .filter(relation -> !left.containsKey(relation))
        .forEach(relation -> differences.add(relation + " is only on the target"));
    return differences;
  }

  private static void compare(
      String relation,
      Map<String, String> source,
      Map<String, String> target,
      List<String> differences) {
    source.forEach((part, form) -> {
      String other = target.get(part);
      if (other == null) {
        differences.add(relation + ": " + part + " is missing on the target");
      } else if (!other.equals(form)) {
        differences.add(
            relation + ": " + part + " is " + form + " here and " + other + " on the target");
      }
    });
    target.keySet().stream()
        .filter(part -> !source.containsKey(part))
        .forEach(part -> differences.add(relation + ": " + part + " is only on the target"));
  }

  private static Map<String, Map<String, String>> read(Connection connection) throws SQLException {
    var all = new TreeMap<String, Map<String, String>>();
    for (String sql : List.of(COLUMNS, KEYS, SEQUENCES)) {
      new Catalog(connection)
          .rows(
              sql,
              row ->
                  all.computeIfAbsent(Catalog.text(row, 1), _ -> new TreeMap<>())
                          .put(Catalog.text(row, 2), Catalog.text(row, 3))
                      == null);
    }
    return all;
  }
}
