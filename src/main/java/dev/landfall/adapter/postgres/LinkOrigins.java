package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Which origins of transactions are the link's: those of the subscriptions that Landfall made on
 * this server. PostgreSQL names an origin {@code pg_} and the number of its subscription.
 */
final class LinkOrigins implements WatchedChanges.Origins, AutoCloseable {
  private static final Duration REFRESH = Duration.ofSeconds(2);

  private final PostgresServer server;
  private final Set<String> links = new HashSet<>();
  private long readAt;
  private boolean read;

  LinkOrigins(PostgresServer server) {
    this.server = server;
  }

  /** Whether the link carried it; false for another subscription, or one dropped meanwhile. */
  @Override
  public boolean isLink(String origin) throws SQLException {
    if (!links.contains(origin) && (!read || System.nanoTime() - readAt > REFRESH.toNanos())) {
      refresh();
    }
    return links.contains(origin);
  }

  private void refresh() throws SQLException {
    try (Connection connection = server.connect("watch");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT 'pg_' || oid FROM pg_subscription WHERE subname LIKE 'landfall\\_%'")) {
      while (rows.next()) {
        links.add(rows.getString(1));
      }
    }
    read = true;
    readAt = System.nanoTime();
  }

  @Override
  public void close() {
    links.clear();
  }
}
