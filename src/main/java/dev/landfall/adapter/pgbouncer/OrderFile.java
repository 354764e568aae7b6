package dev.landfall.adapter.pgbouncer;

import dev.landfall.control.KeptFile;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The file of a route, which PgBouncer's configuration includes: either the old or the new one is
 * there, and who changes it has it alone. The lock is one of POSIX on a file beside it, so it ends
 * with the process that has it.
 */
final class OrderFile {
  /** Such a lock tells processes apart and no threads. */
  private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private static final Duration BETWEEN = Duration.ofMillis(5);

  private final Path file;
  private final KeptFile kept;
  private final Path lock;
  private final ReentrantLock turn;

  OrderFile(Path file) {
    this.file = file.toAbsolutePath().normalize();
    this.kept = new KeptFile(this.file);
    this.lock = kept.folder().resolve(this.file.getFileName() + ".lock");
    this.turn = TURNS.computeIfAbsent(this.file, _ -> new ReentrantLock());
  }

  Path path() {
    return file;
  }

  /** What it says now. */
  Kept read() {
    try {
      return Kept.parse(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new OutsideException(
          PgbouncerProblem.STATE,
          "cannot read the last order in %s: %s; see the guide for what stands there at first"
              .formatted(file, words(e)),
          e);
    }
  }

  /** Replaces it; when this returns, it survives a loss of power. */
  void write(Kept order) {
    try {
      // PgBouncer's user must be able to read the next as it could the last.
      kept.replace(order.text());
    } catch (IOException e) {
      throw new OutsideException(
          PgbouncerProblem.STATE,
          "cannot keep the order in %s: %s; make room, and let Landfall write in its folder"
              .formatted(file, words(e)),
          e);
    }
  }

  /**
   * Does something alone.
   *
   * @param patience how long whoever is at it is waited for; zero for not at all
   * @return what came of it; absent when somebody else was at it all that time
   */
  <T> Optional<T> alone(Duration patience, Supplier<T> work) {
    long last = System.nanoTime() + patience.toNanos();
    try {
      if (!turn.tryLock(Math.max(1, patience.toNanos()), TimeUnit.NANOSECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try (var channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock held = channel.tryLock();
      while (held == null && System.nanoTime() < last) {
        Thread.sleep(BETWEEN);
        held = channel.tryLock();
      }
      return held == null ? Optional.empty() : Optional.of(work.get());
    } catch (IOException e) {
      throw new OutsideException(
          PgbouncerProblem.STATE,
          "cannot lock %s: %s; let Landfall write in its folder".formatted(lock, words(e)),
          e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      turn.unlock();
    }
  }

  private OutsideException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new OutsideException(
        PgbouncerProblem.STATE,
        "cannot change %s: the order was given up meanwhile; look again".formatted(file),
        e);
  }

  private static String words(Exception e) {
    return e instanceof IOException
        ? e.getClass().getSimpleName() + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }
}
