package dev.landfall.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A child process: its command line, its log file, its end. None outlives the demo, not even when
 * the demo is killed: each ends when its standard input does.
 */
final class Program implements AutoCloseable {
  private static final Duration CLEAN_END = Duration.ofSeconds(8);
  private static final Set<Program> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Program::kill)));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private Program(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program. It must end when its standard input ends.
   *
   * @param name for people, and of its log file
   * @param command with all arguments
   * @param environment added to the demo's own
   * @param folder where its log files are made; it is where the program runs, too
   */
  static Program start(
      String name, List<String> command, Map<String, String> environment, Path folder) {
    Path log = folder.resolve(name + ".log");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectOutput(log.toFile()).redirectError(errors(log).toFile());
    try {
      RUNNING.removeIf(each -> !each.running());
      var program = new Program(name, builder.start(), log);
      RUNNING.add(program);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /** A cache that does not fit is passed over; without its silence the JVM says so on stdout. */
  private static final List<String> INHERITED =
      List.of("-Dlandfall.", "-Dorg.sqlite.lib.path=", "-XX:AOTCache=", "-Xlog:aot", "-Xlog:cds");

  /**
   * The command that runs a class of this program in a JVM of its own, bound to the life of this
   * one.
   *
   * @param heapMegabytesMax the most that its heap may take
   */
  static List<String> java(Class<?> main, int heapMegabytesMax) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx" + heapMegabytesMax + "m");
    command.add("--enable-native-access=ALL-UNNAMED");
    // What the launcher has found out holds for the children, too.
    command.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.add("-cp");
    command.add(absolute(System.getProperty("java.class.path")));
    command.add(Tether.class.getName());
    command.add(main.getName());
    return command;
  }

  /** Not that there is a terminal: children write to files, and what they write is read again. */
  static List<String> inherited(List<String> arguments) {
    return arguments.stream()
        .filter(each -> INHERITED.stream().anyMatch(each::startsWith))
        .filter(each -> !each.startsWith("-Dlandfall.terminal="))
        .toList();
  }

  /** Children run in folders of their own, where a relative class path would lead nowhere. */
  private static String absolute(String classPath) {
    var parts = new ArrayList<String>();
    for (String part : classPath.split(java.io.File.pathSeparator)) {
      parts.add(Path.of(part).toAbsolutePath().toString());
    }
    return String.join(java.io.File.pathSeparator, parts);
  }

  /**
   * The beginning of a script for {@code sh} that does something when this program has ended,
   * however it did; {@code told} is the last line that it was told until then. The signals that end
   * a terminal's programs must not end the one that cleans up after them.
   */
  static final String UNTIL_WE_END =
      """
      trap '' INT TERM HUP QUIT
      told=
      while read -r line; do told=$line; done
      """;

  /** Ends a process that is not our child, such as a database server, should this program die. */
  static Program endWithUs(String name, long pid, Path folder) {
    return start(
        name + "-tether",
        List.of(
            "sh",
            "-c",
            UNTIL_WE_END + "kill -INT \"$1\" 2> /dev/null",
            "tether",
            Long.toString(pid)),
        Map.of(),
        folder);
  }

  /**
   * Waits for a line that begins so, and returns the rest of it.
   *
   * @throws IllegalStateException when the program ends before, or the time is over
   */
  String await(String beginning, Duration timeMax) throws InterruptedException {
    long end = System.nanoTime() + timeMax.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      Optional<String> line =
          output().stream().filter(each -> each.startsWith(beginning)).findFirst();
      if (line.isPresent()) {
        return line.get().substring(beginning.length()).strip();
      }
      if (!alive || System.nanoTime() > end) {
        throw new IllegalStateException(
            "cannot start "
                + name
                + ": it "
                + (alive ? "is not ready after " + timeMax.toSeconds() + " s" : "has ended")
                + " and said: "
                + tail());
      }
      Thread.sleep(20);
    }
  }

  /**
   * Waits for the end.
   *
   * @return the exit code; empty when the time is over first
   */
  Optional<Integer> end(Duration timeMax) throws InterruptedException {
    return process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)
        ? Optional.of(process.exitValue())
        : Optional.empty();
  }

  long pid() {
    return process.pid();
  }

  boolean running() {
    return process.isAlive();
  }

  private static Path errors(Path log) {
    return log.resolveSibling(log.getFileName() + ".errors");
  }

  /** What it has written so far to its standard output. */
  List<String> output() {
    return lines(log);
  }

  /** What it has written so far to its standard error. */
  List<String> complaints() {
    return lines(errors(log));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).lines().toList() : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The last lines that it wrote, for messages. */
  String tail() {
    List<String> lines = new ArrayList<>(lastOf(output()));
    lines.addAll(lastOf(complaints()));
    return String.join(" | ", lines);
  }

  private static List<String> lastOf(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - 4), lines.size());
  }

  /** Kills it as {@code kill -9} does; it can do nothing about it. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends its standard input, and does not wait for what it does then. */
  void release() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end the input of " + name, e);
    }
  }

  /** Lets it end by itself, by the end of its input. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(CLEAN_END.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (IOException e) {
      kill();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
