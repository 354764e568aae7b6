package dev.landfall.flight;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What counts as a slow answer in a flight, by how fast those were answered who stayed. Chosen
 * once, from counts that end before the first tick that is judged by it: a bound that was drawn
 * from the very requests that it judges would favour one side, and the evidence would no longer be
 * valid. It is kept with the events of the flight, so that every controller judges by the same.
 *
 * <p>Which bound it is does not matter for the validity; it only decides how much is found. Planes
 * count above bounds that lie a factor apart, so each is the one whose share of slower requests is
 * nearest to that of its quantile.
 *
 * @param slow what is slow, by metric in the order of their telling
 */
public record Baseline(List<Slow> slow) {
  /**
   * Requests of those who stayed that are wanted before it is chosen: five of them are slower than
   * the p99.
   */
  public static final long REQUESTS_MIN = 500;

  /** Events that are rarer take too long to be proven good. */
  private static final double SHARE_PROVABLE = 0.002;

  /** The share that is slower than each quantile, in the order of {@link Policy#METRICS}. */
  private static final List<Double> SLOWER = List.of(0.5, 0.05, 0.01);

  public Baseline {
    slow = List.copyOf(slow);
  }

  /**
   * What is slow for one metric.
   *
   * @param metric its name
   * @param stayedMicros a request of those who stayed is slow beyond this many microseconds
   * @param movedMicros one of the moved; not less
   * @param share of the requests of those who stayed that were slow when this was chosen, 0 to 1
   */
  public record Slow(String metric, long stayedMicros, long movedMicros, double share) {}

  /**
   * Chooses the bounds.
   *
   * @param micros the bounds that planes count above, rising
   * @param requests of those who stayed
   * @param slower how many of them were slower, for each bound
   * @param slowerBy by how much longer the moved may wait without anybody minding; 0 or more
   */
  public static Baseline of(
      List<Long> micros, long requests, List<Long> slower, Duration slowerBy) {
    var chosen = new ArrayList<Slow>();
    int at = 0;
    for (int i = 0; i < SLOWER.size(); i++) {
      at = nearest(SLOWER.get(i), requests, slower);
      chosen.add(slow(Policy.METRICS.get(i + 1), at, micros, requests, slower, slowerBy));
    }
    int twice = nearest(2 * micros.get(at), micros, at);
    chosen.add(slow(Policy.VERY_SLOW, twice, micros, requests, slower, slowerBy));
    return new Baseline(chosen);
  }

  private static Slow slow(
      String metric,
      int at,
      List<Long> micros,
      long requests,
      List<Long> slower,
      Duration slowerBy) {
    long allowed = micros.get(at) + slowerBy.toNanos() / 1000;
    double share = requests == 0 ? 0 : (double) slower.get(at) / requests;
    return new Slow(metric, micros.get(at), micros.get(nearest(allowed, micros, at)), share);
  }

  /** The bound whose share is the least factor away; half a request more, so that none is 0. */
  private static int nearest(double share, long requests, List<Long> slower) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < slower.size(); i++) {
      double away = Math.abs(Math.log((slower.get(i) + 0.5) / (requests + 1) / share));
      if (away < least) {
        least = away;
        best = i;
      }
    }
    return best;
  }

  /** The bound from one on that is the least factor away from a time. */
  private static int nearest(long wanted, List<Long> micros, int from) {
    int best = from;
    for (int i = from; i < micros.size(); i++) {
      double away = Math.abs(Math.log((double) micros.get(i) / wanted));
      if (away < Math.abs(Math.log((double) micros.get(best) / wanted))) {
        best = i;
      }
    }
    return best;
  }

  /** What is slow for a metric; absent when it does not speak of latencies. */
  public Optional<Slow> of(String metric) {
    return slow.stream().filter(each -> each.metric().equals(metric)).findFirst();
  }

  /** The metrics whose events are too rare to be proven good in time. */
  public Set<String> tooRare() {
    return slow.stream()
        .filter(each -> each.share() < SHARE_PROVABLE)
        .map(Slow::metric)
        .collect(Collectors.toSet());
  }

  /** The end of a sentence: {@code ; slow is above 64 ms}; empty for other metrics. */
  String words(String metric) {
    return of(metric)
        .map(each ->
            "; slow is above "
                + millis(each.stayedMicros())
                + (each.movedMicros() == each.stayedMicros()
                    ? ""
                    : ", for the moved above " + millis(each.movedMicros())))
        .orElse("");
  }

  private static String millis(long micros) {
    return (micros % 1000 == 0 ? String.valueOf(micros / 1000) : String.valueOf(micros / 1000.0))
        + " ms";
  }
}
