package dev.landfall.adapter.postgres;

import dev.landfall.problem.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A role of the application that may work on a promoted clone for a while. It is a role that is
 * there already, so that nothing is made that would outlive the clone: what it is granted is a part
 * of the clone's database and goes with it.
 */
final class CloneGuest {
  /**
   * Whoever stays connected would keep the clone from being removed, so we must be able to end it.
   */
  private static final String FINDINGS =
      """
      WITH guest AS (SELECT CAST(? AS name) AS name), known AS (
        SELECT r.* FROM pg_roles r JOIN guest g ON r.rolname = g.name),
      mighty AS (
        -- What it is a member of it can become, or does already.
        SELECT quote_ident(m.rolname) AS name FROM known k, pg_roles m
          WHERE pg_has_role(k.oid, m.oid, 'MEMBER')
            AND (m.rolsuper OR m.rolreplication OR m.rolcreaterole OR m.rolname = current_user
              OR m.rolname IN ('pg_execute_server_program', 'pg_write_server_files',
                'pg_read_server_files')))
      SELECT 'there is no such role', 'CREATE ROLE ' || quote_ident(name) || ' LOGIN', true
        FROM guest WHERE NOT EXISTS (SELECT FROM known)
      UNION ALL
      SELECT 'the role may not sign in', 'ALTER ROLE ' || quote_ident(rolname) || ' LOGIN', true
        FROM known WHERE NOT rolcanlogin
      UNION ALL
      SELECT 'the role may do anything on this server, as ' || string_agg(name, ', ' ORDER BY name),
             'name the one that the application uses, and no member of those', true
        FROM mighty HAVING count(*) > 0
      UNION ALL
      SELECT 'its sessions could not be ended by ' || current_user,
             'GRANT pg_signal_backend TO ' || quote_ident(current_user), true
        FROM known WHERE NOT pg_has_role('pg_signal_backend', 'USAGE')
          AND NOT pg_has_role(oid, 'USAGE')
      UNION ALL
      SELECT 'the role may sign in to the real copy, ' || quote_ident(current_database())
               || ', too, with the rights that it has there',
             'let the tests take their address from LANDFALL_..._URL and from nowhere else', false
        FROM known WHERE has_database_privilege(oid, current_database(), 'CONNECT')
      """;

  /** All that is not the database's own: a test of an application may go wherever that does. */
  private static final String GRANTS =
      """
      DO $grants$
      DECLARE guest text := %s; place name;
      BEGIN
        FOR place IN SELECT nspname FROM pg_namespace
            WHERE nspname NOT LIKE 'pg\\_%%' AND nspname NOT IN ('information_schema', 'landfall')
        LOOP
          EXECUTE format('GRANT USAGE ON SCHEMA %%I TO %%I', place, guest);
          EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %%I TO %%I',
            place, guest);
          EXECUTE format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %%I TO %%I',
            place, guest);
        END LOOP;
      END
      $grants$
      """;

  private CloneGuest() {}

  /**
   * What keeps a role from being let in, or from being put out again, and as a warning what it
   * reaches besides the clone. Changes nothing.
   *
   * @param target signed in to the copy that the clones are made of
   */
  static List<Finding> findings(Connection target, String subject, String role)
      throws SQLException {
    return new Catalog(target)
        .rows(
            FINDINGS,
            row ->
                new Finding(
                    row.getBoolean(3) ? Finding.Severity.BLOCKS : Finding.Severity.WARNS,
                    PreflightCode.RIGHT_REHEARSAL_ROLE.id(),
                    subject,
                    Catalog.text(row, 1),
                    Catalog.text(row, 2)),
            role);
  }

  /** Lets a role in to a clone. */
  static void admit(Connection clone, String role) throws SQLException {
    var catalog = new Catalog(clone);
    catalog.run(GRANTS.formatted(Catalog.literal(role)));
    catalog.run(
        "GRANT CONNECT, TEMPORARY ON DATABASE " + here(catalog) + " TO " + name(catalog, role));
  }

  /** Lets it in no more, and ends what is left of it there. */
  static void dismiss(Connection clone, String role) throws SQLException {
    var catalog = new Catalog(clone);
    catalog.run("REVOKE ALL ON DATABASE " + here(catalog) + " FROM " + name(catalog, role));
    catalog.texts(
        "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity"
            + " WHERE datname = current_database() AND usename = ?",
        role);
  }

  private static String here(Catalog catalog) throws SQLException {
    return catalog.texts("SELECT quote_ident(current_database())").getFirst();
  }

  private static String name(Catalog catalog, String role) throws SQLException {
    return catalog.texts("SELECT quote_ident(?)", role).getFirst();
  }
}
