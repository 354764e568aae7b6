package dev.landfall.adapter.postgres;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postgresql.replication.LogSequenceNumber;

/** What proves that both sides hold the same rows. */
interface EqualityCheck extends AutoCloseable {
  /** Begins to watch both sides, and to compare in the background; the copy is complete. */
  void start();

  /**
   * Fences or opens a side, and takes in from where in its log on writes are leaks there, or no
   * longer.
   *
   * @param order does it, and answers the place; absent when the side has been so for ever. When it
   *     fails nobody knows what it did: that is found out before any write there is called a leak.
   */
  void turn(Side side, boolean fenced, Supplier<Optional<LogSequenceNumber>> order);

  /**
   * Compares what changed since it was last found equal; both sides are fenced and drained. When it
   * returns, all writes made around a fence before are among the {@link #leaks}.
   *
   * @throws dev.landfall.problem.OutsideException when it could not be compared
   */
  void compare(String token);

  CheckSeen seen();

  /** Writes made around a fence, as far as they were noticed. */
  List<Leak> leaks();

  /** Rows written on both sides at once, as far as they were noticed; empty unless it looks. */
  default List<Conflict> conflicts() {
    return List.of();
  }

  /**
   * Both sides are about to accept writes: what was found before is history.
   *
   * @throws dev.landfall.problem.OutsideException when a side does not answer
   */
  default void parted() {}

  /** Why rows written on both sides are not found right now; absent when they are. */
  default Optional<String> uncounted() {
    return Optional.empty();
  }

  /** The same, once it has been so for too long. */
  default Optional<String> blind() {
    return Optional.empty();
  }

  /** What keeps it from watching or comparing right now; it tries again by itself. */
  Optional<String> fault();

  /** Ends watching and comparing for good: the link is to be severed. */
  void stop();

  @Override
  void close();
}
