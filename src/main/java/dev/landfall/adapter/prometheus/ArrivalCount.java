package dev.landfall.adapter.prometheus;

import dev.landfall.adapter.prometheus.Series.Sample;
import dev.landfall.routing.Arrivals;
import dev.landfall.routing.Group;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many requests have come to one side since it was first asked for. One thread feeds it at a
 * time; any may read what it told.
 */
final class ArrivalCount {
  private final Side side;
  private final PrometheusSettings.Queries queries;
  private final SideCounts counts;
  private double from;
  private volatile Arrivals told;

  ArrivalCount(Side side, PrometheusSettings settings) {
    this.side = side;
    this.queries = queries(side, settings);
    this.counts = new SideCounts("the " + side.word(), queries, settings.stale());
    this.told =
        Arrivals.none(side, Optional.of("Prometheus " + settings.url() + " has not answered yet"));
  }

  private static PrometheusSettings.Queries queries(Side side, PrometheusSettings settings) {
    return side == Side.TARGET ? settings.moved() : settings.stayed();
  }

  /** What is asked for a side: the counters of its requests. */
  static String query(Side side, PrometheusSettings settings) {
    return queries(side, settings).requests();
  }

  Side side() {
    return side;
  }

  String query() {
    return queries.requests();
  }

  Arrivals told() {
    return told;
  }

  /**
   * With what was found. The first scrape from now on is where counting begins: what came before it
   * may have come before users were led elsewhere.
   *
   * @param now in seconds since 1970, by the clock of Prometheus
   * @throws dev.landfall.problem.OutsideException when nothing was found, or it is too old
   */
  void feed(List<Series> found, double now) {
    from = from == 0 ? now : from;
    counts.feed(new SideCounts.Found(found, found, List.of()), from, now);
    long requests = counts.tally(Group.STAYED).requests();
    Arrivals before = told;
    double newest = oldest(found.stream().map(Series::newest));
    told =
        new Arrivals(
            side,
            before.since().or(() -> newest < from ? Optional.empty() : time(begun(found))),
            requests,
            requests > before.requests() ? time(newest) : before.last(),
            Optional.empty());
  }

  /** The first scrape by which anything is counted. */
  private double begun(List<Series> found) {
    return oldest(
        found.stream()
            .map(each ->
                each.samples().stream().map(Sample::at).filter(at -> at >= from).findFirst()));
  }

  private static double oldest(Stream<Optional<Double>> times) {
    return times.flatMap(Optional::stream).min(Double::compare).orElse(0.0);
  }

  private static Optional<Instant> time(double seconds) {
    return Optional.of(Instant.ofEpochMilli(Math.round(seconds * 1000)));
  }

  /** Nothing newer can be told. */
  void missed(String why) {
    told = told.stale(why);
  }
}
