package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small process of its own beside each controller, which ends a hold that has run out when the
 * controller is dead or stopped by then: PgBouncer itself would let its clients wait until it turns
 * them away with an error. It reads the file of the route a few times a second, and speaks to
 * PgBouncer only when there is something to end. It goes when the controller has gone and no hold
 * is left.
 */
public final class HoldWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(100);

  /** The controller ends its holds itself, when it can. */
  private static final Duration GRACE = Duration.ofMillis(300);

  /** A PgBouncer that is away for longer has nobody who waits. */
  private static final Duration AT_MOST = Duration.ofHours(1);

  /** So that no signal to the controller's terminal reaches it. */
  private static final Path SESSION = Path.of("/usr/bin/setsid");

  private final List<String> plane;
  private @Nullable Process process;

  HoldWatch(String control, String user, Optional<String> password, Path file) {
    this.plane =
        List.of(
            control,
            user,
            file.toAbsolutePath().toString(),
            password.map(text -> "+" + text).orElse("-"));
  }

  /** Sees to it that the process is there. */
  synchronized void start() {
    if (process != null && process.isAlive()) {
      return;
    }
    var command = new ArrayList<String>();
    if (Files.isExecutable(SESSION)) {
      command.add(SESSION.toString());
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            HoldWatch.class.getName()));
    try {
      // Whoever reads what the controller prints must not wait for the end of this one, too.
      Process started =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process = started;
      var to = started.outputWriter(StandardCharsets.UTF_8);
      for (String word : plane) {
        to.write(word.replace("\n", "") + "\n");
      }
      to.flush();
    } catch (IOException e) {
      throw new OutsideException(
          PgbouncerProblem.WATCH,
          "cannot start the process that ends a hold should this one die: %s; let %s be started"
              .formatted(e.getMessage(), command.getFirst()),
          e);
    }
  }

  /** Lets it go, once no hold is left. */
  @Override
  public synchronized void close() {
    if (process != null) {
      try {
        process.outputWriter(StandardCharsets.UTF_8).close();
      } catch (IOException e) {
        // It has gone already, which is what was asked for.
        process = null;
      }
    }
  }

  /**
   * The process.
   *
   * @param args none: what it must know comes line by line, as a secret is in it
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var from = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String control = from.readLine();
    String user = from.readLine();
    String file = from.readLine();
    String password = from.readLine();
    if (control == null || user == null || file == null || password == null) {
      return;
    }
    Thread controller = Thread.startVirtualThread(() -> awaitEnd(from));
    var secret =
        Optional.of(password).filter(text -> text.startsWith("+")).map(text -> text.substring(1));
    try (var router = new PgbouncerRouter(control, user, secret, Path.of(file))) {
      watch(router, Path.of(file), controller);
    }
  }

  /** The controller says nothing more; that it goes is what is waited for. */
  private static void awaitEnd(BufferedReader from) {
    try {
      String said = from.readLine();
      while (said != null) {
        said = from.readLine();
      }
    } catch (IOException e) {
      return;
    }
  }

  private static void watch(PgbouncerRouter router, Path file, Thread controller)
      throws InterruptedException {
    long last = Long.MAX_VALUE;
    while (System.nanoTime() < last) {
      boolean gone = !controller.isAlive();
      if (gone && last == Long.MAX_VALUE) {
        last = System.nanoTime() + AT_MOST.toNanos();
      }
      try {
        if (router.endHold(GRACE) && gone) {
          return;
        }
      } catch (OutsideException e) {
        // A PgBouncer that is away is asked again; what is wrong is told by whoever looks. One
        // whose file was taken away is nobody's any more.
        if (gone && !Files.exists(file)) {
          return;
        }
      }
      Thread.sleep(EVERY);
    }
  }
}
