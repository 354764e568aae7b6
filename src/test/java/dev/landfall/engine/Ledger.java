package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What users were told, and what they were not told but may have happened, of one data asset. */
final class Ledger {
  /** A row as users know it. */
  private static final class Known {
    private long acknowledged;
    private Instant acknowledgedAt = Instant.MIN;

    /** What was committed since the last write of which the user was told, the oldest first. */
    private final List<Long> maybe = new ArrayList<>(1);
  }

  private final List<Map<Long, Known>> tables = new ArrayList<>();

  Ledger(int tables) {
    for (int i = 0; i < tables; i++) {
      this.tables.add(new HashMap<>());
    }
  }

  /** A write was committed; nobody has been told yet. */
  void committed(int table, long key, long value) {
    known(table, key).maybe.add(value);
  }

  /** The user was told: answers can come in another order than that of their commits. */
  void acknowledged(int table, long key, long value, Instant now) {
    Known known = known(table, key);
    int at = known.maybe.indexOf(value);
    if (at >= 0) {
      known.acknowledged = value;
      known.acknowledgedAt = now;
      known.maybe.subList(0, at + 1).clear();
    }
  }

  private Known known(int table, long key) {
    return tables.get(table).computeIfAbsent(key, _ -> new Known());
  }

  /** The first acknowledged write that a database does not have; absent when it has all. */
  Optional<String> missing(MemoryDatabase database) {
    for (int table = 0; table < tables.size(); table++) {
      for (var entry : tables.get(table).entrySet()) {
        Known known = entry.getValue();
        long found = database.row(table, entry.getKey()).orElse(0L);
        if (found != known.acknowledged && !known.maybe.contains(found)) {
          return Optional.of(
              "table "
                  + table
                  + " key "
                  + entry.getKey()
                  + ": acknowledged "
                  + known.acknowledged
                  + ", found "
                  + (found == 0 ? "nothing" : String.valueOf(found)));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Takes for lost what a database does not have that goes on alone.
   *
   * @param heard until when it was said to have everything
   * @return the first that was acknowledged before that; absent when what was said was true
   */
  Optional<String> lose(MemoryDatabase survivor, Optional<Instant> heard) {
    Optional<String> untold = Optional.empty();
    for (int table = 0; table < tables.size(); table++) {
      for (var entry : tables.get(table).entrySet()) {
        Known known = entry.getValue();
        long found = survivor.row(table, entry.getKey()).orElse(0L);
        if (found == known.acknowledged || known.maybe.contains(found)) {
          continue;
        }
        if (heard.isEmpty() || known.acknowledgedAt.isBefore(heard.get())) {
          untold =
              Optional.of(
                  "table %d key %d, acknowledged at %s"
                      .formatted(table, entry.getKey(), known.acknowledgedAt));
        }
        known.acknowledged = found;
      }
    }
    return untold;
  }

  /** The first row that nobody wrote; absent when there is none. */
  Optional<String> invented(MemoryDatabase database) {
    for (int table = 0; table < tables.size(); table++) {
      for (long key : database.rows(table).keySet()) {
        if (!tables.get(table).containsKey(key)) {
          return Optional.of("table " + table + " key " + key + " was never written");
        }
      }
    }
    return Optional.empty();
  }
}
