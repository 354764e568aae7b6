package dev.landfall.adapter.postgres;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * One pair of sessions that copies batches of parts, each in one transaction on either side.
 *
 * <p>The source's transaction imports the snapshot anew for each batch: a transaction that touched
 * tens of thousands of tables would hold as many locks, more than a server has by default.
 */
final class CopyWorker {
  /** The binary form of no rows: its header and its trailer. */
  private static final int EMPTY_BINARY_BYTES = 21;

  private static final int BUFFER_BYTES = 64 * 1024;

  /** Keys in one question for rows; they stand in its text. */
  private static final int KEYS_AT_ONCE = 5_000;

  private final Connection source;
  private final Connection target;
  private final TableCopier.Order order;
  private final BandwidthCap cap;
  private final CopyMeter meter;
  private final BooleanSupplier stopped;

  /** What it works on, for messages. */
  private String at = "";

  CopyWorker(
      Connection source,
      Connection target,
      TableCopier.Order order,
      CopyMeter meter,
      BooleanSupplier stopped) {
    this.source = source;
    this.target = target;
    this.order = order;
    this.cap = order.cap();
    this.meter = meter;
    this.stopped = stopped;
  }

  String at() {
    return at;
  }

  /** Copies the parts and records them; all of them or none. */
  void copy(List<CopyPart> batch) throws SQLException, InterruptedException {
    at = batch.getFirst().table().name();
    var rows = new LinkedHashMap<CopyPart, Long>();
    importSnapshot();
    target.setAutoCommit(false);
    for (CopyPart part : batch) {
      at = part.table().name();
      rows.put(part, copy(part));
    }
    source.commit();
    CopyLedger.record(target, rows, order);
    target.commit();
    rows.forEach((part, count) -> {
      meter.rows(count);
      meter.heapDone(part.bytesEstimated());
    });
  }

  /**
   * Brings what is copied of a table from an earlier snapshot to this one, in one transaction: the
   * rows of these keys are deleted, and copied as they are now.
   *
   * @param ranges which pages count as copied, as {@link CopyPart#within} puts it
   */
  void renew(CopyTable table, RowKeys rows, String ranges)
      throws SQLException, InterruptedException {
    at = table.name();
    importSnapshot();
    target.setAutoCommit(false);
    // All of them first: a new row may have what was unique in another one of them.
    long gone = rows.delete(target);
    lock(table);
    long come = 0;
    for (RowKeys some : rows.pieces(KEYS_AT_ONCE)) {
      come += pipe(table, table.copyOut(some.condition(source), ranges));
    }
    source.commit();
    CopyLedger.renew(target, List.of(table.name()), come - gone, order);
    target.commit();
    meter.rows(come);
    meter.tableDone();
  }

  private void importSnapshot() throws SQLException {
    source.setAutoCommit(false);
    CopySessions.take(source, order.snapshot());
  }

  private long copy(CopyPart part) throws SQLException, InterruptedException {
    lock(part.table());
    return pipe(part.table(), part.table().copyOut(part));
  }

  private void lock(CopyTable table) throws SQLException {
    new Catalog(source).run("LOCK TABLE ONLY " + table.name() + " IN ACCESS SHARE MODE");
    refuseRewritten(table);
  }

  private long pipe(CopyTable table, String copyOut) throws SQLException, InterruptedException {
    CopyOut out = copies(source).copyOut(copyOut);
    var buffer = new ByteArrayOutputStream(BUFFER_BYTES);
    CopyIn in = null;
    try {
      byte[] row;
      while ((row = out.readFromCopy()) != null) {
        buffer.write(row, 0, row.length);
        if (buffer.size() >= BUFFER_BYTES) {
          in = in == null ? copies(target).copyIn(table.copyIn()) : in;
          send(in, buffer);
        }
      }
      if (in == null && buffer.size() <= (table.binary() ? EMPTY_BINARY_BYTES : 0)) {
        return 0;
      }
      in = in == null ? copies(target).copyIn(table.copyIn()) : in;
      send(in, buffer);
      return in.endCopy();
    } catch (SQLException | InterruptedException e) {
      leave(out, in, e);
      throw e;
    }
  }

  private void send(CopyIn in, ByteArrayOutputStream buffer)
      throws SQLException, InterruptedException {
    byte[] bytes = buffer.toByteArray();
    buffer.reset();
    for (int from = 0; from < bytes.length; ) {
      if (stopped.getAsBoolean()) {
        throw new InterruptedException("the copy was stopped");
      }
      int length = Math.min(cap.grain(), bytes.length - from);
      cap.take(length);
      in.writeToCopy(bytes, from, length);
      meter.carried(length);
      from += length;
    }
  }

  /**
   * A table rewritten since the snapshot was made may have lost its older row versions (ALTER
   * TABLE), or has them on other pages (VACUUM FULL): its rows as of the snapshot are no more. And
   * its name, which is held by the lock and by which the rows are read, may be another table's now.
   */
  private void refuseRewritten(CopyTable table) throws SQLException {
    boolean same =
        new Catalog(source)
            .holds(
                "SELECT relfilenode = pg_relation_filenode(oid) AND oid = to_regclass(?)"
                    + " FROM pg_class WHERE oid = ?",
                table.name(),
                table.oid());
    if (!same) {
      throw new OwnSqlException(
          "the table was rewritten, truncated or replaced by another one while it was copied",
          "55006");
    }
  }

  /** Ends what is still under way; what goes wrong with that must not hide what went wrong. */
  private static void leave(CopyOut out, @Nullable CopyIn in, Exception why) {
    try {
      if (in != null && in.isActive()) {
        in.cancelCopy();
      }
      if (out.isActive()) {
        out.cancelCopy();
      }
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  private static CopyManager copies(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getCopyAPI();
  }
}
