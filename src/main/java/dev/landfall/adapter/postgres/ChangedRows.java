package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.DirtySet.Entry;
import dev.landfall.adapter.postgres.DirtySet.Row;
import dev.landfall.adapter.postgres.SideReader.RowDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares rows by their keys. The cost follows the number of keys, not the size of the tables. */
final class ChangedRows {
  /** Keys in one question. */
  private static final int BATCH = 1_000;

  private ChangedRows() {}

  /** What was found: each row that differs, and how. Rows not in it are equal. */
  record Found(long rows, Map<Row, String> differing) {}

  static Found compare(BothSides sides, KeyedTable table, Set<Row> rows) throws SQLException {
    var differing = new LinkedHashMap<Row, String>();
    var all = List.copyOf(rows);
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Row> batch = all.subList(from, Math.min(from + BATCH, all.size()));
      List<List<String>> keys = batch.stream().map(Row::key).toList();
      var found = sides.ask(side -> side.byKeys(table, keys));
      for (int i = 0; i < batch.size(); i++) {
        Row row = batch.get(i);
        difference(found.source().get(i), found.target().get(i))
            .ifPresent(what -> differing.put(row, what));
      }
    }
    return new Found(all.size(), differing);
  }

  private static Optional<String> difference(
      Optional<RowDigest> source, Optional<RowDigest> target) {
    if (source.equals(target)) {
      return Optional.empty();
    }
    return Optional.of(
        source.isEmpty()
            ? "missing on source"
            : target.isEmpty() ? "missing on target" : "not equal");
  }

  /** The rows of entries by table, each once. */
  static Map<TableName, Set<Row>> byTable(Iterable<Entry> entries) {
    var rows = new LinkedHashMap<TableName, Set<Row>>();
    for (Entry entry : entries) {
      rows.computeIfAbsent(entry.row.table(), key -> new LinkedHashSet<>()).add(entry.row);
    }
    return rows;
  }

  /** All entries of several sets. */
  static List<Entry> all(List<DirtySet> sets) {
    var entries = new ArrayList<Entry>();
    sets.forEach(set -> entries.addAll(set.all()));
    return entries;
  }
}
