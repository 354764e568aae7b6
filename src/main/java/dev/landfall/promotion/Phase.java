package dev.landfall.promotion;

import dev.landfall.problem.Finding;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where in its life a promotion is. */
public sealed interface Phase {
  /**
   * Known, and nothing outside was touched.
   *
   * @param findings what the last preflight found; empty before the first
   */
  record Registered(List<Finding> findings) implements Phase {
    public Registered {
      findings = List.copyOf(findings);
    }
  }

  /** The copy runs, then the link follows, then both sides are compared for the first time. */
  record Replicating(Instant since) implements Phase {}

  /**
   * Nothing has to be done: the owner accepts writes, the link carries them to the other side.
   *
   * @param rest which of the resting states
   * @param since when it was reached
   * @param attempts abandoned cutovers in a row
   * @param notBefore when the next cutover may be tried without being asked
   * @param lastFailure why the last one was abandoned; absent when none was
   */
  record Resting(
      Rest rest, Instant since, int attempts, Instant notBefore, Optional<String> lastFailure)
      implements Phase {}

  /**
   * Users and data are moving.
   *
   * @param back where it was begun, and where it ends when it fails before the commit point
   */
  record CuttingOver(Cutover cutover, Resting back) implements Phase {}

  /**
   * A cutover that failed before its commit point is taken back.
   *
   * @param back where it was begun and will end
   * @param why what made it fail
   * @param park whether a person must look before it is tried again
   */
  record Undoing(Cutover cutover, Resting back, String why, boolean park) implements Phase {}

  /** The link is being cut for ever. */
  record Severing(Side owner, Instant since) implements Phase {}

  /** The link is severed, the other side stays fenced. */
  record Completed(Side owner, Instant since) implements Phase {}

  /** A side was given up for lost, and the other is made to go on alone. */
  record GivingUp(Side lost, Instant since) implements Phase {}

  /** The other side goes on alone; should the lost one come back, it is fenced and unlinked. */
  record GivenUp(Side lost, Instant since) implements Phase {}

  /**
   * A person must look; nothing outside is changed until {@code resume}.
   *
   * @param was where it goes on then
   * @param why what was seen
   */
  record Parked(Phase was, String why, Instant since) implements Phase {}

  /** The goal that is reached by going nowhere from here, or from where it ends when taken back. */
  default Goal staying() {
    return switch (this) {
      case Resting resting -> resting.rest().goal();
      case CuttingOver cutting -> cutting.back().rest().goal();
      case Undoing undoing -> undoing.back().rest().goal();
      case Parked parked -> parked.was().staying();
      case Registered _, Replicating _ -> Goal.STAGED;
      case Severing _, Completed _, GivingUp _, GivenUp _ -> Goal.COMPLETED;
    };
  }

  /** The states in which a promotion can stay for weeks. */
  enum Rest {
    STAGED(Side.SOURCE, Goal.STAGED, "staged"),
    /** Staged, in the model in which that is an end of its own: to be promoted on a later day. */
    MIGRATED(Side.SOURCE, Goal.STAGED, "migrated"),
    PROMOTED(Side.TARGET, Goal.PROMOTED, "promoted"),
    ROLLED_BACK(Side.SOURCE, Goal.ROLLED_BACK, "rolled back");

    private final Side owner;
    private final Goal goal;
    private final String word;

    Rest(Side owner, Goal goal, String word) {
      this.owner = owner;
      this.goal = goal;
      this.word = word;
    }

    /** The word for people. */
    public String word() {
      return word;
    }

    /** Who owns the data. */
    public Side owner() {
      return owner;
    }

    /** The goal that is reached here. */
    public Goal goal() {
      return goal;
    }
  }
}
