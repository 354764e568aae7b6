package dev.landfall.adapter.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The PgBouncer of Debian as a process of the test's own, on loopback alone. It refuses to run as
 * root, so root runs it as the user {@code postgres}, whom its package makes.
 */
public final class PgbouncerProcess implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final Path configuration;
  private final Path log;
  private final int port;
  private Process process;

  /**
   * Starts it.
   *
   * @param configuration its pgbouncer.ini, which says that it listens on this port of 127.0.0.1
   */
  public PgbouncerProcess(Path configuration, int port) throws IOException, InterruptedException {
    assertThat(PROGRAM).as("install pgbouncer").isExecutable();
    this.configuration = configuration;
    this.log = configuration.resolveSibling("pgbouncer.log");
    this.port = port;
    process = launch();
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Lets its user pass through a folder of the test. */
  public static void letPass(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process launch() throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    if (ROOT) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.addAll(List.of(PROGRAM.toString(), configuration.toString()));
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!listens()) {
      assertThat(started.isAlive()).as(this::log).isTrue();
      assertThat(System.nanoTime()).as("PgBouncer within 20 seconds").isLessThan(giveUp);
      Thread.sleep(5);
    }
    return started;
  }

  private boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it has logged since the test began. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Kills it without warning. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Kills it without warning, and starts it again. */
  public void restart() throws IOException, InterruptedException {
    kill();
    process = launch();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("PgBouncer does not end", e);
    }
  }
}
