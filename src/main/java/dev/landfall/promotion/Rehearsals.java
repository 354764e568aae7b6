package dev.landfall.promotion;

import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Timing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of rehearsals of a promotion.
 *
 * @param count how many were begun
 * @param underway the one that was begun and has not ended; its process may be dead
 * @param passed the last one that passed; absent before the first
 * @param withheld why users did not leave the source, since somebody last asked; absent when
 *     nothing kept them
 */
public record Rehearsals(
    int count, Optional<Underway> underway, Optional<Passed> passed, Optional<Withheld> withheld) {
  /** Nothing was rehearsed. */
  public static final Rehearsals NONE =
      new Rehearsals(0, Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * One that goes on.
   *
   * @param token tells it from every other of this promotion
   * @param planHash the plan that it is about
   */
  public record Underway(String token, String planHash, Instant since) {}

  /**
   * Evidence.
   *
   * @param planHash the plan that it is about
   * @param found the configuration that it is about
   * @param tests what was tried in the middle of it, and passed; absent when nothing was
   */
  public record Passed(
      Instant at,
      String planHash,
      Configuration found,
      Timing there,
      Timing back,
      Optional<String> tests) {}

  /**
   * Why users stay on the source.
   *
   * @param why a clause each; at least one
   */
  public record Withheld(Reason reason, List<String> why) {
    public Withheld {
      why = List.copyOf(why);
    }
  }

  /** What kind of reason. */
  public enum Reason {
    /** This plan was not rehearsed, and must be. */
    NOT_REHEARSED,
    /** What was rehearsed has changed since. */
    DRIFTED,
    /** Gates are not passed. */
    GATES,
    /** The workload file was given anew with fewer or looser gates: it takes a second order. */
    LOOSENED
  }

  /** The last rehearsal of this plan that passed; absent when there is none. */
  Optional<Passed> of(String planHash) {
    return passed.filter(each -> each.planHash().equals(planHash));
  }

  Rehearsals begun(Underway next) {
    return new Rehearsals(count + 1, Optional.of(next), passed, withheld);
  }

  Rehearsals passed(Passed evidence) {
    return new Rehearsals(count, Optional.empty(), Optional.of(evidence), Optional.empty());
  }

  Rehearsals failed() {
    return new Rehearsals(count, Optional.empty(), passed, withheld);
  }

  Rehearsals withheld(Withheld why) {
    return new Rehearsals(count, underway, passed, Optional.of(why));
  }

  /** Somebody asks anew. */
  Rehearsals asked() {
    return new Rehearsals(count, underway, passed, Optional.empty());
  }
}
