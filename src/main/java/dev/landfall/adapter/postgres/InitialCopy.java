package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.util.List;
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

  /** Whether an earlier run has left rows behind. */
  boolean hasCopied();

  /**
   * Brings the rows that an earlier run has left behind to a newer snapshot, as far as it can be.
   *
   * @param since tells what was written since
   * @return which tables have to be copied again, and why
   */
  List<String> renew(Snapshot snapshot, KeysSince since);

  /** All rows as of the snapshot that are not there yet. */
  void copyRows(Snapshot snapshot);

  /** Keys, indexes, constraints and the rest. */
  void schemaAfterRows();

  /** How far it is; absent before it began. */
  Optional<CopyProgress> progress();

  /** Stops at once; what was copied stays. */
  @Override
  void close();
}
