package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Eventually;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The HAProxy of Debian as a process of the test's own, with a master, on loopback alone. */
final class HaproxyProcess implements AutoCloseable {
  static final Path PROGRAM = Path.of("/usr/sbin/haproxy");

  private final Path folder;
  private final List<String> configuration;
  private Process process;

  /** Starts it on these files, which lie in the folder, as its logs will. */
  HaproxyProcess(Path folder, List<String> configuration) throws IOException {
    assertThat(PROGRAM).as("install haproxy").isExecutable();
    this.folder = folder;
    this.configuration = configuration;
    this.process = launch();
  }

  Path master() {
    return folder.resolve("master.sock");
  }

  String log() {
    try {
      return Files.readString(folder.resolve("haproxy.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process launch() throws IOException {
    var command = new java.util.ArrayList<>(List.of(PROGRAM.toString(), "-W", "-S"));
    command.add(master().toString());
    for (String file : configuration) {
      command.add("-f");
      command.add(folder.resolve(file).toString());
    }
    Path log = folder.resolve("haproxy.log");
    long before = Files.exists(log) ? Files.readString(log).lines().count() : 0;
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    eventually(() -> {
      assertThat(started.isAlive()).as(this::log).isTrue();
      return log().lines().skip(before).anyMatch(line -> line.contains("Loading success"));
    });
    eventually(this::listens);
    return started;
  }

  /** As systemd reloads it: another worker takes the sockets over, the former serves to its end. */
  void reload() throws Exception {
    long before = successes();
    signal("USR2");
    eventually(() -> successes() > before && listens());
  }

  /** The master says that all is loaded before it listens. */
  private boolean listens() {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(master()));
    } catch (IOException e) {
      return false;
    }
  }

  private long successes() {
    return log().lines().filter(line -> line.contains("Loading success")).count();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Kills master and workers without warning, and starts it again. */
  void restart() throws Exception {
    close();
    process = launch();
  }

  private static void eventually(BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(20), condition);
  }

  /**
   * HAProxy 2.6.12 may crash at the very end of a worker that leaves, while it closes what it
   * listened on, when all it had is served (its issue 2114, mended in 2.6.13). Nobody is harmed by
   * that; who serves users must not crash, and whoever was served by one that leaves is counted.
   */
  private static boolean crash(String line) {
    return line.contains("Segmentation fault") && !line.contains(" Former worker ");
  }

  @Override
  public void close() {
    assertThat(log().lines().filter(HaproxyProcess::crash)).as("a worker crashed").isEmpty();
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    try {
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      for (ProcessHandle each : all) {
        each.onExit().get(10, TimeUnit.SECONDS);
      }
    } catch (Exception e) {
      throw new IllegalStateException("HAProxy does not end", e);
    }
  }
}
