package dev.landfall.adapter.router;

import dev.landfall.workload.Side;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What became of the requests that went to one side, since the router started. */
final class SideMeter {
  /** The buckets that are shown, in milliseconds: from a cache hit to a patient user's limit. */
  private static final long[] BOUNDS_MILLIS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000
  };

  private final LongAdder[] answered = new LongAdder[6];
  private final LongAdder failed = new LongAdder();

  /** From sending a request on to the head of its answer; microseconds up to ten minutes. */
  private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 2);

  SideMeter() {
    for (int i = 0; i < answered.length; i++) {
      answered[i] = new LongAdder();
    }
  }

  static Map<Side, SideMeter> both() {
    var meters = new EnumMap<Side, SideMeter>(Side.class);
    for (Side side : Side.values()) {
      meters.put(side, new SideMeter());
    }
    return Map.copyOf(meters);
  }

  /** A service answered with this status, so long after the request was sent on to it. */
  void answered(int status, long nanos) {
    answered[Math.clamp(status / 100, 0, 5)].increment();
    long took = TimeUnit.NANOSECONDS.toMicros(nanos);
    micros.recordValue(Math.clamp(took, 0, micros.getHighestTrackableValue()));
  }

  /** A service did not answer, or broke off. */
  void failed() {
    failed.increment();
  }

  /** Adds what was counted, in Prometheus' text form. */
  void write(StringBuilder out, String side) {
    for (int i = 1; i < answered.length; i++) {
      out.append(
          "landfall_router_requests_total{side=\"%s\",class=\"%dxx\"} %d\n"
              .formatted(side, i, answered[i].sum()));
    }
    out.append(
        "landfall_router_upstream_errors_total{side=\"%s\"} %d\n".formatted(side, failed.sum()));
    Histogram seen = micros.copy();
    for (long bound : BOUNDS_MILLIS) {
      long below = seen.getCountBetweenValues(0, TimeUnit.MILLISECONDS.toMicros(bound));
      bucket(out, side, String.valueOf(bound / 1000.0), below);
    }
    bucket(out, side, "+Inf", seen.getTotalCount());
    double sum = seen.getMean() * seen.getTotalCount() / 1_000_000;
    out.append("landfall_router_answer_seconds_sum{side=\"%s\"} %s\n".formatted(side, sum))
        .append(
            "landfall_router_answer_seconds_count{side=\"%s\"} %d\n"
                .formatted(side, seen.getTotalCount()));
  }

  private static void bucket(StringBuilder out, String side, String bound, long count) {
    out.append(
        "landfall_router_answer_seconds_bucket{side=\"%s\",le=\"%s\"} %d\n"
            .formatted(side, bound, count));
  }
}
