package dev.landfall.demo;

import java.time.Duration;
import java.time.Instant;
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

  /** Where in the counts of a second its longest wait is, in microseconds. */
  private static final int LONGEST = 3;

  /** Where those are that failed because of a planted fault. */
  private static final int PLANTED = 4;

  /**
   * One second of the run.
   *
   * @param failed requests, without those that were to fail
   * @param planted requests that a planted fault made fail
   */
  record Second(int source, int target, int failed, int planted) {}

  private final long startNanos;
  private final Histogram waitMicros = new Histogram(3);
  private final TreeMap<Integer, int[]> seconds = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long[] writes = new long[4096];
  private int writeCount;
  private long failed;
  private long planted;
  private final Visits visits;

  Traffic(long startNanos) {
    this.startNanos = startNanos;
    this.visits = new Visits(Instant.now(), startNanos);
    waitMicros.setAutoResize(true);
  }

  long startNanos() {
    return startNanos;
  }

  /** Who was served where. */
  Visits visits() {
    return visits;
  }

  /**
   * Notes an answered request.
   *
   * @param side {@code source} or {@code target}, as the shop that answered calls itself
   */
  synchronized void answered(String side, long beginNanos, long endNanos) {
    waited(beginNanos, endNanos)[side.equals("target") ? 1 : 0]++;
  }

  /** Notes a request that failed, with the reason in words. */
  synchronized void failed(String why, long beginNanos, long endNanos) {
    waited(beginNanos, endNanos)[2]++;
    failed++;
    if (failures.size() < FAILURES_KEPT_MAX) {
      failures.add(why);
    }
  }

  /** Notes a request that failed because a fault was planted to make it fail. */
  synchronized void failedAsPlanted(long beginNanos, long endNanos) {
    waited(beginNanos, endNanos)[PLANTED]++;
    planted++;
  }

  /** Notes that a write was acknowledged. */
  synchronized void wrote(long endNanos) {
    if (writeCount == writes.length) {
      writes = Arrays.copyOf(writes, writeCount * 2);
    }
    writes[writeCount++] = endNanos;
  }

  /** Notes a wait, and returns the counts of the second in which it ended. */
  private int[] waited(long beginNanos, long endNanos) {
    long micros = Math.max(0, (endNanos - beginNanos) / 1_000);
    waitMicros.recordValue(micros);
    int index = (int) ((endNanos - startNanos) / 1_000_000_000L);
    int[] counts = seconds.computeIfAbsent(index, each -> new int[5]);
    counts[LONGEST] = (int) Math.max(counts[LONGEST], micros);
    return counts;
  }

  synchronized long total() {
    return waitMicros.getTotalCount();
  }

  /** Without those that were to fail. */
  synchronized long failed() {
    return failed;
  }

  /** Those that a planted fault made fail. */
  synchronized long planted() {
    return planted;
  }

  /** The first failures in words. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** The longest that any customer waited for an answer. */
  synchronized Duration longestWait() {
    return micros(waitMicros.getMaxValue());
  }

  /** The longest wait that ended in a stretch of time or in the second around its ends. */
  synchronized Duration longestWait(long fromNanos, long toNanos) {
    int first = (int) ((fromNanos - startNanos) / 1_000_000_000L);
    int last = (int) ((toNanos - startNanos) / 1_000_000_000L);
    return micros(
        seconds.subMap(first, true, Math.max(first, last), true).values().stream()
            .mapToInt(counts -> counts[LONGEST])
            .max()
            .orElse(0));
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
      int[] counts = seconds.getOrDefault(index, new int[5]);
      all.add(new Second(counts[0], counts[1], counts[2], counts[PLANTED]));
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
