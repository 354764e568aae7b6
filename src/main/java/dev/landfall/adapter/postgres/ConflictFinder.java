package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.Conflict;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Finds rows that were written on both sides before either had the other's write, from the logs of
 * both: no server from 15 to 17 tells of them, and 18 tells how many there were and not which.
 *
 * <p>A log has, in one order, what was written on its side and what arrived there; and of what
 * arrived, from where in the other's log it came. So each write is kept with how much of the other
 * side had arrived before it, as in a version vector: two writes of a row were made at once exactly
 * when neither had the other before it. A write is forgotten when it has arrived, because later
 * ones have it before them.
 *
 * <p>A row counts once for as long as writes of it are under way both ways, however many there are.
 * Each write costs the same, and what is kept is bounded: beyond that it says that it is blind.
 *
 * <p>Writes made before {@link #begin} count as known to everybody. A log that is read again from
 * an earlier place counts nothing twice. Safe for several threads.
 */
final class ConflictFinder {
  /** So many are named; that there are more is said by one more, which names none. */
  private static final int FOUND_MAX = 1_000;

  /** Beyond it the oldest are forgotten, and nobody is told that all is counted. */
  private final int keptMost;

  /** Of one row; further ones are taken together with the last of them. */
  private static final int OF_ROW_MAX = 1_000;

  private record Row(TableName table, List<String> key) {}

  /** A write, and how far the other side's log had arrived before it. */
  private record Write(long place, long seen) {}

  /** What is known of one side's log. */
  private static final class Log {
    /** By row, in the order of its last write; of each row in the order of the writes. */
    private final LinkedHashMap<Row, Deque<Write>> writes = new LinkedHashMap<>();

    private int kept;

    /** How far the other side's log has arrived. */
    private long seen = Long.MAX_VALUE;

    /** From where on its writes count; behind what has been read. */
    private long since = Long.MAX_VALUE;

    /** The last place of what had to be forgotten before it arrived. */
    private long forgotten;
  }

  private final CohortKey key;
  private final Log ofSource = new Log();
  private final Log ofTarget = new Log();
  private final LinkedHashMap<String, Conflict> found = new LinkedHashMap<>();

  /** Rows that were found, and of which writes are still under way both ways. */
  private final Set<Row> contested = new HashSet<>();

  private boolean begun;
  private boolean shared;
  private @Nullable String fault;

  ConflictFinder(CohortKey key) {
    this(key, 200_000);
  }

  /**
   * @param keptMost how many writes that have not arrived are kept of a side
   */
  ConflictFinder(CohortKey key, int keptMost) {
    this.key = key;
    this.keptMost = keptMost;
  }

  private Log log(Side side) {
    return side == Side.SOURCE ? ofSource : ofTarget;
  }

  /**
   * Finds what is written from now on, when the target is about to be opened: what was found before
   * is history.
   *
   * @throws OutsideException when a side does not say where its log ends
   */
  void beginAnew(Peer source, Peer target) {
    begin(Map.of(Side.SOURCE, end(source), Side.TARGET, end(target)));
    synchronized (this) {
      found.clear();
    }
  }

  /** Finds what is written from now on, unless it does already; says so when it cannot. */
  void beginOnce(Peer source, Peer target) {
    if (isBegun()) {
      return;
    }
    try {
      begin(Map.of(Side.SOURCE, end(source), Side.TARGET, end(target)));
    } catch (OutsideException e) {
      synchronized (this) {
        fault = String.valueOf(e.getMessage());
      }
    }
  }

  private synchronized boolean isBegun() {
    return begun;
  }

  private static long end(Peer peer) {
    return peer.looks.ask(
        "read where the log of the " + peer.side.word() + " ends",
        connection ->
            new Catalog(connection)
                .first(
                    "SELECT pg_current_wal_insert_lsn()::text",
                    row -> LogSequenceNumber.valueOf(row.getString(1)).asLong())
                .orElseThrow());
  }

  /**
   * Finds what is written from now on.
   *
   * @param ends the end of the log of each side
   */
  synchronized void begin(Map<Side, Long> ends) {
    for (Side side : Side.values()) {
      Log log = log(side);
      log.writes.clear();
      log.kept = 0;
      log.forgotten = 0;
      log.since = ends.getOrDefault(side, Long.MAX_VALUE);
      log.seen = ends.getOrDefault(side.other(), Long.MAX_VALUE);
    }
    contested.clear();
    begun = true;
    fault = null;
  }

  /**
   * Somebody else reads the logs from now on, or they are lost: nothing is known of what follows.
   */
  synchronized void stop(String why) {
    begin(Map.of());
    begun = false;
    fault = why;
  }

  /** Whether both sides accept writes: only then it matters what a file says of a table. */
  synchronized void shared(boolean both) {
    shared = both;
  }

  /** Why rows that both sides write are not found right now; absent when they are. */
  synchronized Optional<String> fault() {
    boolean behind = hasForgotten(ofSource, ofTarget) || hasForgotten(ofTarget, ofSource);
    if (!begun) {
      return Optional.of(fault == null ? "the logs are not read yet" : fault);
    }
    return behind
        ? Optional.of("more than " + keptMost + " writes of a side have not arrived at the other")
        : Optional.empty();
  }

  /** Whether something was forgotten that has not arrived at the other side yet. */
  private static boolean hasForgotten(Log log, Log other) {
    return log.forgotten > 0 && other.seen <= log.forgotten;
  }

  /**
   * Something of the other side arrived at a side.
   *
   * @param upTo the end of its commit in the other side's log
   */
  synchronized void arrived(Side at, long upTo) {
    if (!begun || upTo <= log(at).seen) {
      return;
    }
    log(at).seen = upTo;
    Log other = log(at.other());
    var oldest = other.writes.entrySet().iterator();
    while (oldest.hasNext()) {
      var entry = oldest.next();
      if (entry.getValue().getLast().place() >= upTo) {
        break;
      }
      other.kept -= entry.getValue().size();
      contested.remove(entry.getKey());
      oldest.remove();
    }
  }

  /** A row was written on a side, by somebody else than the link. */
  synchronized void wrote(Side at, WatchedChanges.Change change) {
    if (change.committed() < log(at).since) {
      return;
    }
    log(at).since = change.committed();
    if (change.key().isEmpty()) {
      alone(at, change, "was written as a whole");
    } else if (TwoWayRules.isNamed(key.readOnly(), change.table())) {
      alone(at, change, "was written, and the table is said to be read only");
    } else if (shared && !change.adds() && TwoWayRules.isNamed(key.appendOnly(), change.table())) {
      alone(at, change, "was changed, and the table is said to be only added to");
    } else {
      together(at, change);
    }
  }

  private void alone(Side at, WatchedChanges.Change change, String what) {
    if (shared) {
      add(change, what + " (on the " + at.word() + ")", at.word() + " " + change.committed());
    }
  }

  private void together(Side at, WatchedChanges.Change change) {
    var row = new Row(change.table(), change.key());
    var write = new Write(change.committed(), log(at).seen);
    Deque<Write> others = log(at.other()).writes.get(row);
    if (others != null) {
      forget(log(at.other()), row, others, write.seen());
      Write other = others.peekFirst();
      // None of them had arrived before this one, and the first of them has heard the least.
      if (other != null && other.seen() <= write.place() && contested.add(row)) {
        long source = at == Side.SOURCE ? write.place() : other.place();
        long target = at == Side.SOURCE ? other.place() : write.place();
        add(change, "was written on both sides at once", source + "/" + target);
      }
    }
    keep(log(at), row, write);
  }

  /** Those of a row that had arrived; what arrived ends behind the beginning of its commit. */
  private void forget(Log log, Row row, Deque<Write> writes, long upTo) {
    while (!writes.isEmpty() && writes.getFirst().place() < upTo) {
      writes.removeFirst();
      log.kept--;
    }
    if (writes.isEmpty()) {
      log.writes.remove(row);
      contested.remove(row);
    }
  }

  private void keep(Log log, Row row, Write write) {
    // At the end again, so that the order is that of the last writes.
    Deque<Write> own = log.writes.remove(row);
    Deque<Write> all = own == null ? new ArrayDeque<>(2) : own;
    log.writes.put(row, all);
    Write last = all.peekLast();
    if (last != null && (last.place() == write.place() || last.seen() == write.seen())) {
      // As the first of them, as far as the other side is concerned; and it arrives as the last.
      all.removeLast();
      all.addLast(new Write(write.place(), last.seen()));
    } else if (last != null && all.size() >= OF_ROW_MAX) {
      all.removeLast();
      all.addLast(new Write(write.place(), last.seen()));
    } else {
      all.addLast(write);
      log.kept++;
    }
    while (log.kept > keptMost) {
      var oldest = log.writes.pollFirstEntry();
      log.kept -= oldest.getValue().size();
      log.forgotten = Math.max(log.forgotten, oldest.getValue().getLast().place());
      contested.remove(oldest.getKey());
    }
  }

  private void add(WatchedChanges.Change change, String what, String place) {
    if (found.size() < FOUND_MAX) {
      found.putIfAbsent(
          place + " " + change.table() + " " + change.description(),
          new Conflict(change.table().toString(), change.description(), what, place));
    } else {
      found.putIfAbsent(
          "",
          new Conflict(
              change.table().toString(),
              change.description(),
              what + "; it is the first that is not named, after " + FOUND_MAX,
              "more"));
    }
  }

  /** What was found, in its order. */
  synchronized List<Conflict> found() {
    return List.copyOf(found.values());
  }

  /** How many writes are kept; for tests. */
  synchronized int kept() {
    return ofSource.kept + ofTarget.kept;
  }
}
