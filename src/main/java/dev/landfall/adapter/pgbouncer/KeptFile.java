package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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
final class KeptFile {
  /** Such a lock tells processes apart and no threads. */
  private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private static final Duration BETWEEN = Duration.ofMillis(5);

  private final Path file;
  private final Path folder;
  private final Path lock;
  private final ReentrantLock turn;

  KeptFile(Path file) {
    this.file = file.toAbsolutePath().normalize();
    this.folder = Objects.requireNonNull(this.file.getParent(), "a file lies in some folder");
    this.lock = folder.resolve(this.file.getFileName() + ".lock");
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
  void write(Kept kept) {
    Path next = folder.resolve(file.getFileName() + ".new");
    try {
      // PgBouncer's user must be able to read the next as it could the last.
      Files.copy(
          file, next, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      try (var channel =
          FileChannel.open(next, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
        var bytes = ByteBuffer.wrap(kept.text().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      // The rename itself is on disk only once the folder is.
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
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
