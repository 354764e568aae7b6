package dev.landfall.adapter.memory;

import dev.landfall.adapter.memory.MemoryDatabase.LinkState;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.CopyProgress;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Leak;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.replication.SharedSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A replicator between two databases in memory. It keeps nothing that matters but on the two sides,
 * and changes them by single statements over a {@link Wire}, as one for real databases does.
 *
 * <p>What goes on in the background is done in portions by {@link #work}; the databases take over
 * each other's writes by {@link MemoryDatabase#pull}. Whoever owns the objects calls both.
 *
 * <p>Longer than the rule, because it answers a whole port in both ways to link.
 */
public final class MemoryReplicator implements Replicator {
  /** How the two directions live together. */
  public enum Links {
    /** Both are there once staged, and what arrived over one is not carried by the other. */
    BOTH_AT_ONCE,
    /** Whatever arrives would be carried back, so only one is there at any time. */
    ONE_AT_A_TIME
  }

  private static final int ROWS_AT_ONCE = 64;
  private static final int CHECK_PORTIONS = 3;

  /** How far apart the numbers of both sides begin; nobody here gives as many. */
  private static final long FAR = 1L << 40;

  private static final Duration LOCK_PAUSE = Duration.ofMillis(5);
  private static final LinkSeen UNKNOWN = LinkSeen.of(LinkSeen.Phase.UNKNOWN);

  private final MemoryDatabase source;
  private final MemoryDatabase target;
  private final Links links;
  private volatile Limits limits;
  private final Wire wire;
  private final InstantSource clock;
  private @Nullable Copy copy;
  private int checkedPortions;

  /** A copy under way in this process. */
  private static final class Copy {
    private final MemoryDatabase.Session session;
    private final List<Map<Long, Long>> rows;
    private final int sourceGeneration;
    private final int position;
    private final long epoch;
    private int table;
    private int done;

    Copy(
        MemoryDatabase.Session session,
        List<Map<Long, Long>> rows,
        int sourceGeneration,
        int position,
        long epoch) {
      this.session = session;
      this.rows = rows;
      this.sourceGeneration = sourceGeneration;
      this.position = position;
      this.epoch = epoch;
    }
  }

  public MemoryReplicator(
      MemoryDatabase source,
      MemoryDatabase target,
      Links links,
      Limits limits,
      Wire wire,
      InstantSource clock) {
    this.source = source;
    this.target = target;
    this.links = links;
    this.limits = limits;
    this.wire = wire;
    this.clock = clock;
  }

  private MemoryDatabase on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  @Override
  public List<Finding> preflight() {
    var findings = new ArrayList<Finding>();
    for (Side side : Side.values()) {
      try {
        wire.ask(side, () -> seen(side));
      } catch (OutsideException e) {
        findings.add(
            new Finding(
                Finding.Severity.BLOCKS,
                MemoryProblem.SIDE_UNREACHABLE.id(),
                side.word(),
                String.valueOf(e.getMessage()),
                "start it"));
      }
    }
    return findings;
  }

  /** Every row is a key and a value of eight bytes each. */
  @Override
  public CopySize size() {
    wire.ask(Side.SOURCE, () -> seen(Side.SOURCE));
    long rows = rows(source);
    return new CopySize(source.tableCount(), rows, rows * 16, 0);
  }

  /** One side as it was read, with what it knows of the links. */
  private record Read(SideSeen seen, Optional<LinkState> link) {}

  @Override
  public DataSeen look() {
    Read from = read(Side.SOURCE);
    Read to = read(Side.TARGET);
    var leaks = new ArrayList<Leak>(source.leaks());
    leaks.addAll(target.leaks());
    CheckSeen check = to.link().isPresent() ? checkOrNone() : CheckSeen.NONE;
    return new DataSeen(
        from.seen(),
        to.seen(),
        link(source, from, to),
        link(target, to, from),
        check,
        leaks,
        List.of(),
        SharedSeen.of(conflicts()));
  }

  /** The first of the two sides to take the other's write over finds it, and so does the second. */
  private List<Conflict> conflicts() {
    var all = new ArrayList<Conflict>(source.conflicts());
    target.conflicts().stream().filter(each -> !all.contains(each)).forEach(all::add);
    return all;
  }

  private Read read(Side side) {
    try {
      return wire.ask(side, () -> new Read(seen(side), Optional.of(on(side).linkState())));
    } catch (OutsideException e) {
      return new Read(SideSeen.unreachable(String.valueOf(e.getMessage())), Optional.empty());
    }
  }

  /** A transaction that a fence would still wait for in comfort is not worth a word. */
  private SideSeen seen(Side side) {
    return on(side).seen(limits.lockWait().dividedBy(2));
  }

  private CheckSeen checkOrNone() {
    try {
      return wire.ask(Side.TARGET, target::check);
    } catch (OutsideException e) {
      return CheckSeen.NONE;
    }
  }

  private LinkSeen link(MemoryDatabase origin, Read from, Read to) {
    if (from.link().isEmpty()) {
      return UNKNOWN;
    }
    LinkState kept = from.link().get();
    if (!kept.publishes()) {
      return LinkSeen.of(LinkSeen.Phase.ABSENT);
    }
    if (!kept.slot()) {
      return LinkSeen.of(LinkSeen.Phase.BROKEN);
    }
    if (!kept.linked()) {
      Copy running = copy;
      return running == null
          ? LinkSeen.of(LinkSeen.Phase.COPYING)
          : new LinkSeen(
              LinkSeen.Phase.COPYING,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(progress(running)),
              Optional.empty());
    }
    if (to.link().isEmpty() || !to.link().get().subscribed()) {
      return LinkSeen.of(LinkSeen.Phase.RETAINING);
    }
    if (to.link().get().failing()) {
      return new LinkSeen(
          LinkSeen.Phase.STUCK,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of("a row is in the way"));
    }
    int applied = to.link().get().applied();
    Duration lag =
        origin
            .firstAfter(applied)
            .map(at -> Duration.between(at, clock.instant()))
            .orElse(Duration.ZERO);
    return new LinkSeen(
        LinkSeen.Phase.FOLLOWING,
        Optional.empty(),
        Optional.of(lag),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static CopyProgress progress(Copy running) {
    long rows = running.rows.stream().mapToLong(Map::size).sum();
    long done = running.rows.subList(0, running.table).stream().mapToLong(Map::size).sum();
    return new CopyProgress(
        "rows",
        running.table,
        running.rows.size(),
        done + running.done,
        rows,
        0,
        0,
        0,
        Optional.empty());
  }

  @Override
  public void carryOut(DataOrder order, long epoch) {
    switch (order) {
      case DataOrder.Follow(Side from) -> follow(from, epoch);
      case DataOrder.FollowBoth _ -> followBoth(epoch);
      case DataOrder.PartSequences(String token) -> {
        align(Side.TARGET, token, FAR, epoch);
        source.forgetConflicts();
        target.forgetConflicts();
      }
      case DataOrder.FenceOff(Side side) -> fenceOff(side, epoch);
      case DataOrder.Open(Side side) -> {
        for (int i = 0; i < on(side).tableCount(); i++) {
          int table = i;
          wire.tell(side, () -> on(side).open(table, epoch));
        }
      }
      case DataOrder.MakeWay(Side side) -> wire.tell(side, () -> on(side).makeWay(epoch));
      case DataOrder.Mark(Side side, String token) ->
          wire.tell(side, () -> on(side).mark(token, epoch));
      case DataOrder.AlignSequences(Side side, String token) ->
          align(side, token, limits.sequenceMargin(), epoch);
      case DataOrder.Compare(String token) -> compare(token, epoch);
      case DataOrder.Sever(Side owner) -> sever(owner, epoch);
      case DataOrder.GoOnAlone(Side survivor) ->
          wire.tell(survivor, () -> on(survivor).goOnAlone(limits.sequenceMargin(), epoch));
    }
  }

  private void fenceOff(Side side, long epoch) {
    Instant deadline = clock.instant().plus(limits.lockWait());
    for (int i = 0; i < on(side).tableCount(); i++) {
      int table = i;
      while (!wire.tell(side, () -> on(side).fence(table, epoch))) {
        if (!clock.instant().isBefore(deadline)) {
          throw new OutsideException(
              MemoryProblem.LOCK_WAIT,
              "cannot fence the "
                  + side.word()
                  + ": its writers did not end within "
                  + limits.lockWait().toMillis()
                  + " ms; which transaction stays open for long?");
        }
        wire.pause(LOCK_PAUSE);
      }
    }
  }

  private void align(Side side, String token, long margin, long epoch) {
    int last = on(side).tableCount() - 1;
    for (int i = 0; i <= last; i++) {
      int table = i;
      long past = wire.ask(side.other(), () -> on(side.other()).sequence(table));
      wire.tell(side, () -> on(side).align(table, past + margin, table == last, token, epoch));
    }
  }

  private void follow(Side from, long epoch) {
    if (from == Side.SOURCE && !wire.ask(Side.SOURCE, source::linkState).linked()) {
      if (copy == null) {
        firstCopy(epoch);
      }
      return;
    }
    // The origin first: once it keeps its writes, it may be opened even if the other is away.
    if (links == Links.ONE_AT_A_TIME) {
      wire.tell(from, () -> on(from).unsubscribe(epoch));
    }
    int begin = wire.tell(from, () -> on(from).keepAgain(epoch));
    Side reader = from.other();
    wire.tell(reader, () -> on(reader).keepNoMore(links == Links.ONE_AT_A_TIME, epoch));
    wire.tell(reader, () -> on(reader).subscribe(begin, epoch));
  }

  private void followBoth(long epoch) {
    if (links == Links.ONE_AT_A_TIME) {
      throw new OutsideException(
          MemoryProblem.LINK,
          "cannot carry the writes of both sides: what arrives would be carried back; let one side"
              + " own the data");
    }
    for (Side side : Side.values()) {
      int begin = wire.tell(side, () -> on(side).keepAgain(epoch));
      wire.tell(side.other(), () -> on(side.other()).subscribe(begin, epoch));
    }
  }

  private void firstCopy(long epoch) {
    wire.tell(
        Side.SOURCE,
        () -> {
          source.install(epoch);
          return true;
        });
    wire.tell(
        Side.TARGET,
        () -> {
          target.install(epoch);
          return true;
        });
    var session = new MemoryDatabase.Session();
    try {
      if (!wire.tell(Side.TARGET, () -> target.beginCopy(session, epoch))) {
        link(wire, epoch);
        return;
      }
      copy =
          wire.tell(
              Side.SOURCE,
              () -> {
                int position = source.makeSlot(session, epoch);
                return new Copy(session, source.snapshot(), source.generation(), position, epoch);
              });
    } finally {
      if (copy == null) {
        session.end();
      }
    }
  }

  private void link(Wire over, long epoch) {
    if (links == Links.BOTH_AT_ONCE) {
      int begin = over.tell(Side.TARGET, () -> target.makeSlot(false, epoch));
      over.tell(Side.SOURCE, () -> source.subscribe(begin, epoch));
    }
    over.tell(Side.SOURCE, () -> source.confirmLinked(epoch));
  }

  /**
   * Only what was read between fences counts: what is read first is asked for its fence again, or a
   * comparison that overlaps the undoing of a cutover would find differences that are none.
   */
  private void compare(String token, long epoch) {
    Instant begun = clock.instant();
    List<Map<Long, Long>> here = wire.tell(Side.SOURCE, () -> source.fencedSnapshot(epoch));
    List<Map<Long, Long>> there = wire.tell(Side.TARGET, () -> target.fencedSnapshot(epoch));
    wire.tell(Side.SOURCE, () -> source.fencedSnapshot(epoch));
    CheckSeen before = wire.ask(Side.TARGET, target::check);
    var after =
        new CheckSeen(
            before.baselineFrom(),
            before.progressPercent(),
            0,
            before.rowsCompared(),
            Optional.of(token),
            rows(target),
            Duration.between(begun, clock.instant()),
            differences(here, there));
    wire.tell(Side.TARGET, () -> target.check(after, epoch));
  }

  private static long rows(MemoryDatabase database) {
    long rows = 0;
    for (int i = 0; i < database.tableCount(); i++) {
      rows += database.rows(i).size();
    }
    return rows;
  }

  private static List<Difference> differences(
      List<Map<Long, Long>> here, List<Map<Long, Long>> there) {
    var found = new ArrayList<Difference>();
    for (int table = 0; table < here.size(); table++) {
      Map<Long, Long> left = here.get(table);
      Map<Long, Long> right = there.get(table);
      if (left.equals(right)) {
        continue;
      }
      Set<Long> keys = new TreeSet<>(left.keySet());
      keys.addAll(right.keySet());
      String name = "public.table" + table;
      for (Long key : keys) {
        difference(left.get(key), right.get(key))
            .map(what -> new Difference(name, "id=" + key, what))
            .ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<String> difference(@Nullable Long left, @Nullable Long right) {
    if (left == null) {
      return Optional.of("missing on source");
    }
    if (right == null) {
      return Optional.of("missing on target");
    }
    return left.equals(right) ? Optional.empty() : Optional.of("not equal");
  }

  /** The side that goes on being fenced first, the one whose link is alive last. */
  private void sever(Side owner, long epoch) {
    Side other = owner.other();
    wire.tell(other, () -> on(other).sever(false, epoch));
    wire.tell(owner, () -> on(owner).sever(true, epoch));
  }

  /**
   * Does a portion of what goes on in the background: the copy, then the first comparison.
   *
   * @return whether there is more to do
   */
  public boolean work() {
    Copy running = copy;
    if (running == null) {
      return checkMore();
    }
    try {
      copyMore(running);
    } catch (OutsideException e) {
      // As with real servers: the copy is left, seen as such, and ordered again.
      leaveCopy(running);
    }
    return true;
  }

  private void leaveCopy(Copy running) {
    running.session.end();
    copy = null;
  }

  private void copyMore(Copy running) {
    if (source.generation() != running.sourceGeneration) {
      throw new OutsideException(
          MemoryProblem.LINK, "cannot copy on: the source was restarted; begin again");
    }
    if (running.table == running.rows.size()) {
      target.endCopy(running.session, running.position, running.epoch);
      copy = null;
      link(Wire.direct(), running.epoch);
      return;
    }
    Map<Long, Long> rows = running.rows.get(running.table);
    List<Long> keys =
        rows.keySet().stream().sorted().skip(running.done).limit(ROWS_AT_ONCE).toList();
    var portion = new java.util.HashMap<Long, Long>();
    keys.forEach(key -> portion.put(key, rows.getOrDefault(key, 0L)));
    target.copy(running.session, running.table, portion);
    running.done += keys.size();
    if (running.done == rows.size()) {
      running.table++;
      running.done = 0;
    }
  }

  private boolean checkMore() {
    if (!source.up() || !target.up() || !source.linked()) {
      return false;
    }
    CheckSeen before = target.check();
    if (before.baselineFrom().isPresent()) {
      return false;
    }
    if (checkedPortions < CHECK_PORTIONS) {
      checkedPortions++;
      target.check(compared(Optional.empty(), 100.0 * checkedPortions / (CHECK_PORTIONS + 1)));
    } else {
      target.check(compared(Optional.of(clock.instant()), 100));
    }
    return true;
  }

  private CheckSeen compared(Optional<Instant> from, double percent) {
    return new CheckSeen(
        from, percent, 0, rows(target), Optional.empty(), 0, Duration.ZERO, List.of());
  }

  @Override
  public void heed(Limits now) {
    limits = now;
  }

  @Override
  public void close() {
    Copy running = copy;
    if (running != null) {
      leaveCopy(running);
    }
  }
}
