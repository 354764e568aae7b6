package dev.landfall.adapter.memory;

import dev.landfall.replication.Occupation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keeps the tables of a side from being fenced: transactions that have written, and
 * maintenance. Not for several threads: the database's monitor guards it.
 */
final class MemoryLocks {
  /** How long one attempt of a fence stands in the queue for a lock. */
  private static final long ATTEMPT_MILLIS = 20;

  /** A transaction that has written; it is told from others by who it is. */
  static final class Hold {
    private final int table;
    private final Instant since;

    private Hold(int table, Instant since) {
      this.table = table;
      this.since = since;
    }
  }

  private final InstantSource clock;
  private final List<Hold> holds = new ArrayList<>();
  private Instant queueUntil = Instant.MIN;
  private Instant maintainedSince = Instant.MIN;
  private Instant maintainedUntil = Instant.MIN;
  private boolean yields;

  MemoryLocks(InstantSource clock) {
    this.clock = clock;
  }

  Hold write(int table) {
    var hold = new Hold(table, clock.instant());
    holds.add(hold);
    return hold;
  }

  void end(Hold hold) {
    holds.remove(hold);
  }

  /** Whether somebody stands in the queue, so that nobody else gets a lock. */
  boolean isQueued() {
    return clock.instant().isBefore(queueUntil);
  }

  /** Whether a table can be locked against writers now; when not, this stands in the queue. */
  boolean isFree(int table) {
    boolean free = !isMaintained() && holds.stream().noneMatch(each -> each.table == table);
    if (!free) {
      queueUntil = clock.instant().plusMillis(ATTEMPT_MILLIS);
    }
    return free;
  }

  /**
   * Maintenance of all tables begins, unless some is under way.
   *
   * @param gives whether it can be called off
   */
  void maintain(Duration time, boolean gives) {
    if (!isMaintained()) {
      maintainedSince = clock.instant();
      maintainedUntil = maintainedSince.plus(time);
      yields = gives;
    }
  }

  void makeWay() {
    if (yields) {
      maintainedUntil = Instant.MIN;
    }
  }

  private boolean isMaintained() {
    return clock.instant().isBefore(maintainedUntil);
  }

  /** Since when somebody has kept the tables from being fenced; absent when nobody does. */
  Optional<Instant> occupiedSince() {
    Optional<Instant> writing = holds.stream().map(each -> each.since).min(Instant::compareTo);
    return isMaintained()
        ? Optional.of(writing.filter(maintainedSince::isAfter).orElse(maintainedSince))
        : writing;
  }

  /**
   * What keeps the tables from being fenced.
   *
   * @param ordinary how long a transaction may write without being worth a word
   */
  Optional<Occupation> occupation(Duration ordinary) {
    Instant young = clock.instant().minus(ordinary);
    Optional<Occupation> writing =
        holds.stream()
            .filter(each -> each.since.isBefore(young))
            .findFirst()
            .map(each ->
                new Occupation(
                    "a transaction has written to public.table%d since %s; end it"
                        .formatted(each.table, each.since),
                    false));
    return isMaintained()
        ? writing.or(() -> Optional.of(new Occupation("maintenance goes on", yields)))
        : writing;
  }

  /** Nothing of it outlives the server. */
  void clear() {
    holds.clear();
    queueUntil = Instant.MIN;
    maintainedUntil = Instant.MIN;
  }
}
