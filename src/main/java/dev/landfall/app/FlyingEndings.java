package dev.landfall.app;

import dev.landfall.cli.Exit;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.Flown;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Refusal;
import dev.landfall.promotion.World;
import dev.landfall.workload.Side;
import java.util.Optional;

/** Says when users have been led to the flight that somebody asked for, or why they cannot be. */
final class FlyingEndings {
  private FlyingEndings() {}

  /**
   * How it ended; absent while it goes on.
   *
   * @param flight the name of the flight; absent for nobody
   * @param looked what a controller has seen outside since the verb began; absent before it has
   */
  static Optional<Ended> of(Promotion promotion, Optional<String> flight, Optional<World> looked) {
    int to = flight.flatMap(name -> Flights.number(promotion, name)).orElse(0);
    Flown flown = promotion.flown();
    if (to > flown.number()) {
      Optional<Ended> withheld = Endings.withheld(promotion, Goal.PROMOTED);
      if (withheld.isPresent()) {
        return withheld;
      }
    }
    if (flown.way().ahead().filter(next -> next == to).isPresent()) {
      return waiting(promotion, flight.orElse(""));
    }
    if (to == 0 && promotion.isComingBack()) {
      return comingBack(promotion);
    }
    if (flown.number() == to) {
      return looked.flatMap(world -> arriving(promotion, flight, world));
    }
    if (flown.failure().isPresent()) {
      return Endings.flown(promotion, Goal.PROMOTED);
    }
    return Optional.of(
        flown.way().flights().contains(to)
            ? there(promotion, flight)
            : ended(
                Exit.BLOCKED,
                Unreached.GOAL_CHANGED.id(),
                promotion,
                "somebody else asked for something else meanwhile; it is "
                    + promotion.stateWord()));
  }

  private static Optional<Ended> arriving(
      Promotion promotion, Optional<String> flight, World world) {
    boolean comingBack =
        promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
            && cutover.to() == Side.SOURCE;
    if (!comingBack && Readiness.usersAreLed(promotion, world)) {
      return Optional.of(there(promotion, flight));
    }
    return promotion.phase() instanceof Phase.Parked parked && !Flights.areLedBack(promotion)
        ? Optional.of(parked(promotion, parked))
        : Optional.empty();
  }

  /**
   * Both sides accept writes: whoever is called back is led once the source has all that he wrote,
   * by a cutover that somebody must drive.
   */
  private static Optional<Ended> comingBack(Promotion promotion) {
    if (promotion.phase() instanceof Phase.Parked parked) {
      return Optional.of(parked(promotion, parked));
    }
    return promotion.paused()
        ? Optional.of(paused(promotion, "everybody comes back after: landfall resume "))
        : Optional.empty();
  }

  /** It is to go there, and something else is waited for. */
  private static Optional<Ended> waiting(Promotion promotion, String flight) {
    if (promotion.phase() instanceof Phase.Parked parked) {
      return Optional.of(parked(promotion, parked));
    }
    return promotion.paused()
        ? Optional.of(
            paused(
                promotion, "flight " + flight + " is the next, and begins after: landfall resume "))
        : Optional.empty();
  }

  private static Ended paused(Promotion promotion, String resume) {
    return ended(
        Exit.BLOCKED, Refusal.PAUSED.id(), promotion, resume + promotion.workload().name());
  }

  private static Ended there(Promotion promotion, Optional<String> flight) {
    String who =
        flight
            .map(name -> "users up to flight " + name + " are on the target")
            .orElse("all users are on the source");
    String then =
        promotion.paused()
            ? "; it is paused: landfall resume " + promotion.workload().name() + " goes on"
            : "";
    return ended(Exit.DONE, "", promotion, who + then);
  }

  private static Ended parked(Promotion promotion, Phase.Parked parked) {
    return ended(
        Exit.PARKED,
        Refusal.PARKED.id(),
        promotion,
        parked.why() + "; look at it, then: landfall resume " + promotion.workload().name());
  }

  private static Ended ended(Exit exit, String code, Promotion promotion, String message) {
    return Endings.ended(exit, code, promotion, message);
  }
}
