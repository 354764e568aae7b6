package dev.landfall.adapter.sqlite;

import dev.landfall.TestJava;
import dev.landfall.engine.Journal;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.problem.OutsideException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Another process at the same state file. It is told what to do by its arguments, and says on its
 * output what happened, a line each.
 */
final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  /**
   * @param before what to put before the command: a wrapper that changes the world of the process
   * @param arguments what {@link #main} does
   */
  OtherProcess(List<String> before, List<String> arguments) throws IOException {
    var command = new ArrayList<>(before);
    command.addAll(
        TestJava.command(
            OtherProcess.class, "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    lines = process.inputReader(StandardCharsets.UTF_8);
  }

  OtherProcess(String... arguments) throws IOException {
    this(List.of(), List.of(arguments));
  }

  /** The next line that it says; null at the end. */
  String line() throws IOException {
    return lines.readLine();
  }

  List<String> linesToTheEnd() {
    return lines.lines().toList();
  }

  long pid() {
    return process.pid();
  }

  /** As {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "append" -> append(folder, Integer.parseInt(arguments[2]));
      case "drive" -> drive(folder, Duration.ofMillis(Long.parseLong(arguments[2])));
      case "append-until-refused" -> appendUntilRefused(folder);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Races for each version, and says which it won. */
  private static void append(Path folder, int versions) throws Exception {
    try (Journal journal = SqliteJournal.open(folder)) {
      say("ready");
      System.in.read();
      for (int version = 0; version < versions; version++) {
        try {
          journal.append("shop", version, List.of(draft("{}")));
          say("won " + version);
        } catch (VersionConflict lost) {
          say("lost " + version);
        }
      }
    }
  }

  void go() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Drives for ever, in one long call. */
  private static void drive(Path folder, Duration heartbeat) throws Exception {
    var timing = new SqliteLeases.Timing(heartbeat, Duration.ofMillis(20), Duration.ofSeconds(1));
    SqliteLeases leases = SqliteLeases.open(folder, timing);
    leases.drive(
        "shop",
        lease -> {
          say("driving");
          while (lease.stillHeld()) {
            Thread.sleep(10);
          }
          say("lost");
          return Optional.empty();
        });
    say("started");
    Thread.sleep(Duration.ofMinutes(2));
  }

  private static void appendUntilRefused(Path folder) throws Exception {
    try (Journal journal = SqliteJournal.open(folder)) {
      for (long version = 0; version < 10_000; version++) {
        journal.append("shop", version, List.of(draft("{\"x\":\"" + "x".repeat(2000) + "\"}")));
        say("appended " + (version + 1));
      }
    } catch (OutsideException refused) {
      say(refused.code().id());
      say(String.valueOf(refused.getMessage()));
    }
    try (Journal journal = SqliteJournal.open(folder)) {
      say("fault " + journal.audit().fault());
      say("entries " + journal.read("shop", 0).size());
    } catch (OutsideException refused) {
      say(refused.code().id());
    }
  }

  private static Draft draft(String payload) {
    return new Draft("Tried", payload, Instant.now(), "controller", "");
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
