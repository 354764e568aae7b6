package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a server has room to write. A full disk looks like any other write that cannot be
 * applied, and passes by itself once somebody makes room; no catalog tells it, so it is tried.
 */
final class Room {
  /** Enough to need new pages on the disk, little enough for nobody to notice. */
  private static final String TRY =
      "CREATE TEMPORARY TABLE landfall_room ON COMMIT DROP AS"
          + " SELECT repeat(md5(n::text), 30) AS filling FROM generate_series(1, 8192) n";

  private static final String DISK_FULL = "53100";
  private static final Duration NOT_TRIED_AGAIN = Duration.ofSeconds(5);

  private final PostgresServer server;
  private Instant lastTried = Instant.MIN;
  private boolean missing;

  Room(PostgresServer server) {
    this.server = server;
  }

  /** Whether there was none when it was last tried, some seconds ago at most. */
  synchronized boolean isMissing(Instant now) {
    if (now.isAfter(lastTried.plus(NOT_TRIED_AGAIN))) {
      missing = isRefused();
      lastTried = now;
    }
    return missing;
  }

  private boolean isRefused() {
    try (Connection connection = server.connect("room")) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(TRY);
      }
      connection.rollback();
      return false;
    } catch (SQLException e) {
      return DISK_FULL.equals(e.getSQLState());
    }
  }
}
