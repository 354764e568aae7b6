package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Notices that tables were changed while linked, which replication does not carry. Forbidding it
 * would need an event trigger, which only superusers may make.
 */
final class SchemaWatch implements AutoCloseable {
  /** Digests names and types of all columns of all tables. */
  static final String PRINT =
      "SELECT md5(coalesce(string_agg(c.oid || a.attname || a.atttypid || a.atttypmod"
          + " || a.attnotnull, ',' ORDER BY c.oid, a.attnum), '')) FROM pg_attribute a"
          + " JOIN (SELECT c.oid "
          + WriteFence.USERS_TABLES
          + ") c ON c.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped";

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final List<Peer> peers;
  private final Map<Side, Boolean> changed = new EnumMap<>(Side.class);
  private volatile boolean closed;

  SchemaWatch(List<Peer> peers) {
    this.peers = peers;
  }

  void start() {
    for (Peer each : peers) {
      Thread.ofVirtual().name("schema of the " + each.side.word()).start(() -> watch(each));
    }
  }

  private void watch(Peer peer) {
    while (!closed) {
      try {
        boolean now =
            peer.beats.ask(
                "compare the schema with what it was",
                connection -> {
                  try (var statement = connection.createStatement();
                      var row =
                          statement.executeQuery(
                              "SELECT schema_print IS NOT NULL AND schema_print <> ("
                                  + PRINT
                                  + ") FROM landfall.control")) {
                    return row.next() && row.getBoolean(1);
                  }
                });
        note(peer.side, now);
      } catch (OutsideException e) {
        // A side that does not answer shows in every look; what was known of it still holds.
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void note(Side side, boolean now) {
    changed.put(side, now);
  }

  synchronized boolean changed(Side side) {
    return changed.getOrDefault(side, false);
  }

  @Override
  public void close() {
    closed = true;
  }
}
