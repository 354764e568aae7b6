package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Has the server call its own vacuums off, before a fence would have to wait for that.
 *
 * <p>A server ends its vacuum of a table when somebody has waited for a lock on it as long as
 * {@code deadlock_timeout}, one second by default. The fence's lock would make every writer wait
 * behind it meanwhile; the one taken here conflicts with the vacuum and with no reader or writer.
 * No right to end sessions is needed, and none is used.
 */
final class CallingOff {
  /** A server that waits longer before it looks is not waited for, in milliseconds. */
  private static final long LOCK_MILLIS_MAX = 10_000;

  /** The other orders to this side wait meanwhile; what is left is found by the next look. */
  private static final Duration MOST = Duration.ofSeconds(10);

  private static final int ANSWER_MILLIS_MAX = 15_000;

  private final Peer peer;
  private final Occupants occupants;

  CallingOff(Peer peer, LinkNames names) {
    this.peer = peer;
    this.occupants = new Occupants(peer.side, names);
  }

  /**
   * Calls off every vacuum of a user's table that can be.
   *
   * @throws OutsideException when a later order was taken, or a table is held by somebody else too
   */
  void carryOut(long epoch) {
    long deadline = System.nanoTime() + MOST.toNanos();
    List<String> tables =
        peer.orders.change(
            "look for vacuums on the " + peer.side.word(),
            connection -> {
              Control.take(connection, peer.side, epoch);
              return occupants.all(connection).stream()
                  .filter(Occupants.Occupant::yields)
                  .map(Occupants.Occupant::table)
                  .toList();
            });
    for (String table : tables) {
      if (System.nanoTime() > deadline) {
        return;
      }
      peer.orders.change(
          "call off the vacuum of " + table + " on the " + peer.side.word(),
          connection -> {
            Control.take(connection, peer.side, epoch);
            lock(connection, table);
            return true;
          },
          ANSWER_MILLIS_MAX);
    }
  }

  private static void lock(Connection connection, String table) throws SQLException {
    DeadlockTimeout timeout =
        new Catalog(connection)
            .first("SELECT " + DeadlockTimeout.COLUMNS, DeadlockTimeout::of)
            .orElseThrow();
    Links.execute(
        connection,
        timeout.shortened()
            + "SET LOCAL lock_timeout = "
            + Math.min(timeout.millis() + 500, LOCK_MILLIS_MAX)
            + "; SET LOCAL statement_timeout = 0; LOCK TABLE ONLY "
            + table
            + " IN SHARE UPDATE EXCLUSIVE MODE");
  }
}
