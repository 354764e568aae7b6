package dev.landfall.adapter.reach;

import java.time.Duration;
import java.util.List;

/**
 * What is to be looked at from one place.
 *
 * @param places to connect to, {@code host:port}; at most {@link #COUNT_MAX}
 * @param tries how often each address of each place is tried, 1 to {@link #COUNT_MAX}
 * @param patience how long one try may take; more than zero, at most {@link #PATIENCE_MAX}
 * @param timeout how long all of it may take; more than zero, at most {@link #TIMEOUT_MAX}
 * @param names to look up; at most {@link #COUNT_MAX}
 * @param servers the DNS servers to ask for them, {@code host} or {@code host:port}; what the
 *     machine itself uses when there are none
 */
record Errand(
    List<String> places,
    int tries,
    Duration patience,
    Duration timeout,
    List<String> names,
    List<String> servers) {
  static final int COUNT_MAX = 100;

  /** Each name is asked of each server, and all at once. */
  static final int LOOKUPS_MAX = 1000;

  static final Duration PATIENCE_MAX = Duration.ofMinutes(1);
  static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  Errand {
    places = List.copyOf(places);
    names = List.copyOf(names);
    servers = List.copyOf(servers);
    if (places.size() > COUNT_MAX || names.size() > COUNT_MAX || servers.size() > COUNT_MAX) {
      throw new IllegalArgumentException("it has more than " + COUNT_MAX + " places or names");
    }
    if (names.size() * Math.max(1, servers.size()) > LOOKUPS_MAX) {
      throw new IllegalArgumentException("it asks more than " + LOOKUPS_MAX + " questions");
    }
    if (tries < 1 || tries > COUNT_MAX) {
      throw new IllegalArgumentException("it tries " + tries + " times, not 1 to " + COUNT_MAX);
    }
    within("one try", patience, PATIENCE_MAX);
    within("all of it", timeout, TIMEOUT_MAX);
  }

  private static void within(String what, Duration time, Duration max) {
    if (!time.isPositive() || time.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s may take %s, and no more than %s is allowed".formatted(what, time, max));
    }
  }

  /** Only connects. */
  static Errand to(List<String> places, int tries, Duration patience, Duration timeout) {
    return new Errand(places, tries, patience, timeout, List.of(), List.of());
  }
}
