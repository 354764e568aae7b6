package dev.landfall.adapter.address;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs a program of the host, which may take so long, and print so much, and no more. */
final class HostCommand {
  /** Below the time that the plane waits for an agent. */
  private static final int SECONDS_MAX = 4;

  /** A host with thousands of interfaces prints that much of them. */
  private static final int OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

  private HostCommand() {}

  /**
   * How a program ended.
   *
   * @param code 0 when all was well
   * @param said what it printed, errors too
   */
  record End(int code, String said) {}

  /**
   * Runs it and gives what it printed.
   *
   * @throws OutsideException with {@link AddressProblem#HOST} when it failed, took too long or
   *     printed too much
   */
  static String run(String... command) {
    End end = end(command);
    if (end.code() != 0) {
      throw problem("run " + line(command), end.said(), null);
    }
    return end.said();
  }

  /** The same, whatever it ends with. */
  static End end(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        return end(process, line(command));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw problem("run " + line(command), String.valueOf(e.getMessage()), e);
    }
  }

  private static End end(Process process, String line) {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    CompletableFuture<byte[]> reading =
        CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
    try {
      byte[] said = reading.get(SECONDS_MAX, TimeUnit.SECONDS);
      if (said.length > OUTPUT_BYTES_MAX) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        throw problem("run " + line, "it printed more than 8 MiB", null);
      }
      if (!process.waitFor(giveUp - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      return new End(process.exitValue(), new String(said, StandardCharsets.UTF_8).strip());
    } catch (TimeoutException e) {
      // What it started would go on without it.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      throw problem("run " + line, "no end after " + SECONDS_MAX + " s", e);
    } catch (ExecutionException e) {
      throw problem("read what was printed by " + line, String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw problem("run " + line, "interrupted", e);
    }
  }

  private static byte[] read(Process process) {
    try {
      return process.getInputStream().readNBytes(OUTPUT_BYTES_MAX + 1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String line(String... command) {
    return String.join(" ", command);
  }

  static OutsideException problem(String what, String seen, @Nullable Throwable cause) {
    String words =
        "cannot %s: %s; iproute2, CAP_NET_ADMIN and the right --interface are needed"
            .formatted(what, seen);
    return cause == null
        ? new OutsideException(AddressProblem.HOST, words)
        : new OutsideException(AddressProblem.HOST, words, cause);
  }
}
