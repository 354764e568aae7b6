package dev.landfall.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What all customers together met: how many requests each second on which side, how long they
 * waited, which failed, and when writes were acknowledged. Times are nanoseconds of {@link
 * System#nanoTime}.
 */
final class Traffic {
  /** How many failures are kept in words; all are counted. */
  private static final int FAILURES_KEPT_MAX = 20;

  /** One second of the run. */
  record Second(int source, int target, int failed) {}

  private final long startNanos;
  private final Histogram waitMicros = new Histogram(3);
  private final TreeMap<Integer, int[]> seconds = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long[] writes = new long[4096];
  private int writeCount;
  private long failed;

  Traffic(long startNanos) {
    this.startNanos = startNanos;
    waitMicros.setAutoResize(true);
  }

  long startNanos() {
    return startNanos;
  }

  /**
   * Notes an answered request.
   *
   * @param side {@code source} or {@code target}, as the shop that answered calls itself
   */
  synchronized void answered(String side, long beginNanos, long endNanos) {
    waitMicros.recordValue(Math.max(0, (endNanos - beginNanos) / 1_000));
    second(endNanos)[side.equals("target") ? 1 : 0]++;
  }

  /** Notes a request that failed, with the reason in words. */
  synchronized void failed(String why, long beginNanos, long endNanos) {
    waitMicros.recordValue(Math.max(0, (endNanos - beginNanos) / 1_000));
    second(endNanos)[2]++;
    failed++;
    if (failures.size() < FAILURES_KEPT_MAX) {
      failures.add(why);
    }
  }

  /** Notes that a write was acknowledged. */
  synchronized void wrote(long endNanos) {
    if (writeCount == writes.length) {
      writes = Arrays.copyOf(writes, writeCount * 2);
    }
    writes[writeCount++] = endNanos;
  }

  private int[] second(long nanos) {
    int index = (int) ((nanos - startNanos) / 1_000_000_000L);
    return seconds.computeIfAbsent(index, each -> new int[3]);
  }

  synchronized long total() {
    return waitMicros.getTotalCount();
  }

  synchronized long failed() {
    return failed;
  }

  /** The first failures in words. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** The longest that any customer waited for an answer. */
  synchronized Duration longestWait() {
    return micros(waitMicros.getMaxValue());
  }

  /**
   * The wait that so many of the requests did not exceed.
   *
   * @param percent from 0 to 100
   */
  synchronized Duration waitAt(double percent) {
    return micros(waitMicros.getValueAtPercentile(percent));
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1_000);
  }

  /** Second by second from the start; the last one may not be over yet. */
  synchronized List<Second> seconds() {
    var all = new ArrayList<Second>();
    int last = seconds.isEmpty() ? -1 : seconds.lastKey();
    for (int index = 0; index <= last; index++) {
      int[] counts = seconds.getOrDefault(index, new int[3]);
      all.add(new Second(counts[0], counts[1], counts[2]));
    }
    return all;
  }

  /**
   * The longest time without an acknowledged write, of all customers together, that touches a
   * stretch of time; zero when fewer than two writes were acknowledged.
   */
  synchronized Duration writeGap(long fromNanos, long toNanos) {
    long[] sorted = Arrays.copyOf(writes, writeCount);
    Arrays.sort(sorted);
    long longest = 0;
    for (int index = 1; index < sorted.length; index++) {
      if (sorted[index] >= fromNanos && sorted[index - 1] <= toNanos) {
        longest = Math.max(longest, sorted[index] - sorted[index - 1]);
      }
    }
    return Duration.ofNanos(longest);
  }
}
