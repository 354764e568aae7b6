package dev.landfall.promotion;

import dev.landfall.gate.GateBook;
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
 * @param sharing whether both sides accept writes
 * @param gates what is known of the gates
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
    Sharing sharing,
    GateBook gates,
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
        Sharing.NONE,
        GateBook.EMPTY,
        phase);
  }

  /**
   * Who owns the data: the only side that may accept writes. While a cutover is under way it is the
   * old owner until the commit point; while both sides accept writes it is the source, which owns
   * what belongs to no user in particular.
   */
  public Side owner() {
    return ownerIn(phase);
  }

  /** Whether both sides accept writes, and everybody is to come back to the source. */
  public boolean isComingBack() {
    return sharing.isOpen() && goal != Goal.PROMOTED;
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
      case Phase.CuttingOver(Cutover cutover, Phase.Resting back) ->
          cutover.committed() && !cutover.isCrossing() ? cutover.to() : back.rest().owner();
      case Phase.Undoing undoing -> undoing.back().rest().owner();
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
      case Phase.CuttingOver(Cutover cutover, _) when cutover.isCrossing() -> "leading users on";
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
        sharing,
        gates,
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
        sharing,
        gates,
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
        sharing,
        gates,
        phase);
  }

  Promotion paused(boolean now) {
    return new Promotion(
        workload,
        planHash,
        goal,
        now,
        epoch,
        flown,
        acceptedLeaks,
        rehearsals,
        revocation,
        sharing,
        gates,
        phase);
  }

  Promotion rehearsals(Rehearsals next) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        next,
        revocation,
        sharing,
        gates,
        phase);
  }

  Promotion of(Workload amended, String newHash) {
    return new Promotion(
        amended,
        newHash,
        goal,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        rehearsals,
        revocation,
        sharing,
        gates,
        phase);
  }

  Promotion accepting(Set<String> leaks) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        flown,
        leaks,
        rehearsals,
        revocation,
        sharing,
        gates,
        phase);
  }

  Promotion revocation(Revocation next) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        rehearsals,
        next,
        sharing,
        gates,
        phase);
  }

  Promotion sharing(Sharing next) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        rehearsals,
        revocation,
        next,
        gates,
        phase);
  }

  Promotion gates(GateBook next) {
    return new Promotion(
        workload,
        planHash,
        goal,
        paused,
        epoch,
        flown,
        acceptedLeaks,
        rehearsals,
        revocation,
        sharing,
        next,
        phase);
  }
}
