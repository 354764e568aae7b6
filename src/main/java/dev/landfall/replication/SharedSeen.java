package dev.landfall.replication;

import java.util.List;
import java.util.Optional;

/**
 * What is seen of one data asset and means something only while both sides accept writes.
 *
 * @param conflicts rows written on both sides at once since the target's numbers were parted from
 *     the source's the last time; empty when none is known
 * @param crowded what keeps both sides from accepting writes any longer: a sequence that nears the
 *     numbers of the other side, or nobody who looks for conflicts; absent when nothing does
 * @param uncarried rows on the target that no link carries, so that they would stay there if users
 *     came back: those of a table that was made meanwhile; absent when there are none
 * @param uncounted why rows written on both sides are not found right now; absent when they are
 */
public record SharedSeen(
    List<Conflict> conflicts,
    Optional<String> crowded,
    Optional<String> uncarried,
    Optional<String> uncounted) {
  /** Nothing to be told. */
  public static final SharedSeen NONE = of(List.of());

  public SharedSeen {
    conflicts = List.copyOf(conflicts);
  }

  /** Conflicts, and nothing else. */
  public static SharedSeen of(List<Conflict> conflicts) {
    return new SharedSeen(conflicts, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
