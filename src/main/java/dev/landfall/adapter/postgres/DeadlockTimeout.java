package dev.landfall.adapter.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How long a session waits for a lock before its server looks who is in the way.
 *
 * @param millis as long as it was not shortened
 * @param settable whether the role may shorten it
 */
record DeadlockTimeout(long millis, boolean settable) {
  /** What {@link #of} reads. */
  static final String COLUMNS =
      "(extract(epoch FROM current_setting('deadlock_timeout')::interval) * 1000)::bigint"
          + " AS deadlock_millis,"
          + " has_parameter_privilege('deadlock_timeout', 'SET') AS deadlock_settable";

  static DeadlockTimeout of(ResultSet row) throws SQLException {
    return new DeadlockTimeout(row.getLong("deadlock_millis"), row.getBoolean("deadlock_settable"));
  }

  /**
   * Has the server look almost at once, for the rest of the transaction, where the role may say so;
   * ends with a semicolon, or is empty. A vacuum that is in the way is called off then. It looks
   * once a wait, so a deadlock that comes about later is not found by it.
   */
  String shortened() {
    return settable ? "SET LOCAL deadlock_timeout = '10ms'; " : "";
  }
}
