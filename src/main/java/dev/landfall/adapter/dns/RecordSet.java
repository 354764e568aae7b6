package dev.landfall.adapter.dns;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a name leads to.
 *
 * @param addresses what its records say; empty when it has none
 * @param ttl how long a cache may keep them, the longest of the records; in whole seconds. From a
 *     cache: how long it will go on keeping them.
 */
record RecordSet(SortedSet<Address> addresses, Duration ttl) {
  RecordSet {
    addresses = new TreeSet<>(addresses);
  }

  /** The addresses for people. */
  static String words(SortedSet<Address> addresses) {
    return addresses.isEmpty()
        ? "nothing"
        : addresses.stream().map(Address::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return "%s (TTL %d s)".formatted(words(addresses), ttl.toSeconds());
  }
}
