package dev.landfall.adapter.dns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A DNS server in a process of its own, that a test can stop and start again. */
final class Daemon implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 20_000;

  private final List<String> command;
  private final Path log;
  private final BooleanSupplier answers;
  private Process process;

  private Daemon(List<String> command, Path log, BooleanSupplier answers) throws IOException {
    this.command = command;
    this.log = log;
    this.answers = answers;
    this.process = launch(command, log);
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param folder where its log goes
   * @param answers whether it does
   */
  static Daemon start(Path folder, List<String> command, BooleanSupplier answers) throws Exception {
    var daemon = new Daemon(command, folder.resolve("log"), answers);
    daemon.await();
    return daemon;
  }

  /**
   * A copy of a program of Debian's: AppArmor's profile for the original would not let it read the
   * folders of tests.
   */
  static String program(Path folder, String path) throws IOException {
    Path original = Path.of(path);
    if (!Files.isExecutable(original)) {
      throw new IllegalStateException(
          "%s is not installed; to run this: apt-get install bind9 unbound knot pdns-server"
                  .formatted(path)
              + " pdns-backend-sqlite3");
    }
    Path copy = folder.resolve(original.getFileName());
    Files.copy(original, copy, StandardCopyOption.REPLACE_EXISTING);
    return copy.toString();
  }

  /** Runs a program to its end; returns what it said. */
  static String run(Path folder, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " failed: " + said);
    }
    return said;
  }

  private static Process launch(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  void start() throws Exception {
    process = launch(command, log);
    await();
  }

  private void await() throws Exception {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!answers.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "it does not answer: " + command + "\n" + Files.readString(log));
      }
      Thread.sleep(50);
    }
  }

  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /** Stops and goes on with it, as a machine that hangs. */
  void freeze(boolean frozen) throws Exception {
    run(Path.of("."), List.of("kill", frozen ? "-STOP" : "-CONT", "" + process.pid()));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws Exception {
    stop();
  }
}
