package dev.landfall.engine;

import dev.landfall.routing.Tally;
import java.util.Collections;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/**
 * What became of the requests of one group, over some time.
 *
 * @param slower for each of {@link Tally#BOUNDS_MICROS}
 */
record Sum(long requests, long failed, List<Long> slower) {
  static final Sum NONE = new Sum(0, 0, Collections.nCopies(Tally.BOUNDS_MICROS.size(), 0L));

  static Sum of(Tally tally) {
    return new Sum(tally.requests(), tally.failed(), tally.slower());
  }

  Sum plus(Sum other) {
    return new Sum(
        requests + other.requests, failed + other.failed, with(other, (one, two) -> one + two));
  }

  /** Less than nothing where a count fell. */
  Sum since(Sum before) {
    return new Sum(
        requests - before.requests,
        failed - before.failed,
        with(before, (now, then) -> now - then));
  }

  /** Whether it went on counting from there. */
  boolean follows(Sum before) {
    Sum grown = since(before);
    return grown.requests >= 0
        && grown.failed >= 0
        && grown.slower.stream().allMatch(count -> count >= 0);
  }

  /** How many took longer than one of the bounds that planes count above. */
  long slowerThan(long micros) {
    return slower.get(Tally.BOUNDS_MICROS.indexOf(micros));
  }

  private List<Long> with(Sum other, LongBinaryOperator each) {
    return IntStream.range(0, slower.size())
        .mapToObj(i -> each.applyAsLong(slower.get(i), other.slower.get(i)))
        .toList();
  }
}
