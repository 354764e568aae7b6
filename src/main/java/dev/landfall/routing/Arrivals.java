package dev.landfall.routing;

import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who comes to the side that a slow plane leads nobody to, as somebody beside it counts them. It is
 * for people: nothing is decided by it, as nobody knows what else is counted.
 *
 * @param at the side that they come to
 * @param since from when they are counted: soon after the plane was seen to lead elsewhere, or
 *     after somebody began anew to look; absent before the first count
 * @param until up to when all of them are counted, but for those at who is away; absent before the
 *     first count
 * @param requests that came in between; 0 or more
 * @param last by when the last of them had come; absent when none has
 * @param away who was asked for requests and is asked in vain now, or tells of a part of them: what
 *     came there since is not counted. In the order of their names; empty when all is counted
 * @param whyNot why nothing newer is told; absent when what is told is of now
 */
public record Arrivals(
    Side at,
    Optional<Instant> since,
    Optional<Instant> until,
    long requests,
    Optional<Instant> last,
    List<String> away,
    Optional<String> whyNot) {

  /** Takes copies. */
  public Arrivals {
    away = List.copyOf(away);
  }

  /** Nothing is counted yet. */
  public static Arrivals none(Side at, String whyNot) {
    return new Arrivals(
        at,
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        List.of(),
        Optional.of(whyNot));
  }

  /** The same, of which nothing newer is known. */
  public Arrivals stale(String why) {
    return new Arrivals(at, since, until, requests, last, away, Optional.of(why));
  }
}
