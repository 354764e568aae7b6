package dev.landfall.adapter.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The steps by which a name comes to lead elsewhere: its TTL is lowered and the old TTL waited out,
 * the addresses are changed and the lowered TTL waited out, the TTL is restored. A step is left
 * only on what every server was seen to say.
 *
 * <p>Nothing is remembered that the primary could not tell again, by its records and the note
 * beside them; a controller that starts anew only waits for the present step from its beginning.
 */
record Choreography(Move move, Stage stage, Settling settling) {
  /**
   * What is to be done.
   *
   * @param from what the name leads to before
   * @param to what it leads to afterwards
   * @param low the TTL while it changes; no longer than {@code full}
   * @param full the TTL otherwise
   * @param negative how long caches may believe that a record does not exist
   */
  record Move(
      SortedSet<Address> from,
      SortedSet<Address> to,
      Duration low,
      Duration full,
      Duration negative) {
    Move {
      from = new TreeSet<>(from);
      to = new TreeSet<>(to);
      low = low.compareTo(full) > 0 ? full : low;
    }

    /** A record of a type that was not there before is believed missing for a time. */
    Duration kept(Duration ttl) {
      boolean news = to.stream().anyMatch(t -> from.stream().noneMatch(f -> f.kind() == t.kind()));
      return news && negative.compareTo(ttl) > 0 ? negative : ttl;
    }
  }

  /** Where a move is. */
  enum Stage {
    /** The TTL is lowered; caches may have the old addresses with the old TTL. */
    LOWERING,
    /** No honest cache keeps the old addresses for longer than the lowered TTL. */
    READY,
    /** The addresses are changed; caches may have the old ones. */
    SWITCHING,
    /** Nobody honest has the old addresses; the TTL is restored. */
    RESTORING,
    DONE
  }

  /**
   * The move as the primary tells of it.
   *
   * @param there the records that it has: the move's old addresses, or its new ones
   * @param low the TTL wished for while they change
   * @throws IllegalArgumentException when it has others
   */
  static Choreography resume(
      SortedSet<Address> from,
      SortedSet<Address> to,
      Duration low,
      Duration negative,
      RecordSet there,
      Optional<Note> note) {
    Optional<Note.Move> under = note.flatMap(Note::move);
    Duration full = under.map(Note.Move::restore).orElse(there.ttl());
    var move = new Move(from, to, low, full, negative);
    Duration kept = Settling.longer(under.map(Note.Move::kept).orElse(Duration.ZERO), there.ttl());
    if (there.addresses().equals(move.to)) {
      return under.isPresent()
          ? at(move, Stage.SWITCHING, new RecordSet(move.to, move.low), kept, Map.of())
          // Set by somebody else, maybe a moment ago, when there is no note at all.
          : restoring(move, note.isPresent() ? Duration.ZERO : kept, Map.of());
    }
    if (there.addresses().equals(move.from)) {
      return at(move, Stage.LOWERING, new RecordSet(move.from, move.low), kept, Map.of());
    }
    throw new IllegalArgumentException("neither the old nor the new addresses: " + there);
  }

  private static Choreography at(
      Move move, Stage stage, RecordSet wanted, Duration kept, Map<String, Liar> liars) {
    return new Choreography(move, stage, Settling.begin(wanted, kept, liars));
  }

  private static Choreography restoring(Move move, Duration kept, Map<String, Liar> liars) {
    return at(move, Stage.RESTORING, new RecordSet(move.to, move.full), kept, liars);
  }

  /** What is so once everybody was asked. */
  Choreography seen(Answer.Look look) {
    Settling now = settling.seen(look);
    boolean settled = now.settled(look.at());
    return switch (stage) {
      // A server that goes back to the old TTL takes the readiness with it.
      case LOWERING, READY -> new Choreography(move, settled ? Stage.READY : Stage.LOWERING, now);
      case SWITCHING ->
          settled
              ? restoring(move, Duration.ZERO, now.liars())
              : new Choreography(move, stage, now);
      case RESTORING, DONE -> new Choreography(move, settled ? Stage.DONE : Stage.RESTORING, now);
    };
  }

  /**
   * Changes the addresses. Before it is ready this is allowed, and costs time: caches may then keep
   * the old addresses for as long as the old TTL says. Afterwards it changes nothing.
   */
  Choreography switchOver() {
    return switch (stage) {
      case LOWERING -> switching(settling.kept());
      case READY -> switching(move.low);
      case SWITCHING, RESTORING, DONE -> this;
    };
  }

  private Choreography switching(Duration ttl) {
    var wanted = new RecordSet(move.to, move.low);
    return at(move, Stage.SWITCHING, wanted, move.kept(ttl), settling.liars());
  }

  /** What the primary is to have now. */
  RecordSet wanted() {
    return settling.wanted();
  }

  /** The note that goes with it. */
  Note note(long epoch) {
    return switch (stage) {
      case LOWERING, SWITCHING -> new Note(epoch, underWay(settling.kept()));
      case READY -> new Note(epoch, underWay(move.low));
      case RESTORING, DONE -> new Note(epoch, Optional.empty());
    };
  }

  private Optional<Note.Move> underWay(Duration kept) {
    return Optional.of(new Note.Move(word(), move.full, kept));
  }

  /** The stage in lower case. */
  String word() {
    return stage.name().toLowerCase(Locale.ROOT);
  }

  /** Whether nobody honest may have the old addresses any more. */
  boolean drained() {
    return stage == Stage.DONE || (stage == Stage.RESTORING && settling.kept().isZero());
  }

  /** The earliest moment at which the addresses may be changed; now when they are. */
  Instant switchNotBefore(Instant now) {
    return stage == Stage.LOWERING ? settling.notBefore(now) : now;
  }

  /** The earliest moment at which nobody honest may have the old addresses any more. */
  Instant drainedNotBefore(Instant now) {
    return switch (stage) {
      case LOWERING, READY ->
          switchNotBefore(now).plus(move.kept(move.low)).plus(Settling.ROUNDING);
      case SWITCHING, RESTORING -> drained() ? now : settling.notBefore(now);
      case DONE -> now;
    };
  }
}
