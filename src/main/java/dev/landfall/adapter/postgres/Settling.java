package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.DirtySet.Entry;
import dev.landfall.adapter.postgres.DirtySet.Row;
import dev.landfall.replication.Difference;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Compares dirty rows again while writes go on, until they are equal.
 *
 * <p>A row is compared only when its last write has been carried over: before, a row that went from
 * A to B and back to A could be found equal although B is still under way. A row written again
 * while it is compared stays dirty, because the watcher learns of a write after its commit.
 */
final class Settling {
  private static final int ROWS_PER_ROUND = 2_000;

  /** So many times different, about a second in all, and it is asked whether that is certain. */
  private static final int TRIES_MIN = 5;

  private static final int CERTAIN_MAX = 100;

  private static final Duration CARRIED_WITHIN = Duration.ofSeconds(5);

  private final BothSides sides;
  private final Map<TableName, KeyedTable> tables;
  private final Watcher onSource;
  private final Watcher onTarget;
  private final DirtySet suspects;
  private final Comparison.Applied applied;
  private final int chunkRows;
  private final Map<Row, Difference> certain;
  private final java.util.function.BooleanSupplier halted;

  Settling(
      BothSides sides,
      Map<TableName, KeyedTable> tables,
      Comparison.Shared shared,
      java.util.function.BooleanSupplier halted) {
    this.sides = sides;
    this.tables = tables;
    onSource = shared.onSource();
    onTarget = shared.onTarget();
    suspects = shared.suspects();
    applied = shared.applied();
    chunkRows = shared.settings().chunkRows();
    certain = shared.certain();
    this.halted = halted;
  }

  /** One round over what may be compared now; false when there was nothing. */
  boolean round() throws SQLException {
    if (onSource.dirty().isEmpty() && onTarget.dirty().isEmpty() && suspects.isEmpty()) {
      return false;
    }
    boolean any = round(onSource.dirty(), carried(Side.SOURCE));
    any |= round(onTarget.dirty(), carried(Side.TARGET));
    any |= round(suspects, entry -> true);
    return any;
  }

  private Predicate<Entry> carried(Side origin) throws SQLException {
    Optional<LogSequenceNumber> upTo = applied.from(origin);
    return entry -> upTo.isEmpty() || entry.committed < upTo.get().asLong();
  }

  private boolean round(DirtySet set, Predicate<Entry> ready) throws SQLException {
    long now = System.nanoTime();
    List<Entry> taken = set.takeRows(ROWS_PER_ROUND, now, ready);
    var doubtful = new ArrayList<Entry>();
    for (var each : ChangedRows.byTable(taken).entrySet()) {
      var differing = compare(each.getKey(), each.getValue());
      for (Entry entry : taken) {
        if (entry.row.table().equals(each.getKey())) {
          if (!differing.containsKey(entry.row)) {
            settled(set, entry);
          } else if (set.postpone(entry, System.nanoTime()) >= TRIES_MIN) {
            doubtful.add(entry);
          }
        }
      }
    }
    findCertain(doubtful);
    List<Entry> wholes = set.takeTables(1, now, ready);
    for (Entry entry : wholes) {
      whole(set, entry);
    }
    return !taken.isEmpty() || !wholes.isEmpty();
  }

  private Map<Row, String> compare(TableName name, Set<Row> rows) throws SQLException {
    KeyedTable table = tables.get(name);
    return table == null ? Map.of() : ChangedRows.compare(sides, table, rows).differing();
  }

  private void settled(DirtySet set, Entry entry) {
    set.settle(entry);
    synchronized (certain) {
      certain.remove(entry.row);
    }
  }

  /** Compares a table as a whole; afterwards only the rows that differ are dirty. */
  private void whole(DirtySet set, Entry entry) throws SQLException {
    KeyedTable table = tables.get(entry.row.table());
    if (table == null) {
      set.settle(entry);
      return;
    }
    var differing = new LinkedHashSet<List<String>>();
    var comparison =
        new TableComparison(
            sides,
            chunkRows,
            (of, key, described, what) -> differing.add(key),
            (rows, took) ->
                !halted.getAsBoolean() && differing.size() < DirtySet.KEYS_PER_TABLE_MAX);
    boolean toTheEnd = comparison.compare(table);
    boolean told = !differing.contains(List.<String>of());
    if (toTheEnd && told) {
      if (set == suspects) {
        set.narrow(entry, differing);
        forgetIfEqual(entry, differing);
      } else {
        // The suspects come first: at no moment may a row that differs be in no set at all.
        differing.forEach(key -> suspects.suspect(table.name(), key));
        set.settle(entry);
        forgetIfEqual(entry, differing);
      }
    } else {
      set.postpone(entry, System.nanoTime());
    }
  }

  private void forgetIfEqual(Entry table, Set<List<String>> differing) {
    if (differing.isEmpty()) {
      synchronized (certain) {
        certain.remove(table.row);
      }
    }
  }

  /**
   * Finds rows that differ for certain although writes go on: those that nobody wrote between a
   * place in the log that is carried over and the end of the log after they were read.
   */
  private void findCertain(List<Entry> doubtful) throws SQLException {
    if (doubtful.isEmpty()) {
      return;
    }
    var rows = new LinkedHashMap<Row, Long>();
    for (Entry entry : doubtful.subList(0, Math.min(doubtful.size(), CERTAIN_MAX))) {
      rows.put(entry.row, writes(entry.row));
    }
    var before = sides.ask(SideReader::end);
    if (!carriedOver(before.source(), before.target())) {
      return;
    }
    var differing = new LinkedHashMap<Row, String>();
    var byTable = new LinkedHashMap<TableName, Set<Row>>();
    rows.keySet()
        .forEach(row -> byTable.computeIfAbsent(row.table(), k -> new LinkedHashSet<>()).add(row));
    for (var each : byTable.entrySet()) {
      differing.putAll(compare(each.getKey(), each.getValue()));
    }
    var after = sides.ask(SideReader::end);
    if (!onSource.awaitPassed(after.source(), CARRIED_WITHIN)
        || !onTarget.awaitPassed(after.target(), CARRIED_WITHIN)) {
      return;
    }
    differing.forEach((row, what) -> {
      KeyedTable table = tables.get(row.table());
      if (table != null && writes(row) == rows.getOrDefault(row, -1L)) {
        var difference =
            new Difference(row.table().toString(), sides.describe(table, row.key()), what);
        synchronized (certain) {
          if (certain.size() < CERTAIN_MAX) {
            certain.put(row, difference);
          }
        }
      }
    });
  }

  /** Changes with every write of the row on either side. */
  private long writes(Row row) {
    return onSource.dirty().versionOf(row) + onTarget.dirty().versionOf(row);
  }

  private boolean carriedOver(LogSequenceNumber source, LogSequenceNumber target)
      throws SQLException {
    long until = System.nanoTime() + CARRIED_WITHIN.toNanos();
    while (!carriedOver(Side.SOURCE, source) || !carriedOver(Side.TARGET, target)) {
      if (System.nanoTime() - until >= 0 || halted.getAsBoolean()) {
        return false;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private boolean carriedOver(Side origin, LogSequenceNumber place) throws SQLException {
    return applied.from(origin).map(upTo -> upTo.compareTo(place) >= 0).orElse(true);
  }
}
