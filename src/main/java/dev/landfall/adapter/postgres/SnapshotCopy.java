package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first copy through a bandwidth cap, with its last progress remembered for looks. */
final class SnapshotCopy implements InitialCopy {
  private final FirstCopy copy;
  private final BandwidthCap cap;
  private volatile @Nullable CopyProgress last;

  SnapshotCopy(FirstCopy copy, BandwidthCap cap) {
    this.copy = copy;
    this.cap = cap;
  }

  @Override
  public void schemaBeforeRows() {
    copy.schemaBeforeRows();
  }

  @Override
  public void copyRows(Snapshot snapshot) {
    copy.copyRows(
        new FirstCopy.Snapshot(snapshot.name(), snapshot.consistentPoint()),
        cap,
        progress -> last = progress);
  }

  @Override
  public void schemaAfterRows() {
    copy.schemaAfterRows(progress -> last = progress);
  }

  @Override
  public Optional<CopyProgress> progress() {
    return Optional.ofNullable(last);
  }

  @Override
  public void close() {
    copy.close();
  }
}
