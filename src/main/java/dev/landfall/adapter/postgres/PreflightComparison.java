package dev.landfall.adapter.postgres;

import static dev.landfall.problem.Finding.Severity.BLOCKS;
import static dev.landfall.problem.Finding.Severity.INFORMS;
import static dev.landfall.problem.Finding.Severity.WARNS;

import dev.landfall.problem.Finding.Severity;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The part of {@link Preflight} that needs both sides. */
record PreflightComparison(Catalog source, Catalog target, Findings found) {
  /** Where findings go. */
  interface Findings {
    void add(Severity severity, PreflightCode code, String subject, String seen, String remedy);
  }

  /** Adds what was found. */
  void look(boolean schemaGiven) throws SQLException {
    String number = "SELECT current_setting('server_version_num')::int / 10000";
    if (target.number(number) < source.number(number)) {
      found.add(
          WARNS,
          PreflightCode.VERSION_ORDER,
          "target",
          "its PostgreSQL is older than the source's",
          "take a target of the same version or a newer one");
    }
    String self = "SELECT system_identifier || ' ' || current_database() FROM pg_control_system()";
    if (readable(self) && source.texts(self).equals(target.texts(self))) {
      found.add(
          BLOCKS,
          PreflightCode.SAME_DATABASE,
          "target",
          "source and target are the same database",
          "name another target");
    }
    locales();
    locks();
    extensions(schemaGiven);
    if (schemaGiven) {
      List<String> differences =
          SchemaCompare.differences(source.connection(), target.connection());
      differences.stream()
          .limit(Preflight.NAMED_MAX)
          .forEach(each ->
              found.add(
                  BLOCKS,
                  PreflightCode.SCHEMA_DIFFERS,
                  "target",
                  each,
                  "make both sides equal, " + differences.size() + " differences in all"));
    } else {
      roles();
      schemas();
    }
  }

  private boolean readable(String sql) {
    try {
      return source.texts(sql).size() + target.texts(sql).size() == 2;
    } catch (SQLException e) {
      // Managed clouds keep some functions to themselves; then this one thing is not checked.
      System.getLogger(PreflightComparison.class.getName())
          .log(
              System.Logger.Level.DEBUG,
              "the system identifier cannot be read: {0}",
              PostgresProblem.told(e));
      return false;
    }
  }

  private void locales() throws SQLException {
    String encoding =
        "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()";
    String here = source.texts(encoding).getFirst();
    String there = target.texts(encoding).getFirst();
    if (!here.equals(there)) {
      found.add(
          "UTF8".equals(there) ? WARNS : BLOCKS,
          PreflightCode.ENCODING,
          "target",
          "its encoding is " + there + ", the source's is " + here,
          "CREATE DATABASE ... ENCODING '" + here + "' TEMPLATE template0");
    }
    String collation =
        "SELECT datlocprovider::text || ' ' || datcollate || ' ' || datctype || ' '"
            + " || coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '')"
            + " FROM pg_database d WHERE datname = current_database()";
    String left = source.texts(collation).getFirst().strip();
    String right = target.texts(collation).getFirst().strip();
    if (!left.equals(right)) {
      found.add(
          WARNS,
          PreflightCode.COLLATION,
          "target",
          "its locale is " + right + ", the source's is " + left + ": texts sort in another order",
          "CREATE DATABASE ... LOCALE as on the source, TEMPLATE template0");
    }
    String version =
        "SELECT coalesce(datcollversion, '') FROM pg_database WHERE datname = current_database()";
    if (!source.texts(version).equals(target.texts(version))) {
      found.add(
          INFORMS,
          PreflightCode.COLLATION,
          "target",
          "its locale's library is version '"
              + target.texts(version).getFirst()
              + "', the source's '"
              + source.texts(version).getFirst()
              + "': some texts may sort in another order",
          "nothing to do: indexes are built anew; check queries that depend on the order");
    }
  }

  /** A fence takes a lock on each table in one transaction. */
  private void locks() throws SQLException {
    long tables =
        source.number(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.relkind IN ('r', 'p') AND "
                + CopyTable.OUR_SCHEMAS_NOT);
    for (var side : Map.of("source", source, "target", target).entrySet()) {
      long sessions =
          side.getValue()
              .number(
                  "SELECT current_setting('max_connections')::int"
                      + " + current_setting('max_prepared_transactions')::int");
      long each =
          side.getValue().number("SELECT current_setting('max_locks_per_transaction')::int");
      if (tables * 2 > sessions * each) {
        found.add(
            WARNS,
            PreflightCode.LOCKS,
            side.getKey(),
            "room for " + sessions * each + " locks, and " + tables + " tables to fence at once",
            "ALTER SYSTEM SET max_locks_per_transaction = "
                + (tables * 2 / sessions + 64)
                + ", then restart");
      }
    }
  }

  private void extensions(boolean schemaGiven) throws SQLException {
    String installed = "SELECT extname, extversion FROM pg_extension";
    var there =
        pairs(
            target,
            schemaGiven ? installed : "SELECT name, default_version FROM pg_available_extensions");
    pairs(source, installed)
        .forEach((name, version) -> {
          String other = there.get(name);
          if (other == null) {
            found.add(
                BLOCKS,
                PreflightCode.EXTENSION_MISSING,
                "target: " + name,
                "the extension is not " + (schemaGiven ? "made" : "available") + " there",
                "install it: CREATE EXTENSION " + name);
          } else if (!other.equals(version)) {
            found.add(
                "plpgsql".equals(name) ? INFORMS : WARNS,
                PreflightCode.EXTENSION_VERSION,
                "target: " + name,
                "version " + other + ", the source has " + version,
                "ALTER EXTENSION " + name + " UPDATE on the older side");
          }
        });
  }

  private static Map<String, String> pairs(Catalog catalog, String sql) throws SQLException {
    var map = new TreeMap<String, String>();
    catalog.rows(sql, row -> map.put(Catalog.text(row, 1), Catalog.text(row, 2)) == null);
    return map;
  }

  /** Policies name roles, which must be there for the policy to be made. */
  private void roles() throws SQLException {
    var there = target.texts("SELECT rolname FROM pg_roles");
    for (String role :
        source.texts(
            "SELECT DISTINCT r.rolname FROM pg_policy p, unnest(p.polroles) o"
                + " JOIN pg_roles r ON r.oid = o")) {
      if (!there.contains(role)) {
        found.add(
            BLOCKS,
            PreflightCode.ROLE_MISSING,
            "target: " + role,
            "a row security policy names a role that the target has not",
            "CREATE ROLE \"" + role.replace("\"", "\"\"") + "\"");
      }
    }
  }

  /** Schemas that are there already must let the role in: {@code public} does not by default. */
  private void schemas() throws SQLException {
    var used =
        source.texts(
            "SELECT DISTINCT n.nspname FROM pg_class c JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE "
                + CopyTable.OUR_SCHEMAS_NOT);
    for (String schema :
        target.texts(
            "SELECT nspname FROM pg_namespace WHERE nspname = ANY (?)"
                + " AND NOT has_schema_privilege(oid, 'CREATE')",
            source.texts(used))) {
      found.add(
          BLOCKS,
          PreflightCode.RIGHT_CREATE,
          "target: schema " + schema,
          "the role may make nothing in it",
          "GRANT CREATE ON SCHEMA " + schema + " TO the role of the workload file");
    }
  }
}
