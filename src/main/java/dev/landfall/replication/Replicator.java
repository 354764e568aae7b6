package dev.landfall.replication;

import dev.landfall.problem.Finding;
import dev.landfall.workload.Limits;
import java.util.List;

/**
 * Port: one data asset on its two sides, and what keeps them in step.
 *
 * <p>An instance may do work in the background (copy, heartbeat, rolling comparison), begun by
 * orders and by {@link #look}; {@link #close} ends it without changing anything outside. Everything
 * that matters later is kept outside, on the two sides, where the next instance finds it.
 */
public interface Replicator extends AutoCloseable {
  /** Everything that would break later, found now. Changes nothing. */
  List<Finding> preflight();

  /**
   * What keeps both sides from accepting writes at once, from a look at the source's catalogs;
   * empty when nothing does, or nobody asked for it. Changes nothing.
   *
   * @throws dev.landfall.problem.OutsideException when the source did not answer, or refused
   */
  default List<Finding> twoWay() {
    return List.of();
  }

  /**
   * How much a first copy would carry, from a cheap look at the source's catalogs. Changes nothing.
   *
   * @throws dev.landfall.problem.OutsideException when the source did not answer, or refused
   */
  CopySize size();

  /**
   * Both sides as they are now. A side that does not answer is reported as such, within a bounded
   * time, and is no exception.
   */
  DataSeen look();

  /**
   * Carries out one order. When it returns the order is done, except for the copy and the full
   * comparison, which go on in the background and are seen by {@link #look}.
   *
   * @param epoch the epoch of the decision behind the order, 1 or more; each side keeps the highest
   *     it took, and refuses an order of a lower one
   * @throws dev.landfall.problem.OutsideException when a side refused or did not answer; the order
   *     may then be done in part, and giving it again is safe
   */
  void carryOut(DataOrder order, long epoch);

  /** Works within these limits from now on; what is under way goes on. */
  void heed(Limits limits);

  @Override
  void close();
}
