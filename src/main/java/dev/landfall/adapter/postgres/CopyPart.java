package dev.landfall.adapter.postgres;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A range of pages of one table.
 *
 * @param fromBlock its first page
 * @param toBlock the page after its last; {@link #OPEN} for all that follow, because a table may
 *     grow between the look at its size and the copy
 */
record CopyPart(CopyTable table, long fromBlock, long toBlock) {
  static final long OPEN = -1;

  boolean last() {
    return toBlock == OPEN;
  }

  boolean whole() {
    return fromBlock == 0 && last();
  }

  long bytesEstimated() {
    long end = last() ? Math.max(table.blocks(), fromBlock) : toBlock;
    return (end - fromBlock) * CopyTable.BLOCK_BYTES;
  }

  /** What is recorded of a part on the target. */
  record Done(String relation, long fromBlock, long toBlock) {}

  Done done() {
    return new Done(table.name(), fromBlock, toBlock);
  }

  /**
   * The parts of a table that are not yet copied. Parts begin at multiples of the same size, so
   * those of an earlier run, when the table was shorter or longer, fit between those of this one.
   *
   * @param done what is recorded of this table
   */
  static List<CopyPart> left(CopyTable table, long blocksPerPart, Set<Done> done) {
    var parts = new ArrayList<CopyPart>();
    long from = 0;
    while (true) {
      if (done.contains(new Done(table.name(), from, OPEN))) {
        return parts;
      }
      boolean tail = table.blocks() <= from + blocksPerPart && !doneAfter(from, done);
      var part = new CopyPart(table, from, tail ? OPEN : from + blocksPerPart);
      if (!done.contains(part.done())) {
        parts.add(part);
      }
      if (tail) {
        return parts;
      }
      from += blocksPerPart;
    }
  }

  /**
   * The condition that a row of {@code x} lies in what is copied; empty when that is everything.
   *
   * @param done of one table, one or more
   */
  static String within(Set<Done> done) {
    var ranges = new ArrayList<long[]>();
    for (Done each : done.stream().sorted(Comparator.comparingLong(Done::fromBlock)).toList()) {
      if (!ranges.isEmpty() && ranges.getLast()[1] == each.fromBlock()) {
        ranges.getLast()[1] = each.toBlock();
      } else {
        ranges.add(new long[] {each.fromBlock(), each.toBlock()});
      }
    }
    if (ranges.size() == 1 && ranges.getFirst()[0] == 0 && ranges.getFirst()[1] == OPEN) {
      return "";
    }
    return ranges.stream()
        .map(range ->
            "x.ctid >= '("
                + range[0]
                + ",0)'::tid"
                + (range[1] == OPEN ? "" : " AND x.ctid < '(" + range[1] + ",0)'::tid"))
        .collect(Collectors.joining(") OR (", " AND ((", "))"));
  }

  /** Whether something further on is copied already: then this part must end where it begins. */
  private static boolean doneAfter(long from, Set<Done> done) {
    return done.stream().anyMatch(each -> each.fromBlock() > from);
  }
}
