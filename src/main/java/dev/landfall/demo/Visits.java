package dev.landfall.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Who was served where and when, one entry an answer: from it follows who was exposed to what.
 * Times are nanoseconds of {@link System#nanoTime}.
 */
final class Visits {
  private final Instant begin;
  private final long beginNanos;
  private long[] nanos = new long[4096];
  private int[] customers = new int[4096];
  private byte[] kinds = new byte[4096];
  private int count;

  private static final int ON_TARGET = 1;
  private static final int STRUCK = 2;
  private static final int FAILED = 4;

  /**
   * One answer.
   *
   * @param struck whether a planted fault struck it
   * @param failed whether that made it fail
   */
  record Visit(long customer, boolean onTarget, boolean struck, boolean failed) {}

  /**
   * What happened in a stretch of time.
   *
   * @param users who were served at all
   * @param usersOnTarget who were served by the new side, at least once
   * @param usersStruck who met a planted fault
   * @param requests that were answered
   * @param onTarget those of them that the new side answered
   * @param struck those of them that a planted fault struck
   * @param failed those of them that it made fail
   */
  record Sum(
      int users,
      int usersOnTarget,
      int usersStruck,
      long requests,
      long onTarget,
      long struck,
      long failed) {}

  /**
   * Nobody was there yet.
   *
   * @param begin the same moment as {@code beginNanos}, by the clock on the wall
   */
  Visits(Instant begin, long beginNanos) {
    this.begin = begin;
    this.beginNanos = beginNanos;
  }

  /** Notes an answer that came at this moment. */
  synchronized void note(Visit visit, long endNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
      customers = Arrays.copyOf(customers, count * 2);
      kinds = Arrays.copyOf(kinds, count * 2);
    }
    nanos[count] = endNanos;
    customers[count] = Math.toIntExact(visit.customer());
    kinds[count] =
        (byte)
            ((visit.onTarget() ? ON_TARGET : 0)
                | (visit.struck() ? STRUCK : 0)
                | (visit.failed() ? FAILED : 0));
    count++;
  }

  /** The moment that another process of this machine calls so. */
  long nanos(Instant at) {
    return beginNanos + Duration.between(begin, at).toNanos();
  }

  /** Sums up all answers from one moment to another. */
  synchronized Sum between(long fromNanos, long toNanos) {
    var users = new BitSet();
    var onTarget = new BitSet();
    var struck = new BitSet();
    long[] requests = new long[8];
    for (int i = 0; i < count; i++) {
      if (nanos[i] >= fromNanos && nanos[i] <= toNanos) {
        users.set(customers[i]);
        onTarget.set(customers[i], onTarget.get(customers[i]) || (kinds[i] & ON_TARGET) > 0);
        struck.set(customers[i], struck.get(customers[i]) || (kinds[i] & STRUCK) > 0);
        requests[kinds[i]]++;
      }
    }
    return new Sum(
        users.cardinality(),
        onTarget.cardinality(),
        struck.cardinality(),
        Arrays.stream(requests).sum(),
        of(requests, ON_TARGET),
        of(requests, STRUCK),
        of(requests, FAILED));
  }

  /** When the new side gave its last answer; {@link Long#MIN_VALUE} when it never gave one. */
  synchronized long lastOnTarget() {
    long last = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      last = (kinds[i] & ON_TARGET) > 0 ? Math.max(last, nanos[i]) : last;
    }
    return last;
  }

  private static long of(long[] requests, int bit) {
    long sum = 0;
    for (int kind = 0; kind < requests.length; kind++) {
      sum += (kind & bit) > 0 ? requests[kind] : 0;
    }
    return sum;
  }
}
