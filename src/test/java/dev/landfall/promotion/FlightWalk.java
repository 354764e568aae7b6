package dev.landfall.promotion;

import dev.landfall.flight.Reading;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.stats.Arm;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A promotion in a world that does as it is told. */
final class FlightWalk {
  private static final Duration TICK = Duration.ofSeconds(2);

  final List<Event> events = new ArrayList<>();
  final List<Cohort> led = new ArrayList<>();
  Promotion promotion;
  World world;
  Instant now = Promotions.NOW;

  /** What is not as it should be with the data, whatever is ordered. */
  UnaryOperator<DataSeen> trouble = seen -> seen;

  /** Which orders end the trouble, for good or ill. */
  Predicate<DataOrder> ends = _ -> false;

  FlightWalk(Workload workload) {
    promotion =
        Evolver.begin(new Event.Registered(workload, "plan", Goal.PROMOTED, Optional.of("tom")));
    world = IdealWorld.untouched(workload);
    then(new Input.Preflighted(List.of()));
  }

  FlightWalk then(Input input) {
    switch (Decider.decide(promotion, input, now)) {
      case Decision.Events(List<Event> decided) -> {
        for (Event event : decided) {
          events.add(event);
          promotion = Evolver.evolve(promotion, event);
        }
      }
      case Decision.Refused refused -> throw new AssertionError(refused.message());
    }
    return this;
  }

  /** Looks and carries out until nothing moves any more. */
  FlightWalk settle() {
    return settle(_ -> false);
  }

  /** The same, or until it has come so far. */
  FlightWalk settle(Predicate<Promotion> end) {
    int quiet = 0;
    for (int turn = 0; turn < 100; turn++) {
      if (end.test(promotion)) {
        return this;
      }
      now = now.plusMillis(10);
      Promotion before = promotion;
      then(new Input.Seen(world));
      List<Action> actions = Course.next(promotion, world);
      for (Action action : actions) {
        if (action instanceof Action.OnRoute(_, RouteOrder order)) {
          led.add(order.cohort());
        }
        if (action instanceof Action.OnData(_, DataOrder order) && ends.test(order)) {
          trouble = seen -> seen;
        }
        world = IdealWorld.after(world, action, promotion.epoch());
      }
      world = troubled(IdealWorld.settled(world, now));
      quiet = actions.isEmpty() && promotion.equals(before) ? quiet + 1 : 0;
      if (quiet == 3) {
        return this;
      }
    }
    throw new AssertionError("it does not settle: " + promotion.stateWord());
  }

  /** From now on. */
  FlightWalk trouble(UnaryOperator<DataSeen> found) {
    trouble = found;
    world = troubled(IdealWorld.settled(world, now));
    return this;
  }

  private World troubled(World ideal) {
    var data = new HashMap<>(ideal.data());
    data.replaceAll((_, seen) -> trouble.apply(seen));
    return new World(data, ideal.routes(), ideal.configuration(), ideal.access());
  }

  /** Ticks in which so many of a hundred requests fail, of the moved and of each other half. */
  FlightWalk ticks(int count, long movedFailed, long stayedFailed) {
    return ticks(count, 100, movedFailed, stayedFailed);
  }

  /** The same, of so many requests. */
  FlightWalk ticks(int count, long units, long movedFailed, long stayedFailed) {
    for (int i = 0; i < count; i++) {
      now = now.plus(TICK);
      int flight = promotion.flown().number();
      then(
          new Input.Measured(
              flight,
              TICK,
              Map.of(
                  "errors",
                  new Reading(
                      new Arm(units, movedFailed),
                      new Arm(units, stayedFailed),
                      new Arm(units, stayedFailed)))));
      settle();
      if (promotion.flown().number() != flight) {
        return this;
      }
    }
    return this;
  }

  /** Asks to be led to a flight; absent for nobody. */
  FlightWalk fly(String flight, String why) {
    Optional<String> to = flight.equals("nobody") ? Optional.empty() : Optional.of(flight);
    return then(new Input.Ask.Fly(to, why));
  }

  /** Why a wish is refused. */
  Decision.Refused refused(Input input) {
    return switch (Decider.decide(promotion, input, now)) {
      case Decision.Refused refused -> refused;
      case Decision.Events granted -> throw new AssertionError("it is granted: " + granted);
    };
  }

  String state() {
    return promotion.stateWord() + (promotion.paused() ? ", paused" : "");
  }

  /** When a person last jumped ahead. */
  Instant eventTime() {
    return events.stream()
        .filter(Event.FlightsSkipped.class::isInstance)
        .map(event -> ((Event.FlightsSkipped) event).at())
        .findFirst()
        .orElseThrow();
  }

  /** The order that the plane has. */
  RouteOrder lastOrder() {
    return world.routes().values().iterator().next().order().orElseThrow();
  }
}
