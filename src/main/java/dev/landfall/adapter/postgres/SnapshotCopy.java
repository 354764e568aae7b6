package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.util.List;
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
  public boolean hasCopied() {
    return copy.hasCopied();
  }

  @Override
  public List<String> renew(Snapshot snapshot, KeysSince since) {
    return copy.renew(own(snapshot), since, cap, progress -> last = progress);
  }

  @Override
  public void copyRows(Snapshot snapshot) {
    copy.copyRows(own(snapshot), cap, progress -> last = progress);
  }

  private static FirstCopy.Snapshot own(Snapshot snapshot) {
    return new FirstCopy.Snapshot(snapshot.name(), snapshot.consistentPoint());
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
