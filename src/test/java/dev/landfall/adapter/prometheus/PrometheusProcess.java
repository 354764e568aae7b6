package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.routing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Prometheus of Debian as a process of the test's own, on loopback alone. */
public final class PrometheusProcess implements AutoCloseable {
  static final Duration START_MAX = Duration.ofSeconds(40);

  private static final Path PROGRAM = Path.of("/usr/bin/prometheus");

  private final Path folder;
  private final int port;
  private Process process;

  /**
   * Starts it, scraping each target once a second.
   *
   * @param targets job names and ports of loopback, or hosts and ports, in turns
   * @param web further options for its web side: certificates
   */
  public PrometheusProcess(Path folder, List<String> targets, String... web) throws Exception {
    assertThat(PROGRAM).as("install prometheus").isExecutable();
    this.folder = folder;
    this.port = Ports.free();
    var jobs = new StringBuilder("global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n");
    jobs.append("scrape_configs:\n");
    for (int i = 0; i < targets.size(); i += 2) {
      String place = targets.get(i + 1);
      jobs.append("  - job_name: %s\n".formatted(targets.get(i)))
          .append(
              "    static_configs: [{targets: ['%s']}]\n"
                  .formatted(place.contains(":") ? place : "127.0.0.1:" + place));
    }
    Files.writeString(folder.resolve("prometheus.yml"), jobs);
    var command =
        new ArrayList<String>(
            List.of(
                PROGRAM.toString(),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port));
    command.addAll(List.of(web));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    Eventually.within(
        START_MAX,
        () -> {
          assertThat(process.isAlive()).as(log()).isTrue();
          return log().contains("Server is ready to receive web requests");
        });
    Eventually.within(START_MAX, this::listens);
  }

  /** Where it is asked. */
  public int port() {
    return port;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("prometheus.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private boolean listens() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
