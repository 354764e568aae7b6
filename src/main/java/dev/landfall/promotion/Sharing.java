package dev.landfall.promotion;

import dev.landfall.replication.Conflict;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether both sides accept writes, each those of its own users, while they fly.
 *
 * @param stage how far it is
 * @param token marks the preparation in the data; unique in the life of the promotion, empty before
 *     the first
 * @param conflicts rows written on both sides since it began, in the order they were found
 */
public record Sharing(Stage stage, String token, List<Found> conflicts) {
  /** One side accepts writes, and nothing was ever shared. */
  static final Sharing NONE = new Sharing(Stage.NONE, "", List.of());

  public Sharing {
    conflicts = List.copyOf(conflicts);
  }

  /** How far it is. */
  public enum Stage {
    /** One side accepts writes. */
    NONE,
    /** The target is fenced, and is being prepared for writes of its own. */
    PREPARING,
    /** Both accept writes. */
    OPEN,
    /** Everybody has come back; what both wrote at once before may still come to light. */
    ENDED
  }

  /** A conflict, and where. */
  public record Found(String asset, Conflict conflict) {
    /** For people. */
    public String words() {
      return asset + ": " + conflict.words();
    }
  }

  /** Whether both sides accept writes. */
  public boolean isOpen() {
    return stage == Stage.OPEN;
  }

  /** Whether one side does not own everything, or soon will not. */
  boolean isUnderWay() {
    return stage == Stage.PREPARING || stage == Stage.OPEN;
  }

  /** Whether a row that both sides wrote at once is counted when it is found. */
  boolean counts() {
    return stage == Stage.OPEN || stage == Stage.ENDED;
  }

  static Sharing prepared(String token) {
    return new Sharing(Stage.PREPARING, token, List.of());
  }

  Sharing opened() {
    return new Sharing(Stage.OPEN, token, conflicts);
  }

  /** What was found is kept for people to read. */
  Sharing ended() {
    return new Sharing(Stage.NONE, token, conflicts);
  }

  /** Everybody has come back behind a fence, and nobody waited for the logs to be read. */
  Sharing left() {
    return new Sharing(isOpen() ? Stage.ENDED : stage, token, conflicts);
  }

  /** Nobody wants it any more, unless both sides accept writes already. */
  Sharing withdrawn() {
    return stage == Stage.PREPARING ? ended() : this;
  }

  Sharing with(Found found) {
    var more = new ArrayList<>(conflicts);
    more.add(found);
    return new Sharing(stage, token, more);
  }

  /**
   * Whether a conflict has been counted. One of which no more is known than its row counts once
   * with any other of that row.
   */
  boolean counts(Found found) {
    Conflict conflict = found.conflict();
    return conflicts.stream()
        .filter(each -> each.asset().equals(found.asset()))
        .map(Found::conflict)
        .filter(each -> each.table().equals(conflict.table()) && each.key().equals(conflict.key()))
        .anyMatch(each -> conflict.place().isEmpty() || each.place().equals(conflict.place()));
  }
}
