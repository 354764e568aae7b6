package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.util.List;
import java.util.function.Consumer;

/**
 * The first copy of a database, in three steps that are each safe to give again:
 *
 * <ol>
 *   <li>{@link #schemaBeforeRows}: schemas, types, functions, tables without keys and indexes, and
 *       our own tables in schema {@code landfall} ({@code copied}, {@code carried}, {@code
 *       copying}). With a given schema: compares instead.
 *   <li>The caller makes the fence and the publication, then the slot with its exported snapshot.
 *   <li>{@link #copyRows}: all rows as of that snapshot.
 *   <li>{@link #schemaAfterRows}: keys, indexes, constraints, triggers and all the rest. Only then
 *       may following start, because it finds rows by their key.
 * </ol>
 *
 * <p>While rows are copied, {@code landfall.copying} has one row (column {@code who}: the role that
 * copies); the fence lets that {@code session_user} through as long as the row is there.
 */
final class FirstCopy implements AutoCloseable {
  static final int WORKERS = 4;

  private final TableCopier copier;
  private final SchemaCarrier carrier;

  /**
   * A slot's starting point.
   *
   * @param name the exported snapshot, as {@code CREATE_REPLICATION_SLOT} answers it
   * @param consistentPoint the slot's position, likewise; it tells snapshots apart, whose names a
   *     restarted server uses again
   */
  record Snapshot(String name, String consistentPoint) {}

  FirstCopy(PostgresServer source, PostgresServer target, boolean schemaGiven) {
    this(source, target, schemaGiven, WORKERS);
  }

  /**
   * @param workers how many sessions on each side copy rows and build indexes; 1 or more
   */
  FirstCopy(PostgresServer source, PostgresServer target, boolean schemaGiven, int workers) {
    this(source, target, schemaGiven, workers, TableCopier.BLOCKS_PER_PART);
  }

  /**
   * @param blocksPerPart pages of a table that are copied at once; 1 or more
   */
  FirstCopy(
      PostgresServer source,
      PostgresServer target,
      boolean schemaGiven,
      int workers,
      long blocksPerPart) {
    this.copier = new TableCopier(source, target, workers, blocksPerPart);
    this.carrier = new SchemaCarrier(source, target, schemaGiven, workers);
  }

  /**
   * Makes everything on the target that must be there before rows are; with a given schema compares
   * both sides instead.
   *
   * @throws dev.landfall.problem.OutsideException when a server refused, or something is there that
   *     is not equal
   */
  void schemaBeforeRows() {
    carrier.beforeRows();
  }

  /** Whether an earlier run has left rows behind. */
  boolean hasCopied() {
    return copier.hasCopied();
  }

  /**
   * Brings what an earlier run has copied to a newer snapshot; {@link #copyRows} with the same one
   * copies the rest.
   *
   * @param since tells what was written since
   * @return which tables were emptied, and why
   * @throws dev.landfall.problem.OutsideException when a server refused or did not answer; the call
   *     may be given again, with a newer snapshot too
   */
  List<String> renew(
      Snapshot snapshot, KeysSince since, BandwidthCap cap, Consumer<CopyProgress> progress) {
    return copier.renew(snapshot, since, cap, progress);
  }

  /**
   * Copies all rows as of the snapshot; what an interrupted call with the same snapshot copied is
   * kept. The session that exported it must stay open until this returns.
   *
   * @param progress called four times a second, and at the end
   * @throws dev.landfall.problem.OutsideException when a server refused or did not answer; the call
   *     may be given again
   */
  void copyRows(Snapshot snapshot, BandwidthCap cap, Consumer<CopyProgress> progress) {
    copier.copy(snapshot, cap, progress);
  }

  /**
   * Makes everything that waits for rows: keys, indexes, constraints, triggers, views, comments.
   * Nothing with a given schema.
   *
   * @throws dev.landfall.problem.OutsideException when a server refused; the call may be given
   *     again
   */
  void schemaAfterRows(Consumer<CopyProgress> progress) {
    carrier.afterRows(progress);
  }

  /** Ends what is under way soon; its caller gets an exception. Changes nothing outside. */
  @Override
  public void close() {
    copier.stop();
    carrier.stop();
  }
}
