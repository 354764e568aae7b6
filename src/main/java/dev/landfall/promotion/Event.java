package dev.landfall.promotion;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.Reading;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Subject;
import dev.landfall.problem.Finding;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Timing;
import dev.landfall.replication.Conflict;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What was decided. Stored for ever under the simple name of its record: fields are added, never
 * renamed or reused.
 */
public sealed interface Event {
  /** The workload is known from now on. */
  record Registered(Workload workload, String planHash, Goal goal, Optional<String> by)
      implements Event {
    /** By whom is not told. */
    public Registered(Workload workload, String planHash, Goal goal) {
      this(workload, planHash, goal, Optional.empty());
    }
  }

  /**
   * An edited workload file is carried out from now on.
   *
   * @param at when it was given; absent where neither it nor the one before has gates
   */
  record Amended(Workload workload, String planHash, Optional<String> by, Optional<Instant> at)
      implements Event {
    /** When is not told. */
    public Amended(Workload workload, String planHash, Optional<String> by) {
      this(workload, planHash, by, Optional.empty());
    }

    /** By whom is not told. */
    public Amended(Workload workload, String planHash) {
      this(workload, planHash, Optional.empty());
    }
  }

  /** Somebody asked for a goal. */
  record GoalSet(Goal goal, Optional<String> by) implements Event {
    /** By whom is not told. */
    public GoalSet(Goal goal) {
      this(goal, Optional.empty());
    }
  }

  /** One more person stands behind the order that is carried out; it stays as it is. */
  record OrderJoined(String by) implements Event {}

  /** The preflight found what stops the promotion, or something else than the last time. */
  record PreflightRefused(List<Finding> findings) implements Event {}

  /** The preflight found nothing that stops it. */
  record PreflightPassed(List<Finding> findings, Instant at) implements Event {}

  /** Both sides were found equal and in step for the first time. */
  record Staged(Instant at, long rowsCompared) implements Event {}

  /**
   * A cutover began: requests are held.
   *
   * @param holdEnds when the planes let them go by themselves
   */
  record CutoverBegun(Side to, long epoch, String token, Instant at, Instant holdEnds)
      implements Event {}

  /** The planes hold, and no request that may write is under way. */
  record Held(Instant at, long inFlight) implements Event {}

  /** The old owner was read back as fenced. */
  record Fenced(Instant at) implements Event {}

  /** The mark behind the last write arrived at the new owner. */
  record Drained(Instant at) implements Event {}

  /**
   * The commit point: the data has a new owner.
   *
   * @param rowsCompared how many rows had changed and were found equal
   * @param compareTook how long that took
   */
  record OwnerMoved(Side to, long epoch, Instant at, long rowsCompared, Duration compareTook)
      implements Event {}

  /**
   * The new owner accepts writes and has the users.
   *
   * @param heldMax the longest that a request was held
   */
  record CutoverFinished(Side to, Instant at, Duration heldMax) implements Event {}

  /** The cutover is taken back. */
  record CutoverAbandoned(long epoch, Instant at, Cutover.Step step, String why, boolean park)
      implements Event {}

  /** The old owner has its users and accepts writes again. */
  record CutoverUndone(Instant at, Instant notBefore) implements Event {}

  /** Too many cutovers in a row were abandoned: none is tried until somebody asks again. */
  record AttemptsExhausted(int attempts, Optional<String> lastFailure) implements Event {}

  /** The link is to be cut for ever. */
  record SeveringBegun(Side owner, long epoch, Instant at) implements Event {}

  /** It is cut. */
  record Severed(Side owner, Instant at) implements Event {}

  /**
   * A side is given up for lost: the other goes on alone, with what it has.
   *
   * @param heard until when each asset of the other side has what was written on the lost one;
   *     empty when the lost side did not own the data, so that nothing is missing
   * @param past the gates that users are moved past by it although they are not passed, as clauses
   */
  record SideGivenUp(Side lost, long epoch, Instant at, List<Heard> heard, List<String> past)
      implements Event {
    public SideGivenUp {
      heard = List.copyOf(heard);
      past = List.copyOf(Objects.requireNonNullElse(past, List.of()));
    }

    /** Past no gate. */
    public SideGivenUp(Side lost, long epoch, Instant at, List<Heard> heard) {
      this(lost, epoch, at, heard, List.of());
    }
  }

  /**
   * How much of a lost side one asset has.
   *
   * @param until every write before this, by the lost side's clock, has arrived; absent when that
   *     is not known
   */
  record Heard(String asset, Optional<Instant> until) {}

  /** The side that is left accepts writes and has the users. */
  record WentOnAlone(Side survivor, Instant at) implements Event {}

  /**
   * Users of one more flight go to the target.
   *
   * @param flight its number, 1 for the first
   */
  record FlightBegun(int flight, long epoch, Instant at) implements Event {}

  /**
   * What is slow in a flight was chosen; ticks that begin later are judged by it.
   *
   * @param requests of those who stayed that it was chosen from
   */
  record FlightBaselined(int flight, Instant at, long requests, Baseline baseline)
      implements Event {}

  /**
   * What one tick of a flight told.
   *
   * @param took how long the tick was
   * @param readings by metric; one that told nothing is missing
   */
  record FlightMeasured(int flight, Instant at, Duration took, Map<String, Reading> readings)
      implements Event {
    public FlightMeasured {
      readings = Map.copyOf(readings);
    }
  }

  /**
   * A flight has passed.
   *
   * @param why what a person gave for it, or what was proven
   */
  record FlightPassed(int flight, Instant at, String why) implements Event {}

  /**
   * A person jumps ahead: whatever is known of the flight under way, this one is the next.
   *
   * @param to the number of the flight that begins as soon as it may
   * @param why what the person gave for it
   */
  record FlightsSkipped(int to, Instant at, String why) implements Event {}

  /** It cannot be told whether a flight does harm: a person must decide. */
  record FlightUndecided(int flight, Instant at, String why) implements Event {}

  /**
   * A flight does harm: its users go back.
   *
   * @param backTo the number of the flight whose users stay on the target; 0 for none
   */
  record FlightFailed(int flight, int backTo, long epoch, Instant at, String why)
      implements Event {}

  /**
   * A person called users back.
   *
   * @param backTo the number of the flight whose users stay on the target; 0 for none
   */
  record FlightsRecalled(int backTo, long epoch, Instant at) implements Event {}

  /** The target is prepared for writes of its own, which both sides will accept at once. */
  record SharingBegun(long epoch, String token, Instant at) implements Event {}

  /** Both sides accept writes from here on, each those of its own users. */
  record Shared(long epoch, Instant at) implements Event {}

  /**
   * Users of one more flight are to go to the target, which accepts their writes: requests are held
   * until it has everything that they wrote on the source.
   *
   * @param holdEnds when the planes let them go by themselves
   */
  record CrossingBegun(int flight, long epoch, String token, Instant at, Instant holdEnds)
      implements Event {}

  /** The target has everything that was written on the source: users are let go to it. */
  record UsersCrossed(long epoch, Instant at) implements Event {}

  /** A row was written on both sides at once, while both accept writes. */
  record ConflictFound(String asset, Conflict conflict, Instant at) implements Event {}

  /**
   * A rehearsal began: clones are made.
   *
   * @param planHash the plan that it is about
   */
  record RehearsalBegun(String token, String planHash, Instant at) implements Event {}

  /**
   * A rehearsal has passed, and nothing of it is left.
   *
   * @param found the target's configuration, the same before and after it
   * @param tests what was tried in the middle of it, and passed; absent when nothing was
   */
  record Rehearsed(
      String token,
      Instant at,
      Configuration found,
      Timing there,
      Timing back,
      Optional<String> tests)
      implements Event {}

  /** A rehearsal has ended without passing, and nothing of it is left. */
  record RehearsalFailed(String token, Instant at, String why) implements Event {}

  /** Users stay on the source until somebody asks again. */
  record PromotionWithheld(Rehearsals.Withheld withheld, Instant at) implements Event {}

  /**
   * The adoption team's access to the target was read back as ended.
   *
   * @param ended whose, by the names of the workload file
   */
  record AccessEnded(Map<String, List<String>> ended, Instant at) implements Event {
    public AccessEnded {
      ended = Map.copyOf(ended);
    }
  }

  /** The adoption team's access to the target could not be ended; nobody tries by himself again. */
  record AccessLeft(String why, Instant at) implements Event {}

  /**
   * A check of a gate began.
   *
   * @param until when it is taken for dead
   */
  record GateCheckBegun(
      String gate, String token, String by, Subject subject, Instant at, Instant until)
      implements Event {}

  /**
   * A check of a gate has ended.
   *
   * @param subject what it was about
   * @param writers the people of the plan who wrote what it has read, by name; empty before there
   *     was such a field
   */
  record GateChecked(
      String gate,
      String token,
      String by,
      Subject subject,
      Instant at,
      boolean passed,
      String reason,
      List<Evidence> evidence,
      List<String> writers)
      implements Event {
    public GateChecked {
      evidence = List.copyOf(evidence);
      writers = List.copyOf(writers);
    }

    /** It has read nothing that people wrote. */
    public GateChecked(
        String gate,
        String token,
        String by,
        Subject subject,
        Instant at,
        boolean passed,
        String reason,
        List<Evidence> evidence) {
      this(gate, token, by, subject, at, passed, reason, evidence, List.of());
    }
  }

  /**
   * A person brought evidence.
   *
   * @param executed whether the person says that it was done, too
   */
  record GateAttached(
      String gate,
      String by,
      Subject subject,
      Instant at,
      boolean executed,
      String reason,
      List<Evidence> evidence)
      implements Event {
    public GateAttached {
      evidence = List.copyOf(evidence);
    }
  }

  /** A person has said something about a gate, and signed it. */
  record GateSigned(Statement.Signed signed, Instant at) implements Event {}

  /** A person must look. */
  record ParkedFor(String why, Instant at) implements Event {}

  /** No new cutover begins. */
  record Paused() implements Event {}

  /** It goes on. */
  record Resumed(Set<String> acceptedLeaks) implements Event {}
}
