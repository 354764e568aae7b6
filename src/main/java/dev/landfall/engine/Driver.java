package dev.landfall.engine;

import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Action;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Revocation;
import dev.landfall.promotion.World;
import dev.landfall.replication.DataOrder;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Drives one promotion: look, decide, append, make it so. The one loop of the program; whoever
 * calls {@link #turn} holds the lease of the workload, and the journal's version decides all the
 * same.
 *
 * <p>For one thread. It remembers nothing that the journal and the outside could not tell again.
 */
final class Driver implements AutoCloseable {
  private static final Duration PREFLIGHT_EVERY = Duration.ofSeconds(10);
  private static final Duration SHOW_EVERY = Duration.ofMillis(500);

  /** A cutover is taken back in two or three, where everybody does as ordered. */
  private static final int TAKE_BACK_ROUNDS = 20;

  private final Stream stream;
  private final Adapters adapters;
  private final Together together;
  private final Optional<Board> board;
  private final InstantSource clock;
  private final String workload;
  private final String controller;
  private final Rules rules;
  private @Nullable Outside outside;
  private @Nullable Workload outsideOf;
  private final Ticks ticks = new Ticks();
  private boolean tookOver;

  /** The epoch of the cutover that this driver itself began; 0 before the first. */
  private long attempt;

  /** Whether the event of a commit point was sent to the journal, and its answer never seen. */
  private boolean commitInDoubt;

  private Instant nextPreflight = Instant.MIN;
  private Instant nextShow = Instant.MIN;
  private Optional<String> trouble = Optional.empty();

  Driver(
      String workload,
      Journal journal,
      Adapters adapters,
      Together together,
      Board board,
      InstantSource clock,
      String controller) {
    this(workload, journal, adapters, together, Optional.of(board), clock, controller, Rules.CORE);
  }

  /**
   * Drives by other rules than those of the core.
   *
   * @param board absent when nobody looks
   */
  Driver(
      String workload,
      Journal journal,
      Adapters adapters,
      Together together,
      Optional<Board> board,
      InstantSource clock,
      String controller,
      Rules rules) {
    this.workload = workload;
    this.stream = new Stream(journal, workload);
    this.adapters = adapters;
    this.together = together;
    this.board = board;
    this.clock = clock;
    this.controller = controller;
    this.rules = rules;
  }

  /**
   * One turn of the loop.
   *
   * @return how long to wait before the next; absent when there is nothing left to drive
   * @throws OutsideException when the journal's storage refuses, or the ports cannot be made;
   *     nothing was decided
   */
  Optional<Duration> turn() {
    try {
      Optional<Promotion> known = stream.refresh();
      if (known.isEmpty() || known.get().phase() instanceof Phase.Completed) {
        return Optional.empty();
      }
      commitInDoubt = false;
      return Optional.of(turn(known.get()));
    } catch (VersionConflict _) {
      // Somebody asked for something, or drives it too; look again with what they appended.
      return Optional.of(Duration.ZERO);
    } catch (OutsideException e) {
      if (stream.isLost()) {
        takeBack();
      }
      throw e;
    }
  }

  /**
   * Without its journal a cutover cannot go on, and users would wait behind a fence for as long as
   * the disk is full: what this driver itself began and cannot have committed is taken back. Nobody
   * else can commit it, because whoever finds an attempt of somebody else abandons it. These orders
   * carry the epoch of that decision already, so that none of the attempt that is still on its way
   * is taken after them.
   */
  private void takeBack() {
    if (outside == null || commitInDoubt || attempt == 0 || attempt != stream.current().epoch()) {
      return;
    }
    // Whatever the journal says when it is back, this attempt must not go on.
    tookOver = false;
    Optional<Promotion> taken = Course.withoutJournal(stream.current());
    if (taken.isEmpty()) {
      return;
    }
    Promotion undoing = taken.get();
    // To the end at once where that is possible: soon after its file is lost, the lease is, too.
    // What hangs keeps it no longer than users wait by themselves.
    List<Action> left = Course.next(undoing, look(undoing, outside));
    Instant end = clock.instant().plus(undoing.workload().limits().hold());
    for (int round = 0;
        round < TAKE_BACK_ROUNDS && !left.isEmpty() && clock.instant().isBefore(end);
        round++) {
      for (Action action : left) {
        try {
          outside.carryOut(action, undoing.epoch());
        } catch (OutsideException e) {
          trouble = Optional.of("cannot " + action.words() + ": " + e.getMessage());
        }
      }
      left = Course.next(undoing, look(undoing, outside));
    }
  }

  /**
   * Tells the promotion that this program failed on it, so that it parks or is taken back.
   *
   * @throws OutsideException when the journal's storage refuses
   */
  void crashed(RuntimeException bug) {
    Optional<Promotion> known = stream.refresh();
    try {
      if (known.isPresent()) {
        decide(known.get(), new Input.Crashed(Fault.words(bug)));
      }
    } catch (VersionConflict _) {
      // Somebody else is at it; if the bug is still there, the next turn tells again.
    }
  }

  private Duration turn(Promotion before) throws VersionConflict {
    Promotion promotion = before;
    if (!tookOver || isOfAnother(promotion)) {
      promotion = decide(promotion, new Input.TookOver());
      tookOver = true;
    }
    Outside ports = ports(promotion.workload());
    if (promotion.phase() instanceof Phase.Registered && !clock.instant().isBefore(nextPreflight)) {
      promotion = decide(promotion, new Input.Preflighted(ports.preflight()));
      nextPreflight = clock.instant().plus(PREFLIGHT_EVERY);
    }
    World world = inspected(promotion, look(promotion, ports), ports);
    Promotion decided = decide(promotion, new Input.Seen(world));
    Optional<Input.Baselined> baseline = Ticks.baseline(decided, world);
    if (baseline.isPresent()) {
      decided = decide(decided, baseline.get());
    }
    Optional<Input.Measured> tick = ticks.after(decided, world, clock.instant());
    if (tick.isPresent()) {
      decided = decide(decided, tick.get());
    }
    List<Action> actions = rules.course().next(decided, world);
    boolean failed = !carryOut(decided, ports, actions);
    boolean changed = !decided.equals(promotion);
    show(stream.current(), world, changed);
    boolean moved = changed || (!actions.isEmpty() && !failed);
    return Pace.until(stream.current(), moved, failed);
  }

  /** What takes long to read is looked at only when something hangs on it now. */
  private World inspected(Promotion promotion, World world, Outside ports) {
    if (Revocation.isDue(promotion)) {
      return world.with(ports.access());
    }
    if (!GateRule.asks(promotion, world, clock.instant())) {
      return world;
    }
    try {
      return world.with(ports.inspect()).withRecords(ports.records(promotion.planHash()));
    } catch (OutsideException e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
      return world;
    }
  }

  /**
   * Whether users wait for a cutover that somebody else began. The lease says that this cannot be,
   * but leases err; and only who began an attempt knows that nobody takes it back meanwhile.
   */
  private boolean isOfAnother(Promotion promotion) {
    return promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
        && !cutover.committed()
        && promotion.epoch() != attempt;
  }

  private Promotion decide(Promotion promotion, Input input) throws VersionConflict {
    Instant now = clock.instant();
    return switch (rules.deciding().decide(promotion, input, now)) {
      case Decision.Events(List<Event> events) when events.isEmpty() -> promotion;
      case Decision.Events(List<Event> events) -> append(events, now);
      case Decision.Refused refused ->
          throw new IllegalStateException("refused without being asked: " + refused);
    };
  }

  private Promotion append(List<Event> events, Instant now) throws VersionConflict {
    commitInDoubt =
        events.stream()
            .anyMatch(
                event -> event instanceof Event.OwnerMoved || event instanceof Event.UsersCrossed);
    Promotion promotion = stream.append(events, now, controller, "");
    if (events.getLast() instanceof Event.CutoverBegun begun) {
      attempt = begun.epoch();
    }
    if (events.getLast() instanceof Event.CrossingBegun begun) {
      attempt = begun.epoch();
    }
    return promotion;
  }

  /**
   * Gives the orders; what failed is an input like any other. When it decides nothing, whatever
   * does not build on the failed order is still given: an asset that is away must not keep the
   * users of all others waiting. Comparisons go on beside the other orders: they touch nothing that
   * those change.
   */
  private boolean carryOut(Promotion promotion, Outside ports, List<Action> actions)
      throws VersionConflict {
    var failed = new HashSet<String>();
    var comparisons = new LinkedHashMap<Action, Future<Optional<String>>>();
    for (Action action : actions) {
      if (action instanceof Action.OnData(_, DataOrder.Compare _)) {
        comparisons.put(action, together.begin(() -> give(promotion, ports, action)));
      }
    }
    try {
      for (Action action : actions) {
        if (!comparisons.containsKey(action)
            && !failed.contains(subject(action))
            && !done(promotion, action, give(promotion, ports, action), failed)) {
          return false;
        }
      }
      for (var each : comparisons.entrySet()) {
        Optional<String> why = Together.resultOf(each.getValue(), Optional.empty()).orElseThrow();
        if (!done(promotion, each.getKey(), why, failed)) {
          return false;
        }
      }
    } finally {
      comparisons.values().forEach(each -> each.cancel(true));
    }
    if (!actions.isEmpty() && failed.isEmpty()) {
      trouble = Optional.empty();
    }
    return failed.isEmpty();
  }

  /** Takes in what came of an order; false when that decided something. */
  private boolean done(Promotion promotion, Action action, Optional<String> why, Set<String> failed)
      throws VersionConflict {
    if (why.isEmpty()) {
      return true;
    }
    trouble = Optional.of("cannot " + action.words() + ": " + why.get());
    failed.add(subject(action));
    Input input =
        action instanceof Action.OnAccess
            ? new Input.NotEnded(action.words(), why.get())
            : new Input.Failed(action.words(), why.get());
    return decide(promotion, input).equals(promotion);
  }

  /** What an order that builds on another one shares with it. */
  private static String subject(Action action) {
    return switch (action) {
      case Action.OnData(String asset, _) -> asset;
      case Action.OnRoute(String route, _) -> "route " + route;
      case Action.OnAccess ended -> "access " + ended.access();
    };
  }

  /** Gives one order; absent when it was carried out, or else why it was not. */
  private Optional<String> give(Promotion promotion, Outside ports, Action action) {
    try {
      if (!(promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _))
          || (cutover.committed() && !cutover.isCrossing())) {
        ports.carryOut(action, promotion.epoch());
        return Optional.empty();
      }
      // Whatever hangs: when the hold ends, the old owner accepts writes again.
      Instant last = cutover.holdEnds().minus(promotion.workload().limits().commitMargin());
      return ports.carryOut(action, promotion.epoch(), Duration.between(clock.instant(), last))
          ? Optional.empty()
          : Optional.of("it was not done before the hold had to be ended");
    } catch (OutsideException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static World look(Promotion promotion, Outside ports) {
    return ports.look(
        switch (promotion.phase()) {
          case Phase.CuttingOver _, Phase.Undoing _ -> promotion.workload().limits().lookWait();
          case Phase.Registered _, Phase.Replicating _, Phase.Resting _, Phase.Parked _ ->
              Outside.LOOK_MAX;
          case Phase.Severing _, Phase.Completed _, Phase.GivingUp _, Phase.GivenUp _ ->
              Outside.LOOK_MAX;
        });
  }

  private Outside ports(Workload wanted) {
    if (outside == null || outsideOf == null || !samePorts(wanted, outsideOf)) {
      close();
      outside = new Outside(wanted, adapters, together);
    } else if (!wanted.limits().equals(outsideOf.limits())) {
      outside.heed(wanted.limits());
    }
    outsideOf = wanted;
    return outside;
  }

  private static boolean samePorts(Workload one, Workload other) {
    return one.assets().equals(other.assets())
        && one.routes().equals(other.routes())
        && one.access().equals(other.access());
  }

  private void show(Promotion promotion, World world, boolean changed) {
    Instant now = clock.instant();
    // While users are held, nobody is served by a picture; beyond the hold it hangs, and may long.
    boolean hurry =
        promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
            && now.isBefore(cutover.holdEnds());
    if (board.isEmpty() || hurry || (!changed && now.isBefore(nextShow))) {
      return;
    }
    nextShow = now.plus(SHOW_EVERY);
    var sight = new Sight(world, Readiness.waits(promotion, world), trouble);
    board.get().show(workload, new Board.Notice(now, controller, EventCodec.json(sight)));
  }

  @Override
  public void close() {
    if (outside != null) {
      outside.close();
      outside = null;
    }
  }
}
