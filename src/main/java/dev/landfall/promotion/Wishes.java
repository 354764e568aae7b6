package dev.landfall.promotion;

import dev.landfall.promotion.Phase.CuttingOver;
import dev.landfall.promotion.Phase.Parked;
import dev.landfall.promotion.Phase.Resting;
import dev.landfall.workload.Asset;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Says what follows when a person asks for something, or why it is refused. */
final class Wishes {
  static final String STAY = "somebody asked for users to stay";

  private Wishes() {}

  static Decision decide(Promotion promotion, Input.Ask ask, Instant now) {
    return switch (ask) {
      case Input.Ask.Reach(Goal goal, Optional<String> by) ->
          goal == Goal.PROMOTED
              ? GateWishes.executed(promotion, by, reach(promotion, goal, now))
              : reach(promotion, goal, now);
      case Input.Ask.Amend(Workload workload, String planHash, Optional<String> by) ->
          amend(promotion, workload, planHash, by, now);
      case Input.Ask.GiveUp gone -> Losses.decide(promotion, gone, now);
      case Input.Ask.GoOn(String flight, String why, Optional<String> by) ->
          GateWishes.executed(promotion, by, FlightWishes.goOn(promotion, flight, why, now));
      case Input.Ask.Fly(Optional<String> flight, String why, Optional<String> by) ->
          GateWishes.led(promotion, by, FlightWishes.fly(promotion, flight, why, now));
      case Input.Ask.OfGates gates -> GateWishes.decide(promotion, gates, now);
      case Input.Ask.OfRehearsal rehearsal -> RehearsalGate.decide(promotion, rehearsal, now);
      case Input.Ask.Pause _ -> pause(promotion);
      case Input.Ask.Resume(Optional<String> by) ->
          GateWishes.resumed(promotion, by, resume(promotion));
    };
  }

  private static Decision reach(Promotion promotion, Goal goal, Instant now) {
    if (isSevered(promotion)) {
      return goal == Goal.COMPLETED ? Decision.NOTHING : severed(goal);
    }
    boolean recalls = goal == Goal.ROLLED_BACK || goal == Goal.STAGED;
    boolean away = promotion.flown().number() > 0 || promotion.sharing().isUnderWay();
    if (recalls && away && promotion.owner() == Side.SOURCE) {
      return FlightWishes.recall(promotion, 0, now);
    }
    if (goal == Goal.ROLLED_BACK && FlightWishes.areBehindTheirData(promotion)) {
      return FlightWishes.rollBack(promotion, now);
    }
    boolean wantsUsersToStay =
        (goal == Goal.ROLLED_BACK || goal == Goal.STAGED) && isAboutToLeave(promotion);
    if (wantsUsersToStay && !(promotion.phase() instanceof CuttingOver)) {
      return Decision.of(new Event.GoalSet(promotion.phase().staying()));
    }
    if (promotion.phase() instanceof Parked parked) {
      return new Decision.Refused(
          Refusal.PARKED,
          "cannot move on: "
              + promotion.workload().name()
              + " is parked: "
              + parked.why()
              + "; look at it, then: landfall resume "
              + promotion.workload().name());
    }
    return switch (goal) {
      case STAGED, PROMOTED -> forward(promotion, goal, now);
      case ROLLED_BACK -> rollBack(promotion, now);
      case COMPLETED -> complete(promotion, now);
    };
  }

  /** Whether there is no link that could bring anything anywhere any more. */
  private static boolean isSevered(Promotion promotion) {
    return switch (promotion.phase()) {
      case Phase.Severing _, Phase.Completed _ -> true;
      case Phase.GivingUp _, Phase.GivenUp _ -> true;
      case Phase.Registered _, Phase.Replicating _, Resting _ -> false;
      case CuttingOver _, Phase.Undoing _, Parked _ -> false;
    };
  }

  /**
   * Whether users are on the source, and would leave it by themselves: whoever asks for them to
   * stay must not be told that there is nothing to do.
   */
  private static boolean isAboutToLeave(Promotion promotion) {
    return promotion.owner() == Side.SOURCE && Decider.moves(promotion.goal(), Side.SOURCE);
  }

  private static Decision severed(Goal goal) {
    return new Decision.Refused(
        Refusal.SEVERED,
        "cannot get to "
            + goal.word()
            + ": the link was severed on purpose, or a side was given up; writes made since then"
            + " are on one side alone, and going to the other now would lose every one of them");
  }

  private static Decision forward(Promotion promotion, Goal goal, Instant now) {
    if (goal == Goal.PROMOTED && promotion.isComingBack()) {
      return new Decision.Refused(
          Refusal.CUTTING_OVER,
          "cannot promote "
              + promotion.workload().name()
              + " now: everybody is coming back to the source; order it again when they are there");
    }
    boolean there = promotion.owner() == Side.TARGET && goal == Goal.STAGED;
    if (there) {
      return new Decision.Refused(
          Refusal.NOTHING_TO_ROLL_BACK,
          "cannot stage "
              + promotion.workload().name()
              + ": it is past that; landfall rollback brings it back");
    }
    if (goal == Goal.STAGED
        && promotion.phase() instanceof CuttingOver(Cutover cutover, _)
        && cutover.to() == Side.TARGET
        && !cutover.committed()) {
      return rollBackWhileMoving(promotion, cutover, now);
    }
    if (goal == Goal.PROMOTED
        && promotion.phase() instanceof CuttingOver(Cutover cutover, _)
        && cutover.to() == Side.SOURCE
        && !cutover.committed()) {
      return Decision.of(
          new Event.GoalSet(Goal.PROMOTED), Decider.abandon(promotion, cutover, STAY, false, now));
    }
    boolean again =
        hasFailed(promotion)
            || promotion.revocation().failure().isPresent()
            || (goal == Goal.PROMOTED && promotion.rehearsals().withheld().isPresent());
    return promotion.goal() == goal && !again
        ? Decision.NOTHING
        : Decision.of(new Event.GoalSet(goal));
  }

  /** Whether a cutover was abandoned since somebody last asked, so that asking again means more. */
  private static boolean hasFailed(Promotion promotion) {
    return switch (promotion.phase()) {
      case Resting resting -> resting.attempts() > 0;
      case CuttingOver cutting -> cutting.back().attempts() > 0;
      case Phase.Undoing _ -> true;
      case Phase.Registered _, Phase.Replicating _, Parked _ -> false;
      case Phase.Severing _, Phase.Completed _ -> false;
      case Phase.GivingUp _, Phase.GivenUp _ -> false;
    };
  }

  private static Decision rollBack(Promotion promotion, Instant now) {
    if (promotion.phase() instanceof CuttingOver(Cutover cutover, _)) {
      return rollBackWhileMoving(promotion, cutover, now);
    }
    if (promotion.phase() instanceof Resting resting && resting.rest() == Phase.Rest.ROLLED_BACK) {
      // Whoever asks again, for want of an answer the first time, gets the same one.
      return Decision.NOTHING;
    }
    if (promotion.owner() == Side.SOURCE) {
      return new Decision.Refused(
          Refusal.NOTHING_TO_ROLL_BACK,
          "cannot roll "
              + promotion.workload().name()
              + " back: its users and data are on the source already");
    }
    return Decision.of(new Event.GoalSet(Goal.ROLLED_BACK));
  }

  private static Decision rollBackWhileMoving(Promotion promotion, Cutover cutover, Instant now) {
    if (cutover.to() == Side.SOURCE || cutover.committed()) {
      return promotion.goal() == Goal.ROLLED_BACK && !hasFailed(promotion)
          ? Decision.NOTHING
          : Decision.of(new Event.GoalSet(Goal.ROLLED_BACK));
    }
    // Before the commit point, going back is taking the cutover back; users stay where they are.
    return Decision.of(
        new Event.GoalSet(promotion.phase().staying()),
        Decider.abandon(promotion, cutover, STAY, false, now));
  }

  private static Decision complete(Promotion promotion, Instant now) {
    if (!(promotion.phase() instanceof Resting resting) || !haveArrived(promotion)) {
      return new Decision.Refused(
          isMoving(promotion) ? Refusal.CUTTING_OVER : Refusal.NOT_PROMOTED,
          "cannot complete "
              + promotion.workload().name()
              + ": it is "
              + promotion.stateWord()
              + ", and only a promoted workload can be completed");
    }
    // What cannot be taken back is not begun against what else was asked for and not taken back.
    if (promotion.paused()) {
      return new Decision.Refused(
          Refusal.PAUSED,
          "cannot complete "
              + promotion.workload().name()
              + ": it is paused, and nothing is begun; landfall resume "
              + promotion.workload().name()
              + " goes on");
    }
    if (promotion.goal() == Goal.ROLLED_BACK) {
      return new Decision.Refused(
          Refusal.NOT_PROMOTED,
          "cannot complete "
              + promotion.workload().name()
              + ": somebody asked to roll it back, which would be impossible afterwards; landfall"
              + " promote FILE takes that back");
    }
    if (!Revocation.isDone(promotion)) {
      return new Decision.Refused(
          Refusal.ACCESS_LEFT,
          "cannot complete "
              + promotion.workload().name()
              + ": the adoption team's access to the target has not ended"
              + promotion.revocation().failure().map(why -> ": " + why).orElse("")
              + "; landfall promote FILE ends it");
    }
    Instant soaked = resting.since().plus(promotion.workload().limits().soak());
    if (now.isBefore(soaked)) {
      return new Decision.Refused(
          Refusal.SOAKING,
          "cannot complete "
              + promotion.workload().name()
              + ": it soaks until "
              + soaked
              + "; until then a rollback loses nothing, afterwards there is none");
    }
    return Decision.of(new Event.GoalSet(Goal.COMPLETED));
  }

  /** Whether the data and all users are on the target, where nothing but the severance is next. */
  private static boolean haveArrived(Promotion promotion) {
    return promotion.phase() instanceof Resting
        && promotion.owner() == Side.TARGET
        && !Flights.areNext(promotion);
  }

  private static boolean isMoving(Promotion promotion) {
    return promotion.phase() instanceof CuttingOver || promotion.phase() instanceof Phase.Undoing;
  }

  private static Decision pause(Promotion promotion) {
    if (isSevered(promotion)) {
      return new Decision.Refused(
          Refusal.SEVERED,
          "cannot pause "
              + promotion.workload().name()
              + ": it is "
              + promotion.stateWord()
              + ", and nothing is left to begin");
    }
    return promotion.paused() ? Decision.NOTHING : Decision.of(new Event.Paused());
  }

  private static Decision resume(Promotion promotion) {
    if (!promotion.paused() && !(promotion.phase() instanceof Parked)) {
      return new Decision.Refused(
          Refusal.NOT_PAUSED,
          "cannot resume "
              + promotion.workload().name()
              + ": it is neither paused nor parked, but "
              + promotion.stateWord());
    }
    Set<String> accepted =
        promotion.phase() instanceof Parked parked ? Set.of(parked.why()) : Set.of();
    return Decision.of(new Event.Resumed(accepted));
  }

  private static Decision amend(
      Promotion promotion, Workload workload, String planHash, Optional<String> by, Instant now) {
    if (workload.equals(promotion.workload())) {
      return Decision.NOTHING;
    }
    boolean untouched = promotion.phase() instanceof Phase.Registered;
    Optional<String> changed = changedUnderWay(promotion, workload);
    if (!untouched && changed.isPresent()) {
      return new Decision.Refused(
          Refusal.PLAN_CHANGED,
          "cannot carry out the edited file of "
              + workload.name()
              + ": "
              + changed.get()
              + " changed, and replication is under way; put it back, or begin under a new name");
    }
    if (isMoving(promotion)) {
      return new Decision.Refused(
          Refusal.CUTTING_OVER,
          "cannot carry out the edited file of "
              + workload.name()
              + " now: users are moving; ask again when it rests");
    }
    boolean gated = workload.gates().or(promotion.workload()::gates).isPresent();
    Optional<Instant> at = gated ? Optional.of(now) : Optional.empty();
    return GateWishes.edited(promotion, new Event.Amended(workload, planHash, by, at), now);
  }

  /**
   * Limits, owner, health and tokens may change under way; what is linked and routed may not. Only
   * when users have arrived may a route go: its plane may be gone for good, and would be waited for
   * without end before the link is severed.
   */
  private static Optional<String> changedUnderWay(Promotion promotion, Workload after) {
    Workload before = promotion.workload();
    if (before.model() != after.model()) {
      return Optional.of("the model");
    }
    boolean flown = promotion.flown().number() > 0 || promotion.owner() == Side.TARGET;
    boolean shared = promotion.sharing().isUnderWay();
    if ((flown || shared) && !before.flights().equals(after.flights())) {
      return Optional.of("a flight");
    }
    // What the schema must be like for two owners was looked at before anything was touched.
    if (before.isTwoWay() != after.isTwoWay() || !keys(before).equals(keys(after))) {
      return Optional.of("who owns the data while users fly");
    }
    if (!places(before).equals(places(after))) {
      return Optional.of("an asset");
    }
    List<String> routesBefore = before.routes().stream().map(Wishes::place).toList();
    List<String> routesAfter = after.routes().stream().map(Wishes::place).toList();
    boolean mayGo = haveArrived(promotion) && !routesAfter.isEmpty();
    boolean asBefore =
        mayGo ? routesBefore.containsAll(routesAfter) : routesBefore.equals(routesAfter);
    return asBefore ? Optional.empty() : Optional.of("a route");
  }

  private static List<Optional<CohortKey>> keys(Workload workload) {
    return workload.data().stream().map(Asset.Data::cohortKey).toList();
  }

  private static List<String> places(Workload workload) {
    var places = new ArrayList<String>();
    for (Asset asset : workload.assets()) {
      places.add(
          asset.name()
              + " "
              + asset.kind()
              + " "
              + asset.source().url()
              + " "
              + asset.target().url());
    }
    return places;
  }

  /** Who counts its requests is no part of it: a query that is wrong must be mended under way. */
  private static String place(Route route) {
    var settings = new TreeMap<>(route.settings());
    settings.keySet().removeAll(route.counting().keySet());
    return route.name()
        + " "
        + route.kind()
        + " "
        + route.asset()
        + " "
        + route.control()
        + " "
        + route.traits()
        + " "
        + settings;
  }
}
