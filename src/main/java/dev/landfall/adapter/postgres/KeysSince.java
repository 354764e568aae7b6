package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.PgOutput.Message;
import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * Which rows were written since the position of a slot. The slot stays as it is, so that the same
 * can be asked again, also up to a later place.
 *
 * @param slot what keeps the log
 * @param publication of the key columns, made before the slot and not changed since
 * @param from the position of the slot
 */
record KeysSince(PostgresServer server, String slot, String publication, LogSequenceNumber from) {
  /**
   * After so long a silence the server is asked how far it has read. By itself it says nothing
   * while it reads log that nobody publishes, as long as it hears from us.
   */
  private static final Duration ASK_AFTER = Duration.ofSeconds(10);

  /** After so long a silence it is seen to whether there is anybody left who could speak. */
  private static final Duration DOUBT_AFTER = Duration.ofSeconds(60);

  private static final Duration IDLE = Duration.ofMillis(3);
  private static final Duration RELEASE_MAX = Duration.ofSeconds(15);

  /** A value of some collations equals others, and servers may differ about which. */
  private static final String LOOSE =
      " AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_collation o ON o.oid = a.attcollation"
          + " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT o.collisdeterministic)";

  /** The tables whose writes can be told by their keys, by their numbers in the catalogs. */
  Map<Long, KeyedTable> tables() throws SQLException {
    try (Connection connection = server.connect("copy")) {
      var names = new LinkedHashMap<TableName, Long>();
      new Catalog(connection)
          .rows(
              "SELECT c.oid, n.nspname, c.relname FROM pg_publication_rel r"
                  + " JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c"
                  + " ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                  + " WHERE p.pubname = ?"
                  + LOOSE,
              row ->
                  names.put(
                      new TableName(Catalog.text(row, 2), Catalog.text(row, 3)), row.getLong(1)),
              publication);
      var tables = new HashMap<Long, KeyedTable>();
      KeyedTable.read(connection, names.keySet())
          .forEach((name, table) -> {
            if (BothSides.watched(table) && RowKeys.tells(table)) {
              tables.put(names.getOrDefault(name, 0L), table);
            }
          });
      return tables;
    }
  }

  /**
   * Reads the slot.
   *
   * @param tables as {@link #tables} told them
   * @param upTo everything committed before this place is found; some of what came later too
   * @param cap what is read goes through it
   * @throws OutsideException when it was stopped, or the server says nothing any more
   */
  DirtySet read(
      Map<Long, KeyedTable> tables,
      LogSequenceNumber upTo,
      BandwidthCap cap,
      BooleanSupplier stopped)
      throws SQLException, InterruptedException {
    return read(tables, upTo, cap, stopped, DOUBT_AFTER);
  }

  /**
   * The same.
   *
   * @param doubtAfter so long a silence is nothing to see to
   */
  DirtySet read(
      Map<Long, KeyedTable> tables,
      LogSequenceNumber upTo,
      BandwidthCap cap,
      BooleanSupplier stopped,
      Duration doubtAfter)
      throws SQLException, InterruptedException {
    release();
    try (Connection connection = server.connectForReplication("copy")) {
      for (String setting : Watcher.SETTINGS) {
        Links.execute(connection, setting);
      }
      try (PGReplicationStream stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(slot)
              .withSlotOption("proto_version", 1)
              .withSlotOption("publication_names", publication)
              .withStatusInterval(1, TimeUnit.SECONDS)
              .withAutomaticFlush(false)
              .start()) {
        int sender = connection.unwrap(PGConnection.class).getBackendPID();
        Alive alive = new Alive(doubtAfter, () -> isReadBy(sender));
        return new Reading(stream, tables, upTo.asLong(), cap, stopped, alive).run();
      }
    }
  }

  private boolean isReadBy(int sender) throws SQLException {
    try (Connection connection = server.connect("copy")) {
      return new Catalog(connection)
          .holds(
              "SELECT active_pid = ? FROM pg_replication_slots WHERE slot_name = ?", sender, slot);
    }
  }

  /** Whether the server's process that reads the log for us is there, and when to ask. */
  private record Alive(Duration doubtAfter, Check check) {
    interface Check {
      boolean holds() throws SQLException;
    }
  }

  /** A reader that was cut off may still have the slot, until its server notices. */
  private void release() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + RELEASE_MAX.toNanos();
    try (Connection connection = server.connect("copy")) {
      String active = " FROM pg_replication_slots WHERE active AND slot_name = ?";
      while (new Catalog(connection).holds("SELECT true" + active, slot)) {
        if (System.nanoTime() > deadline) {
          throw new OutsideException(
              PostgresProblem.COPY,
              "cannot read the slot " + slot + ": somebody else reads it, again and again");
        }
        new Catalog(connection).texts("SELECT pg_terminate_backend(active_pid)" + active, slot);
        Thread.sleep(50);
      }
    }
  }

  /** One pass over the slot. */
  private static final class Reading {
    private final PGReplicationStream stream;
    private final Map<Long, KeyedTable> tables;
    private final long upTo;
    private final BandwidthCap cap;
    private final BooleanSupplier stopped;
    private final DirtySet dirty = new DirtySet();
    private final WatchedChanges changes;
    private final Alive alive;
    private long position;
    private long heard = System.nanoTime();
    private long asked = heard;

    Reading(
        PGReplicationStream stream,
        Map<Long, KeyedTable> tables,
        long upTo,
        BandwidthCap cap,
        BooleanSupplier stopped,
        Alive alive) {
      this.stream = stream;
      this.alive = alive;
      this.tables = tables;
      this.upTo = upTo;
      this.cap = cap;
      this.stopped = stopped;
      var byName = new HashMap<TableName, KeyedTable>();
      tables.values().forEach(table -> byName.put(table.name(), table));
      // Whoever wrote a row, it is no longer what was copied.
      this.changes =
          new WatchedChanges(
              byName,
              _ -> false,
              change -> dirty.add(change.table(), change.key(), position, change.committed()));
    }

    DirtySet run() throws SQLException, InterruptedException {
      while (position < upTo) {
        if (stopped.getAsBoolean()) {
          throw new OutsideException(
              PostgresProblem.COPY, "cannot copy rows: the copy was stopped");
        }
        long before = position;
        var message = stream.readPending();
        if (message != null) {
          cap.take(message.remaining());
          Message read = PgOutput.read(message);
          if (read instanceof Message.Relation relation) {
            look(relation);
          }
          position = Math.max(position, changes.take(read, position));
        } else {
          if (!changes.within()) {
            // Outside a transaction the server's word for how far it has read is about all of it.
            position = Math.max(position, stream.getLastReceiveLSN().asLong());
          }
          Thread.sleep(IDLE);
        }
        if (message != null || position > before) {
          heard = System.nanoTime();
          asked = heard;
        } else {
          bearSilence(System.nanoTime());
        }
      }
      return dirty;
    }

    /**
     * A server that works through a large transaction of unpublished tables answers, but with the
     * place it was at before; so silence proves nothing while its process has the slot.
     */
    private void bearSilence(long now) throws SQLException {
      if (now - asked > ASK_AFTER.toNanos()) {
        stream.forceUpdateStatus();
        asked = now;
      }
      if (now - heard > alive.doubtAfter.toNanos()) {
        if (!alive.check.holds()) {
          throw new OwnSqlException(
              "the slot says nothing any more, and the server no longer reads it", "08006");
        }
        heard = now;
      }
    }

    /**
     * By what it has at that time, each change must tell the whole key before and after it. A table
     * that had another name, other columns or another key in between is dirty as a whole.
     */
    private void look(Message.Relation relation) {
      KeyedTable table = tables.get(Integer.toUnsignedLong(relation.id()));
      if (table == null) {
        return;
      }
      List<String> keys = table.key().stream().map(KeyedTable.Column::name).toList();
      List<String> expected =
          table.columns().stream()
              .filter(column ->
                  table.watch() == KeyedTable.Watch.ROWS
                      ? !column.generated()
                      : keys.contains(column.name()))
              .map(KeyedTable.Column::name)
              .toList();
      boolean same =
          relation.table().equals(table.name())
              && relation.columns().equals(expected)
              && Set.copyOf(relation.identity()).containsAll(keys);
      if (!same) {
        dirty.addWhole(table.name(), position, position);
      }
    }
  }
}
