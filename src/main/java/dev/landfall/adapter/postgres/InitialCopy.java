package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.util.Optional;

/**
 * What carries schema and rows over before the link takes on. Each step blocks until it is done,
 * may be given again after it was cut short, and throws an {@link
 * dev.landfall.problem.OutsideException} when a side refused.
 */
interface InitialCopy extends AutoCloseable {
  /**
   * A slot's starting point.
   *
   * @param name the exported snapshot
   * @param consistentPoint the slot's position
   */
  record Snapshot(String name, String consistentPoint) {}

  /** Tables without keys and indexes, or nothing when the schema is given. */
  void schemaBeforeRows();

  /** All rows as of the snapshot. */
  void copyRows(Snapshot snapshot);

  /** Keys, indexes, constraints and the rest. */
  void schemaAfterRows();

  /** How far it is; absent before it began. */
  Optional<CopyProgress> progress();

  /** Stops at once; what was copied stays. */
  @Override
  void close();
}
