package dev.landfall.promotion;

import dev.landfall.flight.FlightJudge;
import java.time.Instant;
import java.util.Optional;

/**
 * How far users have flown, while the source still owns the data.
 *
 * @param number how many flights have their users on the target; 0 for none
 * @param since when the last of them was begun
 * @param passed whether the last of them has passed, so that the next may begin
 * @param judge what is known of the last of them; absent when there is none
 * @param undecided why a person must decide about it; absent when none has to
 * @param failure why users of a flight are back since somebody last asked; absent when none failed
 */
public record Flown(
    int number,
    Instant since,
    boolean passed,
    Optional<FlightJudge> judge,
    Optional<String> undecided,
    Optional<String> failure) {
  /** Everybody is on the source. */
  public static final Flown NONE =
      new Flown(0, Instant.EPOCH, true, Optional.empty(), Optional.empty(), Optional.empty());

  /** A flight begins. */
  static Flown begun(int number, Instant at, FlightJudge judge) {
    return new Flown(number, at, false, Optional.of(judge), Optional.empty(), Optional.empty());
  }

  /**
   * Users of the flights after this one are back on the source.
   *
   * @param judge goes on judging those who stay on the target; absent when nobody does
   * @param failure why; absent when a person called them
   */
  static Flown backTo(
      int number, Instant at, Optional<FlightJudge> judge, Optional<String> failure) {
    return new Flown(number, at, true, judge, Optional.empty(), failure);
  }

  Flown judged(FlightJudge next) {
    return new Flown(number, since, passed, Optional.of(next), undecided, failure);
  }

  Flown withPass() {
    return new Flown(number, since, true, judge, Optional.empty(), failure);
  }

  Flown withDoubt(String why) {
    return new Flown(number, since, passed, judge, Optional.of(why), failure);
  }

  /** Somebody asks anew: what failed before is history. */
  Flown forgiven() {
    return new Flown(number, since, passed, judge, undecided, Optional.empty());
  }
}
