package dev.landfall.promotion;

import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.util.Set;

/**
 * The whole state of one promotion; folded from its events and nothing else.
 *
 * @param planHash identifies the workload file that is being carried out
 * @param goal what people last asked for
 * @param paused whether no new cutover may begin
 * @param epoch rises with every decision that gives the outside a new order; planes and databases
 *     refuse orders of an older one (I9)
 * @param flown how far users have flown, in the model of flights
 * @param acceptedLeaks leaks that a person has looked at and accepted, in the words they were
 *     parked for
 * @param rehearsals what was tried before users move
 * @param revocation how far the adoption team's access has ended
 */
public record Promotion(
    Workload workload,
    String planHash,
    Goal goal,
    boolean paused,
    long epoch,
    Flown flown,
    Set<String> acceptedLeaks,
    Rehearsals rehearsals,
    Revocation revocation,
    Phase phase) {

  public Promotion {
    acceptedLeaks = Set.copyOf(acceptedLeaks);
  }

  /** A promotion of which nothing was rehearsed. */
  public Promotion(
      Workload workload,
      String planHash,
      Goal goal,
      boolean paused,
      long epoch,
      Flown flown,
      Set<String> acceptedLeaks,
      Phase phase) {
    this(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        Rehearsals.NONE,
        Revocation.NONE,
        phase);
  }

  /**
   * Who owns the data: the only side that may accept writes. While a cutover is under way it is the
   * old owner until the commit point.
   */
  public Side owner() {
    return ownerIn(phase);
  }

  /** One or two words for people: {@code staged}, {@code cutting over to target}. */
  public String stateWord() {
    boolean atRest = phase instanceof Phase.Resting;
    return atRest ? Flights.word(this).orElseGet(() -> word(phase)) : word(phase);
  }

  private static Side ownerIn(Phase phase) {
    return switch (phase) {
      case Phase.Registered _, Phase.Replicating _ -> Side.SOURCE;
      case Phase.Resting resting -> resting.rest().owner();
      case Phase.CuttingOver(Cutover cutover, _) ->
          cutover.committed() ? cutover.to() : cutover.from();
      case Phase.Undoing undoing -> undoing.cutover().from();
      case Phase.Severing severing -> severing.owner();
      case Phase.Completed completed -> completed.owner();
      case Phase.GivingUp(Side lost, _) -> lost.other();
      case Phase.GivenUp(Side lost, _) -> lost.other();
      case Phase.Parked parked -> ownerIn(parked.was());
    };
  }

  private static String word(Phase phase) {
    return switch (phase) {
      case Phase.Registered _ -> "registered";
      case Phase.Replicating _ -> "replicating";
      case Phase.Resting resting -> resting.rest().word();
      case Phase.CuttingOver(Cutover cutover, _) ->
          cutover.to() == Side.TARGET ? "cutting over" : "rolling back";
      case Phase.Undoing _ -> "undoing";
      case Phase.Severing _ -> "completing";
      case Phase.Completed _ -> "completed";
      case Phase.GivingUp(Side lost, _) -> "giving up the " + lost.word();
      case Phase.GivenUp(Side lost, _) -> "on without the " + lost.word();
      case Phase.Parked _ -> "parked";
    };
  }

  Promotion in(Phase next) {
    return in(next, epoch);
  }

  Promotion in(long newEpoch) {
    return in(phase, newEpoch);
  }

  Promotion in(Phase next, long newEpoch) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        newEpoch,
        flown,
        acceptedLeaks,
        rehearsals,
        revocation,
        next);
  }

  Promotion towards(Goal next) {
    return new Promotion(
        workload,
        planHash,
        next,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        rehearsals,
        revocation,
        phase);
  }

  Promotion flown(Flown next) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        next,
        acceptedLeaks,
        rehearsals,
        revocation,
        phase);
  }

  Promotion paused(boolean now) {
    return new Promotion(
        workload, planHash, goal, now, epoch, flown, acceptedLeaks, rehearsals, revocation, phase);
  }

  Promotion rehearsals(Rehearsals next) {
    return new Promotion(
        workload, planHash, goal, paused, epoch, flown, acceptedLeaks, next, revocation, phase);
  }

  Promotion of(Workload amended, String newHash) {
    return new Promotion(
        amended, newHash, goal, paused, epoch, flown, acceptedLeaks, rehearsals, revocation, phase);
  }

  Promotion accepting(Set<String> leaks) {
    return new Promotion(
        workload, planHash, goal, paused, epoch, flown, leaks, rehearsals, revocation, phase);
  }

  Promotion revocation(Revocation next) {
    return new Promotion(
        workload, planHash, goal, paused, epoch, flown, acceptedLeaks, rehearsals, next, phase);
  }
}
