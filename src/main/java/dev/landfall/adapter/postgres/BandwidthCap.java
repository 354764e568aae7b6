package dev.landfall.adapter.postgres;

import dev.landfall.workload.Bandwidth;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket that everything replication sends goes through: copy and follow share one.
 *
 * <p>The bucket holds 15 ms of bytes and nothing more is taken at once than {@link #grain}, which
 * is 10 ms. So in any one second at most 1.025 times the cap is granted; the rest of the 5 % is for
 * threads that run late. A taker may overdraw by its own grain, and then the next one waits until
 * the debt is paid.
 */
final class BandwidthCap {
  private static final double BURST_SECONDS = 0.015;
  private static final double GRAIN_SECONDS = 0.01;
  private static final int GRAIN_MIN = 256;
  private static final int GRAIN_MAX = 64 * 1024;

  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final LongAdder taken = new LongAdder();

  /** Bytes a second; infinite when there is no cap. */
  private volatile double rate = Double.POSITIVE_INFINITY;

  private double tokens;
  private long filledAt;

  BandwidthCap(Optional<Bandwidth> cap) {
    this(cap, System::nanoTime);
  }

  BandwidthCap(Optional<Bandwidth> cap, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.filledAt = nanoClock.getAsLong();
    set(cap);
  }

  /** Changes the cap, for those that wait now too; empty lifts it. */
  void set(Optional<Bandwidth> cap) {
    lock.lock();
    try {
      fill();
      rate = cap.map(Bandwidth::bytesPerSecond).orElse(Double.POSITIVE_INFINITY);
      tokens = unlimited() ? 0 : Math.min(tokens, rate * BURST_SECONDS);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The most bytes to take at once, 256 to 65536, so that the cap holds in every second. */
  int grain() {
    return (int) Math.clamp(rate * GRAIN_SECONDS, GRAIN_MIN, GRAIN_MAX);
  }

  /**
   * Waits until these bytes may be sent.
   *
   * @param bytes zero or more; more than {@link #grain} overshoots by the difference
   */
  void take(int bytes) throws InterruptedException {
    if (unlimited()) {
      taken.add(bytes);
      return;
    }
    lock.lockInterruptibly();
    try {
      fill();
      while (tokens < 0 && !unlimited()) {
        long nanos = (long) Math.ceil(-tokens / rate * 1e9);
        var _ = changed.await(Math.max(nanos, 50_000), TimeUnit.NANOSECONDS);
        fill();
      }
      if (!unlimited()) {
        tokens -= bytes;
      }
      taken.add(bytes);
    } finally {
      lock.unlock();
    }
  }

  /** All bytes that were granted since the start. */
  long taken() {
    return taken.sum();
  }

  private boolean unlimited() {
    return Double.isInfinite(rate);
  }

  private void fill() {
    long now = nanoClock.getAsLong();
    if (!unlimited()) {
      tokens = Math.min(rate * BURST_SECONDS, tokens + (now - filledAt) / 1e9 * rate);
    }
    filledAt = now;
  }
}
