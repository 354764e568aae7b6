package dev.landfall.adapter.memory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was written on one side, in its order, and the slot that keeps it for the other side. It is
 * guarded by the database that it belongs to, and survives with it.
 */
final class MemoryLog {
  /** What was written. */
  sealed interface Change {
    Instant at();

    /**
     * A row as it is from now on.
     *
     * @param published whether the other side takes it over; when not, it only passes by
     * @param seen up to where the other side's log had been taken over when it was written
     */
    record Put(int table, long key, long value, boolean published, int seen, Instant at)
        implements Change {}

    /** A mark. */
    record Mark(String token, Instant at) implements Change {}
  }

  private final InstantSource clock;
  private final List<Change> changes = new ArrayList<>();
  private boolean slot;
  private int slotBegin;
  private boolean publishes;

  MemoryLog(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the position of the row. */
  int put(int table, long key, long value, int seen) {
    changes.add(new Change.Put(table, key, value, keeps(), seen, clock.instant()));
    return changes.size() - 1;
  }

  void mark(String token) {
    changes.add(new Change.Mark(token, clock.instant()));
  }

  /** What the slot has kept at a position; absent when it has nothing there. */
  Optional<Change> kept(int position) {
    return slot && position >= slotBegin && position < changes.size()
        ? Optional.of(changes.get(position))
        : Optional.empty();
  }

  /** When what stands at a position was written; absent behind the end. */
  Optional<Instant> writtenAt(int position) {
    return position < changes.size() ? Optional.of(changes.get(position).at()) : Optional.empty();
  }

  /** The position behind the last row; marks behind it do not count. */
  int endOfRows() {
    int end = changes.size();
    while (end > 0 && changes.get(end - 1) instanceof Change.Mark) {
      end--;
    }
    return end;
  }

  boolean hasSlot() {
    return slot;
  }

  /** Whether rows are written for the other side, and not only marks. */
  boolean publishes() {
    return publishes;
  }

  /** Whether a row that is written now is kept for the other side. */
  boolean keeps() {
    return slot && publishes;
  }

  /** Keeps what is written from now on in a new slot; returns the position where it begins. */
  int keep(boolean publish) {
    slot = true;
    slotBegin = changes.size();
    publishes = publish;
    return slotBegin;
  }

  /** Keeps rows as well, in the slot that is there or in a new one; returns where it begins. */
  int keepRows() {
    if (!slot) {
      return keep(true);
    }
    publishes = true;
    return slotBegin;
  }

  /** Loses the slot with all that it kept, as if somebody had dropped it. */
  void lose() {
    slot = false;
  }

  /** No longer keeps rows; marks are kept on unless the slot is dropped. */
  void keepNoRows(boolean dropSlot) {
    publishes = false;
    slot = slot && !dropSlot;
  }
}
