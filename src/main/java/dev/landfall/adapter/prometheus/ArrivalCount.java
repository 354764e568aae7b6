package dev.landfall.adapter.prometheus;

import dev.landfall.adapter.prometheus.Series.Sample;
import dev.landfall.adapter.prometheus.Series.Target;
import dev.landfall.routing.Arrivals;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How many requests have come to one side since it was first asked for. A target that is not
 * scraped any more is named, and the others are counted on: a side that was left is taken down one
 * target after the other. One thread feeds it at a time; any may read what it told.
 */
final class ArrivalCount {
  private final Side side;
  private final PrometheusSettings settings;
  private final Scrapes scrapes = new Scrapes();
  private final Counter requests = new Counter();

  /** When each target that was ever there was scraped last, in seconds since 1970. */
  private final Map<Target, Double> scraped = new HashMap<>();

  private double from;
  private volatile Arrivals told;

  ArrivalCount(Side side, PrometheusSettings settings) {
    this.side = side;
    this.settings = settings;
    this.told = Arrivals.none(side, "Prometheus " + settings.url() + " has not answered yet");
  }

  /** What is asked for a side: the counters of its requests. */
  static String query(Side side, PrometheusSettings settings) {
    return (side == Side.TARGET ? settings.moved() : settings.stayed()).requests();
  }

  Side side() {
    return side;
  }

  Arrivals told() {
    return told;
  }

  /**
   * With what was found. The first scrape from now on is where counting begins: what came before it
   * may have come before users were led elsewhere.
   *
   * @param found of {@link #query}
   * @param now in seconds since 1970, by the clock of Prometheus
   * @throws dev.landfall.problem.OutsideException when nothing was ever found, or too much
   */
  Arrivals feed(List<Series> found, double now) {
    from = from == 0 ? now : from;
    Map<Target, Double> newest = Scrapes.newest(found);
    newest.forEach((target, at) -> scraped.merge(target, at, Math::max));
    if (scraped.isEmpty()) {
      throw SideCounts.nothing(
          "requests", "the " + side.word(), query(side, settings), settings.stale());
    }
    double gap = SideCounts.seconds(settings.stale());
    scrapes.are(newest);
    requests.lookForRestarts(found, scrapes, from);
    requests.feed(found, scrapes, from);
    requests.replaced(scrapes, gap);
    told = told(found, scraped.values().stream().filter(at -> now - at <= gap).toList(), now, gap);
    return told;
  }

  /**
   * @param there when those who are there were scraped last
   */
  private Arrivals told(List<Series> found, List<Double> there, double now, double gap) {
    Arrivals before = told;
    Optional<Double> oldest = there.stream().min(Comparator.naturalOrder());
    Optional<Instant> until = oldest.filter(at -> at >= from).flatMap(ArrivalCount::time);
    long all = (long) requests.total();
    return new Arrivals(
        side,
        before.since().or(() -> until.flatMap(_ -> begun(found))),
        until.or(before::until),
        all,
        all > before.requests()
            ? there.stream().max(Comparator.naturalOrder()).flatMap(ArrivalCount::time)
            : before.last(),
        away(now, gap),
        Optional.empty());
  }

  private List<String> away(double now, double gap) {
    var away = new TreeSet<String>();
    scraped.forEach((target, at) -> {
      if (now - at > gap) {
        away.add(target.words());
      }
    });
    requests.gone(scrapes, gap).values().forEach(target -> away.add(target.words()));
    return List.copyOf(away);
  }

  /** The first scrape by which anything is counted. */
  private Optional<Instant> begun(List<Series> found) {
    return found.stream()
        .flatMap(each -> first(each).stream())
        .min(Comparator.naturalOrder())
        .flatMap(ArrivalCount::time);
  }

  private Optional<Double> first(Series series) {
    Stream<Double> times = series.samples().stream().map(Sample::at);
    return times.filter(at -> at >= from).findFirst();
  }

  private static Optional<Instant> time(double seconds) {
    return Optional.of(Instant.ofEpochMilli(Math.round(seconds * 1000)));
  }

  /** Nothing newer can be told. */
  void missed(String why) {
    told = told.stale(why);
  }
}
