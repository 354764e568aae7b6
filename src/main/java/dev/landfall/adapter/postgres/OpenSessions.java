package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions under way, all of which can be ended at once. */
final class OpenSessions {
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /** Whether they were ended: then nobody may open another. */
  boolean stopped() {
    return stopped;
  }

  void add(Connection connection) {
    open.add(connection);
  }

  /** Forgets a session, which its user closes. */
  void remove(Connection connection) {
    open.remove(connection);
  }

  /** Ends all of them; whoever uses one gets an exception. */
  void stop() {
    stopped = true;
    open.forEach(connection -> {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        System.getLogger(OpenSessions.class.getName())
            .log(
                System.Logger.Level.DEBUG,
                "a session did not end cleanly: {0}",
                PostgresProblem.told(e));
      }
    });
  }
}
