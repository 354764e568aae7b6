package dev.landfall.adapter.postgres;

import static dev.landfall.problem.Finding.Severity.BLOCKS;
import static dev.landfall.problem.Finding.Severity.INFORMS;
import static dev.landfall.problem.Finding.Severity.WARNS;

import dev.landfall.adapter.postgres.PreflightChecks.Check;
import dev.landfall.problem.Finding;
import dev.landfall.problem.Finding.Severity;
import dev.landfall.problem.OutsideException;
import dev.landfall.problem.ProblemCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at both sides for everything that would break later. Changes nothing. */
final class Preflight {
  private static final int MAJOR_MIN = 15;
  private static final int MAJOR_MAX = 18;

  /** Of one kind only so many are named; the rest is counted. */
  static final int NAMED_MAX = 20;

  private final List<Finding> findings = new ArrayList<>();

  private Preflight() {}

  /**
   * All that was found, the worst first. What cannot be looked at is a finding too.
   *
   * @param retainedBytesMax how much log the source may keep for the link before an alarm
   */
  static List<Finding> look(
      PostgresServer source, PostgresServer target, boolean schemaGiven, long retainedBytesMax) {
    var preflight = new Preflight();
    Optional<Connection> from = preflight.reach("source", source);
    Optional<Connection> to = preflight.reach("target", target);
    try (Connection left = from.orElse(null);
        Connection right = to.orElse(null)) {
      if (left != null) {
        preflight.lookAtSource(new Catalog(left), source, schemaGiven, retainedBytesMax);
      }
      if (right != null) {
        preflight.lookAtTarget(new Catalog(right), target, schemaGiven);
      }
      if (left != null && right != null) {
        new PreflightComparison(new Catalog(left), new Catalog(right), preflight::add)
            .look(schemaGiven);
      }
    } catch (SQLException e) {
      preflight.refused("both sides", e);
    }
    preflight.findings.sort(java.util.Comparator.comparing(Finding::severity));
    return List.copyOf(preflight.findings);
  }

  private Optional<Connection> reach(String side, PostgresServer server) {
    try {
      Connection connection = server.connect("preflight");
      new Catalog(connection).run("SET default_transaction_read_only = on");
      return Optional.of(connection);
    } catch (OutsideException e) {
      String message = String.valueOf(e.getMessage());
      int cut = message.lastIndexOf("; ");
      findings.add(
          new Finding(
              BLOCKS,
              e.code().id(),
              side,
              cut < 0 ? message : message.substring(0, cut),
              cut < 0 ? "is the server up?" : message.substring(cut + 2)));
      return Optional.empty();
    } catch (SQLException e) {
      refused(side, e);
      return Optional.empty();
    }
  }

  private void lookAtSource(
      Catalog catalog, PostgresServer server, boolean schemaGiven, long retainedBytesMax)
      throws SQLException {
    int major = version("source", catalog);
    run("source", catalog, PreflightChecks.BOTH);
    run("source", catalog, PreflightChecks.SOURCE);
    run("source", catalog, PreflightRights.both(major));
    run("source", catalog, PreflightRights.owned(major));
    passwordFor("source", catalog, server);
    if (!schemaGiven) {
      run("source", catalog, List.of(new Check(PreflightCode.CANNOT_CARRY, BLOCKS, Uncarried.SQL)));
    }
    slotLimit(catalog, retainedBytesMax);
  }

  private void lookAtTarget(Catalog catalog, PostgresServer server, boolean schemaGiven)
      throws SQLException {
    int major = version("target", catalog);
    run("target", catalog, PreflightChecks.BOTH);
    run("target", catalog, PreflightRights.both(major));
    passwordFor("target", catalog, server);
    if (schemaGiven) {
      run("target", catalog, PreflightRights.owned(major));
      run("target", catalog, List.of(PreflightRights.REPLICA_ROLE));
    }
    if (!ours(catalog)) {
      run("target", catalog, List.of(schemaGiven ? ROWS_THERE : TABLES_THERE));
    }
  }

  private static final String RELATIONS =
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
          + CopyTable.OUR_SCHEMAS_NOT
          + " AND "
          + CopyTable.ofNoExtension("pg_class", "c.oid");

  private static final Check TABLES_THERE =
      new Check(
          PreflightCode.NOT_EMPTY,
          BLOCKS,
          "SELECT format('%I.%I', n.nspname, c.relname), 'the target is not empty',"
              + " 'DROP TABLE ' || format('%I.%I', n.nspname, c.relname)"
              + " || ', take an empty database, or say schema: given'"
              + RELATIONS
              + " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1");

  private static final Check ROWS_THERE =
      new Check(
          PreflightCode.NOT_EMPTY,
          BLOCKS,
          "SELECT format('%I.%I', n.nspname, c.relname), 'the target has rows of its own',"
              + " 'TRUNCATE ' || format('%I.%I', n.nspname, c.relname)"
              + RELATIONS
              + " AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0 ORDER BY 1");

  /** Whether what is on the target was made by an earlier start of the same. */
  private static boolean ours(Catalog target) throws SQLException {
    return target.holds("SELECT to_regclass('landfall.carried') IS NOT NULL");
  }

  private int version(String side, Catalog catalog) throws SQLException {
    int major = (int) (catalog.number("SELECT current_setting('server_version_num')::int") / 10000);
    if (major < MAJOR_MIN || major > MAJOR_MAX) {
      add(
          BLOCKS,
          PreflightCode.VERSION,
          side,
          "PostgreSQL " + major,
          "versions " + MAJOR_MIN + " to " + MAJOR_MAX + " are supported: upgrade it first");
    }
    return major;
  }

  /** A subscription of one who is no superuser must sign in with a password (PostgreSQL 16). */
  private void passwordFor(String side, Catalog catalog, PostgresServer server)
      throws SQLException {
    boolean superuser = catalog.holds("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    if (!superuser && server.password().isEmpty()) {
      add(
          BLOCKS,
          PreflightCode.RIGHT_SUBSCRIBE,
          side + ": " + server.user(),
          "the role is no superuser and signs in without a password; no subscription may do so",
          "give it a password, have pg_hba.conf ask for it, and name it in the workload file");
    }
  }

  private void slotLimit(Catalog source, long retainedBytesMax) throws SQLException {
    long megabytes =
        source.number(
            "SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size'");
    if (megabytes < 0) {
      add(
          INFORMS,
          PreflightCode.SLOT_LIMIT,
          "source",
          "max_slot_wal_keep_size is unlimited: a link that stands still fills the disk",
          "watch the alarm, which is raised at " + (retainedBytesMax >> 20) + " MB");
    } else if (megabytes << 20 < retainedBytesMax) {
      add(
          WARNS,
          PreflightCode.SLOT_LIMIT,
          "source",
          "max_slot_wal_keep_size is "
              + megabytes
              + " MB: a link that stands still is lost before the alarm at "
              + (retainedBytesMax >> 20)
              + " MB",
          "ALTER SYSTEM SET max_slot_wal_keep_size = '"
              + (retainedBytesMax >> 20) * 2
              + "MB'; SELECT pg_reload_conf()");
    }
  }

  private void run(String side, Catalog catalog, List<Check> checks) {
    for (Check check : checks) {
      try {
        List<String[]> rows =
            catalog.rows(
                check.sql(),
                row ->
                    new String[] {
                      Catalog.text(row, 1), Catalog.text(row, 2), Catalog.text(row, 3)
                    });
        for (String[] row : rows.subList(0, Math.min(NAMED_MAX, rows.size()))) {
          String subject = row[0].isEmpty() ? side : side + ": " + row[0];
          add(check.severity(), check.code(), subject, row[1], row[2]);
        }
        if (rows.size() > NAMED_MAX) {
          String more = (rows.size() - NAMED_MAX) + " more like these";
          add(check.severity(), check.code(), side, more, "do the same with each");
        }
      } catch (SQLException e) {
        refused(side + ": " + check.code().id(), e);
      }
    }
  }

  private void refused(String subject, SQLException e) {
    add(
        WARNS,
        PostgresProblem.REFUSED,
        subject,
        "cannot look: " + PostgresProblem.told(e),
        "grant the role the right to read the catalogs");
  }

  private void add(
      Severity severity, ProblemCode code, String subject, String seen, String remedy) {
    findings.add(new Finding(severity, code.id(), subject, seen, remedy));
  }
}
