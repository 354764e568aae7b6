package dev.landfall.adapter.postgres;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Leak;
import java.util.List;

/** What proves that both sides hold the same rows. */
interface EqualityCheck extends AutoCloseable {
  /** Begins to watch both sides, and to compare in the background; the copy is complete. */
  void start();

  /** Compares what changed since it was last found equal; both sides are fenced and drained. */
  void compare(String token);

  CheckSeen seen();

  /** Writes made around a fence, as far as they were noticed. */
  List<Leak> leaks();

  /** Removes from both sides what it made there, as far as they answer. */
  void sever();

  @Override
  void close();
}
