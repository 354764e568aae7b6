package dev.landfall.engine;

import dev.landfall.promotion.Action;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Sharing;
import dev.landfall.promotion.World;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Mistakes that somebody could make where both sides accept writes; see {@link Flaws}. */
enum TwoWayFlaws {
  /** Both sides accept writes, and their sequences give the same numbers. */
  SEQUENCES_NOT_APART(Flaw.of(deciding(TwoWayFlaws::unprepared))),
  /** The target is opened before anybody keeps what is written there. */
  OPENED_BEFORE_ITS_WRITES_ARE_KEPT(Flaw.of(new Rules(Decider::decide, TwoWayFlaws::opensEarly))),
  /** Users are led on although what they wrote on the source is still under way. */
  LED_ON_BEFORE_ALL_HAS_ARRIVED(Flaw.of(deciding(TwoWayFlaws::crossesEarly))),
  /** Everybody is brought back although what was written on the target is still under way. */
  BACK_BEFORE_ALL_HAS_ARRIVED(Flaw.of(deciding(TwoWayFlaws::returnsEarly))),
  /** The target goes on accepting writes of those who come back. */
  BACK_WITHOUT_A_FENCE(Flaw.of(deciding(TwoWayFlaws::returnsOpen))),
  /** The data follows its users, and what some of them wrote on the target has not come back. */
  DATA_FOLLOWS_ONE_WAY_ONLY(Flaw.of(deciding(TwoWayFlaws::drainsOneWay))),
  /** A side whose writes the other fails to take stays fenced when a cutover is taken back. */
  NOT_OPENED_WHILE_STUCK(Flaw.of(new Rules(Decider::decide, TwoWayFlaws::opensUnlessStuck))),
  /** Everybody comes back although the source fails to take what they wrote. */
  BACK_ALTHOUGH_STUCK(Flaw.of(new Rules(TwoWayFlaws::unstuck, Course::next)));

  @SuppressWarnings("ImmutableEnumChecker") // Rules are functions without a state.
  private final Flaw flaw;

  TwoWayFlaws(Flaw flaw) {
    this.flaw = flaw;
  }

  Flaw flaw() {
    return flaw;
  }

  /** Other events follow from an event, in a state. */
  private static Rules deciding(BiFunction<Promotion, Event, List<Event>> change) {
    return new Rules(
        (promotion, input, now) ->
            Decider.decide(promotion, input, now) instanceof Decision.Events(List<Event> events)
                ? new Decision.Events(
                    events.stream()
                        .flatMap(event -> change.apply(promotion, event).stream())
                        .toList())
                : Decider.decide(promotion, input, now),
        Course::next);
  }

  private static List<Event> unprepared(Promotion promotion, Event event) {
    return event instanceof Event.SharingBegun begun
        ? List.of(begun, new Event.Shared(begun.epoch() + 1, begun.at()))
        : List.of(event);
  }

  private static List<Action> opensEarly(Promotion promotion, World world) {
    var actions = new ArrayList<Action>();
    if (promotion.sharing().stage() == Sharing.Stage.PREPARING) {
      for (Asset.Data asset : promotion.workload().data()) {
        actions.add(new Action.OnData(asset.name(), new DataOrder.Open(Side.TARGET)));
      }
    }
    actions.addAll(Course.next(promotion, world));
    return actions;
  }

  private static List<Action> opensUnlessStuck(Promotion promotion, World world) {
    return Course.next(promotion, world).stream()
        .filter(action ->
            !(action instanceof Action.OnData(String asset, DataOrder.Open(Side side)))
                || world.data(asset).from(side).phase() != LinkSeen.Phase.STUCK)
        .toList();
  }

  /** What is marked on the target counts as arrived, and a stuck link as one that follows. */
  private static Decision unstuck(Promotion promotion, Input input, Instant now) {
    if (!(input instanceof Input.Seen(World world)) || !promotion.sharing().isOpen()) {
      return Decider.decide(promotion, input, now);
    }
    var data = new HashMap<>(world.data());
    data.replaceAll(
        (_, seen) -> seen.fromTarget().phase() == LinkSeen.Phase.STUCK ? arrived(seen) : seen);
    return Decider.decide(
        promotion,
        new Input.Seen(new World(data, world.routes(), world.configuration(), world.access())),
        now);
  }

  private static DataSeen arrived(DataSeen seen) {
    SideSeen source = seen.source();
    return new DataSeen(
        new SideSeen(
            source.fault(),
            source.fence(),
            source.epoch(),
            source.marked(),
            seen.target().marked(),
            source.aligned(),
            source.refusedWrites(),
            source.heard()),
        seen.target(),
        seen.fromSource(),
        new LinkSeen(
            LinkSeen.Phase.FOLLOWING,
            Optional.empty(),
            Optional.of(Duration.ZERO),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        seen.check(),
        seen.leaks(),
        seen.alarms(),
        seen.shared());
  }

  private static List<Event> crossesEarly(Promotion promotion, Event event) {
    return event instanceof Event.Held held && cutover(promotion).isCrossing()
        ? List.of(held, new Event.UsersCrossed(promotion.epoch() + 1, held.at()))
        : List.of(event);
  }

  private static List<Event> returnsEarly(Promotion promotion, Event event) {
    return event instanceof Event.Fenced fenced && isReturn(promotion)
        ? List.of(fenced, new Event.Drained(fenced.at()), moved(promotion, fenced.at()))
        : List.of(event);
  }

  private static List<Event> returnsOpen(Promotion promotion, Event event) {
    return event instanceof Event.Held held && isReturn(promotion)
        ? List.of(
            held,
            new Event.Fenced(held.at()),
            new Event.Drained(held.at()),
            moved(promotion, held.at()))
        : List.of(event);
  }

  private static Event moved(Promotion promotion, Instant at) {
    return new Event.OwnerMoved(Side.SOURCE, promotion.epoch() + 1, at, 0, Duration.ZERO);
  }

  private static List<Event> drainsOneWay(Promotion promotion, Event event) {
    boolean last =
        event instanceof Event.Fenced
            && promotion.sharing().isOpen()
            && cutover(promotion).to() == Side.TARGET;
    return last ? List.of(event, new Event.Drained(((Event.Fenced) event).at())) : List.of(event);
  }

  private static boolean isReturn(Promotion promotion) {
    return promotion.sharing().isOpen() && cutover(promotion).to() == Side.SOURCE;
  }

  private static Cutover cutover(Promotion promotion) {
    return ((Phase.CuttingOver) promotion.phase()).cutover();
  }
}
