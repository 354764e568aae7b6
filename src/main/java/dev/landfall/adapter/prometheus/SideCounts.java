package dev.landfall.adapter.prometheus;

import dev.landfall.adapter.prometheus.Series.Target;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Group;
import dev.landfall.routing.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What has become of the requests of one side's service since somebody began to look. */
final class SideCounts {
  private final String side;
  private final PrometheusSettings.Queries queries;
  private final Duration stale;
  private final Scrapes scrapes = new Scrapes();
  private final Counter requests = new Counter();
  private final Counter errors = new Counter();

  /** By the bound in seconds that a request took no longer than. */
  private final TreeMap<Double, Counter> buckets = new TreeMap<>();

  SideCounts(String side, PrometheusSettings.Queries queries, Duration stale) {
    this.side = side;
    this.queries = queries;
    this.stale = stale;
  }

  /** What the queries of one side have found; no buckets where none are asked for. */
  record Found(List<Series> requests, List<Series> errors, List<Series> buckets) {}

  /**
   * With what was found.
   *
   * @param from samples before this say nothing, in seconds since 1970
   * @param now likewise, by the clock of Prometheus
   * @throws OutsideException when something was not found, is too old to say anything, or cannot be
   *     counted
   */
  void feed(Found found, double from, double now) {
    checkFresh("requests", queries.requests(), found.requests(), now);
    checkFresh("errors", queries.errors(), found.errors(), now);
    queries.buckets().ifPresent(query -> checkFresh("buckets", query, found.buckets(), now));
    Map<Double, List<Series>> byBound = bounds(found.buckets());
    scrapes.are(Scrapes.newest(found.requests()));
    requests.lookForRestarts(found.requests(), scrapes, from);
    errors.lookForRestarts(found.errors(), scrapes, from);
    byBound.forEach((bound, series) -> counter(bound).lookForRestarts(series, scrapes, from));
    requests.feed(found.requests(), scrapes, from);
    requests.replaced(scrapes, seconds(stale));
    errors.feed(found.errors(), scrapes, from);
    byBound.forEach((bound, series) -> counter(bound).feed(series, scrapes, from));
    checkThere("requests", requests);
    checkThere("errors", errors);
    buckets.forEach((bound, counter) -> checkThere("bucket " + bound, counter));
  }

  private Counter counter(double bound) {
    return buckets.computeIfAbsent(bound, _ -> new Counter());
  }

  /** Each target by itself: one that is scraped does not vouch for another. */
  private void checkFresh(String what, String query, List<Series> series, double now) {
    Map<Target, Double> newest = Scrapes.newest(series);
    if (newest.isEmpty()) {
      throw nothing(what, side, query, stale);
    }
    newest.forEach((target, at) -> {
      double age = now - at;
      if (age > seconds(stale)) {
        throw new OutsideException(
            PrometheusProblem.STALE,
            "cannot count %s of %s: what %s finds of %s is %.0f s old; is it scraped? \"stale\" allows %d s"
                .formatted(what, side, query, target.words(), age, stale.toSeconds()));
      }
    });
  }

  static OutsideException nothing(String what, String side, String query, Duration stale) {
    return new OutsideException(
        PrometheusProblem.STALE,
        "cannot count %s of %s: %s finds nothing in the last %d s; is it right, is it scraped, and does its counter begin at 0?"
            .formatted(what, side, query, stale.toSeconds()));
  }

  private void checkThere(String what, Counter counter) {
    counter.gone(scrapes, seconds(stale)).keySet().stream()
        .findFirst()
        .ifPresent(gone -> {
          throw new OutsideException(
              PrometheusProblem.STALE,
              "cannot count %s of %s: %s is not there any more, and its target was not restarted; does it still export it?"
                  .formatted(what, side, gone));
        });
  }

  static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private Map<Double, List<Series>> bounds(List<Series> series) {
    Map<Target, Set<Double>> byTarget =
        series.stream()
            .collect(
                Collectors.groupingBy(
                    Series::target,
                    Collectors.mapping(SideCounts::bound, Collectors.toCollection(TreeSet::new))));
    Set<Double> usual =
        buckets.isEmpty()
            ? byTarget.values().stream().findFirst().orElse(Set.of())
            : buckets.keySet();
    byTarget.forEach((target, bounds) -> {
      if (!bounds.contains(Double.POSITIVE_INFINITY)) {
        throw new OutsideException(
            PrometheusProblem.QUERY,
            "cannot count slow answers of %s: the histogram of %s has no bucket with le=\"+Inf\"; select all of its buckets"
                .formatted(side, target.words()));
      }
      if (!bounds.equals(usual)) {
        throw new OutsideException(
            PrometheusProblem.QUERY,
            "cannot count slow answers of %s: the histogram of %s has the bounds %s, and there were %s; give all the same"
                .formatted(side, target.words(), bounds, usual));
      }
    });
    return series.stream().collect(Collectors.groupingBy(SideCounts::bound));
  }

  private static double bound(Series series) {
    String text = series.labels().getOrDefault("le", "no number");
    try {
      return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new OutsideException(
          PrometheusProblem.QUERY,
          "cannot count slow answers: a series has the bound (le) %s; are these buckets?"
              .formatted(text),
          e);
    }
  }

  /** The bounds of the histogram, in seconds; empty when there is none. */
  Set<Double> bounds() {
    return Set.copyOf(buckets.keySet());
  }

  /** Whether every target has been scraped since the last tally was taken. */
  boolean isFresh() {
    return scrapes.areAllNew();
  }

  /** All that was counted. */
  Tally tally(Group group) {
    scrapes.takeNote();
    long all = (long) requests.total();
    return new Tally(group, all, Math.min(all, (long) errors.total()), slower());
  }

  /**
   * For each bound of a tally those beyond the next bound of the histogram: it must be the same on
   * both sides, and need not be exact.
   */
  private List<Long> slower() {
    var slower = new ArrayList<Long>();
    Optional<Counter> all = Optional.ofNullable(buckets.get(Double.POSITIVE_INFINITY));
    if (all.isPresent()) {
      for (long micros : Tally.BOUNDS_MICROS) {
        Counter within = buckets.ceilingEntry(micros / 1e6).getValue();
        slower.add(Math.max(0, (long) all.get().total() - (long) within.total()));
      }
    }
    return slower;
  }
}
