package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import dev.landfall.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A demo that somebody ends in the middle of it, in a process of its own. */
class EndedDemoIT {
  private static final Duration CLEAN_MAX = Duration.ofSeconds(60);

  @TempDir Path folder;

  private Path temporary = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "KILL"})
  void nothingStaysOfOneThatIsEnded(String signal) throws Exception {
    Process demo = start();
    try (var told = demo.inputReader()) {
      String line = told.readLine();
      while (line != null && !line.startsWith("PostgreSQL ")) {
        line = told.readLine();
      }
      assertThat(line).as(() -> errors()).isNotNull();
      List<ProcessHandle> servers = servers();
      assertThat(servers).hasSize(2).allMatch(ProcessHandle::isAlive);
      assertThat(new ProcessBuilder("kill", "-" + signal, "" + demo.pid()).start().waitFor())
          .isZero();
      assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
      long end = System.nanoTime() + CLEAN_MAX.toNanos();
      while (!left().isEmpty() && System.nanoTime() < end) {
        Thread.sleep(50);
      }
      assertThat(left()).isEmpty();
      for (ProcessHandle each : servers) {
        assertThat(each.onExit()).succeedsWithin(CLEAN_MAX);
      }
    } finally {
      Process _ = demo.destroyForcibly();
    }
  }

  @Test
  void theLogsOfOneThatFailsStay() throws Exception {
    Process demo = start("-Dlandfall.postgres=" + folder.resolve("nothing"));
    try (var told = demo.inputReader()) {
      assertThat(told.readAllAsString()).contains("The logs of everything are in " + temporary);
      assertThat(demo.waitFor()).isNotZero();
    }
    assertThat(left()).hasSize(1);
  }

  /**
   * Who runs the tests may have them ignore the signals of the keyboard; a user's demo does not.
   */
  private Process start(String... options) throws IOException {
    temporary = Files.createDirectory(folder.resolve("temporary"));
    var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(TestJava.command("-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("demo", "--rows", "1000", "--customers", "5"));
    return new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
  }

  private List<ProcessHandle> servers() throws IOException {
    try (var all = Files.walk(temporary, 3)) {
      return all.filter(each -> each.endsWith("data"))
          .flatMap(each -> EmbeddedServer.postmaster(each).stream())
          .toList();
    }
  }

  /** What the demo made, not what its Java has there. */
  private List<String> left() throws IOException {
    try (var all = Files.list(temporary)) {
      return all.map(each -> each.getFileName().toString())
          .filter(each -> each.startsWith("landfall"))
          .toList();
    }
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
