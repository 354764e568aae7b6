package dev.landfall.adapter.postgres;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were written and have not been found equal since, in the order of their last writes.
 *
 * <p>A row written again counts from its last write: whoever reads the log again from there learns
 * of the row again. So a row written all the time does not keep the log from being let go.
 *
 * <p>Safe for use by several threads.
 */
final class DirtySet {
  /** Above this the table as a whole is dirty: its keys would cost more than reading it. */
  static final int KEYS_PER_TABLE_MAX = 200_000;

  /** Keys of all tables together; above it the table that grows becomes dirty as a whole. */
  static final int KEYS_MAX = 500_000;

  /**
   * What is dirty.
   *
   * @param key the key's values as text; empty when it is the whole table
   */
  record Row(TableName table, List<String> key) {
    Row {
      key = List.copyOf(key);
    }

    boolean whole() {
      return key.isEmpty();
    }
  }

  /** A row, and the write that made it dirty. */
  static final class Entry {
    final Row row;

    /** Grows with each write of any row: tells whether a row was written again. */
    final long version;

    /** A place in the log from which this write is read again. */
    final long from;

    /** The place of the write: when the link has carried this over, the row can be compared. */
    final long committed;

    /** Comparisons that found it different. */
    private int tries;

    /** On the clock of {@link System#nanoTime}. */
    private long notBefore;

    private Entry(Row row, long version, long from, long committed) {
      this.row = row;
      this.version = version;
      this.from = from;
      this.committed = committed;
    }
  }

  private final LinkedHashMap<Row, Entry> rows = new LinkedHashMap<>();
  private final LinkedHashMap<TableName, Entry> tables = new LinkedHashMap<>();
  private final Map<TableName, Integer> rowsOf = new HashMap<>();
  private final int keysPerTableMax;
  private long version;

  DirtySet() {
    this(KEYS_PER_TABLE_MAX);
  }

  DirtySet(int keysPerTableMax) {
    this.keysPerTableMax = keysPerTableMax;
  }

  /** A row was written; without a key its table counts as a whole. */
  synchronized void add(TableName table, List<String> key, long from, long committed) {
    if (key.isEmpty() || tables.containsKey(table)) {
      addWhole(table, from, committed);
      return;
    }
    var row = new Row(table, key);
    @Nullable Entry before = rows.remove(row);
    rows.put(row, new Entry(row, ++version, from, committed));
    if (before == null) {
      int count = rowsOf.merge(table, 1, Integer::sum);
      if (count > keysPerTableMax || rows.size() > KEYS_MAX) {
        addWhole(table, from, committed);
      }
    }
  }

  /**
   * A comparison found a row different. Unlike a write this changes nothing when the row is dirty
   * already: had it been equal in between, it was written since, and whoever watches knows.
   *
   * @param key empty when the row cannot be told, so that it may be any of the table
   */
  synchronized void suspect(TableName table, List<String> key) {
    if (!tables.containsKey(table) && (key.isEmpty() || !rows.containsKey(new Row(table, key)))) {
      add(table, key, Long.MAX_VALUE, 0);
    }
  }

  /** Every row of the table may have been written. */
  synchronized void addWhole(TableName table, long from, long committed) {
    long oldest = from;
    @Nullable Entry before = tables.remove(table);
    if (before != null) {
      oldest = Math.min(oldest, before.from);
    }
    if (rowsOf.remove(table) != null) {
      for (var each = rows.values().iterator(); each.hasNext(); ) {
        Entry entry = each.next();
        if (entry.row.table().equals(table)) {
          oldest = Math.min(oldest, entry.from);
          each.remove();
        }
      }
    }
    tables.put(table, new Entry(new Row(table, List.of()), ++version, oldest, committed));
  }

  /** Up to so many rows that may be compared now, those first whose last write is oldest. */
  synchronized List<Entry> takeRows(int max, long nowNanos, Predicate<Entry> ready) {
    return take(rows.values(), max, nowNanos, ready);
  }

  /** Up to so many tables that may be compared as a whole now. */
  synchronized List<Entry> takeTables(int max, long nowNanos, Predicate<Entry> ready) {
    return take(tables.values(), max, nowNanos, ready);
  }

  private static List<Entry> take(
      Collection<Entry> from, int max, long nowNanos, Predicate<Entry> ready) {
    var taken = new ArrayList<Entry>();
    for (Entry entry : from) {
      if (taken.size() >= max) {
        break;
      }
      if ((entry.tries == 0 || entry.notBefore - nowNanos <= 0) && ready.test(entry)) {
        taken.add(entry);
      }
    }
    return taken;
  }

  /** All of it, as it is now: tables, then rows. */
  synchronized List<Entry> all() {
    var all = new ArrayList<Entry>(tables.values());
    all.addAll(rows.values());
    return all;
  }

  /** Found equal: it goes, unless it was written again since it was taken. */
  synchronized boolean settle(Entry entry) {
    Row row = entry.row;
    @Nullable Entry now = row.whole() ? tables.get(row.table()) : rows.get(row);
    if (now == null || now.version != entry.version) {
      return false;
    }
    if (row.whole()) {
      tables.remove(row.table());
    } else {
      rows.remove(row);
      rowsOf.computeIfPresent(row.table(), (key, count) -> count > 1 ? count - 1 : null);
    }
    return true;
  }

  /**
   * A dirty table was compared: from here on only these rows of it are dirty, unless it was written
   * meanwhile. At no moment is a row that differs not dirty at all.
   */
  synchronized boolean narrow(Entry table, Collection<List<String>> keys) {
    if (!settle(table)) {
      return false;
    }
    keys.forEach(key -> suspect(table.row.table(), key));
    return true;
  }

  /**
   * Found different: tried again later, and later each time, so that others have their turn.
   *
   * @return how often it was found different since its last write
   */
  synchronized int postpone(Entry entry, long nowNanos) {
    entry.tries++;
    long millis = Math.min(5_000, 50L << Math.min(entry.tries, 10));
    entry.notBefore = nowNanos + millis * 1_000_000;
    return entry.tries;
  }

  /** The version of the last write of a row, or of its table when that is dirty; 0 when clean. */
  synchronized long versionOf(Row row) {
    @Nullable Entry entry = tables.get(row.table());
    if (entry == null) {
      entry = rows.get(row);
    }
    return entry == null ? 0 : entry.version;
  }

  /** The lowest place from which the log must be read again to learn of all that is dirty. */
  synchronized OptionalLong oldest() {
    var oldest = tables.values().stream().mapToLong(entry -> entry.from).min();
    if (rows.isEmpty()) {
      return oldest;
    }
    long row = rows.firstEntry().getValue().from;
    return OptionalLong.of(Math.min(row, oldest.orElse(row)));
  }

  /** Dirty rows that are known by their keys. */
  synchronized long rows() {
    return rows.size();
  }

  /** Tables that are dirty as a whole. */
  synchronized List<TableName> tables() {
    return List.copyOf(tables.keySet());
  }

  synchronized boolean isEmpty() {
    return rows.isEmpty() && tables.isEmpty();
  }
}
