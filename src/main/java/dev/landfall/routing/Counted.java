package dev.landfall.routing;

import java.util.List;
import java.util.Optional;

/**
 * What somebody beside the plane counts of its requests, such as Prometheus: later than the plane
 * itself, and of more than it can know.
 *
 * @param tallies what became of requests, by group, since the order; empty while nothing is known
 * @param round how often all of them have been told of anew since the order; 0 or more
 * @param whyNot why nothing is told now although it should be; absent when all is told
 */
public record Counted(List<Tally> tallies, long round, Optional<String> whyNot) {
  /** While nobody is told apart. */
  public static final Counted NOTHING = new Counted(List.of(), 0, Optional.empty());

  public Counted {
    tallies = List.copyOf(tallies);
  }

  /** Nothing for now. */
  public static Counted not(String why) {
    return new Counted(List.of(), 0, Optional.of(why));
  }
}
