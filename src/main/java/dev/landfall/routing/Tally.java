package dev.landfall.routing;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * What became of the requests of one group, counted by a plane since it began to count. Counts only
 * grow; when one is lower than before, the plane began anew.
 *
 * @param group of which users
 * @param requests that were sent on to a service, and answered or failed; 0 or more
 * @param failed those of them answered by 5xx, broken off or not answered at all
 * @param slower for each of {@link #BOUNDS_MICROS}, how many took longer until the head of the
 *     answer; those without an answer took longer than each; empty when latencies are not told
 * @param users the same by users; absent when the plane does not tell one from another
 */
public record Tally(
    Group group, long requests, long failed, List<Long> slower, Optional<UserTally> users) {
  /** From a quarter of a millisecond on, each the double of the one before, to 16 seconds. */
  public static final List<Long> BOUNDS_MICROS =
      LongStream.iterate(250, bound -> bound * 2).limit(17).boxed().toList();

  public Tally {
    slower = List.copyOf(slower);
    if (!slower.isEmpty() && slower.size() != BOUNDS_MICROS.size()) {
      throw new IllegalArgumentException("a tally has " + BOUNDS_MICROS.size() + " bounds");
    }
  }

  /** Of a plane that counts requests alone. */
  public Tally(Group group, long requests, long failed, List<Long> slower) {
    this(group, requests, failed, slower, Optional.empty());
  }

  /** With what became of users. */
  public Tally with(UserTally counted) {
    return new Tally(group, requests, failed, slower, Optional.of(counted));
  }
}
