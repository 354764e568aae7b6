package dev.landfall.promotion;

import dev.landfall.flight.FlightJudge;
import dev.landfall.gate.Dossier;
import dev.landfall.gate.GateBook;
import dev.landfall.promotion.Phase.CuttingOver;
import dev.landfall.promotion.Phase.Parked;
import dev.landfall.promotion.Phase.Resting;
import dev.landfall.promotion.Phase.Undoing;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what state an event leaves behind. Nothing else changes state, live or on restart. */
public final class Evolver {
  private Evolver() {}

  /** The state after the first event of a stream. */
  public static Promotion begin(Event.Registered event) {
    var begun =
        new Promotion(
            event.workload(),
            event.planHash(),
            event.goal(),
            false,
            1,
            Flown.NONE,
            Set.of(),
            new Phase.Registered(java.util.List.of()));
    boolean isGated = event.workload().gates().isPresent();
    Optional<String> by = GateRule.who(event.workload(), event.by());
    GateBook book = isGated ? GateBook.begun(by) : GateBook.EMPTY;
    return begun.gates(event.goal() == Goal.PROMOTED ? book.ordered(by) : book);
  }

  /**
   * The state after a later event.
   *
   * @throws IllegalStateException when the event cannot follow in this state: the journal was
   *     written by something else, or this is a bug
   */
  public static Promotion evolve(Promotion before, Event event) {
    return switch (event) {
      case Event.Registered _ -> throw impossible(before, event);
      case Event.Amended amended ->
          before
              .of(amended.workload(), amended.planHash())
              .gates(GateRule.edited(before, amended))
              .flown(amended(before, amended.workload()))
              .revocation(
                  before.workload().access().equals(amended.workload().access())
                      ? before.revocation()
                      : Revocation.NONE);
      case Event.GoalSet set ->
          restarted(before)
              .flown(before.flown().forgiven())
              .rehearsals(before.rehearsals().asked())
              .revocation(before.revocation().asked())
              .sharing(
                  set.goal() == Goal.PROMOTED ? before.sharing() : before.sharing().withdrawn())
              .gates(
                  set.goal() == Goal.PROMOTED
                      ? before.gates().ordered(GateRule.who(before.workload(), set.by()))
                      : before.gates().atRest())
              .towards(set.goal());
      case Event.OrderJoined joined ->
          before.gates(
              before.gates().ordered(GateRule.who(before.workload(), Optional.of(joined.by()))));
      case Event.PreflightRefused refused -> before.in(new Phase.Registered(refused.findings()));
      case Event.PreflightPassed passed -> before.in(new Phase.Replicating(passed.at()));
      case Event.Staged staged -> before.in(resting(staged(before), staged.at()));
      case Event.CutoverBegun begun -> begun(before, begun);
      case Event.Held held -> step(before, event, afterHolding(before, event), held.at());
      case Event.Fenced fenced -> step(before, event, Cutover.Step.DRAINING, fenced.at());
      case Event.Drained drained -> step(before, event, Cutover.Step.PROVING, drained.at());
      case Event.OwnerMoved moved ->
          landed(step(before, event, Cutover.Step.OPENING, moved.at()).in(moved.epoch()))
              .sharing(
                  moved.to() == Side.SOURCE ? before.sharing().left() : before.sharing().ended());
      case Event.CutoverFinished finished -> finished(before, finished);
      case Event.CutoverAbandoned abandoned -> abandoned(before, abandoned);
      case Event.CutoverUndone undone -> undone(before, undone);
      case Event.AttemptsExhausted _ ->
          exhausted(before.towards(resting(before, event).rest().goal()));
      case Event.SeveringBegun severing ->
          before.in(new Phase.Severing(severing.owner(), severing.at()), severing.epoch());
      case Event.Severed severed -> before.in(new Phase.Completed(severed.owner(), severed.at()));
      case Event.SideGivenUp given ->
          before
              .in(new Phase.GivingUp(given.lost(), given.at()), given.epoch())
              .towards(Goal.COMPLETED)
              .flown(Flown.NONE)
              .sharing(before.sharing().ended())
              .gates(
                  given.past().isEmpty()
                      ? before.gates()
                      : before.gates().loosened(String.join("; ", given.past())))
              .paused(false);
      case Event.WentOnAlone alone ->
          before.in(new Phase.GivenUp(alone.survivor().other(), alone.at()));
      case Event.SharingBegun begun ->
          before.in(begun.epoch()).sharing(Sharing.prepared(begun.token()));
      case Event.Shared shared -> before.in(shared.epoch()).sharing(before.sharing().opened());
      case Event.CrossingBegun begun -> begun(before, begun);
      case Event.UsersCrossed crossed ->
          step(before, event, Cutover.Step.OPENING, crossed.at()).in(crossed.epoch());
      case Event.ConflictFound found ->
          before.sharing(before.sharing().with(new Sharing.Found(found.asset(), found.conflict())));
      case Event.FlightBegun begun ->
          moved(arrived(before), begun.at())
              .in(begun.epoch())
              .flown(
                  before
                      .flown()
                      .begun(
                          begun.flight(),
                          begun.at(),
                          Flights.judge(before.workload(), begun.flight())));
      case Event.FlightBaselined baselined ->
          before.flown(Flights.judgedBy(before, baselined.baseline()));
      case Event.FlightMeasured measured -> measured(before, measured);
      case Event.FlightPassed passed -> passed(before, passed);
      case Event.FlightsSkipped skipped -> before.flown(before.flown().skippingTo(skipped.to()));
      case Event.FlightUndecided undecided ->
          before.flown(before.flown().withDoubt(undecided.why()));
      case Event.FlightFailed failed when before.sharing().isOpen() -> comingBack(before, failed);
      case Event.FlightFailed failed ->
          back(
              before.in(failed.epoch()),
              before
                  .flown()
                  .failed(
                      failed.backTo(), failed.at(), fresh(before, failed.backTo()), failed.why()));
      case Event.FlightsRecalled recalled ->
          back(
              before.in(recalled.epoch()),
              before
                  .flown()
                  .recalled(recalled.backTo(), recalled.at(), fresh(before, recalled.backTo())));
      case Event.RehearsalBegun begun ->
          before.rehearsals(
              before
                  .rehearsals()
                  .begun(new Rehearsals.Underway(begun.token(), begun.planHash(), begun.at())));
      case Event.Rehearsed done -> before.rehearsals(rehearsed(before.rehearsals(), done));
      case Event.RehearsalFailed _ -> before.rehearsals(before.rehearsals().failed());
      case Event.PromotionWithheld withheld -> withheld(before, withheld.withheld());
      case Event.AccessEnded _ -> before.revocation(Revocation.ENDED);
      case Event.AccessLeft left -> before.revocation(Revocation.failed(left.why()));
      case Event.GateCheckBegun begun ->
          before.gates(
              before
                  .gates()
                  .begun(
                      begun.gate(),
                      new Dossier.Run(
                          begun.token(), begun.by(), begun.subject(), begun.at(), begun.until())));
      case Event.GateChecked done ->
          before.gates(
              before
                  .gates()
                  .checked(
                      done.gate(),
                      new Dossier.Mark(
                          done.by(),
                          done.at(),
                          done.subject(),
                          done.passed(),
                          done.reason(),
                          done.evidence(),
                          done.writers())));
      case Event.GateAttached brought ->
          before.gates(
              before
                  .gates()
                  .attached(
                      brought.gate(),
                      new Dossier.Mark(
                          brought.by(),
                          brought.at(),
                          brought.subject(),
                          true,
                          brought.reason(),
                          brought.evidence()),
                      brought.executed()));
      case Event.GateSigned said -> before.gates(before.gates().signed(said.signed()));
      case Event.ParkedFor parked ->
          before.in(new Parked(before.phase(), parked.why(), parked.at()));
      case Event.Paused _ -> before.paused(true);
      case Event.Resumed resumed -> resumed(before, resumed);
    };
  }

  private static Rehearsals rehearsed(Rehearsals before, Event.Rehearsed done) {
    String planHash = before.underway().map(Rehearsals.Underway::planHash).orElse("");
    return before.passed(
        new Rehearsals.Passed(
            done.at(), planHash, done.found(), done.there(), done.back(), done.tests()));
  }

  /** Counts by other queries are no more of the same: what was proven by them is forgotten. */
  private static Flown amended(Promotion before, Workload after) {
    Workload was = before.workload();
    Flown flown =
        was.flights().equals(after.flights()) ? before.flown() : before.flown().forgiven();
    return counted(was).equals(counted(after)) || flown.judge().isEmpty()
        ? flown
        : flown.judgedAnew(Flights.judge(after, Math.max(1, flown.number())));
  }

  /** By what each route is counted, wherever it stands in the file. */
  private static Map<String, Map<String, String>> counted(Workload workload) {
    return workload.routes().stream().collect(Collectors.toMap(Route::name, Route::counted));
  }

  /** A looser file takes the wish to move away, and no wish to come back. */
  private static Promotion withheld(Promotion before, Rehearsals.Withheld why) {
    boolean loosened = why.reason() == Rehearsals.Reason.LOOSENED;
    GateBook book = before.gates().atRest();
    return before
        .towards(
            loosened && before.goal() != Goal.PROMOTED ? before.goal() : GateRule.staying(before))
        .flown(before.flown().forgiven())
        .sharing(before.sharing().withdrawn())
        .rehearsals(before.rehearsals().withheld(why))
        .gates(loosened ? book.loosened(String.join("; ", why.why())) : book);
  }

  private static Promotion measured(Promotion before, Event.FlightMeasured measured) {
    Flown flown = before.flown();
    return flown
        .judge()
        .map(judge -> before.flown(flown.judged(judge.after(measured.took(), measured.readings()))))
        .orElse(before);
  }

  /** Judges those who stay on the target; when nobody does, it judges nothing. */
  private static FlightJudge fresh(Promotion before, int number) {
    return Flights.judge(before.workload(), Math.max(1, number));
  }

  /** Users of some flights go back, and none goes on by itself until somebody asks again. */
  private static Promotion back(Promotion before, Flown flown) {
    Promotion back = before.flown(flown);
    boolean home = flown.number() == 0 && before.owner() == Side.SOURCE;
    return home ? back.towards(back.phase().staying()) : back.paused(true);
  }

  private static Promotion passed(Promotion before, Event.FlightPassed passed) {
    Promotion after = before.flown(Flights.passed(before));
    boolean landed = before.owner() == Side.TARGET && !Flights.areNext(after);
    return landed ? after.in(resting(Phase.Rest.PROMOTED, passed.at())) : after;
  }

  /** Who comes to the target again finds there whatever access was given back meanwhile. */
  private static Promotion finished(Promotion before, Event.CutoverFinished finished) {
    Promotion rested = before.in(resting(reached(before), finished.at()));
    return finished.to() == Side.TARGET ? rested.revocation(Revocation.NONE) : rested;
  }

  /**
   * Whoever owns the data has all users; the way back begins with the first flight again. Why
   * everybody came back is still to be told.
   */
  private static Promotion landed(Promotion before) {
    return before.owner() == Side.SOURCE
        ? before.flown(Flown.NONE.because(before.flown().failure()))
        : before;
  }

  /**
   * Both sides accept writes: users are led back once the source has everything that they wrote.
   */
  private static Promotion comingBack(Promotion before, Event.FlightFailed failed) {
    Phase phase = before.phase() instanceof Parked parked ? parked.was() : before.phase();
    Promotion back = before.in(phase, failed.epoch()).flown(before.flown().harmful(failed.why()));
    return restarted(back.towards(back.phase().staying()));
  }

  /** Both sides accepted writes while users of a flight were led on: that has come to its end. */
  private static Promotion arrived(Promotion before) {
    return before.phase() instanceof CuttingOver(var _, var back)
        ? before.in(restarted(back))
        : before;
  }

  private static Cutover.Step afterHolding(Promotion before, Event event) {
    return cutting(before, event).cutover().isCrossing()
        ? Cutover.Step.DRAINING
        : Cutover.Step.FENCING;
  }

  private static Promotion begun(Promotion before, Event.CutoverBegun begun) {
    var cutover =
        new Cutover(
            begun.to(),
            begun.token(),
            Cutover.Step.HOLDING,
            begun.at(),
            begun.holdEnds(),
            begun.at());
    Promotion after = begun.to() == Side.TARGET ? moved(before, begun.at()) : before;
    return after.in(new CuttingOver(cutover, resting(before, begun)), begun.epoch());
  }

  /** Users go to the target, by order of whoever gave it. */
  private static Promotion moved(Promotion before, Instant at) {
    return before
        .workload()
        .gates()
        .map(plan -> before.gates(before.gates().moved(plan, before.planHash(), at)))
        .orElse(before);
  }

  private static Promotion begun(Promotion before, Event.CrossingBegun begun) {
    var cutover =
        new Cutover(
            Side.TARGET,
            begun.token(),
            Cutover.Step.HOLDING,
            begun.at(),
            begun.holdEnds(),
            begun.at(),
            begun.flight());
    return moved(before, begun.at())
        .in(new CuttingOver(cutover, resting(before, begun)), begun.epoch());
  }

  private static Promotion step(Promotion before, Event event, Cutover.Step next, Instant since) {
    CuttingOver cutting = cutting(before, event);
    return before.in(new CuttingOver(cutting.cutover().at(next, since), cutting.back()));
  }

  private static Promotion abandoned(Promotion before, Event.CutoverAbandoned abandoned) {
    CuttingOver cutting = cutting(before, abandoned);
    var undoing = new Undoing(cutting.cutover(), cutting.back(), abandoned.why(), abandoned.park());
    return before.in(undoing, abandoned.epoch());
  }

  private static Promotion undone(Promotion before, Event.CutoverUndone undone) {
    if (!(before.phase() instanceof Undoing undoing)) {
      throw impossible(before, undone);
    }
    var resting =
        new Resting(
            undoing.back().rest(),
            undone.at(),
            undoing.back().attempts() + 1,
            undone.notBefore(),
            Optional.of(undoing.why()));
    return before.in(undoing.park() ? new Parked(resting, undoing.why(), undone.at()) : resting);
  }

  /**
   * Whoever asked for users to go back must not see the next flight begin because their data could
   * not.
   */
  private static Promotion exhausted(Promotion stays) {
    return stays.owner() == Side.TARGET && Flights.areNext(stays) ? stays.paused(true) : stays;
  }

  /** A new wish of a person makes abandoned attempts of an old one forgotten. */
  private static Promotion restarted(Promotion before) {
    return switch (before.phase()) {
      case Resting resting -> before.in(restarted(resting));
      case CuttingOver(var cutover, var back) ->
          before.in(new CuttingOver(cutover, restarted(back)));
      case Undoing(var cutover, var back, var why, var park) ->
          before.in(new Undoing(cutover, restarted(back), why, park));
      case Phase.Registered _, Phase.Replicating _, Parked _ -> before;
      case Phase.Severing _, Phase.Completed _ -> before;
      case Phase.GivingUp _, Phase.GivenUp _ -> before;
    };
  }

  private static Resting restarted(Resting resting) {
    return new Resting(resting.rest(), resting.since(), 0, Instant.EPOCH, resting.lastFailure());
  }

  private static Promotion resumed(Promotion before, Event.Resumed resumed) {
    var accepted = new HashSet<>(before.acceptedLeaks());
    accepted.addAll(resumed.acceptedLeaks());
    Phase phase = before.phase() instanceof Parked parked ? parked.was() : before.phase();
    return restarted(
        before.accepting(accepted).paused(false).flown(before.flown().resumed()).in(phase));
  }

  private static Phase.Rest staged(Promotion before) {
    return before.workload().model() == Model.STAGED ? Phase.Rest.MIGRATED : Phase.Rest.STAGED;
  }

  private static Phase.Rest reached(Promotion before) {
    if (before.owner() == Side.TARGET) {
      return Phase.Rest.PROMOTED;
    }
    // Who owned the data before everybody came back to it rests as it did.
    return before.phase() instanceof CuttingOver(var _, var back)
            && back.rest().owner() == Side.SOURCE
        ? back.rest()
        : Phase.Rest.ROLLED_BACK;
  }

  private static Resting resting(Phase.Rest rest, Instant since) {
    return new Resting(rest, since, 0, Instant.EPOCH, Optional.empty());
  }

  private static Resting resting(Promotion before, Event event) {
    if (before.phase() instanceof Resting resting) {
      return resting;
    }
    throw impossible(before, event);
  }

  private static CuttingOver cutting(Promotion before, Event event) {
    if (before.phase() instanceof CuttingOver cutting) {
      return cutting;
    }
    throw impossible(before, event);
  }

  private static IllegalStateException impossible(Promotion before, Event event) {
    return new IllegalStateException(
        event.getClass().getSimpleName() + " cannot follow in state " + before.stateWord());
  }
}
