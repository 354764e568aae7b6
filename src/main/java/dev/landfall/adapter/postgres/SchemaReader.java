package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SchemaItem.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a database's schema from its catalogs, as statements that make the same elsewhere; owners
 * and grants are left out. One query a kind of thing, however many there are.
 *
 * <p>The session's {@code search_path} must be {@code pg_catalog}, so that the server qualifies
 * every name. Tables are made alone, with all their columns in order; parents are attached after.
 */
final class SchemaReader {
  private static final String NOT_OURS = CopyTable.OUR_SCHEMAS_NOT;

  /** With alias {@code c} of pg_class and {@code n} of its schema. */
  private static final String OWN_RELATION =
      NOT_OURS + " AND " + CopyTable.ofNoExtension("pg_class", "c.oid");

  /**
   * Storage parameters as text, from an array of {@code name=value}; null when there are none.
   * Those whose name begins with {@code pg_} are the server's own notes and nobody else can set
   * them: 15.20 keeps {@code pg_attver} with every column.
   */
  static String options(String array, String prefix) {
    return "(SELECT string_agg('"
        + prefix
        + "' || split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')"
        + " FROM unnest("
        + array
        + ") o WHERE left(o, 3) <> 'pg_')";
  }

  private static final String SEQUENCE_OPTIONS =
      """
      'INCREMENT BY ' || s.seqincrement || ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax
      || ' START WITH ' || s.seqstart || ' CACHE ' || s.seqcache
      || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END
      """;

  private static final String SCHEMAS =
      """
      SELECT 'schema ' || quote_ident(n.nspname), '', 'CREATE SCHEMA ' || quote_ident(n.nspname), 0
      FROM pg_namespace n WHERE n.nspname <> 'public' AND
      """
          + NOT_OURS
          + " AND "
          + CopyTable.ofNoExtension("pg_namespace", "n.oid")
          + " ORDER BY 1";

  private static final String EXTENSIONS =
      """
      SELECT 'extension ' || quote_ident(e.extname), '',
             'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname)
             || CASE WHEN e.extrelocatable OR n.nspname NOT LIKE 'pg\\_%'
                     THEN ' WITH SCHEMA ' || quote_ident(n.nspname) ELSE '' END || ' CASCADE', 0
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname <> 'plpgsql' ORDER BY e.oid
      """;

  private static final String COLLATIONS =
      """
      SELECT 'collation ' || format('%I.%I', n.nspname, c.collname), '',
             'CREATE COLLATION ' || format('%I.%I', n.nspname, c.collname) || ' (provider = '
             || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
             || ', deterministic = ' || c.collisdeterministic
             || coalesce(', locale = ' || quote_literal(coalesce(
                  to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')),
                  ', lc_collate = ' || quote_literal(c.collcollate)
                  || ', lc_ctype = ' || quote_literal(c.collctype))
             || coalesce(', rules = ' || quote_literal(to_jsonb(c) ->> 'collicurules'), '')
             || ')', 0
      FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE
      """
          + NOT_OURS
          + " AND "
          + CopyTable.ofNoExtension("pg_collation", "c.oid")
          + " ORDER BY c.oid";

  private static final String COLLATE =
      """
      coalesce((SELECT ' COLLATE ' || format('%I.%I', ln.nspname, l.collname)
                FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace
                WHERE l.oid = COLUMN AND COLUMN <> TYPES), '')
      """;

  private static String collate(String column, String ofType) {
    return COLLATE.replace("COLUMN", column).replace("TYPES", ofType);
  }

  private static final String TYPES =
      """
      SELECT 'type ' || format('%I.%I', n.nspname, t.typname), '',
        CASE t.typtype
        WHEN 'e' THEN 'CREATE TYPE ' || format('%I.%I', n.nspname, t.typname) || ' AS ENUM ('
          || coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                       FROM pg_enum e WHERE e.enumtypid = t.oid), '') || ')'
        WHEN 'd' THEN 'CREATE DOMAIN ' || format('%I.%I', n.nspname, t.typname) || ' AS '
          || format_type(t.typbasetype, t.typtypmod)
      """
          + " || "
          + collate(
              "t.typcollation", "(SELECT typcollation FROM pg_type b WHERE b.oid = t.typbasetype)")
          + """
            || coalesce(' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), '')
            || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(k.conname) || ' '
                           || replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''), ''
                           ORDER BY k.oid)
                         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '')
          WHEN 'r' THEN (SELECT 'CREATE TYPE ' || format('%I.%I', n.nspname, t.typname)
            || ' AS RANGE (SUBTYPE = ' || format_type(r.rngsubtype, NULL)
            || ', SUBTYPE_OPCLASS = ' || (SELECT format('%I.%I', qn.nspname, q.opcname)
                FROM pg_opclass q JOIN pg_namespace qn ON qn.oid = q.opcnamespace
                WHERE q.oid = r.rngsubopc)
            || coalesce((SELECT ', COLLATION = ' || format('%I.%I', ln.nspname, l.collname)
                FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace
                WHERE l.oid = r.rngcollation AND l.collname <> 'default'), '')
            || CASE WHEN r.rngsubdiff::oid <> 0
                    THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::regproc ELSE '' END
            || ', MULTIRANGE_TYPE_NAME = ' || (SELECT format('%I.%I', mn.nspname, m.typname)
                FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace
                WHERE m.oid = r.rngmultitypid) || ')'
            FROM pg_range r WHERE r.rngtypid = t.oid)
          ELSE (SELECT 'CREATE TYPE ' || format('%I.%I', n.nspname, t.typname) || ' AS ('
            || coalesce(string_agg(quote_ident(a.attname) || ' '
                 || format_type(a.atttypid, a.atttypmod)
          """
          + " || "
          + collate(
              "a.attcollation", "(SELECT typcollation FROM pg_type b WHERE b.oid = a.atttypid)")
          + """
                   , ', ' ORDER BY a.attnum), '') || ')'
              FROM pg_attribute a
              WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
            END, 0
          FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          LEFT JOIN pg_class c ON c.oid = t.typrelid
          WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND
          """
          + NOT_OURS
          + " AND "
          + CopyTable.ofNoExtension("pg_type", "t.oid")
          + " ORDER BY t.oid";

  /** Not those of identity columns: they come with their column. */
  private static final String SEQUENCES =
      "SELECT 'sequence ' || format('%I.%I', n.nspname, c.relname), '',"
          + " 'CREATE SEQUENCE ' || format('%I.%I', n.nspname, c.relname) || ' AS '"
          + " || format_type(s.seqtypid, NULL) || ' ' || "
          + SEQUENCE_OPTIONS
          + """
           , 0
          FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                              AND d.objid = c.oid AND d.deptype = 'i') AND
          """
          + OWN_RELATION
          + " ORDER BY c.oid";

  private static final String OWNED_SEQUENCES =
      """
      SELECT 'owned ' || format('%I.%I', n.nspname, c.relname), '',
             'ALTER SEQUENCE ' || format('%I.%I', n.nspname, c.relname) || ' OWNED BY '
             || format('%I.%I.%I', tn.nspname, t.relname, a.attname), 0
      FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.deptype = 'a' AND d.refobjsubid > 0 AND
      """
          + OWN_RELATION
          + " ORDER BY c.oid";

  private static final String FUNCTIONS =
      """
      SELECT 'function ' || p.oid::regprocedure, '', pg_get_functiondef(p.oid), 0
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_language l ON l.oid = p.prolang
      WHERE p.prokind IN ('f', 'p', 'w') AND l.lanname NOT IN ('c', 'internal') AND
      """
          + NOT_OURS
          + """
           AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass
                             AND x.objid = p.oid AND x.deptype IN ('e', 'i'))
          ORDER BY p.oid
          """;

  /** Plain aggregates; {@link Uncarried} lists the others. */
  private static final String AGGREGATES =
      """
      SELECT 'aggregate ' || p.oid::regprocedure, '',
             'CREATE AGGREGATE ' || format('%I.%I', n.nspname, p.proname) || '('
             || CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END
             || ') (SFUNC = ' || a.aggtransfn::regproc
             || ', STYPE = ' || format_type(a.aggtranstype, NULL)
             || CASE WHEN a.aggtransspace > 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END
             || CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn::regproc
                  ELSE '' END
             || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
             || CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn::regproc
                  ELSE '' END
             || coalesce(', INITCOND = ' || quote_literal(a.agginitval), '')
             || ', PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE'
                  WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END || ')', 0
      FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
      JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE a.aggkind = 'n' AND a.aggmtransfn = 0 AND a.aggserialfn = 0 AND a.aggsortop = 0 AND
      """
          + NOT_OURS
          + " AND "
          + CopyTable.ofNoExtension("pg_proc", "p.oid")
          + " ORDER BY p.oid";

  private static final String IDENTITY =
      """
      (SELECT ' (SEQUENCE NAME ' || format('%I.%I', qn.nspname, q.relname) || ' ' ||
      """
          + SEQUENCE_OPTIONS
          + """
           || ')' FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
          JOIN pg_namespace qn ON qn.oid = q.relnamespace
          JOIN pg_sequence s ON s.seqrelid = q.oid
          WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
            AND d.deptype = 'i' AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)
          """;

  private static final String COLUMN =
      """
      quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
      || CASE a.attcompression WHEN 'p' THEN ' COMPRESSION pglz' WHEN 'l' THEN ' COMPRESSION lz4'
         ELSE '' END ||
      """
          + collate(
              "a.attcollation", "(SELECT typcollation FROM pg_type b WHERE b.oid = a.atttypid)")
          + """
           || CASE WHEN a.attgenerated = 's'
                     THEN ' GENERATED ALWAYS AS (' || pg_get_expr(f.adbin, f.adrelid) || ') STORED'
                   WHEN a.attgenerated <> ''
                     THEN ' GENERATED ALWAYS AS (' || pg_get_expr(f.adbin, f.adrelid) || ')'
                   WHEN a.attidentity <> '' AND NOT c.relispartition
                     THEN ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS'
                          ELSE 'BY DEFAULT' END || ' AS IDENTITY' ||
          """
          + IDENTITY
          + """
                   WHEN f.adbin IS NOT NULL AND a.attidentity = ''
                     THEN ' DEFAULT ' || pg_get_expr(f.adbin, f.adrelid)
                   ELSE '' END
          || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
          """;

  private static final String LATER_OF_COLUMN =
      """
      CASE WHEN a.attstorage <> ty.typstorage THEN '; ALTER TABLE ' || format('%I.%I', n.nspname,
        c.relname) || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET STORAGE '
        || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
           ELSE 'EXTENDED' END ELSE '' END
      || CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN '; ALTER TABLE '
        || format('%I.%I', n.nspname, c.relname) || ' ALTER COLUMN ' || quote_ident(a.attname)
        || ' SET STATISTICS ' || a.attstattarget ELSE '' END
      || coalesce('; ALTER TABLE ' || format('%I.%I', n.nspname, c.relname) || ' ALTER COLUMN '
        || quote_ident(a.attname) || ' SET (' ||
      """
          + options("a.attoptions", "")
          + " || ')', '')";

  private static final String TABLES =
      """
      SELECT 'table ' || format('%I.%I', n.nspname, c.relname),
             format('%I.%I', n.nspname, c.relname),
             'CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'TABLE '
             || format('%I.%I', n.nspname, c.relname) || ' ('
             || concat_ws(', ', cols.text, checks.text) || ')'
             || CASE c.relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid)
                ELSE '' END
             || coalesce((SELECT ' USING ' || quote_ident(am.amname) FROM pg_am am
                          WHERE am.oid = c.relam AND am.amname <> 'heap'), '')
             || coalesce(' WITH (' || nullif(concat_ws(', ',
      """
          + options("c.reloptions", "")
          + ", "
          + options("(SELECT reloptions FROM pg_class o WHERE o.oid = c.reltoastrelid)", "toast.")
          + """
           ), '') || ')', '') || coalesce(cols.later, ''), 0
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN LATERAL (SELECT string_agg(
          """
          + COLUMN
          + ", ', ' ORDER BY a.attnum) AS text, string_agg("
          + LATER_OF_COLUMN
          + """
           , '' ORDER BY a.attnum) AS later
            FROM pg_attribute a JOIN pg_type ty ON ty.oid = a.atttypid
            LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) cols
          CROSS JOIN LATERAL (SELECT string_agg('CONSTRAINT ' || quote_ident(k.conname) || ' '
              || pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname) AS text
            FROM pg_constraint k
            WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated) checks
          WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.reloftype = 0 AND
          """
          + OWN_RELATION
          + " ORDER BY c.oid";

  private static final String PARTITIONS =
      """
      SELECT 'part ' || format('%I.%I', n.nspname, c.relname) || ' of ' || pn.text, pn.text,
             CASE WHEN c.relispartition THEN 'ALTER TABLE ONLY ' || pn.text || ' ATTACH PARTITION '
                    || format('%I.%I', n.nspname, c.relname) || ' '
                    || pg_get_expr(c.relpartbound, c.oid)
                  ELSE 'ALTER TABLE ONLY ' || format('%I.%I', n.nspname, c.relname) || ' INHERIT '
                    || pn.text END, 0
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (SELECT format('%I.%I', qn.nspname, q.relname) AS text
        FROM pg_class q JOIN pg_namespace qn ON qn.oid = q.relnamespace
        WHERE q.oid = i.inhparent) pn
      WHERE c.relkind IN ('r', 'p') AND NOT i.inhdetachpending AND
      """
          + OWN_RELATION
          + " ORDER BY i.inhrelid, i.inhseqno";

  private SchemaReader() {}

  /** What must be there before rows are. */
  static List<SchemaItem> beforeRows(Connection connection) throws SQLException {
    var all = new ArrayList<SchemaItem>();
    add(all, connection, Phase.SCHEMA, SCHEMAS);
    add(all, connection, Phase.EXTENSION, EXTENSIONS);
    add(all, connection, Phase.COLLATION, COLLATIONS);
    add(all, connection, Phase.TYPE, TYPES);
    add(all, connection, Phase.SEQUENCE, SEQUENCES);
    add(all, connection, Phase.FUNCTION, FUNCTIONS);
    add(all, connection, Phase.FUNCTION, AGGREGATES);
    add(all, connection, Phase.TABLE, TABLES);
    add(all, connection, Phase.OWNED_SEQUENCE, OWNED_SEQUENCES);
    add(all, connection, Phase.PARTITION, PARTITIONS);
    return all;
  }

  static void add(List<SchemaItem> all, Connection connection, Phase phase, String sql)
      throws SQLException {
    all.addAll(
        new Catalog(connection)
            .rows(
                sql,
                row ->
                    new SchemaItem(
                        phase,
                        Catalog.text(row, 1),
                        Catalog.text(row, 2),
                        Catalog.text(row, 3),
                        row.getLong(4))));
  }
}
