package dev.landfall.adapter.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Hands the last full comparison from one process to the next, as long as that is sound. */
final class BaselineKeeping {
  private static final Duration TURN = Duration.ofMillis(20);

  /** Suspects younger than this are as a rule rows whose writes are under way. */
  private static final Duration SUSPECT_MAX = Duration.ofSeconds(10);

  private final PostgresServer source;
  private final Comparison.Shared shared;
  private final FullPass full;
  private final BooleanSupplier closed;

  /** When there were no suspects last, on the clock of {@link System#nanoTime}. */
  private volatile long noneSuspectAt = System.nanoTime();

  private volatile boolean recorded;

  BaselineKeeping(
      PostgresServer source, Comparison.Shared shared, FullPass full, BooleanSupplier closed) {
    this.source = source;
    this.shared = shared;
    this.full = full;
    this.closed = closed;
  }

  /** Takes over the baseline of an earlier process, if the same slots have been kept since. */
  void restore() throws SQLException, InterruptedException {
    while (!closed.getAsBoolean()
        && (shared.onSource().generation() == 0 || shared.onTarget().generation() == 0)) {
      if (shared.lost().isPresent()) {
        return;
      }
      Thread.sleep(TURN);
    }
    Optional<BaselineRecord> found = BaselineRecord.read(source);
    if (found.isPresent() && found.get().watchers().equals(watchers())) {
      recorded = true;
      full.found(found.get().began(), found.get().rows());
    }
  }

  /**
   * Keeps the baseline for the next process while that would learn from the logs of all that is
   * open here, and takes it back before the logs are let go.
   */
  void update() throws SQLException {
    Watcher here = shared.onSource();
    Watcher there = shared.onTarget();
    boolean tooMuch = here.retainsTooMuch() || there.retainsTooMuch();
    boolean lost = shared.lost().isPresent();
    if (shared.suspects().isEmpty()) {
      noneSuspectAt = System.nanoTime();
    }
    boolean differs = System.nanoTime() - noneSuspectAt > SUSPECT_MAX.toNanos();
    Optional<FullPass.Baseline> baseline = full.baseline();
    boolean sound =
        shared.suspects().isEmpty()
            && !lost
            && here.remembersAll()
            && there.remembersAll()
            && !tooMuch;
    if (sound && baseline.isPresent() && !recorded) {
      FullPass.Baseline found = baseline.get();
      new BaselineRecord(found.began(), found.rows(), watchers()).write(source);
      recorded = true;
    } else if (recorded && (tooMuch || lost || differs)) {
      BaselineRecord.forget(source);
      recorded = false;
    }
    here.mayForget(tooMuch && !recorded);
    there.mayForget(tooMuch && !recorded);
  }

  private String watchers() {
    return shared.onSource().generation() + "/" + shared.onTarget().generation();
  }
}
