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
 */
public record Flown(
    int number,
    Instant since,
    boolean passed,
    Optional<FlightJudge> judge,
    Optional<String> undecided) {
  /** Everybody is on the source. */
  public static final Flown NONE =
      new Flown(0, Instant.EPOCH, true, Optional.empty(), Optional.empty());

  /** A flight begins. */
  static Flown begun(int number, Instant at, FlightJudge judge) {
    return new Flown(number, at, false, Optional.of(judge), Optional.empty());
  }

  /** Users of the flights after this one are back on the source. */
  static Flown backTo(int number, Instant at) {
    return number == 0 ? NONE : new Flown(number, at, true, Optional.empty(), Optional.empty());
  }

  Flown judged(FlightJudge next) {
    return new Flown(number, since, passed, Optional.of(next), undecided);
  }

  Flown withPass() {
    return new Flown(number, since, true, judge, Optional.empty());
  }

  Flown withDoubt(String why) {
    return new Flown(number, since, passed, judge, Optional.of(why));
  }
}
