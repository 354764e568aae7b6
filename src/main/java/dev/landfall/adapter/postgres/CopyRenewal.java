package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Brings what an earlier run has copied to a newer snapshot, at the cost of what was written in
 * between.
 *
 * <p>Why it is right: of each table, some ranges of pages were copied as of a snapshot P, and the
 * slot has kept every write since before P. A row that nobody wrote between P and the new snapshot
 * is the same in both, and lies on the same page, because the table is still in the same file. So
 * the copied ranges hold, as of the new snapshot, the rows of before without those whose keys were
 * written, and the rows of these keys that lie in these ranges now. Deleting and copying by key
 * makes just that of the target, in one transaction with the record of it; a key too many changes
 * nothing. What cannot be told like this is emptied, and copied again with the rest.
 */
final class CopyRenewal {
  private final CopySessions sessions;
  private final int workers;
  private final TableCopier.Order order;
  private final KeysSince since;

  CopyRenewal(CopySessions sessions, int workers, TableCopier.Order order, KeysSince since) {
    this.sessions = sessions;
    this.workers = workers;
    this.order = order;
    this.since = since;
  }

  private record Job(CopyTable table, RowKeys rows, String ranges) {}

  /**
   * Does it.
   *
   * @param tables as the new snapshot sees them
   * @return which tables were emptied, and why
   */
  List<String> run(Connection control, List<CopyTable> tables, Consumer<CopyProgress> progress)
      throws SQLException {
    var now = tables.stream().collect(Collectors.toMap(CopyTable::name, table -> table));
    var keyed = since.tables();
    keyed.values().removeAll(loose(control, keyed));
    DirtySet dirty = read(keyed);
    var keys = new HashMap<TableName, List<List<String>>>();
    for (var entry : dirty.all()) {
      if (!entry.row.whole()) {
        keys.computeIfAbsent(entry.row.table(), _ -> new ArrayList<>()).add(entry.row.key());
      }
    }
    var anew = new TreeMap<String, String>();
    var same = new ArrayList<String>();
    var jobs = new ConcurrentLinkedQueue<Job>();
    var done = CopyLedger.done(control);
    for (CopyLedger.Kept kept : CopyLedger.kept(control)) {
      @Nullable CopyTable table = now.get(kept.relation());
      @Nullable KeyedTable known = table == null ? null : keyed.get(table.oid());
      String doubt = doubt(kept, table, known, dirty);
      if (!doubt.isEmpty() || table == null || known == null) {
        anew.put(kept.relation(), doubt);
      } else if (!keys.containsKey(known.name())) {
        same.add(kept.relation());
      } else {
        var rows = RowKeys.distinct(known, keys.getOrDefault(known.name(), List.of()));
        String ranges = CopyPart.within(done.getOrDefault(kept.relation(), Set.of()));
        jobs.add(new Job(table, rows, ranges));
      }
    }
    CopyLedger.empty(control, List.copyOf(anew.keySet()), order);
    CopyLedger.keep(control, same, order);
    work(jobs, progress);
    return anew.entrySet().stream()
        .map(each -> each.getKey() + " (" + each.getValue() + ")")
        .toList();
  }

  private DirtySet read(Map<Long, KeyedTable> keyed) throws SQLException {
    try {
      var upTo = LogSequenceNumber.valueOf(order.snapshot().consistentPoint());
      return since.read(keyed, upTo, order.cap(), sessions::stopped);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OwnSqlException("it was stopped", "57014", e);
    }
  }

  /** Why what is copied of a table cannot be brought to the new snapshot; empty when it can. */
  private String doubt(
      CopyLedger.Kept kept, @Nullable CopyTable table, @Nullable KeyedTable keyed, DirtySet dirty) {
    if (table == null) {
      return "it is no more";
    }
    if (!kept.prints().equals(Set.of(table.print()))) {
      return "it was changed, rewritten or emptied";
    }
    if (!kept.snapshots().stream().allMatch(each -> each.endsWith(order.parts()))) {
      return "it was copied in parts of another size";
    }
    var point = LogSequenceNumber.valueOf(order.snapshot().consistentPoint());
    if (kept.oldest().asLong() < since.from().asLong() || kept.newest().asLong() > point.asLong()) {
      return "the slot does not keep all that was written since";
    }
    if (keyed == null) {
      return "it has no key by which its changes can be told";
    }
    return dirty.tables().contains(keyed.name())
        ? "it was emptied, had another key in between, or too much of it was written"
        : "";
  }

  /** Tables whose keys the target may not tell apart as the source does. */
  private static Set<KeyedTable> loose(Connection control, Map<Long, KeyedTable> keyed)
      throws SQLException {
    var names =
        Set.copyOf(
            new Catalog(control)
                .rows(
                    "SELECT DISTINCT n.nspname, c.relname FROM pg_attribute a JOIN pg_collation o"
                        + " ON o.oid = a.attcollation JOIN pg_class c ON c.oid = a.attrelid"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0"
                        + " AND NOT o.collisdeterministic",
                    row -> new TableName(Catalog.text(row, 1), Catalog.text(row, 2))));
    return keyed.values().stream()
        .filter(table -> names.contains(table.name()))
        .collect(Collectors.toSet());
  }

  private void work(ConcurrentLinkedQueue<Job> jobs, Consumer<CopyProgress> progress) {
    var meter = new CopyMeter("changed rows", jobs.size(), 0, 0);
    var crew = new Crew("changed rows");
    crew.run(
        Math.clamp(jobs.size(), 1, workers),
        () -> {
          try (var out = sessions.source();
              var in = sessions.hastyTarget()) {
            var worker =
                new CopyWorker(out, in, order, meter, () -> sessions.stopped() || crew.failed());
            Job job;
            while (!crew.failed() && (job = jobs.poll()) != null) {
              worker.renew(job.table, job.rows, job.ranges);
            }
            sessions.over(out);
            sessions.over(in);
          }
        },
        () -> progress.accept(meter.look(System.nanoTime())));
  }
}
