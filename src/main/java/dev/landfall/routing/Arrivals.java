package dev.landfall.routing;

import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.Optional;

/**
 * Who still comes to the side that a slow plane has led everybody away from, as somebody beside it
 * counts them. It is for people: nothing is decided by it, as nobody knows what else is counted.
 *
 * @param at the side that they come to
 * @param since from when they are counted: soon after the plane was seen to lead elsewhere, or
 *     after somebody began anew to look; absent before the first count
 * @param requests that came since then; 0 or more
 * @param last by when the last of them had come; absent when none has
 * @param whyNot why nothing newer is told; absent when what is told is of now
 */
public record Arrivals(
    Side at,
    Optional<Instant> since,
    long requests,
    Optional<Instant> last,
    Optional<String> whyNot) {

  /** Nothing is counted yet. */
  public static Arrivals none(Side at, Optional<String> whyNot) {
    return new Arrivals(at, Optional.empty(), 0, Optional.empty(), whyNot);
  }

  /** The same, of which nothing newer is known. */
  public Arrivals stale(String why) {
    return new Arrivals(at, since, requests, last, Optional.of(why));
  }
}
