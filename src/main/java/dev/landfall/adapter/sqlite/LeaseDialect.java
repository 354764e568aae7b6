package dev.landfall.adapter.sqlite;

import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How db-scheduler speaks to the state file. Its own SQLite dialect is not used as it is, for two
 * reasons.
 *
 * <p>It passes one calendar, shared by all threads, to the driver, and the driver reads a time by
 * setting that calendar and asking it back: two threads that read at once get each other's times,
 * and a fresh heartbeat may look old. Here times are plain milliseconds.
 *
 * <p>And every scheduler takes any due task. Here each takes only the workloads that its process
 * was told to drive: another one may not have the secrets for them.
 */
final class LeaseDialect extends SqliteJdbcCustomization {
  private final Supplier<Set<String>> driven;

  LeaseDialect(Supplier<Set<String>> driven) {
    this.driven = driven;
  }

  @Override
  public void setInstant(PreparedStatement statement, int index, @Nullable Instant value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.INTEGER);
    } else {
      statement.setLong(index, value.toEpochMilli());
    }
  }

  @Override
  public @Nullable Instant getInstant(ResultSet rows, String column) throws SQLException {
    long millis = rows.getLong(column);
    return rows.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  @Override
  public String createSelectDueQuery(
      String table, int limit, String andCondition, boolean orderByPriority) {
    var names = new TreeSet<String>();
    for (String workload : driven.get()) {
      names.add("'" + workload.replace("'", "''") + "'");
    }
    String mine = " and task_instance in (" + String.join(", ", names) + ") ";
    return super.createSelectDueQuery(table, limit, andCondition + mine, orderByPriority);
  }
}
