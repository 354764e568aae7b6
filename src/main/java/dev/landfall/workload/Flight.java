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
 */
public record Flight(String name, int share, Named named, Duration timeMin, Duration timeMax) {
  /** All users. */
  public static final int ALL = 10_000;

  /** A share for people: {@code 25 %}, {@code 0.5 %}. */
  public static String percent(int share) {
    return (share % 100 == 0 ? "" + share / 100 : "" + share / 100.0) + " %";
  }
}
