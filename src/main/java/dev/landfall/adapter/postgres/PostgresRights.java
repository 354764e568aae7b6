package dev.landfall.adapter.postgres;

import dev.landfall.access.UserRights;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What roles may do in one database: their own attributes, the roles that they are in, and the
 * grants to them, to those roles and to everybody, and the policies of row security. By whom
 * something was granted is the side's own.
 */
public final class PostgresRights implements UserRights {
  private static final String EVERYBODY = "";

  /** Whoever asks is no user. */
  private static final String USERS =
      """
      SELECT rolname FROM pg_roles
      WHERE CASE WHEN cardinality(?::text[]) = 0
        THEN rolcanlogin AND rolname !~ '^pg_' AND rolname <> current_user
        ELSE rolname = ANY (?) END
      """;

  private static final String ATTRIBUTES =
      """
      SELECT rolname, word FROM pg_roles, LATERAL (VALUES
        (rolcanlogin AND coalesce(rolvaliduntil > now(), true), 'may sign in'),
        (rolsuper, 'superuser'), (rolcreaterole, 'may create roles'),
        (rolcreatedb, 'may create databases'), (rolreplication, 'may replicate'),
        (rolbypassrls, 'is not held to row security')) a (has, word)
      WHERE has AND rolname = ANY (?)
      """;

  /** Each role that a user is in, by way of others too. */
  private static final String MEMBERSHIPS =
      """
      WITH RECURSIVE closure (login, role) AS (
        SELECT oid, oid FROM pg_roles WHERE rolname = ANY (?)
        UNION
        SELECT c.login, m.roleid FROM closure c JOIN pg_auth_members m ON m.member = c.role)
      SELECT u.rolname, r.rolname FROM closure c
      JOIN pg_roles u ON u.oid = c.login JOIN pg_roles r ON r.oid = c.role
      WHERE c.login <> c.role
      """;

  /** From 16 on, each membership says for itself whether its rights come by themselves. */
  private static final String OWN_MEMBERSHIPS =
      """
      SELECT u.rolname, word || r.rolname FROM pg_auth_members m
      JOIN pg_roles u ON u.oid = m.member JOIN pg_roles r ON r.oid = m.roleid,
      LATERAL (VALUES (m.admin_option, 'may grant '),
        (coalesce((to_jsonb(m) ->> 'inherit_option')::bool, u.rolinherit), 'has the rights of '))
        a (has, word)
      WHERE has AND u.rolname = ANY (?)
      """;

  /**
   * What an object allows when nothing was ever said of it is in acldefault. MAINTAIN is left out:
   * before 17 nobody could be given it, and owners had it without.
   */
  private static final String GRANTS =
      """
      SELECT coalesce(r.rolname, ''), g.privilege_type
        || CASE WHEN g.is_grantable THEN ' (may grant it)' ELSE '' END || ' on ' || o.what
      FROM (
        SELECT 'the database', coalesce(datacl, acldefault('d', datdba))
          FROM pg_database WHERE datname = current_database()
        UNION ALL
        SELECT 'schema ' || quote_ident(nspname), coalesce(nspacl, acldefault('n', nspowner))
          FROM pg_namespace n WHERE %1$s
        UNION ALL
        SELECT CASE relkind WHEN 'S' THEN 'sequence ' ELSE 'table ' END || c.oid::regclass,
          coalesce(relacl,
            acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner))
          FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
          WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND %1$s
        UNION ALL
        SELECT 'column ' || c.oid::regclass || '.' || quote_ident(attname), attacl
          FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
          JOIN pg_namespace n ON n.oid = relnamespace
          WHERE attacl IS NOT NULL AND NOT attisdropped AND %1$s
        UNION ALL
        SELECT 'function ' || p.oid::regprocedure, coalesce(proacl, acldefault('f', proowner))
          FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE %1$s) o (what, acl),
      LATERAL aclexplode(o.acl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
      WHERE g.privilege_type <> 'MAINTAIN' AND (g.grantee = 0 OR r.rolname = ANY (?))
      """
          .formatted("nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'landfall')");

  /** Which rows of a table somebody sees: its policies, and whether they hold at all. */
  private static final String POLICIES =
      """
      SELECT coalesce(r.rolname, ''),
        format('%s policy %s on table %s for "%s" of rows (%s), to write (%s)',
          CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END, quote_ident(polname),
          polrelid::regclass, polcmd, pg_get_expr(polqual, polrelid),
          pg_get_expr(polwithcheck, polrelid))
      FROM pg_policy, LATERAL unnest(polroles) o (role) LEFT JOIN pg_roles r ON r.oid = o.role
      WHERE o.role = 0 OR r.rolname = ANY (?)
      UNION ALL
      SELECT '', CASE WHEN relforcerowsecurity THEN 'forced row' ELSE 'row' END
        || ' security on table ' || c.oid::regclass
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relrowsecurity AND nspname <> 'landfall'
      """;

  private final PostgresServer server;
  private final Duration timeout;

  private PostgresRights(PostgresServer server, Duration timeout) {
    this.server = server;
    this.timeout = timeout;
  }

  /**
   * Those of one database.
   *
   * @param password empty when the server asks for none
   * @param timeout how long each question may take, and a connection
   */
  public static PostgresRights of(Endpoint endpoint, Optional<String> password, Duration timeout) {
    return new PostgresRights(PostgresServer.of(endpoint, password), timeout);
  }

  @Override
  public Found look(Set<String> users) {
    try (Connection connection =
        server.connect("rights", Math.toIntExact(Math.max(1, timeout.toSeconds())))) {
      Links.execute(connection, "SET statement_timeout = " + timeout.toMillis());
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return read(new Catalog(connection), users);
    } catch (SQLException e) {
      throw new OutsideException(
          PostgresProblem.REFUSED,
          "cannot read what users may do on %s: %s; mend it, and look again"
              .formatted(server, PostgresProblem.told(e)),
          e);
    }
  }

  private static Found read(Catalog catalog, Set<String> users) throws SQLException {
    var wanted = catalog.texts(List.copyOf(users));
    List<String> found = catalog.texts(USERS, wanted, wanted);
    var own = new HashMap<String, SortedSet<String>>();
    var roles = new HashMap<String, List<String>>();
    for (String each : found) {
      own.put(each, new TreeSet<>());
      roles.put(each, new ArrayList<>(List.of(each, EVERYBODY)));
    }
    var logins = catalog.texts(found);
    for (Pair row : pairs(catalog, MEMBERSHIPS, logins)) {
      add(roles, row.of(), row.what());
      add(own, row.of(), "member of " + row.what());
    }
    for (String sql : List.of(ATTRIBUTES, OWN_MEMBERSHIPS)) {
      pairs(catalog, sql, logins).forEach(row -> add(own, row.of(), row.what()));
    }
    List<String> all = roles.values().stream().flatMap(List::stream).distinct().toList();
    var grantees = catalog.texts(all);
    Map<String, List<String>> granted =
        Stream.concat(
                pairs(catalog, GRANTS, grantees).stream(),
                pairs(catalog, POLICIES, grantees).stream())
            .collect(
                Collectors.groupingBy(
                    Pair::of, Collectors.mapping(Pair::what, Collectors.toList())));
    return new Grants(own, roles, granted);
  }

  /** A role that was made since the first question belongs to nobody who was found. */
  private static void add(Map<String, ? extends Collection<String>> map, String role, String what) {
    Collection<String> of = map.get(role);
    if (of != null) {
      of.add(what);
    }
  }

  /** Something that a role has. */
  private record Pair(String of, String what) {}

  private static List<Pair> pairs(Catalog catalog, String sql, Object value) throws SQLException {
    return catalog.rows(sql, row -> new Pair(Catalog.text(row, 1), Catalog.text(row, 2)), value);
  }

  /** Put together when somebody asks: all of everybody's at once would be many. */
  private record Grants(
      Map<String, SortedSet<String>> own,
      Map<String, List<String>> roles,
      Map<String, List<String>> granted)
      implements Found {
    @Override
    public Set<String> users() {
      return own.keySet();
    }

    @Override
    public SortedSet<String> of(String user) {
      var rights = new TreeSet<>(own.getOrDefault(user, new TreeSet<>()));
      roles
          .getOrDefault(user, List.of())
          .forEach(role -> rights.addAll(granted.getOrDefault(role, List.of())));
      return rights;
    }
  }
}
