package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The slots on the source from which a first copy and its link begin.
 *
 * <p>The link's slot keeps every write since before the oldest row that was copied. A run that goes
 * on makes a second slot, with a snapshot of its own; when all that was copied is as of that one,
 * the second slot takes the place of the first. Whatever dies in between: a row that was copied
 * before the link's slot begins is never trusted, so no order of deaths makes wrong data of it.
 */
final class CopySlots {
  private final Links links;
  private final Peer source;
  private final LinkNames names;
  private final long epoch;
  private final WatchSlot keys;

  CopySlots(Links links, Peer source, LinkNames names, long epoch) {
    this.links = links;
    this.source = source;
    this.names = names;
    this.epoch = epoch;
    this.keys = new WatchSlot(source.server, names.watch(Side.SOURCE));
  }

  private String slot() {
    return names.link(Side.SOURCE);
  }

  /** What has kept the writes since an earlier run; absent when nothing has, or not all. */
  Optional<KeysSince> kept() {
    return source.orders.ask(
        "look for the slot of an earlier copy",
        connection -> {
          if (!there(connection, slot()) && intact(connection, names.next())) {
            // Killed when the second was about to take the place of the first.
            rename(connection);
          }
          return new Catalog(connection)
              .first(
                  "SELECT confirmed_flush_lsn FROM pg_replication_slots s JOIN pg_publication p"
                      + " ON p.pubname = ? WHERE slot_name = ? AND plugin = 'pgoutput'"
                      + " AND database = current_database() AND wal_status <> 'lost'"
                      + " AND confirmed_flush_lsn IS NOT NULL",
                  row ->
                      new KeysSince(
                          source.server,
                          slot(),
                          keys.name(),
                          LogSequenceNumber.valueOf(Catalog.text(row, 1))),
                  keys.name(),
                  slot());
        });
  }

  /** Begins from nothing: whatever was kept is let go of. */
  InitialCopy.Snapshot anew(Connection exporter) throws SQLException {
    links.dropSlot(Side.SOURCE, epoch);
    dropNext();
    // Before the slot: a publication is there for a slot only from where it was made.
    keys.publishOnly(source.orders.ask("read the names of the tables", TableName::readAll));
    return export(exporter, slot());
  }

  /** Begins the second slot; the first stays as it is. */
  InitialCopy.Snapshot next(Connection exporter) throws SQLException {
    dropNext();
    return export(exporter, names.next());
  }

  /** All that was copied is as of the second slot's snapshot: it takes the place of the first. */
  void promote() {
    links.dropSlot(Side.SOURCE, epoch);
    source.orders.ask(
        "rename the slot " + names.next(),
        connection -> {
          rename(connection);
          return true;
        });
  }

  /** The copy under the first name begins where the second does; slots cannot be renamed. */
  private void rename(Connection connection) throws SQLException {
    if (!there(connection, slot())) {
      new Catalog(connection)
          .texts(
              "SELECT slot_name FROM pg_copy_logical_replication_slot(?, ?)", names.next(), slot());
    }
    Links.dropSlot(connection, names.next());
  }

  private void dropNext() {
    source.orders.ask(
        "drop slot " + names.next(), connection -> Links.dropSlot(connection, names.next()));
  }

  /** That the link goes on just where the copy ends. */
  void requireAt(InitialCopy.Snapshot snapshot) {
    boolean same =
        source.orders.ask(
            "look at the slot " + slot(),
            connection ->
                new Catalog(connection)
                    .holds(
                        "SELECT confirmed_flush_lsn = ?::pg_lsn AND wal_status <> 'lost'"
                            + " FROM pg_replication_slots WHERE slot_name = ?",
                        snapshot.consistentPoint(),
                        slot()));
    if (!same) {
      throw new OutsideException(
          PostgresProblem.COPY,
          "cannot link behind the copy: the slot "
              + slot()
              + " is lost, or is not the one that the copy began with; the copy begins again");
    }
  }

  private static boolean intact(Connection connection, String slot) throws SQLException {
    return new Catalog(connection)
        .holds(
            "SELECT wal_status <> 'lost' AND confirmed_flush_lsn IS NOT NULL"
                + " FROM pg_replication_slots WHERE slot_name = ?",
            slot);
  }

  private static boolean there(Connection connection, String slot) throws SQLException {
    return Links.exists(connection, "pg_replication_slots", "slot_name", slot);
  }

  /** The snapshot lives as long as the connection does nothing else. */
  private static InitialCopy.Snapshot export(Connection exporter, String slot) throws SQLException {
    try (var statement = exporter.createStatement();
        var row =
            statement.executeQuery(
                "CREATE_REPLICATION_SLOT " + slot + " LOGICAL pgoutput (SNAPSHOT 'export')")) {
      if (!row.next()) {
        throw new OutsideException(
            PostgresProblem.COPY,
            "cannot begin the copy: the source made a slot and told no snapshot; try again");
      }
      return new InitialCopy.Snapshot(
          row.getString("snapshot_name"), row.getString("consistent_point"));
    }
  }
}
