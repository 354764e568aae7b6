package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Watches both sides and compares them, in one process at a time: whoever holds a lock on the
 * source does, and the next takes over when that one ends.
 */
final class LiveCheck implements EqualityCheck {
  private static final long LOCK = 0x1a2d_fa11_0003L;
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long a cutover waits for a check that has only just begun. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(10);

  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final Duration timeout;
  private volatile @Nullable Running running;
  private volatile @Nullable String fault = "the comparison has not begun";
  private volatile boolean closed;
  private final ReentrantLock beginning = new ReentrantLock();

  /** Whose fence may have been turned without the watcher's knowing. */
  private final Set<Side> untold = ConcurrentHashMap.newKeySet();

  /** What runs while the lock is held. */
  private record Running(Watcher onSource, Watcher onTarget, Comparison comparison) {
    Watcher on(Side side) {
      return side == Side.SOURCE ? onSource : onTarget;
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
    this.source = source;
    this.target = target;
    this.names = names;
    this.timeout = timeout;
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("check " + names.base()).start(this::keepOn);
  }

  private void keepOn() {
    while (!closed) {
      try (Connection alone = source.server.connect("check")) {
        if (!locked(alone)) {
          end();
          fault = "another process compares";
        } else {
          beginUnlessStopped(alone);
          while (!closed && alone.isValid(5)) {
            Thread.sleep(RETRY);
          }
        }
      } catch (SQLException | OutsideException e) {
        // What runs goes on: with the session only the lock is lost, and it may still be free.
        fault = String.valueOf(e.getMessage());
      } catch (InterruptedException e) {
        closed = true;
      }
      pause();
    }
    end();
  }

  /** What is begun after it was stopped would stay: a slot that nobody reads fills the disk. */
  private void beginUnlessStopped(Connection alone) throws SQLException {
    beginning.lock();
    try {
      if (!closed && running == null) {
        begin(alone);
      }
    } finally {
      beginning.unlock();
    }
  }

  private static boolean locked(Connection connection) throws SQLException {
    return new Catalog(connection).holds("SELECT pg_try_advisory_lock(" + LOCK + ")");
  }

  private void begin(Connection atSource) throws SQLException {
    Set<TableName> tables = TableName.readAll(atSource);
    var onSource = watcher(source, tables);
    var onTarget = watcher(target, tables);
    var comparison =
        new Comparison(source.server, target.server, onSource, onTarget, tables, this::applied);
    var next = new Running(onSource, onTarget, comparison);
    onSource.start();
    onTarget.start();
    comparison.start();
    running = next;
    fault = null;
    // An order that was carried out meanwhile has found nobody to tell.
    untold.addAll(List.of(Side.values()));
  }

  /** Installed, and told since when writes are leaks there. */
  private Watcher watcher(Peer peer, Set<TableName> tables) {
    var watcher = new Watcher(peer.side, peer.server, slot(peer.side), tables);
    watcher.install();
    tell(peer.looks, watcher);
    return watcher;
  }

  /** In one statement, so that it is of one moment. */
  private static final String TURNED =
      "SELECT turned_at::text,"
          + " (SELECT coalesce(bool_and(t.tgenabled IS NOT DISTINCT FROM 'O'), false) "
          + WriteFence.USERS_TABLES
          + "), (SELECT coalesce(bool_or(t.tgenabled = 'O'), false) "
          + WriteFence.USERS_TABLES
          + ") FROM landfall.control WHERE turned_at IS NOT NULL";

  /**
   * Where a fence was turned last.
   *
   * @param closed whether every table refuses writes
   * @param partly whether some table does
   */
  private record Turned(LogSequenceNumber at, boolean closed, boolean partly) {}

  /** Tells a watcher how the fence stands now, and since when. */
  private static void tell(Session session, Watcher watcher) {
    Optional<Turned> turned =
        session.ask(
            "read since when the fence stands so",
            connection ->
                new Catalog(connection)
                    .first(
                        TURNED,
                        row ->
                            new Turned(
                                LogSequenceNumber.valueOf(row.getString(1)),
                                row.getBoolean(2),
                                row.getBoolean(3))));
    if (turned.isEmpty()) {
      return;
    }
    if (turned.get().closed()) {
      watcher.expectNone(turned.get().at());
    } else if (!turned.get().partly()) {
      watcher.expectWritesUnlessFencedAt(turned.get().at());
    }
  }

  private String slot(Side side) {
    return names.watch(side);
  }

  /** Behind what the reader of a slot has confirmed, everything is on its disk and visible. */
  private Optional<LogSequenceNumber> applied(Side origin) throws SQLException {
    try {
      return peer(origin)
          .looks
          .ask(
              "read what the link has carried",
              connection ->
                  new Catalog(connection)
                      .first(
                          "SELECT confirmed_flush_lsn::text FROM pg_replication_slots JOIN"
                              + " pg_publication ON pubname = ? AND pubinsert WHERE slot_name = ?",
                          row -> LogSequenceNumber.valueOf(row.getString(1)),
                          names.tables(),
                          names.link(origin)));
    } catch (OutsideException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  @Override
  public void turned(Side side) {
    Running now = running;
    if (now == null) {
      return;
    }
    try {
      tell(peer(side).orders, now.on(side));
    } catch (OutsideException e) {
      // The order itself was carried out; what it changed is read with the next look.
      untold.add(side);
    }
  }

  private Peer peer(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  @Override
  public void compare(String token) {
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
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
    try {
      now.comparison().compareNow(token, timeout);
    } catch (OutsideException e) {
      // Its sessions are kept from one comparison to the next, and may have been ended meanwhile.
      if (!(e.getCause() instanceof SQLException lost) || !Session.broken(lost)) {
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
      all.addAll(confirmed(side, now.on(side)));
    }
    return all;
  }

  /**
   * The word that a side was opened may have been lost: with a connection, with the process that
   * gave the order, or because nobody was watching yet. So the side itself is asked.
   */
  private List<Leak> confirmed(Side side, Watcher watcher) {
    if (!untold.contains(side) && watcher.leaks().isEmpty()) {
      return List.of();
    }
    try {
      tell(peer(side).looks, watcher);
      untold.remove(side);
    } catch (OutsideException e) {
      // Nothing is begun with a side that does not answer, and the next look asks again.
      return List.of();
    }
    return watcher.leaks();
  }

  @Override
  public Optional<String> fault() {
    Running now = running;
    if (now == null) {
      return Optional.ofNullable(fault);
    }
    return now.comparison()
        .fault()
        .or(now.onSource()::lost)
        .or(now.onTarget()::lost)
        .or(now.onSource()::fault)
        .or(now.onTarget()::fault);
  }

  @Override
  public void stop() {
    closed = true;
    beginning.lock();
    try {
      end();
    } finally {
      beginning.unlock();
    }
  }

  /** Removes from one side what a check made there. */
  static void remove(Peer peer, LinkNames names) {
    Watcher.remove(peer.server, names.watch(peer.side));
    if (peer.side == Side.SOURCE) {
      Comparison.remove(peer.server);
    }
  }

  private void end() {
    Running last = running;
    running = null;
    if (last != null) {
      last.close();
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
