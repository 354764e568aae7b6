package dev.landfall.engine;

import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Promotion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The events of one workload, folded as far as they have been read. */
final class Stream {
  private final Journal journal;
  private final String workload;
  private @Nullable Promotion promotion;
  private long version;
  private boolean lost;

  Stream(Journal journal, String workload) {
    this.journal = journal;
    this.workload = workload;
  }

  /** Reads what others have appended; returns the state, absent when nothing is registered. */
  Optional<Promotion> refresh() {
    lost = true;
    journal.read(workload, version).forEach(this::fold);
    lost = false;
    return Optional.ofNullable(promotion);
  }

  /**
   * Appends events decided on the state as it was last read, and folds them.
   *
   * @throws VersionConflict when somebody else was faster; nothing was appended
   */
  Promotion append(List<Event> events, Instant at, String by, String why) throws VersionConflict {
    List<Draft> drafts =
        events.stream()
            .map(event -> new Draft(EventCodec.type(event), EventCodec.payload(event), at, by, why))
            .toList();
    lost = true;
    try {
      journal.append(workload, version, drafts).forEach(this::fold);
      lost = false;
    } catch (VersionConflict e) {
      lost = false;
      throw e;
    }
    return current();
  }

  /** Whether the journal failed the last time it was asked for something. */
  boolean isLost() {
    return lost;
  }

  /** The state as last read. */
  Promotion current() {
    if (promotion == null) {
      throw new IllegalStateException("workload " + workload + " is not registered");
    }
    return promotion;
  }

  private void fold(Entry entry) {
    Event event = EventCodec.read(entry.draft().type(), entry.draft().payload());
    promotion =
        event instanceof Event.Registered registered
            ? Evolver.begin(registered)
            : Evolver.evolve(current(), event);
    version = entry.version();
  }
}
