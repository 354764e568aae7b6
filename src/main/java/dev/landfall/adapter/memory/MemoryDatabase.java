package dev.landfall.adapter.memory;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.Fence;
import dev.landfall.replication.Leak;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One side of a data asset: some tables of numbered rows, the writers that are at work, a log of
 * what was written, and all that a replicator keeps on a side. Any number of threads may share it.
 *
 * <p>What {@link #stop} leaves behind is what a crashed server finds on its disk.
 *
 * <p>Longer than the rule, because one monitor guards all of it: statements of a server are atomic.
 */
public final class MemoryDatabase {
  /** What a program that wants to write meets. */
  public enum Admission {
    /** It may. */
    ADMITTED,
    /** Somebody waits for a lock in front of it; try again in a moment. */
    WAITS,
    /** The fence turns it away. */
    REFUSED,
    /** The server is down. */
    DOWN
  }

  /** How a transaction ended. */
  public enum Outcome {
    COMMITTED,
    /** The key that the sequence gave was there already; nothing was written. */
    DUPLICATE_KEY,
    /** The server went down in between; nothing was written. */
    ABORTED
  }

  /** Who copies into a side: a session that can end while a statement of it is under way. */
  static final class Session {
    private volatile boolean ended;

    void end() {
      ended = true;
    }
  }

  private final Side side;
  private final List<Map<Long, Long>> tables = new ArrayList<>();
  private final long[] sequences;
  private final boolean[] fenced;
  private final MemoryLocks locks;
  private final MemoryLog log;
  private final List<Leak> leaks = new ArrayList<>();

  /** Where in the log each row was last written here, by table. */
  private final List<Map<Long, Integer>> written = new ArrayList<>();

  private final List<Conflict> conflicts = new ArrayList<>();
  private boolean up = true;
  private int generation;

  private boolean made;
  private boolean installed;
  private boolean severed;
  private long epoch;
  private Optional<String> marked = Optional.empty();
  private Optional<String> arrived = Optional.empty();
  private Optional<String> aligned = Optional.empty();
  private long refused;

  private boolean linked;
  private boolean subscribed;
  private boolean failing;
  private Optional<Instant> heard = Optional.empty();
  private int applied;
  private boolean copied;
  private @Nullable Session copier;
  private CheckSeen check = CheckSeen.NONE;

  private MemoryDatabase(Side side, int tables, boolean made, InstantSource clock) {
    this.side = side;
    this.log = new MemoryLog(clock);
    this.made = made;
    for (int i = 0; i < tables; i++) {
      this.tables.add(new HashMap<>());
      written.add(new HashMap<>());
    }
    sequences = new long[tables];
    fenced = new boolean[tables];
    locks = new MemoryLocks(clock);
  }

  /** A database with tables that programs use. */
  public static MemoryDatabase inUse(Side side, int tables, InstantSource clock) {
    return new MemoryDatabase(side, tables, true, clock);
  }

  /** A database into which as many tables will be copied. */
  public static MemoryDatabase empty(Side side, int tables, InstantSource clock) {
    return new MemoryDatabase(side, tables, false, clock);
  }

  /** A program's transaction on one table. */
  public final class Transaction {
    private final int table;
    private final int begunIn = generation;
    private final MemoryLocks.Hold hold;

    private Transaction(int table) {
      this.table = table;
      this.hold = locks.write(table);
    }

    /** The next number of the table's sequence; it is used up even when nothing is committed. */
    public long nextKey() {
      synchronized (MemoryDatabase.this) {
        return ++sequences[table];
      }
    }

    /** Ends it with a new row. */
    public Outcome insert(long key, long value) {
      return end(key, value, true);
    }

    /** Ends it with a row that may have been there before. */
    public Outcome update(long key, long value) {
      return end(key, value, false);
    }

    private Outcome end(long key, long value, boolean fresh) {
      synchronized (MemoryDatabase.this) {
        if (begunIn != generation) {
          return Outcome.ABORTED;
        }
        locks.end(hold);
        if (fresh && tables.get(table).containsKey(key)) {
          return Outcome.DUPLICATE_KEY;
        }
        put(table, key, value);
        return Outcome.COMMITTED;
      }
    }
  }

  private void put(int table, long key, long value) {
    tables.get(table).put(key, value);
    written.get(table).put(key, log.put(table, key, value, applied));
  }

  // What programs and their servers do.

  /** What a program that wants to write to a table meets now. */
  public synchronized Admission admission(int table) {
    if (!up) {
      return Admission.DOWN;
    }
    if (!made || fenced[table]) {
      return Admission.REFUSED;
    }
    return locks.isQueued() ? Admission.WAITS : Admission.ADMITTED;
  }

  /** Begins to write; absent when it is not admitted. */
  public synchronized Optional<Transaction> begin(int table) {
    Admission admission = admission(table);
    if (admission == Admission.REFUSED) {
      refused++;
    }
    if (admission != Admission.ADMITTED) {
      return Optional.empty();
    }
    return Optional.of(new Transaction(table));
  }

  /** Writes around the fence, as the owner of a table can. */
  public synchronized void writeAround(int table, long key, long value) {
    if (fenced[table] && !severed) {
      leaks.add(new Leak(side, "public.table" + table, "id=" + key));
    }
    put(table, key, value);
  }

  /**
   * Maintenance that keeps the fence from being turned begins, unless some is under way.
   *
   * @param yields whether it can be called off
   */
  public synchronized void maintain(Duration time, boolean yields) {
    if (up) {
      locks.maintain(time, yields);
    }
  }

  /** Since when somebody has kept the fence from being closed; absent when nobody does. */
  public synchronized Optional<Instant> occupiedSince() {
    return locks.occupiedSince();
  }

  /** Whether any table accepts writes. */
  public synchronized boolean accepts() {
    return made && fence() != Fence.FENCED;
  }

  /** Whether a write made now is kept for the other side. */
  public synchronized boolean keeps() {
    return log.keeps();
  }

  /** Whether the copy has ended, so that a link must keep what is written. */
  public synchronized boolean linked() {
    return linked;
  }

  /** Whether the link was cut for ever. */
  public synchronized boolean severed() {
    return severed;
  }

  public synchronized long epoch() {
    return epoch;
  }

  /** The value of a row; absent when there is none. */
  public synchronized Optional<Long> row(int table, long key) {
    return Optional.ofNullable(tables.get(table).get(key));
  }

  /** All rows of a table. */
  public synchronized Map<Long, Long> rows(int table) {
    return Map.copyOf(tables.get(table));
  }

  public int tableCount() {
    return fenced.length;
  }

  /** The server dies; what was not committed is gone. */
  public synchronized void stop() {
    up = false;
    generation++;
    locks.clear();
    if (copier != null) {
      // Its lock went with the server: should it wake up later, somebody else may have copied.
      copier.end();
      copier = null;
    }
  }

  /** The server comes back. */
  public synchronized void start() {
    up = true;
  }

  public synchronized boolean up() {
    return up;
  }

  /** A row is in the way of what the other side sends, until somebody has mended it. */
  public synchronized void failToApply(boolean fails) {
    failing = fails;
  }

  /**
   * Takes over what the other side has kept for this one.
   *
   * @return how many changes were taken
   */
  public int pull(MemoryDatabase from, int most) {
    int taken = 0;
    while (taken < most && pullOne(from)) {
      taken++;
    }
    return taken;
  }

  private boolean pullOne(MemoryDatabase from) {
    int at;
    synchronized (this) {
      if (!up || !subscribed || failing) {
        return false;
      }
      at = applied;
    }
    Optional<MemoryLog.Change> change = from.read(at);
    if (change.isEmpty()) {
      return false;
    }
    synchronized (this) {
      if (!up || !subscribed || failing || applied != at) {
        return false;
      }
      switch (change.get()) {
        case MemoryLog.Change.Put put when put.published() -> takeOver(put, at);
        case MemoryLog.Change.Put _ -> {}
        case MemoryLog.Change.Mark mark -> arrived = Optional.of(mark.token());
      }
      applied++;
      heard = Optional.of(change.get().at());
      return true;
    }
  }

  /** Both wrote it at once when neither had the other's write: then one of the two is lost. */
  private void takeOver(MemoryLog.Change.Put put, int at) {
    int own = written.get(put.table()).getOrDefault(put.key(), -1);
    if (own >= put.seen()) {
      String place = (side == Side.SOURCE ? own + "/" + at : at + "/" + own);
      conflicts.add(
          new Conflict(
              "public.table" + put.table(),
              "id=" + put.key(),
              "was written on both sides at once",
              place));
    }
    tables.get(put.table()).put(put.key(), put.value());
  }

  /** What was found is history: both sides begin to accept writes again. */
  synchronized void forgetConflicts() {
    conflicts.clear();
  }

  /** Rows that were written here and on the other side at once. */
  synchronized List<Conflict> conflicts() {
    return List.copyOf(conflicts);
  }

  private synchronized Optional<MemoryLog.Change> read(int at) {
    return up ? log.kept(at) : Optional.empty();
  }

  /** Whether anything has been taken over from the other side's log since the copy. */
  public synchronized boolean hasHeard() {
    return heard.isPresent();
  }

  /** Whether every row in the log of the other side has been taken over. */
  public boolean hasAllOf(MemoryDatabase from) {
    int end = from.endOfRows();
    synchronized (this) {
      return applied >= end;
    }
  }

  private synchronized int endOfRows() {
    return log.endOfRows();
  }

  // What a replicator asks.

  /**
   * What there is to be seen.
   *
   * @param ordinary how long a transaction may write without being worth a word
   */
  synchronized SideSeen seen(Duration ordinary) {
    reached();
    return new SideSeen(Optional.empty(), fence(), epoch, marked, arrived, aligned, refused, heard)
        .occupiedBy(locks.occupation(ordinary));
  }

  synchronized boolean makeWay(long given) {
    take(given);
    locks.makeWay();
    return true;
  }

  synchronized LinkState linkState() {
    reached();
    return new LinkState(log.hasSlot(), log.publishes(), linked, subscribed, failing, applied);
  }

  /** When the first change that the reader has not taken was made; absent when it has all. */
  synchronized Optional<Instant> firstAfter(int position) {
    return log.writtenAt(position);
  }

  synchronized List<Leak> leaks() {
    return List.copyOf(leaks);
  }

  synchronized CheckSeen check() {
    reached();
    return check;
  }

  synchronized List<Map<Long, Long>> snapshot() {
    reached();
    return tables.stream().map(Map::copyOf).toList();
  }

  synchronized int generation() {
    return generation;
  }

  synchronized long sequence(int table) {
    reached();
    return sequences[table];
  }

  /**
   * The link's affairs on one side.
   *
   * @param slot whether writes are kept
   * @param publishes whether they are kept for the other side, and not only marks
   * @param linked whether the first copy of this side's rows has ended
   * @param subscribed whether this side takes what the other keeps
   * @param failing whether it fails to apply it
   * @param applied up to where it has
   */
  record LinkState(
      boolean slot,
      boolean publishes,
      boolean linked,
      boolean subscribed,
      boolean failing,
      int applied) {}

  // What a replicator orders. Each is one transaction.

  private void reached() {
    if (!up) {
      throw new OutsideException(
          MemoryProblem.SIDE_UNREACHABLE,
          "cannot reach the " + side.word() + ": it is down; start it again");
    }
  }

  private void take(long given) {
    reached();
    if (!installed) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot carry out an order on the "
              + side.word()
              + ": nothing is installed there; follow first");
    }
    if (given < epoch) {
      throw new OutsideException(
          MemoryProblem.SIDE_STALE_ORDER,
          "cannot carry out an order of epoch "
              + given
              + " on the "
              + side.word()
              + ": it has taken one of epoch "
              + epoch
              + "; look again");
    }
    epoch = given;
  }

  synchronized void install(long given) {
    reached();
    if (severed) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot link the " + side.word() + ": its link was severed; begin with a new database");
    }
    installed = true;
    take(given);
    if (!made) {
      made = true;
      java.util.Arrays.fill(fenced, true);
    }
  }

  /** Whether the table is fenced now; when not, its writers have not ended. */
  synchronized boolean fence(int table, long given) {
    take(given);
    if (!fenced[table] && !locks.isFree(table)) {
      return false;
    }
    fenced[table] = true;
    return true;
  }

  synchronized boolean open(int table, long given) {
    take(given);
    fenced[table] = false;
    return true;
  }

  synchronized boolean mark(String token, long given) {
    take(given);
    marked = Optional.of(token);
    log.mark(token);
    return true;
  }

  synchronized boolean align(int table, long past, boolean last, String token, long given) {
    take(given);
    sequences[table] = Math.max(sequences[table], past);
    if (last) {
      aligned = Optional.of(token);
    }
    return true;
  }

  /** Whether the caller may copy into this side; false when a whole copy is there. */
  synchronized boolean beginCopy(Session session, long given) {
    take(given);
    if (copied) {
      return false;
    }
    if (copier != null && !copier.ended) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot copy into the " + side.word() + ": somebody else does; wait until it has ended");
    }
    copier = session;
    tables.forEach(Map::clear);
    return true;
  }

  synchronized void copy(Session session, int table, Map<Long, Long> rows) {
    requireCopier(session);
    tables.get(table).putAll(rows);
  }

  synchronized void endCopy(Session session, int position, long given) {
    take(given);
    requireCopier(session);
    copied = true;
    copier = null;
    subscribe(position, given);
  }

  private void requireCopier(Session session) {
    reached();
    if (copier != session || session.ended) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot copy into the " + side.word() + ": the lock was lost; begin again");
    }
  }

  synchronized boolean confirmLinked(long given) {
    take(given);
    linked = true;
    return true;
  }

  /** Begins to keep what is written from now on, for a copy; returns the position. */
  synchronized int makeSlot(Session session, long given) {
    if (session.ended) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot keep the writes of the " + side.word() + ": the session has ended; begin again");
    }
    return makeSlot(true, given);
  }

  /** Keeps what is written from now on; returns the position. */
  synchronized int makeSlot(boolean publish, long given) {
    take(given);
    return log.keep(publish);
  }

  /** Its slot is gone with all that it kept, though no order said so. */
  synchronized void loseLog() {
    log.lose();
  }

  /** Keeps what is written from now on, if it is not kept already; this side is fenced. */
  synchronized int keepAgain(long given) {
    take(given);
    if (!log.keeps()) {
      requireFenced("begin to keep its writes");
    }
    linked = true;
    return log.keepRows();
  }

  /** No longer keeps what is written; this side is fenced. */
  synchronized boolean keepNoMore(boolean dropSlot, long given) {
    take(given);
    if (log.publishes()) {
      requireFenced("stop keeping its writes");
    }
    log.keepNoRows(dropSlot);
    return true;
  }

  private void requireFenced(String verb) {
    if (fence() != Fence.FENCED) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot " + verb + ": the " + side.word() + " accepts writes; fence it first");
    }
  }

  synchronized boolean subscribe(int begin, long given) {
    take(given);
    subscribed = true;
    applied = Math.max(applied, begin);
    return true;
  }

  synchronized boolean unsubscribe(long given) {
    take(given);
    subscribed = false;
    return true;
  }

  /** All rows, which nobody can write until a later order opens this side. */
  synchronized List<Map<Long, Long>> fencedSnapshot(long given) {
    take(given);
    requireFenced("compare");
    return snapshot();
  }

  synchronized boolean check(CheckSeen found, long given) {
    take(given);
    return check(found);
  }

  synchronized boolean check(CheckSeen found) {
    reached();
    check = found;
    return true;
  }

  /** Removes every trace but the fence. */
  synchronized boolean sever(boolean owner, long given) {
    reached();
    if (severed) {
      return true;
    }
    take(given);
    if (!owner) {
      requireFenced("sever the link");
    }
    cut(!owner);
    return true;
  }

  /** Takes nothing from the other side any more, and accepts writes behind its own rows. */
  synchronized boolean goOnAlone(long margin, long given) {
    reached();
    if (severed) {
      return true;
    }
    take(given);
    for (int table = 0; fence() == Fence.FENCED && table < sequences.length; table++) {
      long last = tables.get(table).keySet().stream().mapToLong(key -> key).max().orElse(0);
      sequences[table] = Math.max(sequences[table], last) + margin;
    }
    cut(false);
    return true;
  }

  private void cut(boolean close) {
    severed = true;
    log.keepNoRows(true);
    subscribed = false;
    java.util.Arrays.fill(fenced, close);
  }

  private Fence fence() {
    if (!made) {
      return Fence.UNKNOWN;
    }
    int closed = 0;
    for (boolean each : fenced) {
      closed += each ? 1 : 0;
    }
    if (closed == 0) {
      return Fence.OPEN;
    }
    return closed == fenced.length ? Fence.FENCED : Fence.PARTLY;
  }
}
