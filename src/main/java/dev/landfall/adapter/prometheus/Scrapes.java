package dev.landfall.adapter.prometheus;

import dev.landfall.adapter.prometheus.Series.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The targets of one side: up to when each was scraped, and when it was seen to begin anew. */
final class Scrapes {
  private Map<Target, Double> now = Map.of();
  private Set<Target> before = Set.of();
  private Map<Target, Double> told = Map.of();

  /** Never forgotten, as the counters are not that ended there. */
  private final Map<Target, TreeSet<Double>> restarts = new HashMap<>();

  /** When each target that is found was last scraped, in seconds since 1970. */
  static Map<Target, Double> newest(List<Series> series) {
    var newest = new HashMap<Target, Double>();
    series.forEach(
        each -> each.newest().ifPresent(at -> newest.merge(each.target(), at, Math::max)));
    return newest;
  }

  /**
   * So it is now.
   *
   * @param newest when each target that is there was last scraped, in seconds since 1970
   */
  void are(Map<Target, Double> newest) {
    before = Set.copyOf(now.keySet());
    now = Map.copyOf(newest);
  }

  /**
   * Up to when all counters of a target are counted, so that failures are not counted before their
   * requests; without a bound for one that has none.
   */
  double until(Target target) {
    return now.getOrDefault(target, Double.POSITIVE_INFINITY);
  }

  boolean isThere(Target target) {
    return now.containsKey(target);
  }

  /** Whether a target was there when somebody looked the last time. */
  boolean wasThere(Target target) {
    return before.contains(target);
  }

  /** A counter of a target has fallen, or all of them were replaced. */
  void restarted(Target target, double at) {
    restarts.computeIfAbsent(target, _ -> new TreeSet<>()).add(at);
  }

  boolean restartedSince(Target target, double at) {
    return restartedBetween(target, at, Double.POSITIVE_INFINITY);
  }

  /** Whether it was seen later than the one and not later than the other. */
  boolean restartedBetween(Target target, double after, double until) {
    TreeSet<Double> all = restarts.get(target);
    Double next = all == null ? null : all.higher(after);
    return next != null && next <= until;
  }

  /** Whether every target has been scraped since {@link #takeNote}. */
  boolean areAllNew() {
    return now.entrySet().stream()
        .allMatch(
            each -> each.getValue() > told.getOrDefault(each.getKey(), Double.NEGATIVE_INFINITY));
  }

  void takeNote() {
    told = now;
  }
}
