package dev.landfall.adapter.postgres;

import dev.landfall.access.AccessControl;
import dev.landfall.access.AccessSeen;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Roles that may sign in to the target's server. To end that, each gets {@code NOLOGIN} and its
 * sessions are ended: it is one bit that says no, for every database of the server and whatever
 * else was granted, and giving it back is as short. Grants and memberships stay as they are, so
 * that nothing else that was tested changes.
 */
public final class PostgresAccess implements AccessControl {
  /** How long a session may take to end. */
  private static final int END_MILLIS = 5000;

  private static final String MISSING =
      "SELECT r FROM unnest(?) r WHERE r NOT IN (SELECT rolname FROM pg_roles)";

  /** Before 16, CREATEROLE alone was enough; for a superuser one must be one. */
  private static final String UNALTERABLE =
      """
      SELECT r.rolname, quote_ident(r.rolname), quote_ident(current_user)
      FROM pg_roles r JOIN pg_roles me ON me.rolname = current_user
      WHERE r.rolname = ANY (?) AND NOT me.rolsuper AND (r.rolsuper OR NOT me.rolcreaterole
        OR (current_setting('server_version_num')::int >= 160000
            AND NOT EXISTS (SELECT FROM pg_auth_members m
              WHERE m.roleid = r.oid AND m.admin_option AND pg_has_role(m.member, 'USAGE'))))
      """;

  private static final String UNSIGNALLED =
      """
      SELECT r.rolname, quote_ident(current_user) FROM pg_roles r
      WHERE r.rolname = ANY (?) AND NOT pg_has_role(r.oid, 'USAGE')
        AND NOT pg_has_role('pg_signal_backend', 'USAGE')
      """;

  private static final String LEFT =
      """
      SELECT rolname || ' may sign in' FROM pg_roles WHERE rolcanlogin AND rolname = ANY (?)
      UNION ALL
      SELECT usename || ' has ' || count(*) || ' sessions' FROM pg_stat_activity
      WHERE usename = ANY (?) GROUP BY usename
      ORDER BY 1
      """;

  private final Access access;
  private final PostgresServer target;

  private PostgresAccess(Access access, PostgresServer target) {
    this.access = access;
    this.target = target;
  }

  /**
   * The roles of one access on an asset's target.
   *
   * @param targetPassword empty when the target asks for none
   */
  public static PostgresAccess of(
      Access access, Asset.Data asset, Optional<String> targetPassword) {
    return new PostgresAccess(access, PostgresServer.of(asset.target(), targetPassword));
  }

  @Override
  public List<Finding> preflight() {
    return ask(
        "look at",
        catalog -> {
          var findings = new ArrayList<Finding>();
          var roles = catalog.texts(access.roles());
          for (String role : catalog.texts(MISSING, roles)) {
            add(
                findings,
                PreflightCode.ROLE_MISSING,
                role,
                "there is no such role whose login could be taken",
                "correct the name, or take it out of the file");
          }
          catalog.rows(
              UNALTERABLE,
              row ->
                  add(
                      findings,
                      PreflightCode.RIGHT_ALTER_ROLE,
                      Catalog.text(row, 1),
                      "the role of the workload file may not take its login",
                      "ALTER ROLE "
                          + Catalog.text(row, 3)
                          + " CREATEROLE; GRANT "
                          + Catalog.text(row, 2)
                          + " TO "
                          + Catalog.text(row, 3)
                          + " WITH ADMIN OPTION"),
              roles);
          catalog.rows(
              UNSIGNALLED,
              row ->
                  add(
                      findings,
                      PreflightCode.RIGHT_ALTER_ROLE,
                      Catalog.text(row, 1),
                      "the role of the workload file may not end its sessions",
                      "GRANT pg_signal_backend TO " + Catalog.text(row, 2)),
              roles);
          return findings;
        });
  }

  private boolean add(
      List<Finding> findings, PreflightCode code, String role, String seen, String remedy) {
    return findings.add(
        new Finding(
            Finding.Severity.BLOCKS,
            code.id(),
            "access " + access.name() + ": " + role,
            seen,
            remedy));
  }

  @Override
  public AccessSeen look() {
    return AccessSeen.of(ask("look at", this::left));
  }

  private List<String> left(Catalog catalog) throws SQLException {
    var roles = catalog.texts(access.roles());
    return catalog.texts(LEFT, roles, roles);
  }

  @Override
  public void revoke() {
    List<String> left =
        ask(
            "end",
            catalog -> {
              var roles = catalog.texts(access.roles());
              for (String role :
                  catalog.texts(
                      "SELECT quote_ident(rolname) FROM pg_roles"
                          + " WHERE rolcanlogin AND rolname = ANY (?)",
                      roles)) {
                catalog.run("ALTER ROLE " + role + " NOLOGIN");
              }
              catalog.texts(
                  "SELECT pg_terminate_backend(pid, "
                      + END_MILLIS
                      + ")::text FROM pg_stat_activity WHERE usename = ANY (?)",
                  roles);
              return left(catalog);
            });
    if (!left.isEmpty()) {
      throw new OutsideException(
          PostgresProblem.REFUSED,
          "cannot end access "
              + access.name()
              + ": "
              + String.join(", ", left)
              + "; end it by hand, and order it again");
    }
  }

  /** Asks a question, or gives an order, in a session of its own. */
  private interface Work<T> {
    T with(Catalog catalog) throws SQLException;
  }

  private <T> T ask(String verb, Work<T> work) {
    try (Connection connection = target.connect("access")) {
      return work.with(new Catalog(connection));
    } catch (SQLException e) {
      throw new OutsideException(
          PostgresProblem.REFUSED,
          "cannot "
              + verb
              + " access "
              + access.name()
              + ": "
              + PostgresProblem.told(e)
              + "; mend it, and order it again",
          e);
    }
  }

  /** Every question has a session of its own. */
  @Override
  public void close() {}
}
