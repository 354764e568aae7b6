package dev.landfall.adapter.postgres;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Tells a link that falls behind for good from one that has a busy moment. */
final class Convergence {
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  /** Less than this is what a link is behind by in normal work. */
  private static final long LAG_BYTES_MIN = 16L << 20;

  private record Sample(Instant at, long lagBytes) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /**
   * Notes how far the link is behind.
   *
   * @return whether it has fallen behind further all through the last minute
   */
  synchronized boolean fallsBehind(Instant now, long lagBytes) {
    Sample last = samples.peekLast();
    if (last == null || !now.isBefore(last.at().plus(SAMPLE))) {
      samples.addLast(new Sample(now, lagBytes));
    }
    while (samples.size() > 1 && samples.getFirst().at().isBefore(now.minus(WINDOW))) {
      samples.removeFirst();
    }
    var all = List.copyOf(samples);
    boolean whole =
        !all.isEmpty()
            && !all.getFirst().at().isAfter(now.minus(WINDOW).plus(SAMPLE.multipliedBy(2)));
    if (!whole || all.size() < 9 || lagBytes < LAG_BYTES_MIN) {
      return false;
    }
    int third = all.size() / 3;
    double first = average(all.subList(0, third));
    double second = average(all.subList(third, 2 * third));
    double latest = average(all.subList(2 * third, all.size()));
    return first < second && second < latest;
  }

  private static double average(List<Sample> some) {
    return some.stream().mapToLong(Sample::lagBytes).average().orElse(0);
  }
}
