package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SideReader.RowStream;
import dev.landfall.adapter.postgres.SideReader.RowStream.Item;
import dev.landfall.adapter.postgres.SideReader.Slice;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares one table from end to end: by digests of many rows, and row by row where these differ.
 *
 * <p>Where an index has the keys in the same order on both sides, ranges of keys are compared one
 * after the other, the first and the last without limit, so that rows that only the target has are
 * found wherever they are. Otherwise each side groups all rows by hash in one pass.
 */
final class TableComparison {
  private static final int BUCKETS_MAX = 1 << 16;

  /** Told of each row that was not the same when both sides were read. */
  interface Sink {
    /**
     * A row that differs.
     *
     * @param key empty when the table has no key and the row can be told only by its digest
     */
    void differs(KeyedTable table, List<String> key, String described, String what);
  }

  /** Told after each part; may pause. */
  interface Pace {
    /**
     * A part is done.
     *
     * @param rows read on the source
     * @return false to end the comparison before its time
     */
    boolean done(long rows, long tookNanos);
  }

  private final BothSides sides;
  private final int chunkRows;
  private final Sink sink;
  private final Pace pace;

  TableComparison(BothSides sides, int chunkRows, Sink sink, Pace pace) {
    this.sides = sides;
    this.chunkRows = chunkRows;
    this.sink = sink;
    this.pace = pace;
  }

  /** Whether it got to the end. */
  boolean compare(KeyedTable table) throws SQLException {
    return table.ranged() ? byRanges(table) : byBuckets(table);
  }

  private boolean byRanges(KeyedTable table) throws SQLException {
    List<String> above = List.of();
    while (true) {
      long began = System.nanoTime();
      Optional<List<String>> upTo = sides.source().keyAfter(table, above, chunkRows);
      var range = new Slice.Range(above, upTo.orElse(List.of()));
      var digests = sides.ask(side -> side.digest(table, range));
      if (!digests.equal()) {
        rowByRow(table, range);
      }
      if (!pace.done(digests.source().count(), System.nanoTime() - began)) {
        return false;
      }
      if (upTo.isEmpty()) {
        return true;
      }
      above = upTo.get();
    }
  }

  private boolean byBuckets(KeyedTable table) throws SQLException {
    long began = System.nanoTime();
    long wanted = Math.clamp(table.rowsEstimated() / chunkRows, 1, BUCKETS_MAX);
    long mask = Long.highestOneBit(wanted) - 1;
    var digests = sides.ask(side -> side.buckets(table, mask));
    var all = new TreeSet<>(digests.source().keySet());
    all.addAll(digests.target().keySet());
    all.removeIf(
        bucket -> Objects.equals(digests.source().get(bucket), digests.target().get(bucket)));
    if (!all.isEmpty()) {
      rowByRow(table, new Slice.Buckets(mask, List.copyOf(all)));
    }
    long rows = digests.source().values().stream().mapToLong(SideReader.Digest::count).sum();
    return pace.done(rows, System.nanoTime() - began);
  }

  /** Merges the rows of both sides, which come in the order of their hashes. */
  private void rowByRow(KeyedTable table, Slice slice) throws SQLException {
    var streams = sides.ask(side -> side.rows(table, slice));
    try (RowStream source = streams.source();
        RowStream target = streams.target()) {
      while (source.has() || target.has()) {
        int order =
            !source.has() ? 1 : !target.has() ? -1 : Long.compare(source.hash(), target.hash());
        List<Item> here = order <= 0 ? source.next() : List.of();
        List<Item> there = order >= 0 ? target.next() : List.of();
        if (!here.equals(there)) {
          tell(table, here, there);
        }
      }
    }
    sides.source().finish();
    sides.target().finish();
  }

  private void tell(KeyedTable table, List<Item> here, List<Item> there) {
    var onlyHere = new ArrayList<>(here);
    var onlyThere = new ArrayList<>(there);
    there.forEach(onlyHere::remove);
    here.forEach(onlyThere::remove);
    var keysThere = new HashSet<List<String>>();
    onlyThere.forEach(item -> keysThere.add(item.key()));
    for (Item item : onlyHere) {
      boolean both = keysThere.contains(item.key());
      tell(table, item, both ? "not equal" : "missing on target");
      onlyThere.removeIf(other -> other.key().equals(item.key()));
    }
    onlyThere.forEach(item -> tell(table, item, "missing on source"));
  }

  private void tell(KeyedTable table, Item item, String what) {
    List<String> key = table.key().isEmpty() ? List.of() : item.key();
    sink.differs(table, key, sides.describe(table, item.key()), what);
  }
}
