package dev.landfall.adapter.dns;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one server said of the name.
 *
 * @param server how people know it
 * @param asked before it was asked: it said so then or later
 * @param heard after its last answer had come: it said so then or earlier
 * @param fault why it could not be asked; when present, nothing else here is to be believed
 * @param records what the name leads to, by this server
 * @param serial the zone's serial number there, 0 to 2^32-1; zero from a recursive resolver
 */
record Answer(
    String server,
    Instant asked,
    Instant heard,
    Optional<String> fault,
    RecordSet records,
    long serial) {

  /**
   * All servers asked at about the same time.
   *
   * @param at after the last of them was heard
   * @param authoritative every address of every server of the zone, and the primary
   * @param panel the recursive resolvers that stand for those of users
   */
  record Look(Instant at, List<Answer> authoritative, List<Answer> panel) {
    Look {
      authoritative = List.copyOf(authoritative);
      panel = List.copyOf(panel);
    }
  }
}
