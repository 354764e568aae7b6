package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CopyProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Copies all rows as of one exported snapshot, with several sessions at once, of several tables and
 * of several parts of a large one.
 *
 * <p>The session that exported the snapshot must stay open until {@link #copy} returns. When the
 * copy fails and that session still lives, the same order may be given again and goes on with the
 * parts that are not over; when it died, a new snapshot begins from nothing.
 */
final class TableCopier {
  /** Pages of a part: 16 MiB. A table of 10 TB has 640 thousand of them. */
  static final long BLOCKS_PER_PART = 2048;

  /** Small tables go over together, but not more than this, for the locks' sake. */
  private static final int TABLES_PER_BATCH_MAX = 50;

  private static final long BATCH_BYTES = 8L << 20;

  private final CopySessions sessions;
  private final int workers;
  private final long blocksPerPart;

  /** What to copy, and how fast. */
  record Order(FirstCopy.Snapshot snapshot, long blocksPerPart, BandwidthCap cap) {
    /** What the records name: parts of other sizes do not fit together. */
    String key() {
      return snapshot.name() + "@" + snapshot.consistentPoint() + parts();
    }

    /** The end of {@link #key} that tells the size of parts. */
    String parts() {
      return "/" + blocksPerPart;
    }
  }

  TableCopier(PostgresServer source, PostgresServer target, int workers, long blocksPerPart) {
    this.sessions = new CopySessions(source, target);
    this.workers = workers;
    this.blocksPerPart = blocksPerPart;
  }

  /** Ends the copy under way soon, with an exception for its caller. */
  void stop() {
    sessions.stop();
  }

  /**
   * Copies what is not yet copied.
   *
   * @throws OutsideException when one of the servers refused or did not answer
   */
  void copy(FirstCopy.Snapshot snapshot, BandwidthCap cap, Consumer<CopyProgress> progress) {
    var order = new Order(snapshot, blocksPerPart, cap);
    writing(
        order,
        control -> {
          CopyLedger.clean(control, order);
          run(plan(order, control), order, progress);
        });
  }

  /** Whether there is anything that {@link #renew} could save from being copied again. */
  boolean hasCopied() {
    try (var control = sessions.target()) {
      CopyLedger.install(control);
      return !CopyLedger.kept(control).isEmpty();
    } catch (SQLException e) {
      throw failed("rows", e);
    }
  }

  /**
   * Brings what an earlier run has copied to a newer snapshot, as far as it can be; the rest is
   * emptied, so that {@link #copy} copies it again.
   *
   * @return which tables were emptied, and why
   * @throws OutsideException when one of the servers refused or did not answer
   */
  List<String> renew(
      FirstCopy.Snapshot snapshot,
      KeysSince since,
      BandwidthCap cap,
      Consumer<CopyProgress> progress) {
    var order = new Order(snapshot, blocksPerPart, cap);
    var why = new ArrayList<String>();
    writing(
        order,
        control ->
            why.addAll(
                new CopyRenewal(sessions, workers, order, since)
                    .run(control, tables(order, control), progress)));
    return why;
  }

  private interface Writing {
    void run(Connection control) throws SQLException;
  }

  private void writing(Order order, Writing work) {
    try (var control = sessions.target()) {
      CopyLedger.install(control);
      CopyLedger.begin(control, order);
      try {
        work.run(control);
      } catch (OutsideException e) {
        leave(control, e);
        throw e;
      }
      CopyLedger.end(control);
      sessions.over(control);
    } catch (SQLException e) {
      throw failed("rows", e);
    }
  }

  /** Closes the fence for us too, if the target still answers; else the next start does. */
  private static void leave(Connection control, OutsideException why) {
    try {
      CopyLedger.end(control);
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  /** The parts that are left, and the figures of all. */
  private Plan plan(Order order, Connection control) throws SQLException {
    Map<String, Set<CopyPart.Done>> done = CopyLedger.done(control);
    List<CopyTable> tables = tables(order, control);
    var parts = new ArrayList<CopyPart>();
    long rows = 0;
    long bytes = 0;
    long over = 0;
    var left = new HashMap<Long, AtomicInteger>();
    for (CopyTable table : tables) {
      var own = CopyPart.left(table, blocksPerPart, done.getOrDefault(table.name(), Set.of()));
      parts.addAll(own);
      left.put(table.oid(), new AtomicInteger(own.size()));
      rows += table.rowsEstimated();
      bytes += table.blocks() * CopyTable.BLOCK_BYTES;
      over += own.stream().mapToLong(CopyPart::bytesEstimated).sum();
    }
    var meter = new CopyMeter("rows", tables.size(), rows, bytes);
    meter.rows(CopyLedger.rows(control));
    meter.heapDone(Math.max(0, bytes - over));
    left.values().stream().filter(count -> count.get() == 0).forEach(each -> meter.tableDone());
    return new Plan(batches(parts), left, meter);
  }

  private List<CopyTable> tables(Order order, Connection control) throws SQLException {
    List<CopyTable> tables;
    try (var session = sessions.source(order.snapshot())) {
      tables = CopyTable.all(session);
      session.commit();
      sessions.over(session);
    }
    var there = new HashMap<String, String>();
    CopyTable.all(control).forEach(table -> there.put(table.name(), table.types()));
    return tables.stream()
        .map(table -> table.types().equals(there.get(table.name())) ? table : table.asText())
        .toList();
  }

  /** Large parts first and alone, so that the end is not one worker's; small ones together. */
  private static ConcurrentLinkedQueue<List<CopyPart>> batches(List<CopyPart> parts) {
    var queue = new ConcurrentLinkedQueue<List<CopyPart>>();
    var batch = new ArrayList<CopyPart>();
    long bytes = 0;
    parts.sort(Comparator.comparingLong(CopyPart::bytesEstimated).reversed());
    for (CopyPart part : parts) {
      batch.add(part);
      bytes += part.bytesEstimated();
      if (bytes >= BATCH_BYTES || batch.size() >= TABLES_PER_BATCH_MAX) {
        queue.add(List.copyOf(batch));
        batch.clear();
        bytes = 0;
      }
    }
    if (!batch.isEmpty()) {
      queue.add(List.copyOf(batch));
    }
    return queue;
  }

  private record Plan(
      ConcurrentLinkedQueue<List<CopyPart>> batches,
      Map<Long, AtomicInteger> left,
      CopyMeter meter) {}

  private void run(Plan plan, Order order, Consumer<CopyProgress> progress) {
    var crew = new Crew("rows");
    crew.run(
        Math.clamp(plan.batches.size(), 1, workers),
        () -> work(plan, order, crew),
        () -> progress.accept(plan.meter.look(System.nanoTime())));
  }

  private void work(Plan plan, Order order, Crew crew) throws InterruptedException {
    String at = "rows";
    try (var out = sessions.source();
        var in = sessions.hastyTarget()) {
      var worker =
          new CopyWorker(out, in, order, plan.meter, () -> sessions.stopped() || crew.failed());
      try {
        List<CopyPart> batch;
        while (!crew.failed() && (batch = plan.batches.poll()) != null) {
          worker.copy(batch);
          count(plan, batch);
        }
      } finally {
        at = worker.at().isEmpty() ? at : worker.at();
        sessions.over(out);
        sessions.over(in);
      }
    } catch (SQLException e) {
      throw failed(at, e);
    }
  }

  private static void count(Plan plan, List<CopyPart> batch) {
    for (CopyPart part : batch) {
      var left = plan.left.get(part.table().oid());
      if (left != null && left.decrementAndGet() == 0) {
        plan.meter.tableDone();
      }
    }
  }

  static OutsideException failed(String what, SQLException e) {
    String remedy =
        switch (Catalog.state(e)) {
          case "53100" -> "make room on that server's disk and start again: it goes on";
          case "42501" -> "grant the right that is missing and start again: it goes on";
          case "53200", "53300" -> "raise the server's limit and start again: it goes on";
          case "57P01", "57P02", "57P03", "08000", "08001", "08003", "08006" ->
              "is the server up? start again: it goes on";
          default -> "start again: tables that are over are not copied twice";
        };
    return new OutsideException(
        PostgresProblem.COPY,
        "cannot copy " + what + ": " + PostgresProblem.told(e) + "; " + remedy,
        e);
  }
}
