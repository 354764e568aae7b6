package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CopyProgress;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first copy, in the background, and the making of both links behind it. */
final class CopyRun implements AutoCloseable {
  /** How long making the fence of the live source may retry for a lock. */
  private static final Duration FENCE_PATIENCE = Duration.ofSeconds(30);

  private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);
  private static final Duration PROOF_PATIENCE = Duration.ofSeconds(60);

  /** Tables that are named in a sentence. */
  private static final int NAMED_MAX = 10;

  private static final System.Logger LOG = System.getLogger(CopyRun.class.getName());

  private final Links links;
  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final InitialCopy copy;
  private final long epoch;
  private final Thread thread;
  private volatile @Nullable String fault;
  private volatile @Nullable String note;
  private volatile boolean passes;
  private volatile long endedNanos;
  private volatile boolean closed;

  CopyRun(Ways ways, LinkNames names, Peer source, Peer target, InitialCopy copy, long epoch) {
    // Nobody waits for these orders as users wait for those of a cutover.
    this.source = source.atLeisure();
    this.target = target.atLeisure();
    this.links = new Links(this.source, this.target, names, ways);
    this.names = names;
    this.copy = copy;
    this.epoch = epoch;
    this.thread = Thread.ofVirtual().name("copy " + names.base()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean isRunning() {
    return thread.isAlive();
  }

  /** Waits until nothing of it is under way any more; false when time ran out. */
  boolean ended(Duration most) {
    try {
      return thread.join(most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Why it ended before it was done; absent when it runs or is done. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** Whether what it ended for passes by itself: a server that is down, or has no room. */
  boolean passes() {
    return passes;
  }

  /** Whether another one may begin: not at once, when this one has failed. */
  boolean mayBeFollowed() {
    return !isRunning()
        && (fault == null || System.nanoTime() - endedNanos > RETRY_PAUSE.toNanos());
  }

  /** What of an earlier copy has to be copied again, and why; absent when nothing has. */
  Optional<String> note() {
    return isRunning() ? Optional.ofNullable(note) : Optional.empty();
  }

  Optional<CopyProgress> progress() {
    return isRunning() ? copy.progress() : Optional.empty();
  }

  private void run() {
    try (source;
        target;
        Connection alone = target.server.connect("copy")) {
      if (!lock(alone)) {
        return;
      }
      copyAll();
    } catch (SQLException | RuntimeException | InterruptedException e) {
      // A copy that was told to stop is no fault; anything else is shown by every look.
      endedNanos = System.nanoTime();
      passes = passing(e);
      fault = closed ? null : PostgresProblem.told(e);
    }
  }

  /** A lost connection (08, 57P) or want of room (53). */
  private static boolean passing(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      boolean unreachable =
          each instanceof OutsideException outside && outside.code() == PostgresProblem.UNREACHABLE;
      boolean lost =
          each instanceof SQLException sql
              && (Session.broken(sql) || Catalog.state(sql).startsWith("53"));
      if (unreachable || lost) {
        return true;
      }
    }
    return false;
  }

  /** False when another controller copies already: this one then has nothing to do. */
  private static boolean lock(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery("SELECT pg_try_advisory_lock(" + SideLook.COPY_LOCK + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void copyAll() throws SQLException, InterruptedException {
    copy.schemaBeforeRows();
    target.fence.install(true, epoch, FENCE_PATIENCE);
    source.fence.install(false, epoch, FENCE_PATIENCE);
    links.publish(Side.SOURCE, true, epoch);
    links.publishMissing(Side.SOURCE, epoch);
    links.unsubscribe(Side.SOURCE, epoch);
    var slots = new CopySlots(links, source, names, epoch);
    try (Connection exporter = source.server.connectForReplication("snapshot")) {
      var snapshot = begin(slots, exporter);
      links.keepFrom(Side.SOURCE, epoch);
      copy.copyRows(snapshot);
      slots.requireAt(snapshot);
    }
    copy.schemaAfterRows();
    target.fence.install(true, epoch, FENCE_PATIENCE);
    for (Peer each : links.peers()) {
      each.orders.change(
          "remember that the copy is complete",
          connection -> {
            Control.take(connection, each.side, epoch);
            Links.execute(
                connection,
                "UPDATE landfall.control SET copied = true, turned_at ="
                    + " pg_current_wal_insert_lsn(), schema_print = ("
                    + SchemaWatch.PRINT
                    + ")");
            return true;
          });
    }
    links.make(epoch);
    prove();
  }

  /**
   * Waits for a heartbeat of each side to arrive on the other. A server may take seconds to start
   * the worker of a new subscription (up to {@code wal_retrieve_retry_interval} on version 15), and
   * a cutover must not be the first to find out.
   */
  private void prove() throws InterruptedException {
    Heartbeat.beatOnce(source, source.orders);
    Heartbeat.beatOnce(target, target.orders);
    long deadline = System.nanoTime() + PROOF_PATIENCE.toNanos();
    while (!Heartbeat.arrived(source, target) || !Heartbeat.arrived(target, source)) {
      if (System.nanoTime() > deadline) {
        throw new OutsideException(
            PostgresProblem.LINK,
            "cannot prove the links: within "
                + PROOF_PATIENCE.toSeconds()
                + " s no heartbeat went there and back; does each server reach the other, as its"
                + " log says?");
      }
      Thread.sleep(10);
    }
  }

  /** Goes on from what an earlier run has copied, if that can be, and says so if it cannot. */
  private InitialCopy.Snapshot begin(CopySlots slots, Connection exporter) throws SQLException {
    if (!copy.hasCopied()) {
      return slots.anew(exporter);
    }
    var since = slots.kept();
    if (since.isEmpty()) {
      note("begins anew: no slot has kept what was written since the earlier one");
      return slots.anew(exporter);
    }
    try {
      var snapshot = slots.next(exporter);
      List<String> again = copy.renew(snapshot, since.get());
      slots.promote();
      LOG.log(System.Logger.Level.INFO, "the first copy goes on from an earlier one: {0}", names);
      if (!again.isEmpty()) {
        note("copies again " + some(again));
      }
      return snapshot;
    } catch (OutsideException e) {
      if (closed || passing(e)) {
        throw e;
      }
      note("begins anew: " + e.getMessage());
      return slots.anew(exporter);
    }
  }

  private void note(String what) {
    note = "the first copy " + what;
    LOG.log(System.Logger.Level.WARNING, note);
  }

  private static String some(List<String> all) {
    String first = String.join(", ", all.subList(0, Math.min(all.size(), NAMED_MAX)));
    return all.size() > NAMED_MAX ? first + " and " + (all.size() - NAMED_MAX) + " more" : first;
  }

  @Override
  public void close() {
    closed = true;
    copy.close();
    thread.interrupt();
  }
}
