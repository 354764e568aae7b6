package dev.landfall.adapter.postgres;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Difference;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Whether both sides hold the same rows: a full comparison that rolls in the background, and rows
 * written since compared again until they are equal.
 */
@SuppressWarnings("DoNotCallSuggester")
final class Comparison implements AutoCloseable {
  /** What the link has carried over. */
  @FunctionalInterface
  interface Applied {
    /**
     * Everything committed on this side up to the answer is applied and visible on the other side.
     * Absent when no link leads from this side, or it cannot be told.
     */
    Optional<LogSequenceNumber> from(Side origin);
  }

  /**
   * The result of a comparison between fences.
   *
   * @param rows rows read on the source
   * @param differences the first hundred that differ for certain
   */
  record Outcome(long rows, Duration took, List<Difference> differences) {
    Outcome {
      differences = List.copyOf(differences);
    }

    boolean equal() {
      return differences.isEmpty();
    }
  }

  Comparison(
      PostgresServer source,
      PostgresServer target,
      Watcher onSource,
      Watcher onTarget,
      Set<TableName> tables,
      Applied applied) {}

  /** Begins the rolling comparison; both watchers have been started before. */
  void start() {
    throw new UnsupportedOperationException();
  }

  /** What is known now; touches no server. */
  CheckSeen seen() {
    throw new UnsupportedOperationException();
  }

  /** What keeps it from comparing right now; it tries again by itself. */
  Optional<String> fault() {
    throw new UnsupportedOperationException();
  }

  /**
   * Why {@link #compareNow} would not do and {@link #compareAll} must: no full comparison has ended
   * yet, or a watcher lost writes. Empty when it would do.
   */
  Optional<String> fullNeeded() {
    throw new UnsupportedOperationException();
  }

  /**
   * Compares what changed since it was last found equal. Both sides are fenced and drained.
   *
   * @throws dev.landfall.problem.OutsideException when a full comparison is needed, a watcher did
   *     not get behind the fence in time, or a side did not answer
   */
  Outcome compareNow(String token, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  /** Compares every row. Both sides are fenced and drained. */
  Outcome compareAll(String token) {
    throw new UnsupportedOperationException();
  }

  /** Drops what {@link #start} left on the source. */
  static void remove(PostgresServer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
