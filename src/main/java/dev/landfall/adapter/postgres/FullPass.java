package dev.landfall.adapter.postgres;

import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/** Compares all tables while writes go on, one after the other, at a pace that leaves room. */
final class FullPass {
  private static final Duration TURN = Duration.ofMillis(20);

  /**
   * A comparison that has covered everything.
   *
   * @param began when its first row was compared
   * @param rows rows read on the source
   */
  record Baseline(Instant began, long rows) {}

  private final Comparison.Shared shared;
  private final BooleanSupplier closed;
  private final BooleanSupplier fenced;
  private volatile @Nullable Baseline baseline;
  private volatile Map<TableName, KeyedTable> tables = Map.of();
  private final AtomicLong rowsDone = new AtomicLong();
  private volatile long rowsExpected;
  private volatile boolean resting;

  FullPass(Comparison.Shared shared, BooleanSupplier closed, BooleanSupplier fenced) {
    this.shared = shared;
    this.closed = closed;
    this.fenced = fenced;
  }

  Optional<Baseline> baseline() {
    return Optional.ofNullable(baseline);
  }

  /** Everything was compared. */
  void found(Instant began, long rows) {
    baseline = new Baseline(began, rows);
  }

  /** How far the pass under way is; 100 between two. */
  double progressPercent() {
    return resting ? 100 : Math.min(99.9, 100.0 * rowsDone.get() / Math.max(1, rowsExpected));
  }

  long rowsEstimated(TableName table) {
    return Optional.ofNullable(tables.get(table)).map(KeyedTable::rowsEstimated).orElse(0L);
  }

  /** One pass, and the rest behind it. */
  void run(BothSides sides, Map<TableName, KeyedTable> all)
      throws SQLException, InterruptedException {
    tables = all;
    if (!awaitCarriedOver(sides)) {
      return;
    }
    resting = false;
    rowsDone.set(0);
    rowsExpected = all.values().stream().mapToLong(KeyedTable::rowsEstimated).sum();
    Instant began = Instant.now();
    var comparison =
        new TableComparison(
            sides,
            shared.settings().chunkRows(),
            (table, key, described, what) -> shared.suspects().suspect(table.name(), key),
            this::pace);
    for (KeyedTable table : all.values()) {
      if (!comparison.compare(table)) {
        return;
      }
    }
    boolean sound = shared.onSource().lost().isEmpty() && shared.onTarget().lost().isEmpty();
    if (sound) {
      found(began, rowsDone.get());
    }
    resting = true;
    rest();
  }

  private void rest() throws InterruptedException {
    long until = System.nanoTime() + shared.settings().rest().toNanos();
    while (!closed.getAsBoolean() && System.nanoTime() - until < 0) {
      Thread.sleep(TURN);
    }
  }

  private boolean pace(long rows, long tookNanos) {
    rowsDone.addAndGet(rows);
    int duty = shared.settings().dutyPercent();
    try {
      long until = System.nanoTime() + tookNanos * (100 - duty) / duty;
      while (!closed.getAsBoolean() && (fenced.getAsBoolean() || System.nanoTime() - until < 0)) {
        long left = until - System.nanoTime();
        Thread.sleep(Duration.ofNanos(Math.clamp(left, 1, TURN.toNanos())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closed.getAsBoolean();
  }

  /**
   * Waits until both watchers read and the link has carried over what was written before they did.
   * Otherwise a row could be found equal by chance while older writes of it are still under way,
   * and nobody would look again.
   */
  private boolean awaitCarriedOver(BothSides sides) throws SQLException, InterruptedException {
    var ends = sides.ask(SideReader::end);
    while (!closed.getAsBoolean()) {
      if (carried(Side.SOURCE, ends.source()) && carried(Side.TARGET, ends.target())) {
        for (Watcher watcher : List.of(shared.onSource(), shared.onTarget())) {
          if (watcher.fault().isPresent() && watcher.lost().isEmpty()) {
            Thread.sleep(TURN);
            return false;
          }
        }
        return true;
      }
      Thread.sleep(TURN);
    }
    return false;
  }

  private boolean carried(Side origin, LogSequenceNumber place) throws SQLException {
    return shared.applied().from(origin).map(upTo -> upTo.compareTo(place) >= 0).orElse(true);
  }
}
