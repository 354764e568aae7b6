package dev.landfall.adapter.postgres;

import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Reads which rows were written on one side by anybody but the link, from a slot of its own.
 *
 * <p>Writes on a side that owns the data make rows dirty: they must be compared again. Writes on a
 * fenced side make rows dirty too, and are leaks.
 */
@SuppressWarnings("DoNotCallSuggester")
final class Watcher implements AutoCloseable {
  /**
   * A watcher at rest.
   *
   * @param slot the name of the slot and of the publication; begins with {@code landfall_}
   * @param tables what to watch; fixed when the slot is made
   */
  Watcher(Side side, PostgresServer server, String slot, Set<TableName> tables) {}

  /**
   * Makes publication and slot unless they are there and fit. On the target: after the first copy,
   * whose rows would otherwise all be read.
   *
   * @return whether the slot is new, so that writes before now are unknown
   */
  boolean install() {
    throw new UnsupportedOperationException();
  }

  /** Drops slot and publication; nothing happens when they are gone. */
  static void remove(PostgresServer server, String slot) {
    throw new UnsupportedOperationException();
  }

  /** Begins to read in the background. */
  void start() {
    throw new UnsupportedOperationException();
  }

  /** Writes committed behind this place in the log are leaks: the side is fenced from there on. */
  void expectNone(LogSequenceNumber from) {
    throw new UnsupportedOperationException();
  }

  /** Writes committed behind this place are in order: the side is open from there on. */
  void expectWrites(LogSequenceNumber from) {
    throw new UnsupportedOperationException();
  }

  /** Everything committed up to here has been read. */
  LogSequenceNumber position() {
    throw new UnsupportedOperationException();
  }

  /** Waits until everything committed up to a place has been read; false when time ran out. */
  boolean awaitPassed(LogSequenceNumber place, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  /**
   * Why writes were missed for good, so that only a full comparison helps; empty when none were.
   */
  Optional<String> lost() {
    throw new UnsupportedOperationException();
  }

  /** What keeps it from reading right now; it tries again by itself. */
  Optional<String> fault() {
    throw new UnsupportedOperationException();
  }

  /** The first hundred writes made while fenced. */
  List<Leak> leaks() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
