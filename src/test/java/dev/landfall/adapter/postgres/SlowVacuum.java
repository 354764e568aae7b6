package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** An autovacuum of a small table that takes as long as one of a very large table. */
final class SlowVacuum implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Connection connection;
  private final String table;

  private SlowVacuum(Connection connection, String table) {
    this.connection = connection;
    this.table = table;
  }

  /**
   * Has the server begin it, and waits until it has.
   *
   * @param connection of a superuser, closed by the caller, after this
   * @param dirty a statement that writes to some dozen pages of the table, or uses up its age; what
   *     was written before, a vacuum of the server's own accord may have seen to by now
   */
  static SlowVacuum begin(Connection connection, String table, String dirty)
      throws SQLException, InterruptedException {
    var vacuum = new SlowVacuum(connection, table);
    // Each page costs a tenth of a second, which makes a minute of some hundred pages.
    Links.execute(
        connection,
        "ALTER TABLE "
            + table
            + " SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,"
            + " autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0,"
            + " autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)");
    Links.execute(connection, dirty);
    Links.execute(connection, "ALTER SYSTEM SET autovacuum_naptime = '1s'");
    Links.execute(connection, "SELECT pg_reload_conf()");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!vacuum.isUnderWay()) {
      assertThat(System.nanoTime()).as("waiting for an autovacuum").isLessThan(deadline);
      Thread.sleep(20);
    }
    // So that it does not begin anew when it was called off.
    vacuum.close();
    return vacuum;
  }

  boolean isUnderWay() throws SQLException {
    return new Catalog(connection)
        .holds(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE"
                + " l.relation = '"
                + table
                + "'::regclass AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted"
                + " AND a.backend_type = 'autovacuum worker')");
  }

  /** Lets the server vacuum as rarely as ever; what is under way goes on. */
  @Override
  public void close() throws SQLException {
    Links.execute(connection, "ALTER SYSTEM RESET autovacuum_naptime");
    Links.execute(connection, "SELECT pg_reload_conf()");
  }
}
