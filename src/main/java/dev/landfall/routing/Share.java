package dev.landfall.routing;

import dev.landfall.workload.Side;

/** Which of a row of requests go to the target: the same ones always, and as evenly as can be. */
public final class Share {
  private Share() {}

  /**
   * The side of one request.
   *
   * @param number how many requests were sent on before this one; 0 or more
   * @param targetPercent the share of the target, 0 to 100; both ends are exact, and of each
   *     hundred requests in between exactly as many go to the target
   */
  public static Side of(long number, int targetPercent) {
    long place = number % 100;
    boolean stepsUp = (place + 1) * targetPercent / 100 > place * targetPercent / 100;
    return stepsUp ? Side.TARGET : Side.SOURCE;
  }
}
