package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.DirtySet.Entry;
import dev.landfall.adapter.postgres.DirtySet.Row;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Difference;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Whether both sides hold the same rows: a full comparison that rolls in the background, and rows
 * written since compared again until they are equal.
 *
 * <p>What is claimed, and why it holds: both watchers read from before the first row of a full
 * comparison on. A row that differs at some moment was therefore either different when the full
 * comparison read it, and became a suspect; or was written later, and became dirty. Neither leaves
 * its set before it is found equal. Between fences all sets are compared once more.
 */
final class Comparison implements AutoCloseable {
  private static final int DIFFERENCES_MAX = 100;

  /** Above this share of a table's rows, reading all of it costs less than reading by keys. */
  private static final double DENSE = 0.2;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofMillis(20);
  private static final Duration RECORD = Duration.ofSeconds(1);

  /** How long a session kept for the cutover may take to answer while nothing is at stake. */
  private static final Duration READY = Duration.ofSeconds(5);

  /** What the link has carried over. */
  @FunctionalInterface
  interface Applied {
    /**
     * Everything committed on this side up to the answer is applied and visible on the other side.
     * Empty only when no link leads from this side.
     *
     * @throws SQLException when it cannot be told; it is asked again later
     */
    Optional<LogSequenceNumber> from(Side origin) throws SQLException;
  }

  /**
   * How much it may cost.
   *
   * @param chunkRows rows compared by one digest; 1 or more
   * @param dutyPercent share of the time that the full comparison keeps the servers busy, 1 to 100
   * @param rest the time between the end of a full comparison and the next
   */
  record Settings(int chunkRows, int dutyPercent, Duration rest) {
    static final Settings USUAL = new Settings(8192, 50, Duration.ofMinutes(10));
  }

  /**
   * The result of a comparison between fences.
   *
   * @param rows rows read on the source
   * @param differences the first hundred that differ for certain
   */
  record Outcome(long rows, Duration took, List<Difference> differences) {
    Outcome {
      differences = List.copyOf(differences);
    }

    boolean equal() {
      return differences.isEmpty();
    }
  }

  /** What the comparison's parts work on together. */
  record Shared(
      Watcher onSource,
      Watcher onTarget,
      DirtySet suspects,
      Applied applied,
      Settings settings,
      Map<Row, Difference> certain) {

    /** Why writes of either side were missed for good. */
    Optional<String> lost() {
      return onSource.lost().or(onTarget::lost);
    }
  }

  private final PostgresServer source;
  private final PostgresServer target;
  private final Set<TableName> names;
  private final Shared shared;
  private final FullPass full;
  private final BaselineKeeping keeping;
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock ordered = new ReentrantLock();
  private volatile boolean closed;
  private volatile boolean fenced;

  /** Until when the background work rests, on the clock of {@link System#nanoTime}. */
  private volatile long rests = System.nanoTime();

  private volatile @Nullable String fault;
  private volatile @Nullable Last last;
  private volatile List<Difference> unfollowed = List.of();
  private final SidesAtCutover atCutover;

  /** The last comparison between fences. */
  private record Last(String token, Outcome outcome) {}

  Comparison(
      PostgresServer source,
      PostgresServer target,
      Watcher onSource,
      Watcher onTarget,
      Set<TableName> tables,
      Applied applied) {
    this(source, target, onSource, onTarget, tables, applied, Settings.USUAL);
  }

  Comparison(
      PostgresServer source,
      PostgresServer target,
      Watcher onSource,
      Watcher onTarget,
      Set<TableName> tables,
      Applied applied,
      Settings settings) {
    this.source = source;
    this.target = target;
    names = Set.copyOf(tables);
    atCutover = new SidesAtCutover(source, target, names);
    shared =
        new Shared(onSource, onTarget, new DirtySet(), applied, settings, new LinkedHashMap<>());
    full = new FullPass(shared, () -> closed, this::resting);
    keeping = new BaselineKeeping(source, shared, full, () -> closed);
  }

  /** Begins the rolling comparison; both watchers have been installed and started before. */
  void start() {
    threads.add(Thread.ofVirtual().name("landfall settle").start(() -> keepOn(this::settle)));
    threads.add(Thread.ofVirtual().name("landfall compare").start(() -> keepOn(this::roll)));
  }

  /** What is known now; touches no server. */
  CheckSeen seen() {
    var done = Optional.ofNullable(last);
    var differences = new LinkedHashSet<>(unfollowed);
    synchronized (shared.certain()) {
      differences.addAll(shared.certain().values());
    }
    Optional<FullPass.Baseline> baseline = full.baseline();
    return new CheckSeen(
        baseline.map(FullPass.Baseline::began),
        full.progressPercent(),
        pendingRows(),
        baseline.map(FullPass.Baseline::rows).orElse(0L),
        done.map(Last::token),
        done.map(each -> each.outcome().rows()).orElse(0L),
        done.map(each -> each.outcome().took()).orElse(Duration.ZERO),
        List.copyOf(differences));
  }

  private long pendingRows() {
    long rows = 0;
    for (DirtySet set : sets()) {
      rows += set.rows();
      for (TableName table : set.tables()) {
        rows += Math.max(1, full.rowsEstimated(table));
      }
    }
    return rows;
  }

  private List<DirtySet> sets() {
    return List.of(shared.onSource().dirty(), shared.onTarget().dirty(), shared.suspects());
  }

  /** Why writes were missed for good, so that both watchers have to be made anew. */
  Optional<String> lost() {
    return shared.lost();
  }

  /** What keeps it from comparing right now; it tries again by itself. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /**
   * Why {@link #compareNow} would not do and {@link #compareAll} must: no full comparison has ended
   * yet, or a watcher lost writes. Empty when it would do. After a loss, a new slot needs a new
   * comparison.
   */
  Optional<String> fullNeeded() {
    return shared
        .lost()
        .or(() ->
            full.baseline().isPresent()
                ? Optional.empty()
                : Optional.of("no full comparison has ended yet"));
  }

  /**
   * Compares what changed since it was last found equal. Both sides are fenced and drained.
   *
   * @throws OutsideException when a full comparison is needed, a watcher did not get behind the
   *     fence in time, or a side did not answer
   */
  Outcome compareNow(String token, Duration timeout) {
    return betweenFences(token, timeout, false);
  }

  /** Compares every row. Both sides are fenced and drained. */
  Outcome compareAll(String token) {
    return betweenFences(token, Duration.ofHours(12), true);
  }

  private Outcome betweenFences(String token, Duration timeout, boolean everything) {
    long began = System.nanoTime();
    lock();
    fenced = true;
    try {
      Optional<String> needed = everything ? Optional.empty() : fullNeeded();
      if (needed.isPresent()) {
        throw cannot(needed.get() + "; compare everything", null);
      }
      BothSides sides = atCutover.ready(timeout);
      unfollowed = UnfollowedTables.of(sides, names);
      var comparison =
          new FencedComparison(sides, atCutover.tables(), shared.settings().chunkRows(), DENSE);
      Instant start = Instant.now();
      if (!everything) {
        awaitWatchers(sides, timeout.minusNanos(System.nanoTime() - began));
      }
      List<DirtySet> sets = sets();
      List<List<Entry>> taken = sets.stream().map(DirtySet::all).toList();
      comparison.compare(everything, taken.stream().flatMap(List::stream).toList());
      for (int i = 0; i < taken.size(); i++) {
        DirtySet set = sets.get(i);
        taken.get(i).stream().filter(comparison::foundEqual).forEach(set::settle);
      }
      var took = Duration.ofNanos(System.nanoTime() - began);
      var differences = new ArrayList<>(unfollowed);
      differences.addAll(comparison.differences(DIFFERENCES_MAX));
      var outcome = new Outcome(comparison.rows(), took, differences);
      // What differs is looked at again from now on, and forgotten once it is found equal.
      comparison
          .differing()
          .keySet()
          .forEach(row -> shared.suspects().suspect(row.table(), row.key()));
      if (everything && shared.lost().isEmpty()) {
        full.found(start, comparison.rows());
      }
      synchronized (shared.certain()) {
        shared.certain().clear();
        comparison.differing().entrySet().stream()
            .limit(DIFFERENCES_MAX)
            .forEach(each -> shared.certain().put(each.getKey(), each.getValue()));
      }
      last = new Last(token, outcome);
      return outcome;
    } catch (SQLException e) {
      closeAtCutover();
      throw cannot(PostgresProblem.told(e) + "; are both servers up?", e);
    } catch (RuntimeException e) {
      closeAtCutover();
      throw e;
    } finally {
      fenced = false;
      ordered.unlock();
    }
  }

  /**
   * Lets the background work rest, so that it takes nothing from servers whose users wait.
   *
   * @param time how long, unless told anew; zero to go on
   */
  void rest(Duration time) {
    rests = System.nanoTime() + time.toNanos();
  }

  private boolean resting() {
    return fenced || System.nanoTime() - rests < 0;
  }

  private void lock() {
    try {
      ordered.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cannot("stopped while waiting for its sessions; try again", null);
    }
  }

  private void awaitWatchers(BothSides sides, Duration timeout) throws SQLException {
    var ends = sides.ask(SideReader::end);
    long until = System.nanoTime() + timeout.toNanos();
    for (Watcher watcher : List.of(shared.onSource(), shared.onTarget())) {
      var end = watcher.side() == Side.SOURCE ? ends.source() : ends.target();
      if (!watcher.awaitPassed(end, Duration.ofNanos(until - System.nanoTime()))) {
        String why =
            watcher.lost().or(watcher::fault).orElse("it has read up to " + watcher.position());
        throw cannot(
            "the watcher of the "
                + watcher.side().word()
                + " did not get to "
                + end.asString()
                + " in time: "
                + why
                + "; try again, or compare everything",
            null);
      }
    }
  }

  private static OutsideException cannot(String why, @Nullable SQLException cause) {
    String message = "cannot compare both sides: " + why;
    return cause == null
        ? new OutsideException(PostgresProblem.LINK, message)
        : new OutsideException(PostgresProblem.LINK, message, cause);
  }

  /** Signs in before the cutover, where nobody should wait for it, and notices dead sessions. */
  private void keepReadyForCutover() {
    if (!ordered.tryLock()) {
      return;
    }
    try {
      unfollowed = UnfollowedTables.of(atCutover.ready(READY), names);
    } catch (SQLException | OutsideException e) {
      closeAtCutover();
      fault = "cannot keep sessions for the cutover: " + PostgresProblem.told(e);
    } finally {
      ordered.unlock();
    }
  }

  private void closeAtCutover() {
    try {
      atCutover.close();
    } catch (SQLException e) {
      fault = "cannot close a session: " + PostgresProblem.told(e);
    }
  }

  /** Work with a session on each side that goes on until the comparison is closed. */
  private interface Work {
    void on(BothSides sides) throws SQLException, InterruptedException;
  }

  private void keepOn(Work work) {
    while (!closed) {
      try (BothSides sides = BothSides.open(source, target, Duration.ofMinutes(30))) {
        work.on(sides);
      } catch (SQLException | OutsideException e) {
        fault = "cannot compare both sides: " + PostgresProblem.told(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (!closed) {
        sleep(RETRY);
      }
    }
  }

  private void settle(BothSides sides) throws SQLException, InterruptedException {
    var settling = new Settling(sides, sides.tables(names), shared, () -> closed || fenced);
    keepReadyForCutover();
    long recordedAt = System.nanoTime();
    while (!closed) {
      boolean any = !fenced && settling.round();
      fault = null;
      if (!resting() && System.nanoTime() - recordedAt > RECORD.toNanos()) {
        recordedAt = System.nanoTime();
        keeping.update();
        keepReadyForCutover();
      }
      if (!any) {
        Thread.sleep(IDLE);
      }
    }
  }

  private void roll(BothSides sides) throws SQLException, InterruptedException {
    Map<TableName, KeyedTable> tables = sides.tables(names);
    if (full.baseline().isEmpty()) {
      keeping.restore();
    }
    while (!closed) {
      full.run(sides, tables);
    }
  }

  /** Drops what {@link #start} left on the source. */
  static void remove(PostgresServer source) {
    try {
      BaselineRecord.remove(source);
    } catch (SQLException e) {
      throw cannot(PostgresProblem.told(e) + "; is the source up?", e);
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the background work; everything on both sides stays. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    closeAtCutover();
  }
}
