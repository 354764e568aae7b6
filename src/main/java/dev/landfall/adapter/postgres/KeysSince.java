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
  /** So long the server may say nothing at all; it says something twice a minute. */
  private static final Duration SILENCE_MAX = Duration.ofMinutes(5);

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
        return new Reading(stream, tables, upTo.asLong(), cap, stopped).run();
      }
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
    private long position;

    Reading(
        PGReplicationStream stream,
        Map<Long, KeyedTable> tables,
        long upTo,
        BandwidthCap cap,
        BooleanSupplier stopped) {
      this.stream = stream;
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
      long heard = System.nanoTime();
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
        } else if (System.nanoTime() - heard > SILENCE_MAX.toNanos()) {
          throw new SQLException("the slot says nothing any more", "08006");
        }
      }
      return dirty;
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
