package dev.landfall.adapter.classification;

import dev.landfall.adapter.classification.Place.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether what is sensitive is protected, as far as the server tells. */
record Protections(Connection connection, Set<String> readers) {
  /**
   * Of the whole table and its partitions: whoever may read one of them reads the rows in it. And
   * of views that have the column, or are made of such views, unless they read as whoever asks; a
   * materialized view is looked into as tables are.
   */
  private static final String TABLES =
      """
      WITH RECURSIVE named AS (
        SELECT c.oid, c.relowner, c.relacl, n.oid AS schema, n.nspacl, n.nspowner, a.attnum,
               a.attacl
        FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace
        JOIN pg_class c ON c.oid = r.oid OR pg_partition_root(c.oid) = r.oid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = ?
        WHERE rn.nspname = ? AND r.relname = ?),
      views(oid) AS (
        SELECT v.oid FROM named t
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
                        AND d.refobjsubid IN (0, t.attnum) AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid
        JOIN pg_class v ON v.oid = w.ev_class AND v.oid <> t.oid AND v.relkind = 'v'
        UNION
        SELECT v.oid FROM views b
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = b.oid
                        AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid
        JOIN pg_class v ON v.oid = w.ev_class AND v.oid <> b.oid AND v.relkind = 'v'),
      wanted AS (
        SELECT * FROM named
        UNION ALL
        SELECT c.oid, c.relowner, c.relacl, n.oid, n.nspacl, n.nspowner, a.attnum, a.attacl
        FROM views v JOIN pg_class c ON c.oid = v.oid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'],
                           false))
      """;

  private static final String OPEN_TO_ALL =
      TABLES
          + """
          SELECT EXISTS (SELECT FROM wanted w,
            LATERAL (SELECT * FROM aclexplode(w.relacl) UNION ALL SELECT * FROM aclexplode(w.attacl)) g
            WHERE g.grantee = 0 AND g.privilege_type = 'SELECT'
              AND EXISTS (SELECT FROM aclexplode(coalesce(w.nspacl, acldefault('n', w.nspowner))) s
                          WHERE s.grantee = 0 AND s.privilege_type = 'USAGE'))
          """;

  private static final String MAY_READ =
      TABLES
          + """
          SELECT DISTINCT r.rolname FROM wanted w CROSS JOIN pg_roles r
          WHERE r.rolcanlogin AND NOT r.rolsuper AND r.rolname <> current_user
            AND NOT pg_has_role(r.oid, w.relowner, 'MEMBER')
            AND has_schema_privilege(r.oid, w.schema, 'USAGE')
            AND has_column_privilege(r.oid, w.oid, w.attnum, 'SELECT')
            AND NOT EXISTS (SELECT FROM pg_roles x WHERE x.rolname = ANY (?)
                            AND pg_has_role(r.oid, x.oid, 'MEMBER'))
          ORDER BY 1
          """;

  /** Whether this session is encrypted, in the server's words; empty when it is not. */
  String tls() throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT concat_ws(' ', version, cipher) FROM pg_stat_ssl"
                    + " WHERE pid = pg_backend_pid() AND ssl")) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  /** Whether everybody who can sign in may read a column. */
  boolean isOpenToAll(Column place) throws SQLException {
    try (var statement = connection.prepareStatement(OPEN_TO_ALL)) {
      bind(statement, place);
      try (var rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  /** Roles that sign in and may read a column, though nothing says that they should. */
  List<String> unexpectedReaders(Column place) throws SQLException {
    var roles = new ArrayList<String>();
    try (var statement = connection.prepareStatement(MAY_READ)) {
      bind(statement, place);
      statement.setArray(4, connection.createArrayOf("text", readers.toArray()));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          roles.add(rows.getString(1));
        }
      }
    }
    return roles;
  }

  private static void bind(java.sql.PreparedStatement statement, Column place) throws SQLException {
    statement.setString(1, place.column());
    statement.setString(2, place.schema());
    statement.setString(3, place.table());
  }
}
