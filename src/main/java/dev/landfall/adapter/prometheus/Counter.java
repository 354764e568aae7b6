package dev.landfall.adapter.prometheus;

import dev.landfall.adapter.prometheus.Series.Sample;
import dev.landfall.adapter.prometheus.Series.Target;
import dev.landfall.problem.OutsideException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much all counters of a selector have grown together since this began to look. A counter that
 * falls has begun anew from nothing (as PromQL's <i>increase</i> has it), each by itself: the sum
 * of them could hide it. What one has counted while nobody scraped it is counted with the next
 * scrape, of requests as of failures, or there would be failures of no requests.
 */
final class Counter {
  /** More than a selector of one service's requests finds in weeks. */
  static final int SERIES_MAX = 100_000;

  /**
   * What was found of a counter at last.
   *
   * @param first when it was found first, in seconds since 1970
   * @param at likewise, the last time
   * @param value absent while it is too old to begin with
   */
  private record Last(Target target, double first, double at, Optional<Double> value) {
    boolean isSilent(Scrapes scrapes, double gap) {
      return at < scrapes.until(target) - gap && !scrapes.restartedSince(target, at);
    }
  }

  /** None is ever forgotten: what it had counted until then would be counted again. */
  private final Map<Map<String, String>, Last> last = new HashMap<>();

  private double total;

  /**
   * Tells which targets began anew: to be called for all counters of a target before any of them is
   * fed, as one that has grown beyond what it was has begun anew with those that fell.
   *
   * @param from samples before this say nothing, in seconds since 1970
   */
  void lookForRestarts(List<Series> series, Scrapes scrapes, double from) {
    for (Series each : series) {
      Last known = last.get(each.labels());
      double since = known == null ? from : Math.max(from, Math.nextUp(known.at()));
      double before = known == null ? 0 : known.value().orElse(0.0);
      for (Sample sample : each.samples()) {
        if (sample.at() >= since && sample.at() <= scrapes.until(each.target())) {
          if (sample.value() < before) {
            scrapes.restarted(each.target(), sample.at());
          }
          before = sample.value();
        }
      }
    }
  }

  /**
   * With what scrapes have found.
   *
   * @param series with samples that may be known already
   * @param scrapes of the targets, and which of them were there before: a counter that is new there
   *     began with nothing, and of one whose target is new as well nobody knows since when it
   *     counts
   * @param from samples before this say nothing, in seconds since 1970
   * @throws OutsideException when there are more than can be remembered; none is then
   */
  void feed(List<Series> series, Scrapes scrapes, double from) {
    checkMemory(series);
    for (Series each : series) {
      for (Sample sample : each.samples()) {
        if (sample.at() > scrapes.until(each.target())) {
          break;
        }
        if (sample.at() >= from) {
          feed(each, sample, scrapes);
        } else {
          // It is there, and what it has counted since is not known until it is scraped again.
          last.putIfAbsent(
              each.labels(), new Last(each.target(), sample.at(), sample.at(), Optional.empty()));
        }
      }
    }
  }

  private void checkMemory(List<Series> series) {
    long more = series.stream().filter(each -> !last.containsKey(each.labels())).count();
    if (last.size() + more > SERIES_MAX) {
      throw new OutsideException(
          PrometheusProblem.QUERY,
          "cannot count by more than %d series; select fewer, without a label for each user or request"
              .formatted(SERIES_MAX));
    }
  }

  private void feed(Series series, Sample sample, Scrapes scrapes) {
    Last before = last.get(series.labels());
    if (before != null && sample.at() <= before.at()) {
      return;
    }
    Target target = series.target();
    double value = sample.value();
    double first = before == null ? sample.at() : before.first();
    last.put(series.labels(), new Last(target, first, sample.at(), Optional.of(value)));
    if (before == null) {
      total += scrapes.wasThere(target) ? value : 0;
    } else if (before.value().isPresent()) {
      boolean anew = scrapes.restartedBetween(target, before.at(), sample.at());
      total += anew ? value : value - before.value().get();
    }
  }

  /**
   * By their labels, the counters that are not there any more although their targets are scraped
   * and were not restarted.
   *
   * @param gap after so many seconds without a sample it is gone
   */
  Map<Map<String, String>, Target> gone(Scrapes scrapes, double gap) {
    var gone = new HashMap<Map<String, String>, Target>();
    last.forEach((labels, each) -> {
      if (scrapes.isThere(each.target()) && each.isSilent(scrapes, gap)) {
        gone.put(labels, each.target());
      }
    });
    return gone;
  }

  /**
   * Takes it for a restart when others have come in place of all counters of a target: a program
   * that says its version in a label was replaced.
   *
   * @param gap after so many seconds without a sample a counter is gone
   */
  void replaced(Scrapes scrapes, double gap) {
    var ended = new HashMap<Target, Double>();
    last.values().stream()
        .filter(each -> each.isSilent(scrapes, gap))
        .forEach(each -> ended.merge(each.target(), each.at(), Math::max));
    ended.forEach((target, end) -> {
      double began =
          last.values().stream()
              .filter(each -> each.target().equals(target) && !each.isSilent(scrapes, gap))
              .filter(each -> !scrapes.restartedSince(target, each.at()))
              .mapToDouble(Last::first)
              .min()
              .orElse(Double.NEGATIVE_INFINITY);
      if (began > end) {
        scrapes.restarted(target, began);
      }
    });
  }

  /** How much they have grown: 0 or more, and never less than before. */
  double total() {
    return total;
  }
}
