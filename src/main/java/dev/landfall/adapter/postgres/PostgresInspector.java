package dev.landfall.adapter.postgres;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.problem.OutsideException;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.workload.Asset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a database on the target is like: versions, locale, extensions, settings, schema, owners,
 * grants and roles. Of rows, statistics and sequences' positions it reads nothing, and nothing of
 * Landfall's own.
 */
public final class PostgresInspector implements Inspector {
  /** Longer texts are told by a name: they say where something changed, not what. */
  private static final int SHOWN_MAX = 120;

  private static final String TIMEOUT = "SET statement_timeout = '60s'";

  private static final String SERVER =
      """
      SELECT 'server version', current_setting('server_version')
      UNION ALL SELECT 'encoding and locale', concat_ws(' ', pg_encoding_to_char(d.encoding),
        d.datlocprovider, d.datcollate, d.datctype,
        coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), d.datcollversion)
        FROM pg_database d WHERE d.datname = current_database()
      UNION ALL SELECT 'extension ' || quote_ident(e.extname),
        e.extversion || ' in schema ' || quote_ident(n.nspname)
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      """;

  /**
   * What is not as the server comes, and not as this session asked for. What is set for a database
   * or a role is told as such, for every role and not for this session's alone. Where files lie and
   * what is logged changes no answer. The third column says whether a value may be told: one that
   * the server takes for no text, or for names of its own; others may hold a password or a token.
   */
  private static final String SETTINGS =
      """
      SELECT 'setting ' || name, coalesce(setting, '') || coalesce(unit, ''),
        vartype <> 'string' OR name IN (NAMES)
      FROM pg_settings
      WHERE source NOT IN ('default', 'client', 'session', 'override', 'interactive', 'test',
          'database', 'user', 'database user', 'global')
        AND context <> 'internal' AND name NOT LIKE 'landfall.%'
        AND category NOT LIKE 'Reporting and Logging%' AND category <> 'File Locations'
        AND name NOT IN ('port', 'listen_addresses', 'cluster_name', 'application_name')
      UNION ALL SELECT 'setting ' || split_part(o, '=', 1)
          || CASE WHEN s.setrole = 0 THEN '' ELSE ' of role ' || s.setrole::regrole::text END
          || CASE WHEN s.setdatabase = 0 THEN ' in all databases' ELSE ' in the database' END,
        substr(o, strpos(o, '=') + 1),
        coalesce(v.vartype <> 'string' OR v.name IN (NAMES), false)
        FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) o
        LEFT JOIN pg_settings v ON lower(v.name) = lower(split_part(o, '=', 1))
        WHERE s.setdatabase IN (0,
          (SELECT oid FROM pg_database WHERE datname = current_database()))
      """
          .replace(
              "NAMES",
              "'search_path', 'TimeZone', 'DateStyle', 'client_encoding', 'lc_messages',"
                  + " 'lc_monetary', 'lc_numeric', 'lc_time', 'default_text_search_config',"
                  + " 'default_table_access_method', 'default_tablespace', 'temp_tablespaces',"
                  + " 'shared_preload_libraries', 'session_preload_libraries',"
                  + " 'local_preload_libraries'");

  private static final String OWNED =
      """
      WITH owned (what, owner, acl) AS (
        SELECT 'the database', d.datdba, d.datacl FROM pg_database d
          WHERE d.datname = current_database()
        UNION ALL SELECT 'schema ' || quote_ident(n.nspname), n.nspowner, n.nspacl
          FROM pg_namespace n WHERE NOT_OURS
        UNION ALL SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view '
            WHEN 'm' THEN 'materialized view ' ELSE 'table ' END
            || format('%I.%I', n.nspname, c.relname), c.relowner, c.relacl
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f') AND c.relpersistence <> 't'
            AND NOT_OURS
        UNION ALL SELECT 'columns of ' || format('%I.%I', n.nspname, c.relname) || '.'
            || quote_ident(a.attname), c.relowner, a.attacl
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE a.attacl IS NOT NULL AND NOT_OURS
        UNION ALL SELECT 'function ' || p.oid::regprocedure, p.proowner, p.proacl
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT_OURS
        UNION ALL SELECT 'default privileges ' || d.defaclobjtype::text || ' of '
            || d.defaclrole::regrole::text || coalesce(' in '
            || nullif(d.defaclnamespace, 0)::regnamespace::text, ''),
          d.defaclrole, d.defaclacl FROM pg_default_acl d)
      """
          .replace("NOT_OURS", CopyTable.OUR_SCHEMAS_NOT);

  private static final String GRANTS =
      OWNED
          + """
          SELECT 'owner and grants of ' || what, owner::regrole::text || coalesce('; '
            || (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(acl) a), '')
          FROM owned
          """;

  /** Those who own something here, may do something here, or sign in with settings of their own. */
  private static final String ROLES =
      OWNED.replaceFirst("WITH owned", "WITH RECURSIVE owned")
          + """
          , named (role) AS (
            SELECT owner FROM owned
            UNION SELECT x.grantee FROM owned, aclexplode(acl) x WHERE x.grantee <> 0
            UNION SELECT setrole FROM pg_db_role_setting WHERE setrole <> 0 AND setdatabase =
              (SELECT oid FROM pg_database WHERE datname = current_database())
            UNION SELECT m.roleid FROM pg_auth_members m JOIN named ON named.role = m.member)
          SELECT 'role ' || quote_ident(r.rolname), concat_ws(', ',
            CASE WHEN r.rolsuper THEN 'superuser' END,
            CASE WHEN r.rolcanlogin AND NOT r.rolname = ANY (?) THEN 'login' END,
            CASE WHEN r.rolcreaterole THEN 'createrole' END,
            CASE WHEN r.rolreplication THEN 'replication' END,
            CASE WHEN r.rolbypassrls THEN 'bypassrls' END,
            CASE WHEN NOT r.rolinherit THEN 'noinherit' END,
            CASE WHEN r.rolconnlimit >= 0 THEN 'connection limit ' || r.rolconnlimit END,
            'valid until ' || r.rolvaliduntil,
            'member of ' || (SELECT string_agg(DISTINCT m.roleid::regrole::text, ' ')
              FROM pg_auth_members m WHERE m.member = r.oid))
          FROM pg_roles r WHERE r.oid IN (SELECT role FROM named) AND r.rolname NOT LIKE 'pg\\_%'
          """;

  private final Asset.Data asset;
  private final PostgresServer target;
  private final Set<String> leaving;

  private PostgresInspector(Asset.Data asset, PostgresServer target, Set<String> leaving) {
    this.asset = asset;
    this.target = target;
    this.leaving = Set.copyOf(leaving);
  }

  /**
   * The inspector of an asset.
   *
   * @param targetPassword empty when the target asks for none
   * @param leaving roles that lose their login with a promotion, which is therefore no change
   * @param names by which what could be a secret or somebody's is told; of another key's each is
   *     another form
   */
  public static PostgresInspector of(
      Asset.Data asset, Optional<String> targetPassword, Set<String> leaving, Pseudonyms names) {
    return new PostgresInspector(
        asset, PostgresServer.of(asset.target(), targetPassword, names), leaving);
  }

  @Override
  public Configuration look() {
    try (var connection = target.connect("inspector")) {
      connection.setReadOnly(true);
      var catalog = new Catalog(connection);
      catalog.run(TIMEOUT);
      var traits = new TreeMap<String, String>();
      for (String sql : List.of(SERVER, GRANTS)) {
        read(catalog, sql, traits);
      }
      settings(catalog, traits);
      read(catalog, ROLES, traits, catalog.texts(List.copyOf(leaving)));
      schema(connection, traits);
      return new Configuration(traits);
    } catch (SQLException e) {
      throw new OutsideException(
          PostgresProblem.REFUSED,
          "cannot read what the target of "
              + asset.name()
              + " is like: "
              + PostgresProblem.told(e)
              + "; mend it and try again",
          e);
    }
  }

  private void read(Catalog catalog, String sql, Map<String, String> traits, Object... values)
      throws SQLException {
    for (String[] row :
        catalog.rows(
            sql, row -> new String[] {Catalog.text(row, 1), Catalog.text(row, 2)}, values)) {
      add(traits, row[0], shown(row[1]));
    }
  }

  private void settings(Catalog catalog, Map<String, String> traits) throws SQLException {
    for (String[] row :
        catalog.rows(
            SETTINGS,
            row -> {
              String value = Catalog.text(row, 2);
              return new String[] {
                Catalog.text(row, 1), row.getBoolean(3) ? shown(value) : form(value)
              };
            })) {
      add(traits, row[0], row[1]);
    }
  }

  private void schema(Connection connection, Map<String, String> traits) throws SQLException {
    for (List<SchemaItem> items :
        List.of(SchemaReader.beforeRows(connection), SchemaLateReader.afterRows(connection))) {
      for (SchemaItem item : items) {
        // A literal in a default, a comment or a function may be a token, or somebody's address.
        boolean quotes = item.sql().contains("'") || item.sql().contains("$");
        add(traits, item.id(), quotes ? form(item.sql()) : shown(item.sql()));
      }
    }
  }

  private static void add(Map<String, String> traits, String name, String form) {
    traits.merge(name, form, (one, other) -> one + ", " + other);
  }

  private String shown(String text) {
    if (text.length() <= SHOWN_MAX && !text.contains("\n")) {
      return text.isEmpty() ? "empty" : text;
    }
    return form(text);
  }

  private String form(String text) {
    return "of form " + target.names().of(text);
  }

  /** Every look has a session of its own. */
  @Override
  public void close() {}
}
