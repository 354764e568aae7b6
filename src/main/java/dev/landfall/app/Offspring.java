package dev.landfall.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A program with all that it began, also what it left behind: whose parent has ended is nobody's
 * child any more, but has the environment of its parent still. Where the system does not show that
 * (it does on Linux, in {@code /proc}) only those are found whose parents go on.
 */
final class Offspring {
  private static final Path PROCESSES = Path.of("/proc");
  private static final String MARK = "LANDFALL_TRIAL";

  /** Who is killed may have begun another one just before. */
  private static final int ROUNDS_MAX = 20;

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Process process;
  private final String token;
  private final Thread hook = new Thread(this::kill, "end what tests have begun");

  private Offspring(Process process, String token) {
    this.process = process;
    this.token = token;
  }

  /**
   * Starts a program. When this process is told to end before {@link #end}, the program is ended.
   *
   * @throws IOException when it cannot be started
   */
  static Offspring start(ProcessBuilder builder) throws IOException {
    String token = UUID.randomUUID().toString();
    builder.environment().put(MARK, token);
    var offspring = new Offspring(builder.start(), token);
    try {
      Runtime.getRuntime().addShutdownHook(offspring.hook);
    } catch (IllegalStateException _) {
      // This process is ending already, and no hook is taken any more.
      offspring.kill();
    }
    return offspring;
  }

  Process process() {
    return process;
  }

  /** Kills the program and all that it began. */
  void end() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // This process is ending, and the hook finds nobody.
    }
  }

  private void kill() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      // Looked for first: once their parent is gone nobody knows any more whose they were.
      List<ProcessHandle> found =
          Stream.concat(process.descendants(), ProcessHandle.allProcesses().filter(this::isMarked))
              .distinct()
              .toList();
      found.forEach(ProcessHandle::destroyForcibly);
      Process _ = process.destroyForcibly();
      if (found.isEmpty()) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private boolean isMarked(ProcessHandle other) {
    Path environment = PROCESSES.resolve(Long.toString(other.pid())).resolve("environ");
    try {
      return Files.readString(environment, StandardCharsets.ISO_8859_1).contains(token);
    } catch (IOException _) {
      // Another user's, or it is gone: not one of these, or not any more.
      return false;
    }
  }
}
