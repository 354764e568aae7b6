package dev.landfall.adapter.prometheus;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Counted;
import dev.landfall.routing.Group;
import dev.landfall.routing.Tally;
import java.util.List;
import java.util.Optional;

/**
 * What has become of the requests of both sides since an order. A tally moves on only when each
 * target of both sides has been scraped anew: else there would be moments that belong to one of
 * them alone, in which nothing can be compared. Samples from before the order say nothing, as the
 * shares were others. Not for several threads.
 */
final class PrometheusCounts {
  private final SideCounts moved;
  private final SideCounts stayed;
  private final boolean everybody;
  private double from;
  private long round;
  private List<Tally> tallies = List.of();

  /**
   * @param everybody whether all have moved: nothing needs to be known of the source then, which
   *     may be scraped no longer
   */
  PrometheusCounts(PrometheusSettings settings, boolean everybody) {
    this.moved = new SideCounts("the moved", settings.moved(), settings.stale());
    this.stayed = new SideCounts("those who stayed", settings.stayed(), settings.stale());
    this.everybody = everybody;
  }

  /**
   * With what was found.
   *
   * @param now in seconds since 1970, by the clock of Prometheus
   * @return what was counted, of the moved and of those who stayed
   * @throws OutsideException when something was not found, or is too old to say anything
   */
  Counted feed(SideCounts.Found ofMoved, SideCounts.Found ofStayed, double now) {
    from = from == 0 ? now : from;
    moved.feed(ofMoved, from, now);
    if (!everybody) {
      stayed.feed(ofStayed, from, now);
      checkBounds();
    }
    if (round == 0 || (moved.isFresh() && (everybody || stayed.isFresh()))) {
      round++;
      tallies = List.of(moved.tally(Group.MOVED), stayed.tally(Group.STAYED));
    }
    return new Counted(tallies, round, Optional.empty());
  }

  private void checkBounds() {
    if (!moved.bounds().equals(stayed.bounds())) {
      throw new OutsideException(
          PrometheusProblem.QUERY,
          "cannot compare slow answers: the histograms of both sides have other bounds (%s and %s);"
                  .formatted(moved.bounds(), stayed.bounds())
              + " give them the same, or leave \"buckets\" out");
    }
  }
}
