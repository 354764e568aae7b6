package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the workers of a copy have done, and what that means for the rest. */
final class CopyMeter {
  /** The rate is that of the last ten looks or so. */
  private static final int LOOKS = 20;

  private final String stage;
  private final long tables;
  private final long rowsEstimated;
  private final long bytesEstimated;
  private final LongAdder tablesDone = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /** Bytes of the source's heaps that are over; the wire's bytes are fewer or more. */
  private final LongAdder heapBytes = new LongAdder();

  private final ArrayDeque<long[]> looks = new ArrayDeque<>();

  CopyMeter(String stage, long tables, long rowsEstimated, long bytesEstimated) {
    this.stage = stage;
    this.tables = tables;
    this.rowsEstimated = rowsEstimated;
    this.bytesEstimated = bytesEstimated;
  }

  void carried(long count) {
    bytes.add(count);
  }

  void rows(long count) {
    rows.add(count);
  }

  void tableDone() {
    tablesDone.increment();
  }

  void heapDone(long count) {
    heapBytes.add(count);
  }

  /** How it stands now; called a few times a second, by one thread. */
  CopyProgress look(long nanoTime) {
    looks.addLast(new long[] {nanoTime, bytes.sum(), heapBytes.sum()});
    if (looks.size() > LOOKS) {
      looks.removeFirst();
    }
    long[] first = looks.getFirst();
    long[] last = looks.getLast();
    double seconds = (last[0] - first[0]) / 1e9;
    double rate = seconds > 0 ? (last[1] - first[1]) / seconds : 0;
    return new CopyProgress(
        stage,
        tablesDone.sum(),
        tables,
        rows.sum(),
        Math.max(rowsEstimated, rows.sum()),
        bytes.sum(),
        Math.max(bytesEstimated, bytes.sum()),
        rate,
        left(rate));
  }

  /** From the share of pages that is over, because the wire's bytes have another size. */
  private Optional<Duration> left(double rate) {
    long done = heapBytes.sum();
    if (done >= bytesEstimated && bytesEstimated > 0) {
      return Optional.of(Duration.ZERO);
    }
    if (rate <= 0 || done <= 0 || bytesEstimated <= 0) {
      return Optional.empty();
    }
    double wireBytesLeft = (double) bytes.sum() / done * (bytesEstimated - done);
    return Optional.of(Duration.ofSeconds(Math.round(wireBytesLeft / rate)));
  }
}
