package dev.landfall.adapter.postgres;

import static dev.landfall.adapter.postgres.PreflightCode.*;
import static dev.landfall.problem.Finding.Severity.BLOCKS;

import dev.landfall.adapter.postgres.PreflightChecks.Check;
import java.util.List;

/**
 * The rights that the role needs, on each side and by version. A superuser has them all; managed
 * clouds give none, but roles of their own that stand in for some of its rights.
 */
final class PreflightRights {
  /** Roles of managed clouds that may do what otherwise a superuser may. */
  private static final String STANDS_FOR_SUPERUSER =
      "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
          + " OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname IN ('rds_superuser',"
          + " 'azure_pg_admin', 'cloudsqlsuperuser') AND pg_has_role(r.oid, 'MEMBER'))";

  private static final String ME = "quote_ident(current_user)";
  private static final String TABLES =
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
          + " AND "
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid");

  /** Each side is origin and follower in its turn, so both need these. */
  static List<Check> both(int major) {
    return List.of(
        new Check(
            RIGHT_REPLICATION,
            BLOCKS,
            "SELECT current_user, 'the role may make no replication slot', 'ALTER ROLE ' || "
                + ME
                + " || ' REPLICATION (on RDS: GRANT rds_replication TO ' || "
                + ME
                + " || ')' WHERE NOT (SELECT rolsuper OR rolreplication FROM pg_roles"
                + " WHERE rolname = current_user) AND NOT EXISTS (SELECT FROM pg_roles r"
                + " WHERE r.rolname = 'rds_replication' AND pg_has_role(r.oid, 'MEMBER'))"),
        new Check(RIGHT_SUBSCRIBE, BLOCKS, subscribe(major)),
        new Check(
            RIGHT_CREATE,
            BLOCKS,
            "SELECT current_user, 'the role may make no schema and no publication in this"
                + " database', 'GRANT CREATE ON DATABASE ' || quote_ident(current_database())"
                + " || ' TO ' || "
                + ME
                + " WHERE NOT has_database_privilege(current_database(), 'CREATE')"));
  }

  private static String subscribe(int major) {
    return major >= 16
        ? "SELECT current_user, 'the role may make no subscription', 'GRANT"
            + " pg_create_subscription TO ' || "
            + ME
            + " WHERE NOT pg_has_role('pg_create_subscription', 'USAGE') AND NOT ("
            + STANDS_FOR_SUPERUSER
            + ")"
        : "SELECT current_user, 'only a superuser makes subscriptions before PostgreSQL 16',"
            + " 'ALTER ROLE ' || "
            + ME
            + " || ' SUPERUSER, or in a managed cloud grant it rds_superuser, azure_pg_admin or"
            + " cloudsqlsuperuser' WHERE NOT ("
            + STANDS_FOR_SUPERUSER
            + ")";
  }

  /** For tables that are there already: to publish, to fence and to apply is the owner's right. */
  static List<Check> owned(int major) {
    String right = major >= 16 ? "'SET'" : "'MEMBER'";
    return List.of(
        new Check(
            RIGHT_OWNER,
            BLOCKS,
            "SELECT 'role ' || quote_ident(pg_get_userbyid(c.relowner)), 'owns ' || count(*)"
                + " || ' tables, which ' || current_user || ' can neither publish nor fence',"
                + " 'GRANT ' || quote_ident(pg_get_userbyid(c.relowner)) || ' TO ' || "
                + ME
                + TABLES
                + " AND NOT (pg_has_role(c.relowner, 'USAGE') AND pg_has_role(c.relowner, "
                + right
                + ")) GROUP BY c.relowner ORDER BY 1"),
        new Check(
            RIGHT_READ,
            BLOCKS,
            "SELECT format('%I.%I', n.nspname, c.relname), current_user || ' may not read it',"
                + " 'GRANT pg_read_all_data TO ' || "
                + ME
                + TABLES
                + " AND NOT (has_table_privilege(c.oid, 'SELECT')"
                + " AND has_schema_privilege(n.oid, 'USAGE')) ORDER BY 1"));
  }

  /** With a given schema: its triggers and foreign keys must be kept from firing. */
  static final Check REPLICA_ROLE =
      new Check(
          RIGHT_REPLICA_ROLE,
          BLOCKS,
          "SELECT current_user, count(*) || ' triggers and foreign keys would fire while rows are"
              + " copied, and the role cannot keep them from it',"
              + " 'GRANT SET ON PARAMETER session_replication_role TO ' || "
              + ME
              + " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
              + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
              + CopyTable.OUR_SCHEMAS_NOT
              + " AND t.tgname NOT LIKE 'landfall%' AND t.tgname NOT LIKE 'zz_landfall%'"
              + " AND NOT (has_parameter_privilege('session_replication_role', 'SET') OR "
              + STANDS_FOR_SUPERUSER
              + ") HAVING count(*) > 0");

  private PreflightRights() {}
}
