package dev.landfall.promotion;

import dev.landfall.flight.FlightJudge;
import java.time.Instant;
import java.util.Optional;

/**
 * How far users have flown, while the data has the owner that their flights are flown with.
 *
 * @param number which flight has its users on the target, with all before it; 0 for none
 * @param since when users were last led to another flight
 * @param passed whether it has passed, so that the next may begin
 * @param judge what is known of it; absent when there is none, or nothing is to be judged any more
 * @param undecided why a person must decide about it; absent when none has to
 * @param failure why users of a flight are back since somebody last asked; absent when none failed
 * @param way how it came there, and where it is to go
 */
public record Flown(
    int number,
    Instant since,
    boolean passed,
    Optional<FlightJudge> judge,
    Optional<String> undecided,
    Optional<String> failure,
    Way way) {
  /** Everybody is on the source. */
  public static final Flown NONE =
      new Flown(
          0, Instant.EPOCH, true, Optional.empty(), Optional.empty(), Optional.empty(), Way.NONE);

  /**
   * A flight begins.
   *
   * @param fresh judges it, unless it was begun before in this attempt and did not fail
   */
  Flown begun(int next, Instant at, FlightJudge fresh) {
    FlightJudge known = way.judges().getOrDefault(next, fresh);
    return new Flown(
        next,
        at,
        false,
        Optional.of(known),
        Optional.empty(),
        Optional.empty(),
        way.on(number, judge, next));
  }

  /** Users of the flights after one do harm, and are back on the source. */
  Flown failed(int back, Instant at, FlightJudge fresh, String why) {
    return backTo(back, at, fresh, Optional.of(why), way.back(number, Optional.empty(), back));
  }

  /** A person called users of the flights after one back to the source. */
  Flown recalled(int back, Instant at, FlightJudge fresh) {
    return backTo(back, at, fresh, Optional.empty(), way.back(number, judge, back));
  }

  /** Those who stay on the target are judged on by what is known of their flight. */
  private Flown backTo(
      int back, Instant at, FlightJudge fresh, Optional<String> failure, Way home) {
    Optional<FlightJudge> staying =
        back == 0 ? Optional.empty() : Optional.of(way.judges().getOrDefault(back, fresh));
    boolean wasPassed = back == 0 || way.flights().contains(back);
    return new Flown(back, at, wasPassed, staying, Optional.empty(), failure, home);
  }

  /** Users of the flight do harm, and are to come back once all that they wrote is there. */
  Flown harmful(String why) {
    return new Flown(
        number, since, true, Optional.empty(), Optional.empty(), Optional.of(why), way);
  }

  Flown because(Optional<String> why) {
    return new Flown(number, since, passed, judge, undecided, why, way);
  }

  Flown judged(FlightJudge next) {
    return new Flown(number, since, passed, Optional.of(next), undecided, failure, way);
  }

  /** What was known of it and of the flights before counts no more. */
  Flown judgedAnew(FlightJudge fresh) {
    return new Flown(
        number, since, passed, Optional.of(fresh), Optional.empty(), failure, way.forgetting());
  }

  Flown withPass() {
    return new Flown(number, since, true, judge, Optional.empty(), failure, way);
  }

  /** Everybody has moved for good: nobody is left to compare with, and nothing to be waited for. */
  Flown landed() {
    return new Flown(number, since, true, Optional.empty(), Optional.empty(), failure, way);
  }

  Flown withDoubt(String why) {
    return new Flown(number, since, passed, judge, Optional.of(why), failure, way);
  }

  /** A person wants a later flight to be the next, whatever is known of the one under way. */
  Flown skippingTo(int flight) {
    return new Flown(
        number, since, true, judge, Optional.empty(), Optional.empty(), way.to(flight));
  }

  /** Somebody asks anew: what failed before is history, and so is where it was to go. */
  Flown forgiven() {
    return new Flown(
        number, since, passed, judge, undecided, Optional.empty(), way.withoutDestination());
  }

  /** Somebody has looked: what failed is history, and it goes on where it was to go. */
  Flown resumed() {
    return new Flown(number, since, passed, judge, undecided, Optional.empty(), way);
  }

  /** The flight that begins next, once it may. */
  int next() {
    return way.ahead().orElse(number + 1);
  }
}
