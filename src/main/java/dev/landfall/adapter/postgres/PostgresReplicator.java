package dev.landfall.adapter.postgres;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.workload.Asset;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL database on each side, kept in step by logical replication. */
public final class PostgresReplicator implements Replicator {
  /** How long a copy that was told to stop may take to notice. */
  private static final Duration COPY_PATIENCE = Duration.ofSeconds(10);

  /** Time enough to lead users to a side that was opened. */
  private static final Duration AFTER_OPENING = Duration.ofMillis(100);

  private final Peer source;
  private final Peer target;
  private final Control control;
  private final Ways ways;
  private final Links links;
  private final LinkNames names;
  private volatile Limits limits;
  private final Parts parts;
  private final LinkJudge judge;
  private final Looks looks;
  private final Turning turning;
  private final Heartbeat heartbeat;
  private final BothWays bothWays;
  private final SchemaWatch schema;
  private final Convergence sourceLag = new Convergence();
  private final Convergence targetLag = new Convergence();

  /** One for each side, so that no order to one stands behind an order to the other that hangs. */
  private final ReentrantLock sourceOrders = new ReentrantLock();

  private final ReentrantLock targetOrders = new ReentrantLock();
  private volatile @Nullable CopyRun copy;
  private boolean watching;

  /**
   * What a replicator is put together from.
   *
   * @param preflight finds what would break later
   * @param copy a new first copy
   * @param check what proves equality
   * @param cap what copy and follow together may take from the network
   * @param key whose row a row is; absent when one side owns the data at any time
   */
  record Parts(
      Supplier<List<Finding>> preflight,
      Supplier<InitialCopy> copy,
      EqualityCheck check,
      BandwidthCap cap,
      Optional<CohortKey> key) {

    /** For data of which one side is the owner at any time. */
    Parts(
        Supplier<List<Finding>> preflight,
        Supplier<InitialCopy> copy,
        EqualityCheck check,
        BandwidthCap cap) {
      this(preflight, copy, check, cap, Optional.empty());
    }
  }

  PostgresReplicator(
      LinkNames names, Control control, Peer source, Peer target, Limits limits, Parts parts) {
    this.names = names;
    this.control = control;
    this.source = source;
    this.target = target;
    this.limits = limits;
    this.parts = parts;
    source.belongTo(control);
    target.belongTo(control);
    this.judge = new LinkJudge(source, target);
    this.ways = new Ways(source, target, names, parts.cap(), limits.bandwidth());
    this.links = new Links(source, target, names, ways);
    this.looks = new Looks(source, target, names, limits.lookWait(), () -> ordinary(this.limits));
    this.turning = new Turning(source, target, names, links, looks);
    this.heartbeat = new Heartbeat(source, target);
    this.bothWays = new BothWays(source, target, names, links, parts.key());
    this.schema = new SchemaWatch(links.peers());
  }

  /**
   * Puts a replicator together. It connects when it is first asked something.
   *
   * @param workload the name of the workload, which is part of the names of slots
   * @param sourcePassword empty when the source asks for none; likewise for the target
   * @param told how what could be somebody's is told of rows
   * @throws IllegalArgumentException when an address has another form than {@code
   *     postgresql://host:port/database}, or names no user
   */
  public static PostgresReplicator of(
      String workload,
      Asset.Data asset,
      Optional<String> sourcePassword,
      Optional<String> targetPassword,
      Limits limits,
      Pseudonyms told) {
    var source = new Peer(Side.SOURCE, PostgresServer.of(asset.source(), sourcePassword, told));
    var target = new Peer(Side.TARGET, PostgresServer.of(asset.target(), targetPassword, told));
    return of(
        LinkNames.of(workload, asset.name(), source.server.database(), target.server.database()),
        new Control(workload, asset.name()),
        asset.schemaGiven(),
        asset.cohortKey(),
        source,
        target,
        limits,
        new BandwidthCap(limits.bandwidth()));
  }

  static PostgresReplicator of(
      String workload, String asset, boolean schemaGiven, Peer source, Peer target, Limits limits) {
    return of(
        LinkNames.of(workload, asset, source.server.database(), target.server.database()),
        new Control(workload, asset),
        schemaGiven,
        source,
        target,
        limits,
        new BandwidthCap(limits.bandwidth()));
  }

  static PostgresReplicator of(
      LinkNames names,
      Control control,
      boolean schemaGiven,
      Peer source,
      Peer target,
      Limits limits,
      BandwidthCap cap) {
    return of(names, control, schemaGiven, Optional.empty(), source, target, limits, cap);
  }

  static PostgresReplicator of(
      LinkNames names,
      Control control,
      boolean schemaGiven,
      Optional<CohortKey> key,
      Peer source,
      Peer target,
      Limits limits,
      BandwidthCap cap) {
    return new PostgresReplicator(
        names,
        control,
        source,
        target,
        limits,
        new Parts(
            () ->
                Preflight.look(
                    source.server, target.server, schemaGiven, limits.retainedBytesMax()),
            () -> new SnapshotCopy(new FirstCopy(source.server, target.server, schemaGiven), cap),
            new LiveCheck(source, target, names, limits.hold(), key.map(ConflictFinder::new)),
            cap,
            key));
  }

  @Override
  public List<Finding> preflight() {
    var findings = new ArrayList<>(parts.preflight().get());
    if (findings.stream().noneMatch(each -> each.code().equals(PostgresProblem.UNREACHABLE.id()))) {
      findings.addAll(bothWays.preflight());
    }
    return findings;
  }

  @Override
  public List<Finding> twoWay() {
    return bothWays.findings();
  }

  @Override
  public CopySize size() {
    return source.orders.ask("read the sizes of the tables", CopyTable::size);
  }

  @Override
  public void heed(Limits newer) {
    limits = newer;
    ways.heed(newer.bandwidth());
  }

  @Override
  public DataSeen look() {
    CopyRun run = copy;
    var known =
        run == null
            ? LinkJudge.Copy.NONE
            : new LinkJudge.Copy(run.isRunning(), run.fault(), run.passes(), run.progress());
    var seen = looks.look();
    Optional<SideLook> atSource = seen.source().look();
    Optional<SideLook> atTarget = seen.target().look();
    if (atSource.map(SideLook::copied).orElse(false)
        && atTarget.map(SideLook::linked).orElse(false)) {
      wake();
    }
    ways.seen(atSource, atTarget);
    var fromSource = judge.judge(Side.SOURCE, atSource, atTarget, known);
    var fromTarget = judge.judge(Side.TARGET, atTarget, atSource, LinkJudge.Copy.NONE);
    var alarms = new ArrayList<String>();
    Alarms.retained(Side.SOURCE, seen.source(), limits, alarms);
    Alarms.retained(Side.TARGET, seen.target(), limits, alarms);
    Alarms.convergence(Side.SOURCE, fromSource, sourceLag, Instant.now(), alarms);
    Alarms.convergence(Side.TARGET, fromTarget, targetLag, Instant.now(), alarms);
    Alarms.schema(Side.SOURCE, schema, alarms);
    Alarms.schema(Side.TARGET, schema, alarms);
    if (watching) {
      parts.check().fault().ifPresent(alarms::add);
    }
    Optional.ofNullable(run).flatMap(CopyRun::note).ifPresent(alarms::add);
    ways.fault().ifPresent(alarms::add);
    bothWays.uncarried().ifPresent(alarms::add);
    Alarms.fence(Side.SOURCE, seen.source(), alarms);
    Alarms.fence(Side.TARGET, seen.target(), alarms);
    return new DataSeen(
        seen.source().side(),
        seen.target().side(),
        fromSource,
        fromTarget,
        watching ? parts.check().seen() : CheckSeen.NONE,
        watching ? parts.check().leaks() : List.of(),
        alarms,
        bothWays.seen(parts.check()));
  }

  @Override
  public void carryOut(DataOrder order, long epoch) {
    switch (order) {
      case DataOrder.Follow(Side from) -> inTurn(from, () -> follow(from, epoch));
      case DataOrder.FollowBoth _ -> inTurn(Side.TARGET, () -> bothWays.follow(epoch));
      case DataOrder.PartSequences(String token) -> inTurn(Side.TARGET, () -> part(token, epoch));
      case DataOrder.FenceOff(Side side) -> inTurn(side, () -> fence(side, epoch));
      case DataOrder.Open(Side side) -> inTurn(side, () -> open(side, epoch));
      case DataOrder.MakeWay(Side side) ->
          inTurn(side, () -> new CallingOff(on(side), names).carryOut(epoch));
      case DataOrder.Mark(Side side, String token) ->
          inTurn(side, () -> Heartbeat.mark(on(side), token, epoch));
      case DataOrder.AlignSequences(Side side, String token) ->
          inTurn(side, () -> bothWays.align(side, limits.sequenceMargin(), token, epoch));
      case DataOrder.Compare(String token) -> {
        wake();
        parts.check().compare(token);
      }
      case DataOrder.Sever(Side owner) ->
          inTurn(owner, () -> severed(owner, severance -> severance.carryOut(epoch)));
      case DataOrder.GoOnAlone(Side survivor) ->
          inTurn(
              survivor,
              () ->
                  severed(
                      survivor,
                      severance ->
                          severance.goOnAlone(
                              on(survivor).patient, limits.sequenceMargin(), epoch)));
    }
  }

  /**
   * Does work when no other order of this process about the same side is under way. What was given
   * up and is still on its way is no danger to a later order: each transaction compares epochs.
   */
  private void inTurn(Side side, Runnable work) {
    ReentrantLock lock = side == Side.SOURCE ? sourceOrders : targetOrders;
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutsideException(
          PostgresProblem.UNREACHABLE,
          "cannot order anything of the " + side.word() + ": stopped while the last order went on",
          e);
    }
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private void part(String token, long epoch) {
    wake();
    parts.check().parted();
    bothWays.part(token, epoch);
  }

  private void follow(Side from, long epoch) {
    if (from == Side.TARGET) {
      turning.turn(Side.TARGET, epoch);
    } else if (copied()) {
      turning.turn(Side.SOURCE, epoch);
    } else {
      begin(epoch);
    }
  }

  /** The source knows it as well as the target, and is the one that is asked when only it lives. */
  private boolean copied() {
    return source.orders.ask(
        "read how far the copy is",
        connection -> {
          try (var statement = connection.createStatement();
              var exists =
                  statement.executeQuery("SELECT to_regclass('landfall.control') IS NOT NULL")) {
            exists.next();
            if (!exists.getBoolean(1)) {
              return false;
            }
          }
          try (var statement = connection.createStatement();
              var row = statement.executeQuery("SELECT copied FROM landfall.control")) {
            return row.next() && row.getBoolean(1);
          }
        });
  }

  private void begin(long epoch) {
    control.install(source.orders, Side.SOURCE, epoch);
    control.install(target.orders, Side.TARGET, epoch);
    CopyRun last = copy;
    if (last == null || last.mayBeFollowed()) {
      var next = new CopyRun(ways, names, source, target, parts.copy().get(), epoch);
      copy = next;
      next.start();
    }
  }

  /** A fence that waits for a transaction as old as this would take too long for its users. */
  private static Duration ordinary(Limits limits) {
    return limits.lockWait().dividedBy(2);
  }

  private void fence(Side side, long epoch) {
    looks.spare(limits.hold());
    if (on(side.other()).orders.isIdle()) {
      // It will be next, while users wait: nobody should have to sign in then.
      Thread.ofVirtual().name("wake").start(() -> wakeUp(on(side.other())));
    }
    parts.check().turn(side, true, () -> on(side).fence.close(epoch, limits.lockWait()));
    ways.turned(side, true);
    if (side == Side.TARGET) {
      // It is behind the fence now, so that what is found stays all.
      bothWays.lookForUncarried();
    }
  }

  private static void wakeUp(Peer peer) {
    try {
      peer.orders.ask(
          "look whether the session lives",
          connection -> {
            Links.execute(connection, "SELECT 1");
            return true;
          });
    } catch (OutsideException e) {
      // The next order finds out the same, and says so.
    }
  }

  private void open(Side side, long epoch) {
    Session.Work<?> allowed = connection -> links.requireKept(connection, side);
    parts.check().turn(side, false, () -> on(side).fence.open(epoch, limits.lockWait(), allowed));
    ways.turned(side, false);
    looks.spare(AFTER_OPENING);
  }

  /** Nothing is watched any more: what it is watched with goes before the links do. */
  private void severed(Side owner, Consumer<Severance> work) {
    parts.check().stop();
    heartbeat.close();
    schema.close();
    bothWays.close();
    endCopy();
    // It takes the fence off every table, and keeps nobody waiting.
    try (var here = on(owner).atLeisure();
        var there = on(owner.other()).atLeisure()) {
      work.accept(new Severance(here, there, names));
    }
    ways.close();
  }

  /** It would make again what severing removes. */
  private void endCopy() {
    CopyRun run = copy;
    if (run == null) {
      return;
    }
    run.close();
    if (!run.ended(COPY_PATIENCE)) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot take the links apart: the first copy did not stop within "
              + COPY_PATIENCE.toSeconds()
              + " s; try again");
    }
    copy = null;
  }

  /** Background work begins when there is something to watch. */
  private synchronized void wake() {
    if (!watching) {
      watching = true;
      heartbeat.start();
      schema.start();
      bothWays.start();
      parts.check().start();
    }
  }

  private Peer on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  @Override
  public void close() {
    heartbeat.close();
    schema.close();
    bothWays.close();
    CopyRun run = copy;
    if (run != null) {
      run.close();
    }
    parts.check().close();
    looks.close();
    ways.close();
    source.close();
    target.close();
  }
}
