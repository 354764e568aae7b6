package dev.landfall.engine;

import dev.landfall.routing.Tally;
import dev.landfall.routing.UserTally;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/**
 * What became of the requests of one group, over some time.
 *
 * @param slower for each of {@link Tally#BOUNDS_MICROS}; empty when some of it was not told
 * @param users likewise; absent when some of it was not told
 */
record Sum(long requests, long failed, List<Long> slower, Optional<UserTally> users) {
  static final Sum NONE =
      new Sum(
          0, 0, Collections.nCopies(Tally.BOUNDS_MICROS.size(), 0L), Optional.of(UserTally.NONE));

  static Sum of(Tally tally) {
    return new Sum(tally.requests(), tally.failed(), tally.slower(), tally.users());
  }

  Sum plus(Sum other) {
    return new Sum(
        requests + other.requests,
        failed + other.failed,
        with(other, (one, two) -> one + two),
        users.flatMap(these -> other.users.map(these::plus)));
  }

  /** Less than nothing where a count fell. */
  Sum since(Sum before) {
    return new Sum(
        requests - before.requests,
        failed - before.failed,
        with(before, (now, then) -> now - then),
        users.flatMap(these -> before.users.map(these::since)));
  }

  /** Whether it went on counting from there. */
  boolean follows(Sum before) {
    Sum grown = since(before);
    return grown.requests >= 0
        && grown.failed >= 0
        && grown.slower.stream().allMatch(count -> count >= 0)
        && grown.users.filter(each -> each.requests() < 0 || each.harmed() < 0).isEmpty();
  }

  boolean tellsLatencies() {
    return !slower.isEmpty();
  }

  /** How many took longer than one of the bounds that planes count above. */
  long slowerThan(long micros) {
    return slower.get(Tally.BOUNDS_MICROS.indexOf(micros));
  }

  private List<Long> with(Sum other, LongBinaryOperator each) {
    return IntStream.range(0, Math.min(slower.size(), other.slower.size()))
        .mapToObj(i -> each.applyAsLong(slower.get(i), other.slower.get(i)))
        .toList();
  }
}
