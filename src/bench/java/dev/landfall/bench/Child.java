package dev.landfall.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that a bench has started; it does not outlive the bench. */
final class Child implements AutoCloseable {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroy)));
  }

  private final Process process;
  private final Path log;
  private final String name;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Starts a program that writes all it has to say to a log in a folder. */
  static Child start(String name, Path folder, Map<String, String> environment, String... command) {
    Path log = folder.resolve(name + ".log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectOutput(log.toFile());
    try {
      Process process = builder.start();
      RUNNING.add(process);
      return new Child(name, process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** Waits for the end. */
  int end(Duration timeMax) throws InterruptedException {
    if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(name + " did not end in time; it said: " + says());
    }
    RUNNING.remove(process);
    return process.exitValue();
  }

  /** Waits for a successful end. */
  String done(Duration timeMax) throws InterruptedException {
    int code = end(timeMax);
    if (code != 0) {
      throw new IllegalStateException(name + " ended with " + code + ": " + says());
    }
    return says();
  }

  String says() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The memory that it occupies now and the most that it ever did, in MB. */
  double[] memory() {
    double now = 0;
    double most = 0;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          now = kilobytes(line);
        } else if (line.startsWith("VmHWM:")) {
          most = kilobytes(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the memory of " + name, e);
    }
    return new double[] {now / 1024, most / 1024};
  }

  /** The time of processors that it has used so far, with its own children: seconds. */
  double cpuSeconds() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
            .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
            .mapToLong(Duration::toMillis)
            .sum()
        / 1000.0;
  }

  private static double kilobytes(String line) {
    return Double.parseDouble(line.replaceAll("[^0-9]", ""));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    RUNNING.remove(process);
  }

  /** Runs a program to its end and returns what it says. */
  static String answer(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " ended with " + code + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0], e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The launcher with its arguments. */
  static String[] landfall(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of("landfall").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  /** A port on which nobody listens. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
