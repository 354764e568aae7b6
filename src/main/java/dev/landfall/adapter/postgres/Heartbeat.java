package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.time.Duration;

/**
 * Writes the time into the marker row of each side, once a second, so that an idle link shows that
 * it lives, and a busy one how far it is behind.
 */
final class Heartbeat implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Peer source;
  private final Peer target;
  private volatile boolean closed;

  Heartbeat(Peer source, Peer target) {
    this.source = source;
    this.target = target;
  }

  void start() {
    Thread.ofVirtual().name("heartbeat source").start(() -> beat(source));
    Thread.ofVirtual().name("heartbeat target").start(() -> beat(target));
  }

  private void beat(Peer peer) {
    while (!closed) {
      try {
        beatOnce(peer, peer.beats);
      } catch (OutsideException e) {
        // A heart that cannot beat shows as a lag that grows; the next beat tries again.
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Writes the time, unless the link was severed meanwhile. */
  static void beatOnce(Peer peer, Session session) {
    session.ask(
        "write the heartbeat",
        connection -> {
          Links.execute(
              connection,
              "DO $$ BEGIN IF to_regclass('landfall.marker') IS NOT NULL THEN"
                  + " UPDATE landfall.marker SET beat = clock_timestamp() WHERE origin = '"
                  + peer.side.word()
                  + "'; END IF; END $$");
          return true;
        });
  }

  /** Whether the last heartbeat of one side has arrived on the other. */
  static boolean arrived(Peer from, Peer to) {
    return lastBeat(from, from).equals(lastBeat(to, from));
  }

  private static String lastBeat(Peer where, Peer of) {
    return where.orders.ask(
        "read the heartbeat",
        connection -> {
          try (var statement = connection.createStatement();
              var row =
                  statement.executeQuery(
                      "SELECT beat::text FROM landfall.marker WHERE origin = '"
                          + of.side.word()
                          + "'")) {
            return row.next() ? row.getString(1) : "";
          }
        });
  }

  /** Writes a token behind every write made on a side so far. */
  static void mark(Peer peer, String token, long epoch) {
    peer.orders.change(
        "mark the " + peer.side.word(),
        connection -> {
          Control.take(connection, peer.side, epoch);
          try (var update =
              connection.prepareStatement(
                  "UPDATE landfall.marker SET token = ?, beat = clock_timestamp()"
                      + " WHERE origin = ?")) {
            update.setString(1, token);
            update.setString(2, peer.side.word());
            update.executeUpdate();
          }
          return true;
        });
  }

  @Override
  public void close() {
    closed = true;
  }
}
