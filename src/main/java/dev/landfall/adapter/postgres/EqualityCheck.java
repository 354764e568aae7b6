package dev.landfall.adapter.postgres;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;

/** What proves that both sides hold the same rows. */
interface EqualityCheck extends AutoCloseable {
  /** Begins to watch both sides, and to compare in the background; the copy is complete. */
  void start();

  /** Tells that a side was fenced or opened just now. */
  void turned(Side side);

  /**
   * Compares what changed since it was last found equal; both sides are fenced and drained.
   *
   * @throws dev.landfall.problem.OutsideException when it could not be compared
   */
  void compare(String token);

  CheckSeen seen();

  /** Writes made around a fence, as far as they were noticed. */
  List<Leak> leaks();

  /** What keeps it from watching or comparing right now; it tries again by itself. */
  Optional<String> fault();

  /** Ends watching and comparing for good: the link is to be severed. */
  void stop();

  @Override
  void close();
}
