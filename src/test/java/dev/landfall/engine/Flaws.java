package dev.landfall.engine;

import dev.landfall.access.AccessSeen;
import dev.landfall.promotion.Action;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Mistakes that somebody could make in the rules, each as far from the real rules as a careless
 * change would be. Most let the real rules see a world in which what they insist on is so already.
 */
enum Flaws {
  /** The mark is written before the old owner is fenced. */
  MARK_BEFORE_THE_FENCE(Flaw.of(new Rules(Decider::decide, Flaws::marksEarly))),
  /** The link back is made after the new owner was opened. */
  REVERSE_LINK_AFTER_OPENING(Flaw.of(seeing(Flaws::linkedBack))),
  /** The journal takes whatever is appended. */
  COMMIT_WITHOUT_COMPARE_AND_SET(new Flaw(() -> Rules.CORE, false, true)),
  /** Users are led to a side before it was opened. */
  LEAD_BEFORE_OPENING(Flaw.of(new Rules(Decider::decide, Flaws::leadsEarly))),
  /** On the way back, the source is opened before the users and writes of the target are held. */
  OPEN_BEFORE_FENCING_ON_THE_WAY_BACK(Flaw.of(new Rules(Decider::decide, Flaws::opensEarly))),
  /** Requests are held for as long as it takes. */
  HOLD_WITHOUT_LIMIT(Flaw.of(new Rules(Decider::decide, Flaws::holdsForEver))),
  /** A cutover begins whoever keeps its fences from being closed. */
  BEGINNING_WHATEVER_IS_IN_THE_WAY(Flaw.of(seeing(Flaws::unoccupied))),
  /** The fence is taken for granted once it was ordered. */
  FENCE_NOT_READ_BACK(Flaw.of(believing())),
  /** Databases and planes take orders of any age. */
  EPOCHS_NOT_COMPARED(new Flaw(() -> Rules.CORE, true, false)),
  /** A side is opened on what was seen before it had taken an order of this epoch. */
  OPENING_WITHOUT_A_STAMP(Flaw.of(new Rules(Decider::decide, Flaws::stamped))),
  /** A controller that takes over undoes a cutover that is committed. */
  UNDOING_AFTER_THE_COMMIT(Flaw.of(new Rules(Flaws::undoesAlways, Course::next))),
  /** Sequences stay where they are. */
  SEQUENCES_NOT_MOVED(Flaw.of(seeing(Flaws::aligned))),
  /** A rollback is granted although the link is severed. */
  ROLLBACK_AFTER_SEVERING(Flaw.of(new Rules(Flaws::rollsBackAlways, Course::next))),
  /** A side is given up although it answers. */
  GIVING_UP_WHAT_ANSWERS(Flaw.of(new Rules(Flaws::givesUpAlways, Course::next))),
  /** Of a side that is given up, more is said to have arrived than has. */
  SAYING_THAT_LESS_IS_LOST(Flaw.of(new Rules(Flaws::hearsEverything, Course::next))),
  /** A side that was given up is taken for fenced when it comes back. */
  LEAVING_THE_LOST_SIDE_OPEN(Flaw.of(seeing(Flaws::lostIsFenced))),
  /** The target is taken to be configured as it was rehearsed. */
  PROMOTING_WHAT_HAS_CHANGED(Flaw.of(seeing(Flaws::asRehearsed))),
  /** Access is taken for ended once that was ordered. */
  ACCESS_NOT_READ_BACK(Flaw.of(seeing(Flaws::nobodyLeft)));

  @SuppressWarnings("ImmutableEnumChecker") // Rules are functions without a state.
  private final Flaw flaw;

  Flaws(Flaw flaw) {
    this.flaw = flaw;
  }

  Flaw flaw() {
    return flaw;
  }

  /** The cutover under way; absent when none is. */
  private static Optional<Cutover> cutover(Promotion promotion) {
    return promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
        ? Optional.of(cutover)
        : Optional.empty();
  }

  static boolean in(Promotion promotion, Cutover.Step... steps) {
    return cutover(promotion).filter(each -> List.of(steps).contains(each.step())).isPresent();
  }

  // Other worlds.

  private static World with(World world, UnaryOperator<DataSeen> change) {
    var data = new LinkedHashMap<String, DataSeen>();
    world.data().keySet().stream()
        .sorted()
        .forEach(name -> data.put(name, change.apply(world.data(name))));
    return new World(data, world.routes(), world.configuration(), world.access());
  }

  /** The world, but for what is seen of the fences of a side. */
  static World fencedOn(World world, Side side, Fence fence) {
    return with(world, seen -> with(seen, side, each -> fence(each, fence, 0)));
  }

  private static World asRehearsed(Promotion promotion, World world) {
    return promotion.rehearsals().passed().map(passed -> world.with(passed.found())).orElse(world);
  }

  private static World nobodyLeft(Promotion promotion, World world) {
    return world.with(
        promotion.workload().access().stream()
            .collect(Collectors.toMap(Access::name, _ -> AccessSeen.of(List.of()))));
  }

  private static DataSeen with(DataSeen seen, Side side, UnaryOperator<SideSeen> change) {
    if (seen.on(side).fault().isPresent()) {
      return seen;
    }
    SideSeen changed = change.apply(seen.on(side));
    return new DataSeen(
        side == Side.SOURCE ? changed : seen.source(),
        side == Side.TARGET ? changed : seen.target(),
        seen.fromSource(),
        seen.fromTarget(),
        seen.check(),
        seen.leaks(),
        seen.alarms());
  }

  private static SideSeen fence(SideSeen side, Fence fence, long epoch) {
    return new SideSeen(
        side.fault(),
        fence,
        Math.max(epoch, side.epoch()),
        side.marked(),
        side.arrived(),
        side.aligned(),
        side.refusedWrites());
  }

  /** The real rules, in another world. */
  static Rules seeing(BiFunction<Promotion, World, World> other) {
    return new Rules(
        (promotion, input, now) ->
            Decider.decide(
                promotion,
                input instanceof Input.Seen(World world)
                    ? new Input.Seen(other.apply(promotion, world))
                    : input,
                now),
        (promotion, world) -> Course.next(promotion, other.apply(promotion, world)));
  }

  private static World linkedBack(Promotion promotion, World world) {
    if (!in(promotion, Cutover.Step.PROVING, Cutover.Step.OPENING)) {
      return world;
    }
    Cutover cutover = cutover(promotion).orElseThrow();
    Optional<String> token = Optional.of(cutover.token());
    return with(
        world,
        seen -> {
          DataSeen marked =
              with(
                  with(
                      seen,
                      cutover.to(),
                      to ->
                          new SideSeen(
                              to.fault(),
                              to.fence(),
                              to.epoch(),
                              token,
                              to.arrived(),
                              to.aligned(),
                              0)),
                  cutover.from(),
                  from ->
                      new SideSeen(
                          from.fault(),
                          from.fence(),
                          from.epoch(),
                          from.marked(),
                          token,
                          from.aligned(),
                          0));
          LinkSeen there = LinkSeen.of(LinkSeen.Phase.FOLLOWING);
          return new DataSeen(
              marked.source(),
              marked.target(),
              cutover.to() == Side.SOURCE ? there : marked.fromSource(),
              cutover.to() == Side.TARGET ? there : marked.fromTarget(),
              marked.check(),
              marked.leaks(),
              marked.alarms());
        });
  }

  private static World unoccupied(Promotion promotion, World world) {
    World seen = world;
    for (Side each : Side.values()) {
      seen = with(seen, data -> with(data, each, side -> side.occupiedBy(Optional.empty())));
    }
    return seen;
  }

  private static World aligned(Promotion promotion, World world) {
    return cutover(promotion)
        .map(cutover ->
            with(
                world,
                seen ->
                    with(
                        seen,
                        cutover.to(),
                        to ->
                            new SideSeen(
                                to.fault(),
                                to.fence(),
                                to.epoch(),
                                to.marked(),
                                to.arrived(),
                                Optional.of(cutover.token()),
                                0))))
        .orElse(world);
  }

  private static World fenced(Promotion promotion, World world) {
    if (!in(
        promotion,
        Cutover.Step.FENCING,
        Cutover.Step.DRAINING,
        Cutover.Step.PROVING,
        Cutover.Step.OPENING)) {
      return world;
    }
    Side from = cutover(promotion).orElseThrow().from();
    return with(
        world, seen -> with(seen, from, side -> fence(side, Fence.FENCED, promotion.epoch())));
  }

  // Other rules.

  private static Rules believing() {
    Rules rules = seeing(Flaws::fenced);
    return new Rules(
        (promotion, input, now) ->
            input instanceof Input.Failed failed && failed.what().startsWith("fence")
                ? Decision.NOTHING
                : rules.deciding().decide(promotion, input, now),
        (promotion, world) ->
            in(promotion, Cutover.Step.FENCING)
                ? Course.next(promotion, world)
                : rules.course().next(promotion, world));
  }

  private static List<Action> marksEarly(Promotion promotion, World world) {
    List<Action> actions = Course.next(promotion, world);
    if (!in(promotion, Cutover.Step.HOLDING, Cutover.Step.FENCING)) {
      return actions;
    }
    Cutover cutover = cutover(promotion).orElseThrow();
    Stream<Action> marks =
        promotion.workload().data().stream()
            .map(Asset.Data::name)
            .filter(name ->
                !world.data(name).on(cutover.from()).marked().equals(Optional.of(cutover.token())))
            .map(name ->
                new Action.OnData(name, new DataOrder.Mark(cutover.from(), cutover.token())));
    return Stream.concat(marks, actions.stream()).toList();
  }

  private static List<Action> leadsEarly(Promotion promotion, World world) {
    World open = fencedOn(fencedOn(world, Side.SOURCE, Fence.OPEN), Side.TARGET, Fence.OPEN);
    var actions = new ArrayList<Action>();
    Course.next(promotion, open).stream()
        .filter(Action.OnRoute.class::isInstance)
        .forEach(actions::add);
    Course.next(promotion, world).stream()
        .filter(Action.OnData.class::isInstance)
        .forEach(actions::add);
    return actions;
  }

  private static List<Action> opensEarly(Promotion promotion, World world) {
    List<Action> actions = Course.next(promotion, world);
    boolean back =
        in(promotion, Cutover.Step.HOLDING)
            && cutover(promotion).filter(each -> each.to() == Side.SOURCE).isPresent();
    if (!back) {
      return actions;
    }
    Stream<Action> openings =
        promotion.workload().data().stream()
            .map(asset -> new Action.OnData(asset.name(), new DataOrder.Open(Side.SOURCE)));
    return Stream.concat(actions.stream(), openings).toList();
  }

  private static List<Action> holdsForEver(Promotion promotion, World world) {
    return Course.next(promotion, world).stream().map(Flaws::holdsForEver).toList();
  }

  private static Action holdsForEver(Action action) {
    if (action instanceof Action.OnRoute(String route, RouteOrder order)
        && order.hold().isPresent()) {
      return new Action.OnRoute(
          route,
          new RouteOrder(
              order.epoch(),
              order.source(),
              order.target(),
              order.cohort(),
              Optional.of(Duration.ofDays(1)),
              order.health(),
              order.prepare()));
    }
    return action;
  }

  private static List<Action> stamped(Promotion promotion, World world) {
    if (!(promotion.phase() instanceof Phase.Undoing) && !in(promotion, Cutover.Step.OPENING)) {
      return Course.next(promotion, world);
    }
    return Course.next(
        promotion,
        with(
            world,
            seen -> {
              DataSeen changed = seen;
              for (Side side : Side.values()) {
                if (seen.on(side).fence() == Fence.FENCED) {
                  changed =
                      with(changed, side, each -> fence(each, Fence.FENCED, promotion.epoch()));
                }
              }
              return changed;
            }));
  }

  private static Decision undoesAlways(Promotion promotion, Input input, Instant now) {
    return input instanceof Input.TookOver && in(promotion, Cutover.Step.OPENING)
        ? new Decision.Events(
            List.of(
                new Event.CutoverAbandoned(
                    promotion.epoch() + 1, now, Cutover.Step.OPENING, "a flaw", false)))
        : Decider.decide(promotion, input, now);
  }

  private static Decision rollsBackAlways(Promotion promotion, Input input, Instant now) {
    return input instanceof Input.Ask.Reach(Goal goal, _) && goal == Goal.ROLLED_BACK
        ? new Decision.Events(List.of(new Event.GoalSet(goal)))
        : Decider.decide(promotion, input, now);
  }

  private static Decision givesUpAlways(Promotion promotion, Input input, Instant now) {
    return input instanceof Input.Ask.GiveUp(Side lost, World world, _)
        ? Decider.decide(promotion, new Input.Ask.GiveUp(lost, silent(world, lost)), now)
        : Decider.decide(promotion, input, now);
  }

  private static World silent(World world, Side lost) {
    return with(world, seen -> with(seen, lost, _ -> SideSeen.unreachable("a flaw")));
  }

  private static Decision hearsEverything(Promotion promotion, Input input, Instant now) {
    return Decider.decide(promotion, input, now) instanceof Decision.Events(List<Event> events)
        ? new Decision.Events(events.stream().map(event -> hearsEverything(event, now)).toList())
        : Decider.decide(promotion, input, now);
  }

  private static Event hearsEverything(Event event, Instant now) {
    return event instanceof Event.SideGivenUp given
        ? new Event.SideGivenUp(
            given.lost(),
            given.epoch(),
            given.at(),
            given.heard().stream()
                .map(each -> new Event.Heard(each.asset(), Optional.of(now)))
                .toList())
        : event;
  }

  private static World lostIsFenced(Promotion promotion, World world) {
    return promotion.phase() instanceof Phase.GivenUp(Side lost, _)
        ? with(
            world,
            seen -> {
              DataSeen fenced =
                  with(seen, lost, side -> fence(side, Fence.FENCED, promotion.epoch()));
              return new DataSeen(
                  fenced.source(),
                  fenced.target(),
                  LinkSeen.of(LinkSeen.Phase.ABSENT),
                  LinkSeen.of(LinkSeen.Phase.ABSENT),
                  fenced.check(),
                  fenced.leaks(),
                  fenced.alarms());
            })
        : world;
  }
}
