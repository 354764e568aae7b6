package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.DirtySet.Entry;
import dev.landfall.adapter.postgres.DirtySet.Row;
import dev.landfall.replication.Difference;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One comparison while nobody writes, so that what differs differs for certain. */
final class FencedComparison {
  /** Rows that differ and are kept; more would only fill the memory. */
  private static final int DIFFERING_MAX = 10_000;

  private final BothSides sides;
  private final Map<TableName, KeyedTable> tables;
  private final int chunkRows;
  private final double dense;
  private final Map<Row, Difference> differing = new LinkedHashMap<>();
  private final Set<TableName> tablesDiffering = new LinkedHashSet<>();
  private long rows;

  FencedComparison(
      BothSides sides, Map<TableName, KeyedTable> tables, int chunkRows, double dense) {
    this.sides = sides;
    this.tables = tables;
    this.chunkRows = chunkRows;
    this.dense = dense;
  }

  /** Compares all rows, or the dirty ones and those of tables whose writes nobody watches. */
  void compare(boolean everything, List<Entry> dirty) throws SQLException {
    Map<TableName, Set<Row>> byTable = ChangedRows.byTable(dirty);
    for (KeyedTable table : tables.values()) {
      Set<Row> changed = byTable.getOrDefault(table.name(), Set.of());
      boolean whole =
          everything
              || !BothSides.watched(table)
              || changed.stream().anyMatch(Row::whole)
              || changed.size() > Math.max(chunkRows, dense * table.rowsEstimated());
      if (whole) {
        whole(table);
      } else if (!changed.isEmpty()) {
        var found = ChangedRows.compare(sides, table, changed);
        rows += found.rows();
        found
            .differing()
            .forEach((row, what) -> differs(table, row, sides.describe(table, row.key()), what));
      }
    }
  }

  private void whole(KeyedTable table) throws SQLException {
    new TableComparison(
            sides,
            chunkRows,
            (of, key, described, what) -> differs(of, new Row(of.name(), key), described, what),
            (read, took) -> {
              rows += read;
              return true;
            })
        .compare(table);
  }

  private void differs(KeyedTable table, Row row, String described, String what) {
    tablesDiffering.add(table.name());
    if (differing.size() < DIFFERING_MAX) {
      // A row without a key is told by its digest alone, so that several share one entry.
      differing.merge(
          row, new Difference(table.name().toString(), described, what), (first, next) -> first);
    }
  }

  /** Whether an entry was compared and nothing of it differs. */
  boolean foundEqual(Entry entry) {
    return (entry.row.whole() || differing.size() >= DIFFERING_MAX)
        ? !tablesDiffering.contains(entry.row.table())
        : !differing.containsKey(entry.row);
  }

  long rows() {
    return rows;
  }

  Map<Row, Difference> differing() {
    return differing;
  }

  List<Difference> differences(int max) {
    return differing.values().stream().limit(max).toList();
  }
}
