package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * Reads which rows were written on one side by anybody but the link, from a slot of its own.
 *
 * <p>Writes on a side that owns the data make rows dirty: they must be compared again. Writes on a
 * fenced side make rows dirty too, and are leaks.
 *
 * <p>The slot lets go of the log only behind what was found equal, and never behind a leak: a
 * watcher that starts anew learns again of all that was open.
 */
final class Watcher implements AutoCloseable {
  private static final int LEAKS_MAX = 100;
  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_LAST = Duration.ofSeconds(5);

  /** How long nothing is asked of an idle stream. A cutover waits for it no longer than this. */
  private static final Duration IDLE = Duration.ofMillis(3);

  /** How often the server is told what it may let go of. */
  private static final Duration CONFIRM = Duration.ofSeconds(1);

  /** How often a server is asked whether it wants to shut down, while it would wait for us. */
  private static final Duration PROBE = Duration.ofSeconds(3);

  /** What a server says to whoever connects while it starts up or shuts down. */
  private static final String NOT_NOW = "57P03";

  /** Each is said on its own: the replication protocol takes one statement at a time. */
  static final List<String> SETTINGS =
      List.of(
          "SET datestyle = 'ISO'",
          "SET timezone = 'UTC'",
          "SET intervalstyle = 'postgres'",
          "SET extra_float_digits = 3",
          "SET bytea_output = 'hex'");

  private final Side side;
  private final PostgresServer server;
  private final WatchSlot slot;
  private final Set<TableName> tables;
  private final DirtySet dirty;
  private final long retainBytesMax;

  /** Where in the log a leak was met, and where it was committed. */
  private record Place(long position, long committed) {}

  /** From which place on the side is fenced, or open; open before the first. */
  private final TreeMap<Long, Boolean> fencedFrom = new TreeMap<>();

  private final LinkedHashMap<Leak, Place> leaks = new LinkedHashMap<>();
  private OptionalLong leakFrom = OptionalLong.empty();

  private volatile long position;
  private volatile long confirmed;
  private volatile boolean mayForget;
  private volatile long generation;
  private volatile @Nullable String lost;
  private volatile @Nullable String fault = "it has not begun to read";
  private volatile boolean closed;
  private @Nullable Thread reader;
  private @Nullable ConflictFinder finder;

  /**
   * A watcher at rest.
   *
   * @param slot the name of the slot and of the publication; begins with {@code landfall_}
   * @param tables what to watch; fixed when the slot is made
   */
  Watcher(Side side, PostgresServer server, String slot, Set<TableName> tables) {
    this(side, server, slot, tables, new DirtySet(), 1L << 30);
  }

  /**
   * A watcher with other limits.
   *
   * @param retainBytesMax log kept for rows that do not become equal; beyond it a restart may need
   *     a full comparison
   */
  Watcher(
      Side side,
      PostgresServer server,
      String slot,
      Set<TableName> tables,
      DirtySet dirty,
      long retainBytesMax) {
    this.side = side;
    this.server = server;
    this.slot = new WatchSlot(server, slot);
    this.tables = Set.copyOf(tables);
    this.dirty = dirty;
    this.retainBytesMax = retainBytesMax;
  }

  /**
   * Makes publication and slot unless they are there and fit. On the target: after the first copy,
   * whose rows would otherwise all be read.
   *
   * @return whether the slot is new, so that writes before now are unknown
   * @throws OutsideException when the server refuses or a transaction stays open for a minute
   */
  boolean install() {
    return slot.install(tables);
  }

  /** Drops slot and publication; nothing happens when they are gone. */
  static void remove(PostgresServer server, String slot) {
    new WatchSlot(server, slot).remove();
  }

  /** Tells it of every write, and of what arrives; before it is started. */
  void tell(ConflictFinder conflicts) {
    finder = conflicts;
  }

  /** Begins to read in the background. A slot that cannot be reached is tried again and again. */
  void start() {
    reader = Thread.ofVirtual().name("landfall watch " + side.word()).start(this::run);
  }

  /** Writes committed behind this place in the log are leaks: the side is fenced from there on. */
  void expectNone(LogSequenceNumber from) {
    synchronized (fencedFrom) {
      fencedFrom.put(from.asLong(), true);
    }
  }

  /** Writes committed behind this place are in order: the side is open from there on. */
  void expectWrites(LogSequenceNumber from) {
    synchronized (fencedFrom) {
      fencedFrom.put(from.asLong(), false);
    }
    // A write may be read before we are told that the side was opened for it.
    synchronized (leaks) {
      leaks.values().removeIf(each -> !fencedAt(each.committed()));
      leakFrom =
          leaks.isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(leaks.firstEntry().getValue().position());
    }
  }

  /** Everything committed up to here has been read. */
  LogSequenceNumber position() {
    return LogSequenceNumber.valueOf(position);
  }

  /** Waits until everything committed up to a place has been read; false when time ran out. */
  boolean awaitPassed(LogSequenceNumber place, Duration timeout) {
    long until = System.nanoTime() + timeout.toNanos();
    while (position < place.asLong()) {
      if (lost != null || closed || System.nanoTime() - until >= 0) {
        return false;
      }
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /**
   * Why writes were missed for good, so that only a full comparison helps; empty when none were.
   */
  Optional<String> lost() {
    return Optional.ofNullable(lost);
  }

  /** What keeps it from reading right now; it tries again by itself. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** The first hundred writes made while fenced. */
  List<Leak> leaks() {
    synchronized (leaks) {
      return List.copyOf(leaks.keySet());
    }
  }

  /** What was written and not found equal since. */
  DirtySet dirty() {
    return dirty;
  }

  Side side() {
    return side;
  }

  /** Tells this slot from a later one of the same name; 0 before the first connection. */
  long generation() {
    return generation;
  }

  /** Whether more log is kept for rows that stay different than should be. */
  boolean retainsTooMuch() {
    return position - settled() > retainBytesMax;
  }

  /**
   * Lets the log go although rows of it are open: they stay dirty here, but a watcher that starts
   * anew does not learn of them.
   */
  void mayForget(boolean may) {
    mayForget = may;
  }

  /** Whether a watcher that starts anew would learn of all that is open. */
  boolean remembersAll() {
    return confirmed <= settled();
  }

  private long settled() {
    long settled = Math.min(position, dirty.oldest().orElse(position));
    synchronized (leaks) {
      return Math.min(settled, leakFrom.orElse(settled));
    }
  }

  private void run() {
    Duration pause = RETRY_FIRST;
    while (!closed && lost == null) {
      long began = System.nanoTime();
      try {
        follow();
      } catch (SQLException | RuntimeException e) {
        // Whatever it is: a thread that died would be taken for one that has not begun.
        fault =
            "cannot read the slot "
                + slot.name()
                + " on "
                + server
                + ": "
                + PostgresProblem.told(e);
      }
      if (closed) {
        return;
      }
      boolean lasted = System.nanoTime() - began > RETRY_LAST.toNanos();
      pause = lasted ? RETRY_FIRST : pause;
      sleep(pause);
      pause = pause.multipliedBy(2).compareTo(RETRY_LAST) < 0 ? pause.multipliedBy(2) : RETRY_LAST;
    }
  }

  /** Reads until the connection breaks or the watcher is closed. */
  private void follow() throws SQLException {
    Map<TableName, KeyedTable> keyed;
    try (Connection connection = server.connect("watch")) {
      lost = slot.lost(connection).orElse(null);
      if (lost == null) {
        lost = replaced(slot.seen(connection)).orElse(null);
      }
      if (lost != null) {
        return;
      }
      keyed = KeyedTable.read(connection, tables);
    }
    try (Connection connection = server.connectForReplication("watch");
        var origins = new LinkOrigins(server)) {
      try (var statement = connection.createStatement()) {
        for (String setting : SETTINGS) {
          statement.execute(setting);
        }
      }
      try (PGReplicationStream stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(slot.name())
              .withSlotOption("proto_version", 1)
              .withSlotOption("publication_names", slot.name())
              .withStatusInterval(1, TimeUnit.SECONDS)
              .withAutomaticFlush(false)
              .start()) {
        fault = null;
        read(
            stream,
            new WatchedChanges(keyed, origins, server.names(), this::changed, this::arrived));
      }
    }
  }

  /** Why the slot is not the one that was read before. */
  private Optional<String> replaced(Optional<WatchSlot.Seen> seen) {
    if (seen.isEmpty()) {
      return Optional.of("there is no publication " + slot.name() + " on " + server);
    }
    boolean other =
        (generation != 0 && generation != seen.get().publication())
            || (confirmed != 0 && seen.get().confirmed().asLong() > confirmed);
    if (other) {
      return Optional.of("somebody made the slot " + slot.name() + " on " + server + " anew");
    }
    generation = seen.get().publication();
    confirmed = seen.get().confirmed().asLong();
    return Optional.empty();
  }

  private void read(PGReplicationStream stream, WatchedChanges changes) throws SQLException {
    long confirmedAt = System.nanoTime();
    long probedAt = confirmedAt;
    while (!closed) {
      var message = stream.readPending();
      if (message != null) {
        position = Math.max(position, changes.take(PgOutput.read(message), position));
      } else {
        if (!changes.within()) {
          // Outside a transaction the server's word for how far it has read is about all of it:
          // whatever was committed before came over the same connection earlier.
          position = Math.max(position, stream.getLastReceiveLSN().asLong());
        }
        sleep(IDLE);
      }
      if (System.nanoTime() - confirmedAt > CONFIRM.toNanos()) {
        confirmedAt = System.nanoTime();
        confirm(stream);
      }
      if (confirmed >= position) {
        probedAt = System.nanoTime();
      } else if (System.nanoTime() - probedAt > PROBE.toNanos()) {
        probe();
        probedAt = System.nanoTime();
      }
    }
  }

  /**
   * A server that shuts down waits until all it has sent is confirmed, which rows that stay open
   * keep us from; and it tells nobody who is connected.
   *
   * @throws OutsideException when it shuts down; any other answer ends no stream that works
   */
  private void probe() {
    try (Connection connection = server.connect("watch")) {
      connection.isValid(1);
    } catch (OutsideException e) {
      if (e.getCause() instanceof SQLException refused && NOT_NOW.equals(Catalog.state(refused))) {
        throw e;
      }
    } catch (SQLException e) {
      // It could not be closed, and says nothing of the server.
    }
  }

  private void confirm(PGReplicationStream stream) {
    long upTo = mayForget ? position : settled();
    if (upTo > confirmed) {
      confirmed = upTo;
      stream.setFlushedLSN(LogSequenceNumber.valueOf(upTo));
      stream.setAppliedLSN(LogSequenceNumber.valueOf(upTo));
    }
  }

  private void arrived(long upTo) {
    ConflictFinder told = finder;
    if (told != null) {
      told.arrived(side, upTo);
    }
  }

  private void changed(WatchedChanges.Change change) {
    ConflictFinder told = finder;
    if (told != null && change.ours()) {
      told.wrote(side, change);
    }
    dirty.add(change.table(), change.key(), position, change.committed());
    synchronized (leaks) {
      if (!change.ours() || !fencedAt(change.committed())) {
        return;
      }
      if (leaks.size() < LEAKS_MAX) {
        leaks.putIfAbsent(
            new Leak(side, change.table().toString(), change.description()),
            new Place(position, change.committed()));
      }
      if (leakFrom.isEmpty()) {
        leakFrom = OptionalLong.of(position);
      }
    }
  }

  private boolean fencedAt(long place) {
    synchronized (fencedFrom) {
      var last = fencedFrom.floorEntry(place);
      return last != null && last.getValue();
    }
  }

  private void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the reading; slot and publication stay. */
  @Override
  public void close() {
    closed = true;
    var running = reader;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** For tests and people: leaks by their text. */
  @Override
  public String toString() {
    return "watcher of " + side.word() + " at " + position() + " " + leaks();
  }
}
