package dev.landfall.app;

import dev.landfall.cli.Exit;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.problem.Finding;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Refusal;
import dev.landfall.promotion.Revocation;
import dev.landfall.promotion.World;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says when a verb has ended, and how. */
final class Endings {
  private static final int CHANGES_SHOWN = 10;

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
    if (promotion.isComingBack()) {
      return Optional.empty();
    }
    Side owner = resting.rest().owner();
    Optional<Ended> stopped =
        flown(promotion, goal)
            .or(() -> withheld(promotion, goal))
            .or(() -> accessLeft(promotion, goal));
    if (stopped.isPresent()) {
      return stopped;
    }
    if (reached(promotion, resting.rest(), goal, world)) {
      if (goal != Goal.STAGED && !Readiness.forTheEnd(promotion, world).isEmpty()) {
        return Optional.empty();
      }
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

  /** What becomes of a promotion of what was not rehearsed. */
  static Optional<Ended> withheld(Promotion promotion, Goal goal) {
    // Where the data has moved before its users, staying is the goal all the same.
    boolean goesOn = promotion.goal() == Goal.PROMOTED && !Flights.areNext(promotion);
    if (goal != Goal.PROMOTED || goesOn) {
      return Optional.empty();
    }
    return promotion
        .rehearsals()
        .withheld()
        .map(withheld ->
            switch (withheld.reason()) {
              case NOT_REHEARSED ->
                  ended(
                      Exit.BLOCKED,
                      Unreached.NOT_REHEARSED.id(),
                      promotion,
                      "cannot promote "
                          + name(promotion)
                          + " yet: "
                          + String.join("; ", withheld.why())
                          + "; landfall rehearse "
                          + name(promotion)
                          + ", then order it again");
              case LOOSENED ->
                  ended(
                      Exit.BLOCKED,
                      Unreached.LOOSENED.id(),
                      promotion,
                      "cannot promote "
                          + name(promotion)
                          + " by the order that takes gates away: "
                          + first(withheld.why())
                          + "; the file was taken over, and no more users move; order it again if"
                          + " that is meant");
              case GATES ->
                  ended(
                      Exit.BLOCKED,
                      Unreached.GATED.id(),
                      promotion,
                      "cannot promote "
                          + name(promotion)
                          + " yet: "
                          + (withheld.why().size() == 1
                              ? "1 reason: "
                              : withheld.why().size() + " reasons: ")
                          + first(withheld.why())
                          + (promotion.flown().number() > 0
                              ? "; who has flown stays on the target, and nobody follows"
                              : "; users stayed on the source")
                          + "; landfall ready "
                          + name(promotion)
                          + " says what to do and who can, then order it again");
              case DRIFTED ->
                  ended(
                      Exit.BLOCKED,
                      Unreached.DRIFTED.id(),
                      promotion,
                      "cannot promote "
                          + name(promotion)
                          + ": what was rehearsed has changed since: "
                          + first(withheld.why())
                          + "; users stayed on the source; change it back, or landfall rehearse "
                          + name(promotion)
                          + ", then order it again");
            });
  }

  /** What becomes of a promotion that some of the adoption team could still get into. */
  private static Optional<Ended> accessLeft(Promotion promotion, Goal goal) {
    return promotion
        .revocation()
        .failure()
        .filter(_ -> goal == Goal.PROMOTED && promotion.owner() == Side.TARGET)
        .map(why ->
            ended(
                Exit.BLOCKED,
                Refusal.ACCESS_LEFT.id(),
                promotion,
                name(promotion)
                    + " is promoted, and the adoption team's access to the target has not ended: "
                    + why
                    + "; mend it, then order it again"));
  }

  private static String first(List<String> changes) {
    String shown = String.join("; ", changes.subList(0, Math.min(CHANGES_SHOWN, changes.size())));
    int more = changes.size() - CHANGES_SHOWN;
    return more > 0 ? shown + "; and " + more + " more, see landfall history" : shown;
  }

  /** What is rolled back is also staged; and taking a cutover back in time is rolling back. */
  private static boolean reached(Promotion promotion, Phase.Rest rest, Goal goal, World world) {
    return switch (goal) {
      case STAGED, ROLLED_BACK ->
          rest.owner() == Side.SOURCE && Readiness.usersAreHome(promotion, world);
      case PROMOTED ->
          rest == Phase.Rest.PROMOTED
              && !Flights.areNext(promotion)
              && Revocation.isDone(promotion);
      case COMPLETED -> false;
    };
  }

  /** What was once proven is said again only when it is seen to be so now. */
  private static String words(Promotion promotion, Phase.Resting resting, World world) {
    List<String> waits = Readiness.inStep(promotion, world);
    return switch (resting.rest()) {
      case STAGED -> copied(promotion, "copied", waits);
      case MIGRATED -> copied(promotion, "migrated, not promoted", waits);
      case PROMOTED ->
          name(promotion)
              + " is promoted: users and data are on the target; "
              + ended(promotion)
              + "landfall rollback "
              + name(promotion)
              + " brings everybody back without losing a write"
              + notWaitedFor(promotion, world);
      case ROLLED_BACK ->
          name(promotion)
              + " is rolled back: users and data are on the source, with every write made on the"
              + " target; it can be promoted again without a new copy"
              + notWaitedFor(promotion, world)
              + stays(promotion);
    };
  }

  /** Whoever is led elsewhere still, against all rules, or by a plane that is away. */
  private static String notWaitedFor(Promotion promotion, World world) {
    List<String> away = Readiness.away(promotion, world);
    String lost =
        Readiness.unable(world, promotion.owner())
            .map(why -> "; what was ordered is not seen there: " + why)
            .collect(Collectors.joining());
    return lost
        + StatusView.named(world).map(named -> "; " + named).orElse("")
        + (away.isEmpty()
            ? ""
            : "; not seen to lead there, and told so when it is back: " + String.join("; ", away));
  }

  private static String ended(Promotion promotion) {
    return promotion.workload().access().isEmpty()
        ? ""
        : "the access of " + roles(promotion) + " has ended; ";
  }

  /** Who may come in is for people to decide, also after a rollback. */
  private static String stays(Promotion promotion) {
    return promotion.revocation().ended()
        ? "; the access of "
            + roles(promotion)
            + " to the target stays ended; who needs it again is given it by hand: ALTER ROLE ..."
            + " LOGIN"
        : "";
  }

  private static String roles(Promotion promotion) {
    return promotion.workload().access().stream()
        .flatMap(access -> access.roles().stream())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String copied(Promotion promotion, String how, List<String> waits) {
    return waits.isEmpty()
        ? name(promotion)
            + " is "
            + how
            + ", follows and is equal; users are on the source, untouched"
            + (GateRule.isLoosened(promotion) ? "; its file demands less than before" : "")
        : name(promotion)
            + " is "
            + promotion.stateWord()
            + ", and users are on the source, untouched; right now it is not known to be equal: "
            + String.join("; ", waits);
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
