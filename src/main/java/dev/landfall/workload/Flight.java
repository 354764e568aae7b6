package dev.landfall.workload;

import java.time.Duration;

/**
 * One flight: users who move together and are judged before the next.
 *
 * @param name unique in its plan
 * @param share of all users that have moved once this flight has, in ten-thousandths: 0 to 10000,
 *     and never less than that of the flight before
 * @param named who moves with this flight, whatever the share is
 * @param timeMin it does not pass before; zero or more
 * @param timeMax when it has neither failed nor passed by then, a person must decide
 * @param terms what it is judged by where it differs from the plan
 */
public record Flight(
    String name, int share, Named named, Duration timeMin, Duration timeMax, Terms terms) {
  /** All users. */
  public static final int ALL = 10_000;

  /** One that is judged as the plan has it. */
  public Flight(String name, int share, Named named, Duration timeMin, Duration timeMax) {
    this(name, share, named, timeMin, timeMax, Terms.USUAL);
  }

  /** A share for people: {@code 25 %}, {@code 0.5 %}. */
  public static String percent(int share) {
    return (share % 100 == 0 ? "" + share / 100 : "" + share / 100.0) + " %";
  }
}
