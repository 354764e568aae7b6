package dev.landfall.adapter.command;

import dev.landfall.control.Withheld;
import dev.landfall.problem.OneLine;
import dev.landfall.problem.OutsideException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program, from its start to its end, which is its own or comes when its time is up.
 * No thread waits on its pipes: a child of it that stays and keeps them open keeps nobody here.
 */
final class Run {
  /** What a router answers with has room in it: an order of 16 MiB and what is seen. */
  static final int OUTPUT_BYTES_MAX = 17 * 1024 * 1024;

  /** Only the beginning of what it complains of is shown; the rest is read and dropped. */
  static final int COMPLAINT_BYTES_MAX = 2 * 1024;

  /** The variable by which a program is handed a secret. */
  static final String TOKEN = "LANDFALL_TOKEN";

  private static final long LOOK_MILLIS = 2;
  private static final int SIGNAL_BASE = 128;
  private static final int PART = 64 * 1024;

  private final String name;
  private final Process process;
  private final String token;
  private final Duration limit;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream complaint = new ByteArrayOutputStream();
  private final byte[] part = new byte[PART];

  private Run(String name, Process process, String token, Duration limit) {
    this.name = name;
    this.process = process;
    this.token = token;
    this.limit = limit;
  }

  /**
   * How a program ended.
   *
   * @param code its exit code, 0 to 255; of one that a signal ended 128 and the signal's number
   * @param output what it printed
   * @param complaint the beginning of what it wrote to standard error, on one line
   */
  record End(int code, String output, String complaint) {
    /** For people, after "it". */
    String words() {
      String how =
          code > SIGNAL_BASE
              ? "ended with %d (as if by signal %d)".formatted(code, code - SIGNAL_BASE)
              : "ended with " + code;
      return complaint.isEmpty() ? how : how + " and said \"" + complaint + "\"";
    }
  }

  /**
   * Runs a program to its end.
   *
   * @param command the path of the program and its arguments, which no shell reads
   * @param environment all of it; nothing of this process's own is handed on
   * @param input what it can read from standard input
   * @param limit how long it may take; then it is killed, and so are its children
   * @throws OutsideException when it cannot be started, takes too long or prints too much
   */
  static End of(
      List<String> command, Map<String, String> environment, String input, Duration limit) {
    var builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    String name = command.getFirst() + " " + command.getLast();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new OutsideException(
          CommandProblem.FAILED,
          "cannot run %s: %s; is it there, and executable for this user?"
              .formatted(name, e.getMessage()),
          e);
    }
    var run = new Run(name, process, environment.getOrDefault(TOKEN, ""), limit);
    try {
      run.feed(input);
      return run.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutsideException(
          CommandProblem.TIMEOUT, "cannot wait for %s: interrupted; it was killed".formatted(name));
    } finally {
      run.kill();
    }
  }

  /** A program may end without reading, so a pipe that it closed is nothing to complain of. */
  private void feed(String input) {
    OutputStream pipe = process.getOutputStream();
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    Thread.ofVirtual()
        .start(() -> {
          try (pipe) {
            pipe.write(bytes);
          } catch (IOException e) {
            complain(e);
          }
        });
  }

  /** Whether the program took its order is told by its exit code, and by nothing else. */
  private static void complain(IOException e) {
    System.getLogger(Run.class.getName())
        .log(System.Logger.Level.DEBUG, "a program did not read all that it was told", e);
  }

  private End end() throws InterruptedException {
    long giveUp = System.nanoTime() + limit.toNanos();
    InputStream out = process.getInputStream();
    InputStream error = process.getErrorStream();
    while (true) {
      // Asked first: what it printed before its end is then read below.
      boolean ended = !process.isAlive();
      boolean printed = drain(out, output, OUTPUT_BYTES_MAX);
      boolean complained = drain(error, complaint, -1);
      boolean read = printed || complained;
      if (output.size() > OUTPUT_BYTES_MAX) {
        throw new OutsideException(
            CommandProblem.ANSWER,
            "cannot read what %s prints: it is more than %d MiB; it was killed"
                .formatted(name, OUTPUT_BYTES_MAX / 1024 / 1024));
      }
      if (ended && !read) {
        return new End(process.exitValue(), output.toString(StandardCharsets.UTF_8), complaint());
      }
      if (System.nanoTime() > giveUp) {
        throw new OutsideException(
            CommandProblem.TIMEOUT,
            "cannot wait for %s: it had not ended after %d ms and was killed%s; raise timeout if it needs longer"
                .formatted(name, limit.toMillis(), said()));
      }
      if (!read) {
        boolean _ = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private String said() {
    String text = complaint();
    return text.isEmpty() ? "" : ", having said \"" + text + "\"";
  }

  /** Whether something was there to read. Of what is beyond the bound nothing is kept. */
  private boolean drain(InputStream in, ByteArrayOutputStream into, int max) {
    int bound = max < 0 ? COMPLAINT_BYTES_MAX : max + 1;
    try {
      int there = Math.min(in.available(), PART);
      if (there == 0) {
        return false;
      }
      int count = in.read(part, 0, there);
      into.write(part, 0, Math.clamp(bound - into.size(), 0, Math.max(0, count)));
      return count > 0;
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new OutsideException(
            CommandProblem.FAILED,
            "cannot read what %s prints: %s; it was killed".formatted(name, e.getMessage()),
            e);
      }
      // At the end of a process its pipes are exchanged for what was left in them; the next
      // reading finds that.
      return true;
    }
  }

  /** Without the token, which a program that tells its environment would tell too. */
  private String complaint() {
    String text = complaint.toString(StandardCharsets.UTF_8);
    return OneLine.of(Withheld.from(text, token));
  }

  /** The children first: once their parent is gone nobody knows any more whose they were. */
  private void kill() {
    if (process.isAlive()) {
      List<ProcessHandle> children = new ArrayList<>(process.descendants().toList());
      boolean _ = process.destroyForcibly().isAlive();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
