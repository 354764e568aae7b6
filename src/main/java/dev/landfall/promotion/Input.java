package dev.landfall.promotion;

import dev.landfall.flight.Reading;
import dev.landfall.problem.Finding;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Timing;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a promotion is told. Inputs are never stored; what follows from them is. */
public sealed interface Input {
  /** The outside was looked at. */
  record Seen(World world) implements Input {}

  /** A preflight was made. */
  record Preflighted(List<Finding> findings) implements Input {}

  /**
   * A tick of a flight is over.
   *
   * @param flight its number
   * @param took how long the tick was
   * @param readings by metric; one that told nothing is missing
   */
  record Measured(int flight, Duration took, Map<String, Reading> readings) implements Input {}

  /**
   * Enough is known of those who stayed to say what is slow.
   *
   * @param flight its number
   * @param requests of those who stayed, since their planes began to count
   * @param slower how many of them were slower, for each of {@link
   *     dev.landfall.routing.Tally#BOUNDS_MICROS}
   */
  record Baselined(int flight, long requests, List<Long> slower) implements Input {
    public Baselined {
      slower = List.copyOf(slower);
    }
  }

  /** An order to the outside was refused or not answered. */
  record Failed(String what, String why) implements Input {}

  /** An access of the adoption team could not be ended. */
  record NotEnded(String what, String why) implements Input {}

  /** This program has a bug, and this promotion ran into it. */
  record Crashed(String why) implements Input {}

  /** This controller drives the promotion now; before it, another one did, or this one died. */
  record TookOver() implements Input {}

  /** A person asks for something. */
  sealed interface Ask extends Input {
    /** Move to a goal. */
    record Reach(Goal goal) implements Ask {}

    /** Carry out an edited workload file. */
    record Amend(Workload workload, String planHash) implements Ask {}

    /**
     * Go on without a side that is lost for good.
     *
     * @param world what was seen of both sides just before
     */
    record GiveUp(Side lost, World world) implements Ask {}

    /**
     * Take a flight for passed, because a person says so.
     *
     * @param flight the name of that flight: said twice, it must not count for the next one
     * @param why kept in the history
     */
    record GoOn(String flight, String why) implements Ask {}

    /**
     * Have the users of a flight and of all before it on the target, and nobody else: ahead or
     * back.
     *
     * @param flight the name of the flight; absent for nobody
     * @param why kept in the history
     */
    record Fly(Optional<String> flight, String why) implements Ask {}

    /** Something about a rehearsal. */
    sealed interface OfRehearsal extends Ask {}

    /**
     * A rehearsal is to begin.
     *
     * @param planHash the plan that is rehearsed; when it is another one by now, this is refused
     */
    record Rehearse(String planHash) implements OfRehearsal {}

    /**
     * A rehearsal has passed, and nothing of it is left.
     *
     * @param token which
     * @param found the target's configuration, before and after it
     */
    record Rehearsed(String token, Configuration found, Timing there, Timing back)
        implements OfRehearsal {}

    /**
     * A rehearsal has ended without passing, and nothing of it is left.
     *
     * @param token which; another one is none of this
     */
    record RehearsalFailed(String token, String why) implements OfRehearsal {}

    /** Begin no new cutover. */
    record Pause() implements Ask {}

    /** Go on; what was parked is looked at. */
    record Resume() implements Ask {}
  }
}
