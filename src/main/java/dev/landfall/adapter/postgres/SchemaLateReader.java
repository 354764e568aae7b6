package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SchemaItem.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the part of a schema that is made after the rows are there; see {@link SchemaReader}. */
final class SchemaLateReader {
  private static final String OWN_RELATION =
      CopyTable.OUR_SCHEMAS_NOT + " AND " + CopyTable.ofNoExtension("pg_class", "c.oid");

  private static final String OF_TABLE =
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ";

  private static final String NAME = "format('%I.%I', n.nspname, c.relname)";

  /** Constraints that are indexes too, of one kind of relation. */
  private static String keys(char kind) {
    return "SELECT 'constraint ' || quote_ident(k.conname) || ' on ' || "
        + NAME
        + ", "
        + NAME
        + ", 'ALTER TABLE ONLY ' || "
        + NAME
        + " || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid),"
        + " pg_relation_size(c.oid)"
        + OF_TABLE
        + " JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype IN ('p', 'u', 'x')"
        + " AND c.relkind = '"
        + kind
        + "' AND "
        + OWN_RELATION
        + " ORDER BY c.oid, k.contype, k.oid";
  }

  /** Indexes that belong to no constraint. */
  private static String indexes(char kind) {
    return "SELECT 'index ' || format('%I.%I', n.nspname, x.relname), "
        + NAME
        + ", pg_get_indexdef(x.oid), pg_relation_size(c.oid)"
        + OF_TABLE
        + " JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid"
        + " WHERE c.relkind = '"
        + kind
        + "' AND (i.indisvalid OR c.relkind = 'p') AND NOT EXISTS (SELECT FROM pg_constraint k"
        + " WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')) AND "
        + OWN_RELATION
        + " ORDER BY c.oid, x.oid";
  }

  private static final String INDEX_PARTITIONS =
      """
      SELECT 'index part ' || format('%I.%I', n.nspname, c.relname),
             format('%I.%I', n.nspname, c.relname),
             'ALTER INDEX ' || format('%I.%I', pn.nspname, p.relname) || ' ATTACH PARTITION '
             || format('%I.%I', n.nspname, c.relname), 0
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('i', 'I')
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE
      """
          + OWN_RELATION
          + " ORDER BY i.inhparent DESC, i.inhrelid";

  private static final String REPLICA_IDENTITIES =
      "SELECT 'replica identity ' || "
          + NAME
          + ", "
          + NAME
          + ", 'ALTER TABLE ONLY ' || "
          + NAME
          + """
           || ' REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL'
                WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || (SELECT quote_ident(x.relname)
                  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                  WHERE i.indrelid = c.oid AND i.indisreplident) END, 0
          """
          + OF_TABLE
          + " WHERE c.relkind IN ('r', 'p') AND c.relreplident <> 'd' AND "
          + OWN_RELATION
          + " ORDER BY c.oid";

  private static String constraints(String which) {
    return "SELECT 'constraint ' || quote_ident(k.conname) || ' on ' || "
        + NAME
        + ", "
        + NAME
        + ", 'ALTER TABLE ' || "
        + NAME
        + " || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid),"
        + " 0"
        + OF_TABLE
        + " JOIN pg_constraint k ON k.conrelid = c.oid WHERE c.relkind IN ('r', 'p') AND "
        + which
        + " AND "
        + OWN_RELATION
        + " ORDER BY c.oid, k.oid";
  }

  private static final String VIEWS =
      """
      SELECT 'view ' || format('%I.%I', n.nspname, c.relname),
             format('%I.%I', n.nspname, c.relname),
             CASE c.relkind WHEN 'v' THEN 'CREATE VIEW ' ELSE 'CREATE MATERIALIZED VIEW ' END
             || format('%I.%I', n.nspname, c.relname)
             || coalesce(' WITH (' ||
      """
          + SchemaReader.options("c.reloptions", "")
          + """
                 || ')', '')
                 || ' AS ' || rtrim(pg_get_viewdef(c.oid), ';')
                 || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA'
                    ELSE '' END, 0
          """
          + OF_TABLE
          + " WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND "
          + OWN_RELATION
          + " ORDER BY c.oid";

  private static final String VIEW_DEFAULTS =
      """
      SELECT 'view default ' || format('%I.%I.%I', n.nspname, c.relname, a.attname),
             format('%I.%I', n.nspname, c.relname),
             'ALTER VIEW ' || format('%I.%I', n.nspname, c.relname) || ' ALTER COLUMN '
             || quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(f.adbin, f.adrelid), 0
      """
          + OF_TABLE
          + " JOIN pg_attribute a ON a.attrelid = c.oid"
          + " JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum"
          + " WHERE c.relkind = 'v' AND "
          + OWN_RELATION
          + " ORDER BY c.oid, a.attnum";

  private static final String STATISTICS =
      """
      SELECT 'statistics ' || format('%I.%I', sn.nspname, s.stxname),
             format('%I.%I', n.nspname, c.relname), pg_get_statisticsobjdef(s.oid), 0
      """
          + OF_TABLE
          + " JOIN pg_statistic_ext s ON s.stxrelid = c.oid"
          + " JOIN pg_namespace sn ON sn.oid = s.stxnamespace WHERE "
          + OWN_RELATION
          + " ORDER BY s.oid";

  private static final String RULES =
      "SELECT 'rule ' || quote_ident(r.rulename) || ' on ' || "
          + NAME
          + ", "
          + NAME
          + ", rtrim(pg_get_ruledef(r.oid), ';') || CASE r.ev_enabled WHEN 'O' THEN '' ELSE"
          + " '; ALTER TABLE ' || "
          + NAME
          + " || CASE r.ev_enabled WHEN 'D' THEN ' DISABLE RULE ' WHEN 'R' THEN"
          + " ' ENABLE REPLICA RULE ' ELSE ' ENABLE ALWAYS RULE ' END || quote_ident(r.rulename)"
          + " END, 0"
          + OF_TABLE
          + " JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN' AND "
          + OWN_RELATION
          + " ORDER BY r.oid";

  /** Ours are not carried: each side's fence is its own. */
  private static final String TRIGGERS =
      "SELECT 'trigger ' || quote_ident(t.tgname) || ' on ' || "
          + NAME
          + ", "
          + NAME
          + ", pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE"
          + " '; ALTER TABLE ' || "
          + NAME
          + " || CASE t.tgenabled WHEN 'D' THEN ' DISABLE TRIGGER ' WHEN 'R' THEN ' ENABLE REPLICA"
          + " TRIGGER ' ELSE ' ENABLE ALWAYS TRIGGER ' END || quote_ident(t.tgname) END, 0"
          + OF_TABLE
          + " JOIN pg_trigger t ON t.tgrelid = c.oid JOIN pg_proc p ON p.oid = t.tgfoid"
          + " WHERE NOT t.tgisinternal AND t.tgparentid = 0"
          + " AND p.pronamespace <> coalesce(to_regnamespace('landfall')::oid, 0) AND "
          + OWN_RELATION
          + " ORDER BY t.oid";

  private static final String ROW_SECURITY =
      "SELECT 'row security ' || "
          + NAME
          + ", "
          + NAME
          + ", 'ALTER TABLE ' || "
          + NAME
          + " || ' ENABLE ROW LEVEL SECURITY' || CASE WHEN c.relforcerowsecurity THEN"
          + " ', FORCE ROW LEVEL SECURITY' ELSE '' END, 0"
          + OF_TABLE
          + " WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND "
          + OWN_RELATION
          + " ORDER BY c.oid";

  private static final String POLICIES =
      """
      SELECT 'policy ' || quote_ident(p.polname) || ' on ' || format('%I.%I', n.nspname, c.relname),
             format('%I.%I', n.nspname, c.relname),
             'CREATE POLICY ' || quote_ident(p.polname) || ' ON '
             || format('%I.%I', n.nspname, c.relname)
             || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
             || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
                  WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
             || ' TO ' || (SELECT string_agg(CASE r.oid WHEN 0 THEN 'PUBLIC'
                  ELSE quote_ident(pg_get_userbyid(r.oid)) END, ', ') FROM unnest(p.polroles) r(oid))
             || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
             || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''), 0
      """
          + OF_TABLE
          + " JOIN pg_policy p ON p.polrelid = c.oid WHERE "
          + OWN_RELATION
          + " ORDER BY p.oid";

  private static final String COMMENTS =
      """
      SELECT 'comment on ' || o.type || ' ' || o.identity, '',
             'COMMENT ON ' || CASE WHEN o.type LIKE '% column' THEN 'COLUMN'
                WHEN o.type = 'table constraint' THEN 'CONSTRAINT'
                WHEN o.type = 'statistics object' THEN 'STATISTICS' ELSE upper(o.type) END
             || ' ' || o.identity || ' IS ' || quote_literal(d.description), 0
      FROM pg_description d
      CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
      WHERE d.objoid >= 16384
        AND o.type IN ('table', 'view', 'materialized view', 'sequence', 'index', 'table column',
          'view column', 'materialized view column', 'composite type column', 'function',
          'procedure', 'aggregate', 'type', 'schema', 'table constraint', 'trigger', 'policy',
          'rule', 'statistics object', 'composite type')
        AND coalesce(o.schema, o.name, '') NOT IN ('landfall', 'information_schema', 'pg_catalog',
          'pg_toast')
        AND o.identity NOT LIKE 'landfall%'
        AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = d.classoid
                          AND x.objid = d.objoid AND x.deptype = 'e')
      ORDER BY d.objoid, d.objsubid
      """;

  private SchemaLateReader() {}

  /** What is made after the rows. */
  static List<SchemaItem> afterRows(Connection connection) throws SQLException {
    var all = new ArrayList<SchemaItem>();
    SchemaReader.add(all, connection, Phase.KEY_OR_INDEX, keys('r'));
    SchemaReader.add(all, connection, Phase.KEY_OR_INDEX, indexes('r'));
    SchemaReader.add(all, connection, Phase.PARTITIONED_KEY_OR_INDEX, keys('p'));
    SchemaReader.add(all, connection, Phase.PARTITIONED_KEY_OR_INDEX, indexes('p'));
    SchemaReader.add(all, connection, Phase.INDEX_PARTITION, INDEX_PARTITIONS);
    SchemaReader.add(all, connection, Phase.REPLICA_IDENTITY, REPLICA_IDENTITIES);
    SchemaReader.add(
        all,
        connection,
        Phase.LATE_CHECK,
        constraints("k.contype = 'c' AND NOT k.convalidated AND k.conislocal"));
    SchemaReader.add(
        all, connection, Phase.FOREIGN_KEY, constraints("k.contype = 'f' AND k.conparentid = 0"));
    SchemaReader.add(all, connection, Phase.VIEW, VIEWS);
    SchemaReader.add(all, connection, Phase.VIEW_INDEX, indexes('m'));
    SchemaReader.add(all, connection, Phase.VIEW_DEFAULT, VIEW_DEFAULTS);
    SchemaReader.add(all, connection, Phase.STATISTICS, STATISTICS);
    SchemaReader.add(all, connection, Phase.RULE, RULES);
    SchemaReader.add(all, connection, Phase.TRIGGER, TRIGGERS);
    SchemaReader.add(all, connection, Phase.ROW_SECURITY, ROW_SECURITY);
    SchemaReader.add(all, connection, Phase.ROW_SECURITY, POLICIES);
    SchemaReader.add(all, connection, Phase.COMMENT, COMMENTS);
    return all;
  }
}
