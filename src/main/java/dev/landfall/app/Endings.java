package dev.landfall.app;

import dev.landfall.cli.Exit;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.problem.Finding;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Refusal;
import dev.landfall.promotion.World;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says when a verb has ended, and how. */
final class Endings {
  private Endings() {}

  /**
   * How it ended; absent while it goes on. Staged is reached once both sides are seen to be in step
   * and equal, not when they once were.
   *
   * @param goal what the verb was about
   * @param looked what a controller has seen outside since the verb began; absent before it has
   *     looked: what the journal says may be old by then
   */
  static Optional<Ended> of(Promotion promotion, Goal goal, Optional<World> looked) {
    Optional<Ended> end = asItIs(promotion, goal, looked);
    boolean done = end.filter(each -> each.exit() == Exit.DONE).isPresent();
    boolean apart =
        looked.filter(world -> !Readiness.inStep(promotion, world).isEmpty()).isPresent();
    return goal == Goal.STAGED && done && apart ? Optional.empty() : end;
  }

  /**
   * The same for who does not wait until both sides are seen to be equal again, as after a pause.
   */
  static Optional<Ended> asItIs(Promotion promotion, Goal goal, Optional<World> looked) {
    return switch (promotion.phase()) {
      case Phase.Registered _, Phase.Replicating _ when goal == Goal.ROLLED_BACK ->
          Optional.of(
              ended(
                  Exit.DONE,
                  "",
                  promotion,
                  name(promotion)
                      + " stays on the source, where its users are; it goes on to be staged"));
      case Phase.Registered registered -> looked.flatMap(_ -> blocked(promotion, registered));
      case Phase.Resting resting ->
          looked.flatMap(world -> resting(promotion, resting, goal, world));
      case Phase.Parked parked ->
          Optional.of(
              ended(
                  Exit.PARKED,
                  Refusal.PARKED.id(),
                  promotion,
                  parked.why() + "; look at it, then: landfall resume " + name(promotion)));
      case Phase.Completed _ -> Optional.of(completed(promotion, goal));
      case Phase.GivenUp(Side lost, _) -> Optional.of(alone(promotion, goal, lost));
      case Phase.Replicating _, Phase.CuttingOver _, Phase.Undoing _ -> Optional.empty();
      case Phase.Severing _, Phase.GivingUp _ -> Optional.empty();
    };
  }

  private static Optional<Ended> blocked(Promotion promotion, Phase.Registered registered) {
    List<Finding> blocks = registered.findings().stream().filter(Finding::blocks).toList();
    if (blocks.isEmpty()) {
      return Optional.empty();
    }
    boolean unreachable = blocks.stream().allMatch(each -> each.code().endsWith("unreachable"));
    String all =
        blocks.stream()
            .map(each -> each.subject() + ": " + each.seen() + "; " + each.remedy())
            .collect(Collectors.joining("\n  ", "\n  ", ""));
    return Optional.of(
        ended(
            unreachable ? Exit.UNREACHABLE : Exit.BLOCKED,
            blocks.getFirst().code(),
            promotion,
            "cannot begin " + name(promotion) + ":" + all));
  }

  private static Optional<Ended> resting(
      Promotion promotion, Phase.Resting resting, Goal goal, World world) {
    Side owner = resting.rest().owner();
    Optional<Ended> flown = flown(promotion, goal);
    if (flown.isPresent()) {
      return flown;
    }
    if (reached(promotion, resting.rest(), goal, world)) {
      return Optional.of(ended(Exit.DONE, "", promotion, words(promotion, resting, world)));
    }
    boolean comingHome =
        goal != Goal.PROMOTED && owner == Side.SOURCE && !Readiness.usersAreHome(promotion, world);
    if (promotion.goal() == goal || comingHome) {
      return Optional.empty();
    }
    if (resting.attempts() > 0) {
      return Optional.of(
          ended(
              Exit.BLOCKED,
              Unreached.ATTEMPTS_EXHAUSTED.id(),
              promotion,
              "cannot move "
                  + name(promotion)
                  + " to the "
                  + owner.other().word()
                  + ": "
                  + resting.attempts()
                  + " cutovers were abandoned, the last because "
                  + resting.lastFailure().orElse("of something unknown")
                  + "; users stayed on the "
                  + owner.word()
                  + "; mend it, then order it again"));
    }
    // Somebody asked for something else in the meantime, and it has been reached.
    return promotion.goal() == resting.rest().goal()
        ? Optional.of(
            ended(
                owner == Side.SOURCE && goal == Goal.PROMOTED ? Exit.ROLLED_BACK : Exit.BLOCKED,
                Unreached.GOAL_CHANGED.id(),
                promotion,
                "somebody else asked for " + promotion.goal().word() + " meanwhile"))
        : Optional.empty();
  }

  /** What becomes of a promotion whose flight has failed, or cannot be told. */
  static Optional<Ended> flown(Promotion promotion, Goal goal) {
    if (goal != Goal.PROMOTED) {
      return Optional.empty();
    }
    return promotion
        .flown()
        .failure()
        .map(why ->
            ended(
                Exit.ROLLED_BACK,
                Unreached.FLIGHT_FAILED.id(),
                promotion,
                "cannot move more users of "
                    + name(promotion)
                    + ": a flight does harm, and its users are back on the source: "
                    + why
                    + "; mend it, then "
                    + (promotion.paused()
                        ? "landfall resume " + name(promotion)
                        : "order it again")))
        .or(() ->
            promotion
                .flown()
                .undecided()
                .map(why ->
                    ended(
                        Exit.BLOCKED,
                        Unreached.FLIGHT_UNDECIDED.id(),
                        promotion,
                        "cannot move more users of "
                            + name(promotion)
                            + " by itself: "
                            + why
                            + "; landfall go-on takes the flight for passed, landfall rollback"
                            + " brings its users back")));
  }

  /** What is rolled back is also staged; and taking a cutover back in time is rolling back. */
  private static boolean reached(Promotion promotion, Phase.Rest rest, Goal goal, World world) {
    return switch (goal) {
      case STAGED, ROLLED_BACK ->
          rest.owner() == Side.SOURCE && Readiness.usersAreHome(promotion, world);
      case PROMOTED -> rest == Phase.Rest.PROMOTED && !Flights.areNext(promotion);
      case COMPLETED -> false;
    };
  }

  /** What was once proven is said again only when it is seen to be so now. */
  private static String words(Promotion promotion, Phase.Resting resting, World world) {
    List<String> waits = Readiness.inStep(promotion, world);
    return switch (resting.rest()) {
      case STAGED ->
          waits.isEmpty()
              ? name(promotion)
                  + " is copied, follows and is equal; users are on the source, untouched"
              : name(promotion)
                  + " is staged, and users are on the source, untouched; right now it is not known"
                  + " to be equal: "
                  + String.join("; ", waits);
      case PROMOTED ->
          name(promotion)
              + " is promoted: users and data are on the target; landfall rollback "
              + name(promotion)
              + " brings everybody back without losing a write";
      case ROLLED_BACK ->
          name(promotion)
              + " is rolled back: users and data are on the source, with every write made on the"
              + " target; it can be promoted again without a new copy";
    };
  }

  private static Ended completed(Promotion promotion, Goal goal) {
    return goal == Goal.COMPLETED
        ? ended(
            Exit.DONE,
            "",
            promotion,
            name(promotion)
                + " is completed: the link is severed, the "
                + promotion.owner().other().word()
                + " stays fenced")
        : ended(
            Exit.REFUSED,
            Refusal.SEVERED.id(),
            promotion,
            "cannot move " + name(promotion) + ": it is completed, and its link severed");
  }

  private static Ended alone(Promotion promotion, Goal goal, Side lost) {
    return goal == Goal.COMPLETED
        ? ended(
            Exit.DONE,
            "",
            promotion,
            name(promotion)
                + " goes on without the "
                + lost.word()
                + ": users and data are on the "
                + lost.other().word())
        : ended(
            Exit.REFUSED,
            Refusal.SEVERED.id(),
            promotion,
            "cannot move " + name(promotion) + ": its " + lost.word() + " was given up");
  }

  static Ended ended(Exit exit, String code, Promotion promotion, String message) {
    return new Ended(exit, code, name(promotion), promotion.stateWord(), message, false);
  }

  private static String name(Promotion promotion) {
    return promotion.workload().name();
  }
}
