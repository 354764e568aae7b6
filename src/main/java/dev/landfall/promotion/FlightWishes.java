package dev.landfall.promotion;

import dev.landfall.promotion.Phase.CuttingOver;
import dev.landfall.promotion.Phase.Parked;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what follows when a person asks for something of users who fly, or why it is refused. */
final class FlightWishes {
  private FlightWishes() {}

  /** The flight under way is taken for passed. */
  static Decision goOn(Promotion promotion, String flight, String why, Instant now) {
    Optional<String> judged = Flights.nameUnderWay(promotion);
    return judged.filter(flight::equals).isPresent()
        ? Decision.of(new Event.FlightPassed(promotion.flown().number(), now, why))
        : refused(
            Refusal.NO_FLIGHT,
            "cannot go on with flight "
                + flight
                + " of "
                + promotion.workload().name()
                + ": "
                + judged
                    .map(name -> "it is flight " + name + " that is being judged")
                    .orElse("no flight is being judged; it is " + promotion.stateWord()));
  }

  /** Users are led to a flight, ahead or back; to nobody's when it is absent. */
  static Decision fly(Promotion promotion, Optional<String> flight, String why, Instant now) {
    Optional<FlightPlan> plan = promotion.workload().flights();
    Optional<Integer> found =
        flight.isEmpty()
            ? Optional.of(0)
            : plan.flatMap(each -> Flights.number(each, flight.get()));
    if (plan.isEmpty() || found.isEmpty()) {
      return cannot(
          promotion,
          flight,
          Refusal.NO_FLIGHT,
          plan.map(each -> "its flights are " + names(each))
              .orElse("its users do not move in flights"));
    }
    if (!Flights.mayBeAskedFor(promotion)) {
      return cannot(
          promotion, flight, Refusal.NO_FLIGHT, "nobody flies; it is " + promotion.stateWord());
    }
    int to = found.get();
    int here = promotion.flown().number();
    if (to > here) {
      return ahead(promotion, flight, to, why, now);
    }
    if (promotion.sharing().isOpen() && to > 0 && to < here) {
      return cannot(
          promotion,
          flight,
          Refusal.NO_FLIGHT,
          "both sides accept writes, and only everybody can come back: landfall fly "
              + promotion.workload().name()
              + " --to nobody");
    }
    boolean stays = to == here && promotion.flown().way().ahead().isEmpty();
    if (!stays && to == here && promotion.sharing().isOpen() && to > 0) {
      // A recall would bring everybody back. Asking for the same end again forgets the way there,
      // and as after a recall nobody goes on before somebody says so.
      var same = new Event.GoalSet(promotion.goal());
      return promotion.paused() ? Decision.of(same) : Decision.of(same, new Event.Paused());
    }
    if (!stays) {
      return recall(promotion, to, now);
    }
    // Nobody has flown: then nobody is to begin.
    boolean begins = to == 0 && promotion.goal() == Goal.PROMOTED && !promotion.paused();
    if (!begins) {
      return Decision.NOTHING;
    }
    // Behind the commit point the cutover goes on as it is: a new epoch would need new fences.
    return promotion.phase() instanceof CuttingOver(Cutover cutover, _) && cutover.committed()
        ? Decision.of(new Event.Paused())
        : recall(promotion, 0, now);
  }

  private static String names(FlightPlan plan) {
    return plan.flights().stream().map(each -> each.name()).collect(Collectors.joining(", "));
  }

  private static Decision ahead(
      Promotion promotion, Optional<String> flight, int to, String why, Instant now) {
    if (promotion.phase() instanceof Parked parked) {
      return cannot(
          promotion,
          flight,
          Refusal.PARKED,
          "it is parked: "
              + parked.why()
              + "; look at it, then: landfall resume "
              + promotion.workload().name());
    }
    if (!(promotion.phase() instanceof Phase.Resting)) {
      return cannot(promotion, flight, Refusal.CUTTING_OVER, "its data is moving");
    }
    if (promotion.isComingBack()) {
      return cannot(promotion, flight, Refusal.CUTTING_OVER, "everybody is coming back");
    }
    if (promotion.flown().way().ahead().filter(next -> next == to).isPresent()) {
      return Decision.NOTHING;
    }
    var skipped = new Event.FlightsSkipped(to, now, why);
    return promotion.goal() == Goal.PROMOTED && !GateRule.isLoosened(promotion)
        ? Decision.of(skipped)
        : Decision.of(new Event.GoalSet(Goal.PROMOTED), skipped);
  }

  /** Users of later flights are called back; a cutover that began behind them with them. */
  static Decision recall(Promotion promotion, int to, Instant now) {
    if (promotion.sharing().isUnderWay()) {
      return SharedRules.recall(promotion, now);
    }
    var recalled = new Event.FlightsRecalled(to, promotion.epoch() + 1, now);
    if (promotion.goal() == Goal.COMPLETED) {
      // Users on both sides again: the link is what brings them together, and is not severed now.
      return Decision.of(new Event.GoalSet(Goal.PROMOTED), recalled);
    }
    return promotion.phase() instanceof CuttingOver(Cutover cutover, _) && !cutover.committed()
        ? Decision.of(
            recalled,
            Decider.abandon(promotion.in(promotion.epoch() + 1), cutover, Wishes.STAY, false, now))
        : Decision.of(recalled);
  }

  /**
   * Users are back at once, and their data follows: while it is on the target, the services of both
   * sides reach it there. A pause that a failed flight left behind ends with it.
   */
  static Decision rollBack(Promotion promotion, Instant now) {
    var events = new ArrayList<Event>();
    if (promotion.flown().number() > 0) {
      events.add(new Event.FlightsRecalled(0, promotion.epoch() + 1, now));
    }
    events.add(new Event.GoalSet(Goal.ROLLED_BACK));
    if (!(promotion.phase() instanceof Parked)
        && (promotion.paused() || promotion.flown().number() > 0)) {
      events.add(new Event.Resumed(Set.of()));
    }
    return new Decision.Events(List.copyOf(events));
  }

  /** Whether users may be on the source's services while the target owns the data. */
  static boolean areBehindTheirData(Promotion promotion) {
    return promotion.owner() == Side.TARGET
        && promotion.goal() != Goal.ROLLED_BACK
        && Flights.mayBeAskedFor(promotion)
        && !(promotion.phase() instanceof CuttingOver);
  }

  private static Decision cannot(
      Promotion promotion, Optional<String> flight, Refusal refusal, String why) {
    return refused(
        refusal,
        "cannot lead users of "
            + promotion.workload().name()
            + " to "
            + flight.map(name -> "flight " + name).orElse("the source")
            + ": "
            + why);
  }

  private static Decision refused(Refusal refusal, String message) {
    return new Decision.Refused(refusal, message);
  }
}
