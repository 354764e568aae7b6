package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopySize;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A table whose rows are copied: an ordinary one, or a leaf of a partitioned one.
 *
 * @param name with its schema, quoted as in SQL
 * @param columns the columns that hold values of their own, quoted, in order; not generated ones
 * @param types their types, in the same order
 * @param binary whether both sides are sure to mean the same by the binary form of these types
 * @param blocks the pages of its heap now, 0 or more
 * @param rowsEstimated by the source's statistics; 0 when it has none
 * @param print tells whether it is the same table in the same form in the same file: while it is, a
 *     row that nobody wrote is what it was, and where it was
 */
record CopyTable(
    long oid,
    String name,
    String columns,
    String types,
    boolean binary,
    long blocks,
    long rowsEstimated,
    String print) {
  static final long BLOCK_BYTES = 8192;

  /** The schemas that are never carried: the server's own and ours. Used with alias {@code n}. */
  static final String OUR_SCHEMAS_NOT =
      " n.nspname <> 'information_schema' AND n.nspname <> 'landfall'"
          + " AND n.nspname NOT LIKE 'pg\\_%' ";

  /** That an object is not a part of an extension. */
  static String ofNoExtension(String catalog, String oid) {
    return " NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '"
        + catalog
        + "'::regclass AND x.objid = "
        + oid
        + " AND x.deptype = 'e') ";
  }

  /**
   * The binary form is used for the server's own types and for enumerations. It holds object
   * numbers, which differ between servers, for composites, for arrays of user's types and for the
   * {@code reg...} types; those go as text, and so does what has no binary form.
   */
  private static final String TABLES =
      """
      SELECT c.oid, format('%I.%I', n.nspname, c.relname),
             coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), ''),
             coalesce(string_agg(format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum), ''),
             coalesce(bool_and((t.oid < 16384 AND t.typsend <> 0 AND t.typname NOT LIKE 'reg%'
                                AND t.typname NOT LIKE '\\_reg%' AND t.typtype IN ('b','r','m')
                                AND t.typname NOT IN ('xml','_xml','money','_money'))
                               OR t.typtype = 'e'), true),
             pg_relation_size(c.oid) / current_setting('block_size')::bigint,
             greatest(c.reltuples, 0)::bigint,
             md5(concat_ws(' ', (SELECT system_identifier FROM pg_control_system()),
               substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), c.oid, c.relfilenode,
               string_agg(concat_ws(' ', a.attnum, quote_ident(a.attname), a.atttypid, a.atttypmod),
                 ', ' ORDER BY a.attnum)))
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                              AND a.attgenerated = ''
      LEFT JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND
      """
          + OUR_SCHEMAS_NOT
          + " AND "
          + ofNoExtension("pg_class", "c.oid")
          + " GROUP BY c.oid, n.nspname, c.relname, c.reltuples, c.relfilenode"
          + " ORDER BY c.oid";

  /** The tables as this session's snapshot sees them. */
  static List<CopyTable> all(Connection connection) throws SQLException {
    return new Catalog(connection)
        .rows(
            TABLES,
            row ->
                new CopyTable(
                    row.getLong(1),
                    Catalog.text(row, 2),
                    Catalog.text(row, 3),
                    Catalog.text(row, 4),
                    row.getBoolean(5),
                    row.getLong(6),
                    row.getLong(7),
                    Catalog.text(row, 8)));
  }

  /** What all tables together hold, by the catalogs. */
  static CopySize size(Connection connection) throws SQLException {
    return new Catalog(connection)
        .first(
            "SELECT count(*), coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint,"
                + " coalesce(sum(pg_table_size(c.oid)), 0)::bigint,"
                + " coalesce(sum(pg_indexes_size(c.oid)), 0)::bigint"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND "
                + OUR_SCHEMAS_NOT
                + " AND "
                + ofNoExtension("pg_class", "c.oid"),
            row -> new CopySize(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
        .orElseThrow();
  }

  CopyTable asText() {
    return new CopyTable(oid, name, columns, types, false, blocks, rowsEstimated, print);
  }

  private String list() {
    return columns.isEmpty() ? "" : " (" + columns + ")";
  }

  private String format() {
    return binary ? " (FORMAT binary)" : " (FORMAT text)";
  }

  String copyOut(CopyPart part) {
    String where =
        part.whole()
            ? ""
            : " WHERE ctid >= '("
                + part.fromBlock()
                + ",0)'::tid"
                + (part.last() ? "" : " AND ctid < '(" + part.toBlock() + ",0)'::tid");
    return "COPY (SELECT " + columns + " FROM ONLY " + name + where + ") TO STDOUT" + format();
  }

  /**
   * Rows by their keys, as far as they lie in some ranges of pages.
   *
   * @param matched a condition on {@code x}, as {@link RowKeys} makes it
   */
  String copyOut(String matched, String ranges) {
    return "COPY (SELECT "
        + columns
        + " FROM ONLY "
        + name
        + " x WHERE "
        + matched
        + ranges
        + ") TO STDOUT"
        + format();
  }

  String copyIn() {
    return "COPY " + name + list() + " FROM STDIN" + format();
  }
}
