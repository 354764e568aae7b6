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
 *
 * @param prepare whether the TTL stays low, because the addresses are to change soon or may have to
 */
record Choreography(Move move, boolean prepare, Stage stage, Settling settling) {
  /**
   * What is to be so.
   *
   * @param to what the name is to lead to
   * @param other what it leads to when users are on the other side
   * @param low the TTL while it changes; no longer than {@code full}
   * @param full the TTL otherwise
   * @param negative how long caches may believe that a record does not exist
   */
  record Move(
      SortedSet<Address> to,
      SortedSet<Address> other,
      Duration low,
      Duration full,
      Duration negative) {
    Move {
      to = new TreeSet<>(to);
      other = new TreeSet<>(other);
      low = low.compareTo(full) > 0 ? full : low;
    }

    /** A record of a type that was not there before is believed missing for a time. */
    Duration kept(Duration ttl) {
      boolean news = to.stream().anyMatch(t -> other.stream().noneMatch(o -> o.kind() == t.kind()));
      return news && negative.compareTo(ttl) > 0 ? negative : ttl;
    }
  }

  /** Where it is. */
  enum Stage {
    /** The addresses are changed; caches may have the old ones. */
    SWITCHING,
    /** The TTL is lowered; caches may have the addresses with the old TTL. */
    LOWERING,
    /** No honest cache keeps the addresses for longer than the lowered TTL. */
    READY,
    /** The TTL is restored. */
    RESTORING,
    DONE;

    /** The stage in lower case. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What follows from an order, by what the primary tells: its records are those of one side or the
   * other, and beside them is the note of the last order.
   *
   * @param wanted its {@code full} is the TTL if there is no note that tells of another one
   * @param liars those found out before
   * @throws IllegalArgumentException when it has other addresses
   */
  static Choreography begin(
      Move wanted, boolean prepare, DnsUpdate.There there, Map<String, Liar> liars) {
    Optional<Note.Move> under = there.note().flatMap(Note::move);
    RecordSet records = there.records();
    Duration full = under.map(Note.Move::restore).orElse(records.ttl());
    var move = new Move(wanted.to, wanted.other, wanted.low, full, wanted.negative);
    Duration kept =
        Settling.longer(under.map(Note.Move::kept).orElse(Duration.ZERO), records.ttl());
    if (records.addresses().equals(move.other)) {
      return at(move, prepare, Stage.SWITCHING, move.kept(kept), liars);
    }
    if (!records.addresses().equals(move.to)) {
      throw new IllegalArgumentException("neither the one side's nor the other's: " + records);
    }
    if (under.isPresent() && under.get().step().equals(Stage.SWITCHING.word())) {
      return at(move, prepare, Stage.SWITCHING, kept, liars);
    }
    if (prepare) {
      // Set by somebody else, maybe a moment ago, when there is no note at all.
      Stage stage = there.note().isPresent() ? Stage.LOWERING : Stage.SWITCHING;
      return at(move, true, stage, kept, liars);
    }
    Duration behind = there.note().isPresent() ? Duration.ZERO : kept;
    return at(move, false, Stage.RESTORING, behind, liars);
  }

  private static Choreography at(
      Move move, boolean prepare, Stage stage, Duration kept, Map<String, Liar> liars) {
    Duration ttl = stage == Stage.RESTORING ? move.full : move.low;
    var wanted = new RecordSet(move.to, ttl);
    return new Choreography(move, prepare, stage, Settling.begin(wanted, kept, liars));
  }

  /** The same when it is wished otherwise what is to come after the change under way. */
  Choreography with(boolean prepared) {
    return new Choreography(move, prepared, stage, settling);
  }

  /** What is so once everybody was asked. */
  Choreography seen(Answer.Look look) {
    Settling now = settling.seen(look);
    boolean settled = now.settled(look.at());
    boolean astray =
        look.authoritative().stream()
            .anyMatch(
                each -> each.fault().isEmpty() && !each.records().addresses().equals(move.to));
    if (stage == Stage.SWITCHING && settled && !prepare) {
      return at(move, false, Stage.RESTORING, Duration.ZERO, now.liars());
    }
    Stage next =
        switch (stage) {
          case SWITCHING -> settled ? Stage.READY : stage;
          // A server that goes back to the old TTL takes the readiness with it.
          case LOWERING, READY -> settled ? Stage.READY : astray ? Stage.SWITCHING : Stage.LOWERING;
          case RESTORING, DONE -> settled ? Stage.DONE : Stage.RESTORING;
        };
    return new Choreography(move, prepare, next, now);
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
    return Optional.of(new Note.Move(stage.word(), move.full, kept));
  }

  /** Whether no honest cache keeps what is said now for longer than the lowered TTL. */
  boolean ready() {
    return stage == Stage.READY;
  }

  /** Whether nobody honest may have the other side's addresses any more. */
  boolean drained() {
    return switch (stage) {
      case SWITCHING -> false;
      case LOWERING, READY, DONE -> true;
      case RESTORING -> settling.kept().isZero();
    };
  }

  /** Whether nothing is left to be done as long as no other order comes. */
  boolean done() {
    return stage == Stage.DONE || stage == Stage.READY;
  }

  /** The earliest moment at which this step can be over; absent when none is left. */
  Optional<Instant> notBefore(Instant now) {
    return done() ? Optional.empty() : Optional.of(settling.notBefore(now));
  }
}
