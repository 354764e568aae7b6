package dev.landfall.promotion;

import dev.landfall.flight.Later;
import dev.landfall.flight.Reading;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Subject;
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
   * @param later what counts only now and then
   */
  record Measured(int flight, Duration took, Map<String, Reading> readings, Later later)
      implements Input {
    /** Where all is told of at once. */
    public Measured(int flight, Duration took, Map<String, Reading> readings) {
      this(flight, took, readings, Later.NONE);
    }
  }

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
    record Reach(Goal goal, Optional<String> by) implements Ask {
      /** Whoever it is. */
      public Reach(Goal goal) {
        this(goal, Optional.empty());
      }
    }

    /** Carry out an edited workload file. */
    record Amend(Workload workload, String planHash, Optional<String> by) implements Ask {
      /** Whoever it is. */
      public Amend(Workload workload, String planHash) {
        this(workload, planHash, Optional.empty());
      }
    }

    /**
     * Go on without a side that is lost for good.
     *
     * @param world what was seen of both sides just before
     */
    record GiveUp(Side lost, World world, Optional<String> by) implements Ask {
      /** Whoever it is. */
      public GiveUp(Side lost, World world) {
        this(lost, world, Optional.empty());
      }
    }

    /**
     * Take a flight for passed, because a person says so.
     *
     * @param flight the name of that flight: said twice, it must not count for the next one
     * @param why kept in the history
     */
    record GoOn(String flight, String why, Optional<String> by) implements Ask {
      /** Whoever it is. */
      public GoOn(String flight, String why) {
        this(flight, why, Optional.empty());
      }
    }

    /**
     * Have the users of a flight and of all before it on the target, and nobody else: ahead or
     * back.
     *
     * @param flight the name of the flight; absent for nobody
     * @param why kept in the history
     */
    record Fly(Optional<String> flight, String why, Optional<String> by) implements Ask {
      /** Whoever it is. */
      public Fly(Optional<String> flight, String why) {
        this(flight, why, Optional.empty());
      }
    }

    /** Something about a gate. */
    sealed interface OfGates extends Ask {
      /** Which. */
      String gate();
    }

    /**
     * A check is to begin.
     *
     * @param subject what it is about
     */
    record BeginCheck(String gate, String by, Subject subject) implements OfGates {}

    /**
     * A check has ended.
     *
     * @param token which
     * @param reason why it passed or did not; may be empty when it passed
     * @param writers the people of the plan who wrote what it has read, by name
     */
    record EndCheck(
        String gate,
        String token,
        boolean passed,
        String reason,
        List<Evidence> evidence,
        List<String> writers)
        implements OfGates {
      public EndCheck {
        evidence = List.copyOf(evidence);
        writers = List.copyOf(writers);
      }

      /** It has read nothing that people wrote. */
      public EndCheck(
          String gate, String token, boolean passed, String reason, List<Evidence> evidence) {
        this(gate, token, passed, reason, evidence, List.of());
      }
    }

    /**
     * A person brings evidence.
     *
     * @param executed whether the person says that it was done, too
     * @param reason what the person says of it; may be empty
     */
    record Attach(
        String gate,
        String by,
        Subject subject,
        boolean executed,
        String reason,
        List<Evidence> evidence)
        implements OfGates {
      public Attach {
        evidence = List.copyOf(evidence);
      }
    }

    /**
     * A person has said something.
     *
     * @param signed with the key that the signature was proven with: whoever asks has verified it
     */
    record Sign(Statement.Signed signed) implements OfGates {
      @Override
      public String gate() {
        return signed.statement().gate();
      }
    }

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
     * @param tests what was tried in the middle of it, and passed; absent when nothing was
     */
    record Rehearsed(
        String token, Configuration found, Timing there, Timing back, Optional<String> tests)
        implements OfRehearsal {
      /** Nothing was tried. */
      public Rehearsed(String token, Configuration found, Timing there, Timing back) {
        this(token, found, there, back, Optional.empty());
      }
    }

    /**
     * A rehearsal has ended without passing, and nothing of it is left.
     *
     * @param token which; another one is none of this
     */
    record RehearsalFailed(String token, String why) implements OfRehearsal {}

    /** Begin no new cutover. */
    record Pause() implements Ask {}

    /** Go on; what was parked is looked at. */
    record Resume(Optional<String> by) implements Ask {
      /** Whoever it is. */
      public Resume() {
        this(Optional.empty());
      }
    }
  }
}
