package dev.landfall.engine;

import dev.landfall.flight.Reading;
import dev.landfall.promotion.Action;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Flown;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Wants;
import dev.landfall.promotion.World;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.FlightPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Mistakes that somebody could make in the rules of flights; see {@link Flaws}. */
enum FlightFlaws {
  /** More users are led to the target before the journal says so. */
  SHARE_BEFORE_THE_JOURNAL(Flaw.of(new Rules(Decider::decide, FlightFlaws::leadsOn))),
  /** That a flight failed is known to the process that found it out, and to no other. */
  VERDICT_FORGOTTEN_AFTER_A_RESTART(Flaw.inEachProcess(FlightFlaws::remembering)),
  /** What one tick told counts twice. */
  TICK_COUNTED_TWICE(Flaw.of(new Rules(FlightFlaws::countsTwice, Course::next))),
  /** Users go back one flight although zero was told. */
  BACK_ONE_FLIGHT_ALTHOUGH_ZERO_WAS_TOLD(
      Flaw.of(deciding(event -> event instanceof Event.FlightFailed f ? backOne(f) : event))),
  /** A flight of which nothing is known passes when its time is up. */
  PASSING_BY_SILENCE(
      Flaw.of(deciding(event -> event instanceof Event.FlightUndecided u ? passing(u) : event))),
  /** Whom the journal calls back is left where he is. */
  LEAVING_USERS_WHERE_HARM_IS_DONE(Flaw.of(new Rules(Decider::decide, FlightFlaws::neverBack))),
  /** Whom the journal calls back is led back, but later than within the second that is promised. */
  LED_BACK_TOO_LATE(Flaw.inEachProcess(FlightFlaws::late)),
  /** Other users are drawn for each flight. */
  DRAWING_ANEW(Flaw.of(new Rules(Decider::decide, FlightFlaws::drawsAnew))),
  /** The data follows although flights are left. */
  DATA_BEFORE_THE_LAST_FLIGHT(Flaw.of(new Rules(FlightFlaws::cutsOver, Course::next)));

  private static final Duration TOO_LATE = Duration.ofMillis(1_200);

  @SuppressWarnings("ImmutableEnumChecker") // Rules are functions without a state.
  private final Flaw flaw;

  FlightFlaws(Flaw flaw) {
    this.flaw = flaw;
  }

  Flaw flaw() {
    return flaw;
  }

  private static Rules deciding(UnaryOperator<Event> change) {
    return new Rules(
        (promotion, input, now) ->
            Decider.decide(promotion, input, now) instanceof Decision.Events(List<Event> events)
                ? new Decision.Events(events.stream().map(change).toList())
                : Decider.decide(promotion, input, now),
        Course::next);
  }

  private static Event backOne(Event.FlightFailed failed) {
    return new Event.FlightFailed(
        failed.flight(), failed.flight() - 1, failed.epoch(), failed.at(), failed.why());
  }

  private static Event passing(Event.FlightUndecided undecided) {
    return new Event.FlightPassed(undecided.flight(), undecided.at(), "");
  }

  private static List<Action> leading(List<Action> actions, UnaryOperator<RouteOrder> change) {
    return actions.stream()
        .map(action ->
            action instanceof Action.OnRoute(String route, RouteOrder order)
                ? new Action.OnRoute(route, change.apply(order))
                : action)
        .toList();
  }

  private static RouteOrder with(RouteOrder order, Cohort cohort) {
    return new RouteOrder(
        order.epoch(),
        order.source(),
        order.target(),
        cohort,
        order.hold(),
        order.health(),
        order.prepare());
  }

  /** As soon as a flight has passed, the next is led: the journal will say so anyway. */
  private static List<Action> leadsOn(Promotion promotion, World world) {
    Optional<FlightPlan> plan = promotion.workload().flights();
    Flown flown = promotion.flown();
    boolean next =
        plan.isPresent()
            && flown.number() > 0
            && flown.passed()
            && !promotion.paused()
            && flown.number() < plan.get().flights().size();
    if (!next) {
      return Course.next(promotion, world);
    }
    int share = plan.get().flights().get(flown.number()).share();
    Cohort users = Wants.in(promotion).users();
    var more = new Cohort(share, users.salt(), users.identity(), users.moved(), users.kept());
    var actions = new ArrayList<>(Course.next(promotion, world));
    world
        .routes()
        .forEach((name, seen) ->
            seen.order()
                .filter(order -> order.cohort().equals(users) && order.hold().isEmpty())
                .ifPresent(order -> actions.add(new Action.OnRoute(name, with(order, more)))));
    return actions;
  }

  /** The users of a flight are led back at once, and it is never written down. */
  private static Rules remembering() {
    var failed = new HashSet<Long>();
    return new Rules(
        (promotion, input, now) -> {
          Decision decision = Decider.decide(promotion, input, now);
          if (!(decision instanceof Decision.Events(List<Event> events))) {
            return decision;
          }
          if (events.stream().anyMatch(Event.FlightFailed.class::isInstance)) {
            failed.add(promotion.epoch());
          }
          return new Decision.Events(
              events.stream().filter(event -> !(event instanceof Event.FlightFailed)).toList());
        },
        (promotion, world) ->
            failed.contains(promotion.epoch())
                ? leading(Course.next(promotion, world), order -> with(order, Cohort.NOBODY))
                : Course.next(promotion, world));
  }

  private static Decision countsTwice(Promotion promotion, Input input, Instant now) {
    if (!(input instanceof Input.Measured measured)) {
      return Decider.decide(promotion, input, now);
    }
    Map<String, Reading> twice = new HashMap<>();
    measured.readings().forEach((name, reading) -> twice.put(name, reading.plus(reading)));
    return Decider.decide(
        promotion, new Input.Measured(measured.flight(), measured.took(), twice), now);
  }

  private static List<Action> neverBack(Promotion promotion, World world) {
    return Course.next(promotion, world).stream()
        .filter(action ->
            !(action instanceof Action.OnRoute(String route, RouteOrder order))
                || world
                    .route(route)
                    .order()
                    .filter(had -> had.cohort().share() > order.cohort().share())
                    .isEmpty())
        .toList();
  }

  /** What a process that is late remembers. */
  private static final class Lateness {
    private Instant now = Instant.MIN;
    private Instant ends = Instant.MIN;
  }

  /** Takes its time after each verdict. */
  private static Rules late() {
    var late = new Lateness();
    return new Rules(
        (promotion, input, now) -> {
          late.now = now;
          Decision decision = Decider.decide(promotion, input, now);
          if (decision instanceof Decision.Events(List<Event> events)
              && events.stream().anyMatch(Event.FlightFailed.class::isInstance)) {
            late.ends = now.plus(TOO_LATE);
          }
          return decision;
        },
        (promotion, world) ->
            late.now.isBefore(late.ends)
                ? neverBack(promotion, world)
                : Course.next(promotion, world));
  }

  private static List<Action> drawsAnew(Promotion promotion, World world) {
    return leading(
        Course.next(promotion, world),
        order -> {
          Cohort users = order.cohort();
          return users.isNobody() || users.isEverybody()
              ? order
              : with(
                  order,
                  new Cohort(
                      users.share(),
                      users.salt() + order.epoch(),
                      users.identity(),
                      users.moved(),
                      users.kept()));
        });
  }

  private static Decision cutsOver(Promotion promotion, Input input, Instant now) {
    Flown flown = promotion.flown();
    boolean flies = input instanceof Input.Seen && flown.number() > 0 && !flown.passed();
    if (!flies) {
      return Decider.decide(promotion, input, now);
    }
    int all = promotion.workload().flights().orElseThrow().flights().size();
    var done =
        new Flown(
            all,
            flown.since(),
            true,
            flown.judge(),
            flown.undecided(),
            flown.failure(),
            flown.way());
    return Decider.decide(
        new Promotion(
            promotion.workload(),
            promotion.planHash(),
            promotion.goal(),
            promotion.paused(),
            promotion.epoch(),
            done,
            promotion.acceptedLeaks(),
            promotion.phase()),
        input,
        now);
  }
}
