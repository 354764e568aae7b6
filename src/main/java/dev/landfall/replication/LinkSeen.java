package dev.landfall.replication;

import java.time.Duration;
import java.util.Optional;

/**
 * The link that carries the writes of one side to the other, as it looks from outside.
 *
 * @param phase how far it is
 * @param lagBytes log written on the origin and not yet applied on the other side; absent when it
 *     could not be asked
 * @param lag how old the newest applied write is, by heartbeat; absent before the first heartbeat
 * @param retainedBytes log that the origin keeps because of the link; absent when unknown
 * @param copy how far the first copy is; absent when none runs or ran in this process
 * @param fault what keeps the link from working, for people; absent when nothing does
 */
public record LinkSeen(
    Phase phase,
    Optional<Long> lagBytes,
    Optional<Duration> lag,
    Optional<Long> retainedBytes,
    Optional<CopyProgress> copy,
    Optional<String> fault) {

  /** The stages in the life of a link. */
  public enum Phase {
    /** There is none: what is written on the origin goes nowhere. */
    ABSENT,
    /** The first copy runs; writes are kept from its start on. */
    COPYING,
    /** Writes are kept, but nobody takes them right now. None is lost while the log is kept. */
    RETAINING,
    /** Writes arrive on the other side. */
    FOLLOWING,
    /**
     * Writes are kept, and the other side fails to take them: it goes on where it stands once a
     * person has mended the row or the table that is in the way. None is lost while the log is
     * kept.
     */
    STUCK,
    /** Writes are no longer kept, or a copy failed for good: only a new copy helps. */
    BROKEN,
    /** The sides did not answer. Never taken for anything else. */
    UNKNOWN
  }

  /** A link of which only the phase is known. */
  public static LinkSeen of(Phase phase) {
    return new LinkSeen(
        phase,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether it works again only when a person has done something about it. */
  public boolean isWrong() {
    return phase == Phase.BROKEN || phase == Phase.STUCK;
  }

  /** Whether a write made on the origin now cannot get lost, even if it does not arrive yet. */
  public boolean keeps() {
    return phase == Phase.FOLLOWING || phase == Phase.RETAINING || phase == Phase.STUCK;
  }
}
