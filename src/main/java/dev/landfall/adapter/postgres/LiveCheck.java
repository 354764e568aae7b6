package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Watches both sides and compares them, in one process at a time: whoever holds a lock on the
 * source does, and the next takes over when that one ends.
 */
final class LiveCheck implements EqualityCheck {
  private static final long LOCK = 0x1a2d_fa11_0003L;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final int TURNS_PER_LOOK_AT_FORMS = 5;

  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final Duration timeout;
  private final ConflictWatch conflicts;
  private volatile @Nullable Running running;
  private volatile @Nullable String fault = "the comparison has not begun";
  private final ReentrantLock beginning = new ReentrantLock();

  /** Sides whose watcher does not know for sure which of the last writes were allowed. */
  private final Map<Side, Untold> untold = new ConcurrentHashMap<>();

  /** How an order is that may have turned a fence. */
  private enum Untold {
    UNDER_WAY,
    /** It is under way still, and who watches began meanwhile: it may have told nobody. */
    UNHEARD,
    /** It failed, or was given while nobody watched. */
    ENDED
  }

  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  /** What runs while the lock is held. */
  private record Running(Watcher onSource, Watcher onTarget, Comparison comparison, String forms) {
    Watcher on(Side side) {
      return side == Side.SOURCE ? onSource : onTarget;
    }

    Optional<String> unread() {
      return onSource.lost().or(onTarget::lost).or(onSource::fault).or(onTarget::fault);
    }

    void close() {
      comparison.close();
      onSource.close();
      onTarget.close();
    }
  }

  /**
   * @param timeout how long a comparison between fences may take
   */
  LiveCheck(Peer source, Peer target, LinkNames names, Duration timeout) {
    this(source, target, names, timeout, Optional.empty());
  }

  /**
   * @param conflicts finds rows that are written on both sides at once; absent when one side owns
   *     the data at any time
   */
  LiveCheck(
      Peer source,
      Peer target,
      LinkNames names,
      Duration timeout,
      Optional<ConflictFinder> conflicts) {
    this.source = source;
    this.target = target;
    this.names = names;
    this.timeout = timeout;
    this.conflicts = new ConflictWatch(conflicts, source, target);
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("check " + names.base()).start(this::keepOn);
  }

  private void keepOn() {
    while (!closed) {
      try (Connection alone = source.server.connect("check")) {
        if (!locked(alone)) {
          end();
          fault = "another process compares";
          conflicts.stop("another process compares");
        } else {
          beginOnce(alone);
          for (int turn = 1; !closed && alone.isValid(5); turn++) {
            Thread.sleep(RETRY);
            tellUntold();
            conflicts.begin();
            if (endIfLost() || (turn % TURNS_PER_LOOK_AT_FORMS == 0 && endIfReshaped())) {
              beginOnce(alone);
            }
          }
        }
      } catch (SQLException | OutsideException e) {
        // What runs goes on: with the session only the lock is lost, and it may still be free.
        fault = PostgresProblem.told(e);
      } catch (InterruptedException e) {
        closed = true;
      }
      pause();
    }
    end();
  }

  /**
   * When a slot is gone, or its log, nobody knows any more what was written: everything is made
   * anew and compared anew.
   */
  private boolean endIfLost() {
    Running now = running;
    Optional<String> lost = now == null ? Optional.empty() : now.comparison().lost();
    lost.ifPresent(why -> {
      fault = why + ": everything is compared anew";
      conflicts.stop(why);
      end();
    });
    return lost.isPresent();
  }

  /** A column that came later would not be compared by what knows the tables as they were. */
  private boolean endIfReshaped() {
    Running now = running;
    boolean reshaped = now != null && !now.forms().equals(forms());
    if (reshaped) {
      fault = "tables were changed: everything is compared anew";
      end();
    }
    return reshaped;
  }

  private String forms() {
    return form(source) + form(target);
  }

  /** Asked where nobody waits for an answer. */
  private static String form(Peer peer) {
    return peer.beats.ask(
        "read which columns there are",
        connection ->
            new Catalog(connection)
                .first(SchemaWatch.PRINT, row -> Catalog.text(row, 1))
                .orElse(""));
  }

  private static boolean locked(Connection connection) throws SQLException {
    return new Catalog(connection).holds("SELECT pg_try_advisory_lock(" + LOCK + ")");
  }

  /** Nothing begins behind the back of {@link #stop}. */
  private void beginOnce(Connection atSource) throws SQLException {
    beginning.lock();
    try {
      if (running == null && !closed) {
        begin(atSource);
      }
    } finally {
      beginning.unlock();
    }
  }

  private void begin(Connection atSource) throws SQLException {
    String forms = forms();
    Set<TableName> tables = followed(atSource);
    var onSource = watcher(source, tables);
    var onTarget = watcher(target, tables);
    var comparison =
        new Comparison(source.server, target.server, onSource, onTarget, tables, this::applied);
    var next = new Running(onSource, onTarget, comparison, forms);
    conflicts.begin(onSource, onTarget);
    onSource.start();
    onTarget.start();
    comparison.start();
    running = next;
    // An order that turned a fence while this began told nobody.
    for (Side side : Side.values()) {
      untold.merge(side, Untold.ENDED, (order, ended) -> order == ended ? ended : Untold.UNHEARD);
    }
    tellUntold();
    fault = null;
  }

  /** What is not among them, however long it has been there, is carried by nobody. */
  private Set<TableName> followed(Connection atSource) throws SQLException {
    return Set.copyOf(
        new Catalog(atSource)
            .rows(
                "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?",
                row -> new TableName(Catalog.text(row, 1), Catalog.text(row, 2)),
                names.tables()));
  }

  /** Installed, and told since when writes are leaks there. */
  private Watcher watcher(Peer peer, Set<TableName> tables) {
    var watcher = new Watcher(peer.side, peer.server, slot(peer.side), tables);
    watcher.install();
    Optional<Turn> turn = turn(peer);
    turn.filter(Turn::fenced).ifPresent(last -> watcher.expectNone(last.at()));
    if (peer.side == Side.TARGET) {
      conflicts.turned(turn.filter(Turn::fenced).isEmpty());
    }
    return watcher;
  }

  /** The last time that a fence was turned: which way, and where in the log. */
  private record Turn(boolean fenced, LogSequenceNumber at) {}

  /** Read in one statement, so that both parts of the answer are of the same moment. */
  private static Optional<Turn> turn(Peer peer) {
    return peer.looks.ask(
        "read since when the fence stands",
        connection ->
            new Catalog(connection)
                .first(
                    "SELECT (SELECT count(*) > 0 AND bool_and(coalesce(t.tgenabled = 'O', false)) "
                        + WriteFence.USERS_TABLES
                        + "), turned_at::text FROM landfall.control WHERE turned_at IS NOT NULL",
                    row ->
                        new Turn(row.getBoolean(1), LogSequenceNumber.valueOf(row.getString(2)))));
  }

  private String slot(Side side) {
    return names.watch(side);
  }

  /** Behind what the reader of a slot has confirmed, everything is on its disk and visible. */
  private Optional<LogSequenceNumber> applied(Side origin) throws SQLException {
    Peer peer = origin == Side.SOURCE ? source : target;
    try {
      return peer.looks.ask(
          "read what the link has carried",
          connection ->
              new Catalog(connection)
                  .first(
                      "SELECT confirmed_flush_lsn::text FROM pg_replication_slots JOIN"
                          + " pg_publication ON pubname = ? AND pubinsert WHERE slot_name = ?"
                          + " AND database = current_database()",
                      row -> LogSequenceNumber.valueOf(row.getString(1)),
                      names.tables(),
                      names.link(origin)));
    } catch (OutsideException e) {
      throw new OwnSqlException(PostgresProblem.told(e), "58000", e);
    }
  }

  @Override
  public void turn(Side side, boolean fenced, Supplier<Optional<LogSequenceNumber>> order) {
    untold.put(side, Untold.UNDER_WAY);
    if (side == Side.TARGET && !fenced) {
      conflicts.turned(true);
    }
    // A fence is closed when users are about to be held, and opened at the end of that.
    rest(fenced ? timeout : RETRY);
    try {
      tell(side, fenced, order.get());
      untold.remove(side, Untold.UNDER_WAY);
      untold.replace(side, Untold.UNHEARD, Untold.ENDED);
    } catch (RuntimeException e) {
      untold.put(side, Untold.ENDED);
      throw e;
    }
  }

  private void rest(Duration time) {
    Running now = running;
    if (now != null) {
      now.comparison().rest(time);
    }
  }

  private void tell(Side side, boolean fenced, Optional<LogSequenceNumber> from) {
    Running now = running;
    if (side == Side.TARGET) {
      conflicts.turned(!fenced);
    }
    if (now != null && fenced) {
      from.ifPresent(now.on(side)::expectNone);
    } else if (now != null) {
      from.ifPresent(now.on(side)::expectWrites);
    }
  }

  /**
   * Finds out what an order did of which nobody knows how it ended.
   *
   * @throws OutsideException when a side does not answer; it stays untold
   */
  private void tellUntold() {
    for (Peer peer : List.of(source, target)) {
      if (untold.get(peer.side) == Untold.ENDED) {
        var turn = turn(peer);
        tell(peer.side, turn.map(Turn::fenced).orElse(false), turn.map(Turn::at));
        // A later order may be under way by now.
        untold.remove(peer.side, Untold.ENDED);
      }
    }
  }

  @Override
  public void compare(String token) {
    // Well below the hold: whoever began anew a moment ago does not get ready within it anyway.
    long deadline = System.nanoTime() + timeout.dividedBy(10).toNanos();
    Running now = running;
    while (now == null && System.nanoTime() < deadline && !closed) {
      pause();
      now = running;
    }
    if (now == null) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot compare both sides: "
              + Optional.ofNullable(fault).orElse("the comparison has not begun")
              + "; try again");
    }
    tellUntold();
    try {
      now.comparison().compareNow(token, timeout);
    } catch (OutsideException e) {
      // Its sessions are kept from one comparison to the next, and may have been ended meanwhile.
      if (!(e.getCause() instanceof SQLException lost)
          || !Session.broken(lost)
          || Session.silent(lost)) {
        throw e;
      }
      now.comparison().compareNow(token, timeout);
    }
  }

  @Override
  public CheckSeen seen() {
    Running now = running;
    return now == null ? CheckSeen.NONE : now.comparison().seen();
  }

  @Override
  public List<Leak> leaks() {
    Running now = running;
    if (now == null) {
      return List.of();
    }
    var all = new ArrayList<Leak>();
    for (Side side : Side.values()) {
      if (!untold.containsKey(side)) {
        all.addAll(now.on(side).leaks());
      }
    }
    return all;
  }

  @Override
  public List<Conflict> conflicts() {
    return conflicts.found();
  }

  @Override
  public void parted() {
    conflicts.parted();
  }

  @Override
  public Optional<String> uncounted() {
    return conflicts.uncounted(unread());
  }

  @Override
  public Optional<String> blind() {
    return conflicts.blind(unread());
  }

  /** Why what is written is not read right now; absent when it is. */
  private Optional<String> unread() {
    Running now = running;
    String why = fault;
    return now == null ? Optional.of(why == null ? "it has ended" : why) : now.unread();
  }

  @Override
  public Optional<String> fault() {
    Running now = running;
    return now == null ? Optional.ofNullable(fault) : now.comparison().fault().or(now::unread);
  }

  @Override
  public void stop() {
    closed = true;
    // Ends a beginning under way, which might wait for a slot for a minute.
    Optional.ofNullable(thread).ifPresent(Thread::interrupt);
    end();
  }

  /** Removes from one side what a check made there. */
  static void remove(Peer peer, LinkNames names) {
    Watcher.remove(peer.server, names.watch(peer.side));
    if (peer.side == Side.SOURCE) {
      Comparison.remove(peer.server);
    }
  }

  private void end() {
    beginning.lock();
    try {
      Running last = running;
      running = null;
      if (last != null) {
        last.close();
      }
    } finally {
      beginning.unlock();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(200));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
