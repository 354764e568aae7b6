package dev.landfall.adapter.load;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.Policy;
import dev.landfall.stats.Arm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * How the source fared, as far as a target is judged by it; to be kept and used again.
 *
 * @param at when it was asked
 * @param of what was asked of whom; another question has another answer
 * @param baseline what is slow; chosen from requests before the first second
 * @param seconds each with the counts of two halves
 * @param answers the words of its good answers to each path
 * @param micros its p50, p95, p99 and longest latency
 * @param failures of all requests that are judged
 */
record Recorded(
    Instant at,
    String of,
    Baseline baseline,
    List<Second> seconds,
    List<Set<String>> answers,
    List<Long> micros,
    long failures) {
  /** The quantiles that are told; the last is the longest. */
  static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99, 1.0);

  /** Above so many microseconds answers are counted: from 100 us on, each a sixth more. */
  private static final List<Long> BOUNDS = bounds();

  /**
   * A tenth of all is for connections, caches and compilers to warm up, and another one for finding
   * out what is slow: what was slow while it was cold hardly ever is so later.
   */
  private static final int PART = 10;

  Recorded {
    seconds = List.copyOf(seconds);
    answers = answers.stream().<Set<String>>map(TreeSet::new).toList();
    micros = List.copyOf(micros);
  }

  /**
   * What happened in one second.
   *
   * @param one the events of half of the requests, in the order of {@link Policy#METRICS} without
   *     the last
   * @param other of the others
   */
  record Second(List<Arm> one, List<Arm> other) {
    Second {
      one = List.copyOf(one);
      other = List.copyOf(other);
    }
  }

  /** Whether there is as much of it as a load makes, of each path. */
  boolean isOf(Load load) {
    return seconds.size() == (load.requests() - before(load)) / load.perSecond()
        && answers.size() == load.paths().size();
  }

  /**
   * Why it must not be kept: a source that was in trouble when it was recorded would let each
   * target pass that is in as much, for as long as the file counts. Absent when it may be.
   *
   * @param tolerated the share of requests that may fail without anybody minding, 0 to 1
   */
  Optional<String> failing(double tolerated, Load load) {
    long judged = (long) seconds.size() * load.perSecond();
    return failures > tolerated * judged
        ? Optional.of("%d of %d requests to the source failed".formatted(failures, judged))
        : Optional.empty();
  }

  private static List<Long> bounds() {
    var bounds = new ArrayList<Long>();
    for (double bound = 100; bound < 120_000_000; bound *= 7.0 / 6) {
      bounds.add(Math.round(bound));
    }
    return List.copyOf(bounds);
  }

  /** How many requests come before those that are judged, in whole seconds. */
  static int before(Load load) {
    long wanted = warm(load) + Math.max(Baseline.REQUESTS_MIN, load.requests() / PART);
    return Math.toIntExact(Math.ceilDiv(wanted, load.perSecond()) * load.perSecond());
  }

  private static int warm(Load load) {
    return load.requests() / PART;
  }

  /** Of what was asked just now. */
  static Recorded of(Samples source, Load load, Duration slowerBy, Instant at, String of) {
    int before = before(load);
    var slower = new ArrayList<Long>();
    for (long bound : BOUNDS) {
      long count = 0;
      for (int i = warm(load); i < before; i++) {
        count += source.micros(i) > bound ? 1 : 0;
      }
      slower.add(count);
    }
    Baseline baseline = Baseline.of(BOUNDS, before - warm(load), slower, slowerBy);
    var seconds = new ArrayList<Second>();
    for (int from = before; from + load.perSecond() <= source.count(); from += load.perSecond()) {
      IntStream one = numbers(from, load).filter(Recorded::isOfOneHalf);
      IntStream other = numbers(from, load).filter(number -> !isOfOneHalf(number));
      seconds.add(
          new Second(arms(source, baseline, false, one), arms(source, baseline, false, other)));
    }
    return new Recorded(
        at,
        of,
        baseline,
        seconds,
        source.answers(load.paths().size()),
        micros(source, before),
        source.failures(before));
  }

  /**
   * Which half of the source a request belongs to, as if by lot: every second one would be asked
   * for the same path, of two that come in turn.
   */
  private static boolean isOfOneHalf(int number) {
    long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
    return (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L < 0;
  }

  static List<Long> micros(Samples samples, int before) {
    return QUANTILES.stream().map(share -> samples.quantile(share, before)).toList();
  }

  /**
   * The events of some requests by metric: those that failed, then those that were slow.
   *
   * @param moved whether what is slow is measured as for those who moved
   * @param numbers of the requests
   */
  static List<Arm> arms(Samples samples, Baseline baseline, boolean moved, IntStream numbers) {
    long[] units = new long[1];
    long[] events = new long[baseline.slow().size() + 1];
    numbers.forEach(number -> {
      units[0]++;
      events[0] += samples.failed(number) ? 1 : 0;
      for (int metric = 1; metric < events.length; metric++) {
        Baseline.Slow bound = baseline.slow().get(metric - 1);
        long limit = moved ? bound.movedMicros() : bound.stayedMicros();
        events[metric] += samples.micros(number) > limit ? 1 : 0;
      }
    });
    return Arrays.stream(events).mapToObj(each -> new Arm(units[0], each)).toList();
  }

  /** The requests of one second. */
  static IntStream numbers(int from, Load load) {
    return IntStream.range(from, from + load.perSecond());
  }
}
