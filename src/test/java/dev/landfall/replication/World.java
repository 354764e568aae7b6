package dev.landfall.replication;

import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One data asset on two sides, with an application on each that reads and writes rows. The source
 * has some rows to begin with, the target none.
 */
public interface World extends AutoCloseable {
  /** Limits of the replicators: how long a fence waits for writers. */
  Duration LOCK_WAIT = Duration.ofSeconds(2);

  /** The replicator under test; the same one each time. */
  Replicator replicator();

  /** Another process that looks after the same asset. */
  Replicator another();

  /** An application adds a row; its key, from a sequence, or nothing when the side refused. */
  Optional<Long> add(Side side, String text);

  /** An application changes a row that is there; false when the side refused. */
  boolean change(Side side, long key, String text);

  /** Somebody with every right there is changes a row; false when the side refused. */
  boolean forceChange(Side side, long key, String text);

  /** Applications on both sides change a row at once: neither has the other's change before it. */
  void changeOnBoth(long key, String onSource, String onTarget);

  /** An application adds a row and has not committed yet. */
  Unfinished begin(Side side, String text);

  SortedMap<Long, String> rows(Side side);

  /** Somebody drops what keeps the writes of a side for the other. */
  void loseLog(Side side);

  /**
   * The product's own maintenance of the side's tables is under way when this returns, and takes
   * some seconds unless it is called off.
   */
  void maintain(Side side);

  /** Breaks connections that the product holds, as operators and networks do. */
  default void disturb() {}

  /** Lets a little time go by. */
  default void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  void close();

  /** A transaction under way. */
  interface Unfinished {
    void commit();
  }
}
