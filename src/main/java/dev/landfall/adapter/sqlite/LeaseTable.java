package dev.landfall.adapter.sqlite;

import dev.landfall.engine.Leases.Holder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What Landfall does with db-scheduler's table beside db-scheduler, and the table of wakes. Every
 * change of a row of db-scheduler's raises its {@code version}, so that whoever looked before is
 * refused by db-scheduler's own check.
 */
final class LeaseTable implements AutoCloseable {
  /** The name of the task that every workload's execution is an instance of; kept for ever. */
  static final String TASK = "promotion";

  private static final String CREATE =
      """
      INSERT INTO scheduled_tasks
        (task_name, task_instance, execution_time, picked, consecutive_failures, version)
      SELECT 'promotion', workload, ?1, 0, 0, 1 FROM wake WHERE true
      ON CONFLICT DO NOTHING\
      """;

  private static final String ADVANCE =
      """
      UPDATE scheduled_tasks SET execution_time = ?1, version = version + 1
      WHERE task_name = 'promotion' AND picked = 0 AND execution_time > ?1
        AND task_instance IN (SELECT workload FROM wake)\
      """;

  private static final String UNANSWERED =
      """
      SELECT EXISTS (
        SELECT 1 FROM wake LEFT JOIN scheduled_tasks
          ON task_name = 'promotion' AND task_instance = workload
        WHERE task_instance IS NULL OR (picked = 0 AND execution_time > ?1))\
      """;

  private static final String FREE =
      """
      UPDATE scheduled_tasks
      SET picked = 0, picked_by = NULL, last_heartbeat = NULL, execution_time = ?1,
          version = version + 1
      WHERE task_name = 'promotion' AND picked = 1 AND picked_by = ?2\
      """;

  private final ReentrantLock lock = new ReentrantLock();
  private final SqliteFile file;
  private final Connection connection;

  LeaseTable(SqliteFile file) {
    this.file = file;
    this.connection = file.open();
  }

  /** Has the workload's work called at once, or, when it is being called, again afterwards. */
  void wake(String workload, Instant now) {
    inTransaction(() -> {
      execute("INSERT INTO wake VALUES (?1) ON CONFLICT DO NOTHING", workload);
      execute(CREATE, now.toEpochMilli());
      execute(ADVANCE, now.toEpochMilli());
    });
  }

  /** Makes due what was woken while its work was being called. */
  void answerWakes(Instant now) {
    boolean unanswered =
        read(() -> {
          try (PreparedStatement statement = connection.prepareStatement(UNANSWERED)) {
            statement.setLong(1, now.toEpochMilli());
            try (ResultSet rows = statement.executeQuery()) {
              return rows.getBoolean(1);
            }
          }
        });
    if (unanswered) {
      inTransaction(() -> {
        execute(CREATE, now.toEpochMilli());
        execute(ADVANCE, now.toEpochMilli());
      });
    }
  }

  /** The work begins, and with it sees what it was woken for; later wakes are new. */
  void began(String workload) {
    inTransaction(() -> execute("DELETE FROM wake WHERE workload = ?1", workload));
  }

  /** Gives back what processes hold that are proven gone. */
  void freeGone(Instant now) {
    for (String name : holders()) {
      if (ProcessMark.parse(name).filter(ProcessMark::isProvenGone).isPresent()) {
        inTransaction(() -> execute(FREE, now.toEpochMilli(), name));
      }
    }
  }

  private List<String> holders() {
    return read(() -> {
      var names = new ArrayList<String>();
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT DISTINCT picked_by FROM scheduled_tasks WHERE picked = 1")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    });
  }

  /** Whether the execution is still the one that was picked, with a heartbeat after the given. */
  boolean isHeld(String workload, long version, Instant heartbeatAfter) {
    return read(() -> {
      try (PreparedStatement statement =
          connection.prepareStatement(
              """
              SELECT EXISTS (
                SELECT 1 FROM scheduled_tasks
                WHERE task_name = 'promotion' AND task_instance = ?1 AND picked = 1
                  AND version = ?2 AND last_heartbeat > ?3)\
              """)) {
        statement.setString(1, workload);
        statement.setLong(2, version);
        statement.setLong(3, heartbeatAfter.toEpochMilli());
        try (ResultSet rows = statement.executeQuery()) {
          return rows.getBoolean(1);
        }
      }
    });
  }

  /** Who holds the workload, with a heartbeat after the given, and is not proven gone. */
  Optional<Holder> holder(String workload, Instant heartbeatAfter) {
    return read(() -> {
      try (PreparedStatement statement =
          connection.prepareStatement(
              """
              SELECT picked_by, last_heartbeat FROM scheduled_tasks
              WHERE task_name = 'promotion' AND task_instance = ?1 AND picked = 1
                AND last_heartbeat > ?2\
              """)) {
        statement.setString(1, workload);
        statement.setLong(2, heartbeatAfter.toEpochMilli());
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next()
              ? named(rows.getString(1), Instant.ofEpochMilli(rows.getLong(2)))
              : Optional.empty();
        }
      }
    });
  }

  private static Optional<Holder> named(String name, Instant seen) {
    return ProcessMark.parse(name)
        .filter(mark -> !mark.isProvenGone())
        .map(mark -> new Holder(mark.process(), mark.host(), seen));
  }

  /** Writes and takes back, so that it fails when the file cannot be written. */
  void probe() {
    inTransaction(() -> {
      execute("INSERT INTO wake VALUES (?1)", "");
      execute("DELETE FROM wake WHERE workload = ?1", "");
    });
  }

  @Override
  public void close() {
    read(() -> {
      connection.close();
      return true;
    });
  }

  private void execute(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private interface Query<T> {
    T run() throws SQLException;
  }

  private interface Change {
    void run() throws SQLException;
  }

  private <T> T read(Query<T> query) {
    lock.lock();
    try {
      return query.run();
    } catch (SQLException refused) {
      throw file.problem("read", refused);
    } finally {
      lock.unlock();
    }
  }

  private void inTransaction(Change change) {
    lock.lock();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      try {
        change.run();
        statement.executeUpdate("COMMIT");
      } catch (SQLException refused) {
        SqliteFile.rollback(statement, refused);
        throw refused;
      }
    } catch (SQLException refused) {
      throw file.problem("write", refused);
    } finally {
      lock.unlock();
    }
  }
}
