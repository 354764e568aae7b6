package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Landfall's own disk is full: it cannot decide anything, and users must not pay for that. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FullStateDiskIT {
  private static final Duration HOLD = Duration.ofSeconds(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void whileStagedAndInTheMiddleOfACutoverUsersStayOnTheSourceAndItGoesOnWhenThereIsRoom()
      throws Exception {
    try (var disk = new SmallDisk(folder.resolve("state"));
        var world = World.between(folder, "hold: 20s, retry-pause: 100ms")) {
      Landfall landfall = world.landfall.through(disk.entry());
      World.done(landfall.run(world.promote("--until", "staged")), "staged");

      disk.fill();
      Landfall.Ended refused = landfall.run(world.promote());
      assertThat(refused.code()).as(refused.toString()).isEqualTo(5);
      assertThat(refused.problem()).as(refused.toString()).isEqualTo("journal-full");
      world.writers.awaitProgress(HOLD);
      disk.free();

      // Writers keep the fence from closing, so that the moment can be chosen.
      try (var slow = OverlappingWriter.start(world.source, world.database);
          var promote = landfall.start(world.promote())) {
        World.await("the hold", HOLD, () -> !promote.running() || world.holding());
        Thread.sleep(200);
        disk.fill();
        slow.end();
        world.writers.awaitProgress(HOLD);
        assertThat(world.routedTo()).contains("source");
        assertThat(world.acceptsWrites(world.source)).isTrue();
        assertThat(world.acceptsWrites(world.target)).isFalse();
        disk.free();
        Landfall.Ended ended = promote.ended();
        assertThat(ended.code()).as(ended.toString()).isIn(0, 5);
      }
      World.done(landfall.run(world.promote()), "promoted");
      assertThat(world.acceptsWrites(world.source)).isFalse();
      world.writers.awaitProgress(HOLD);
      world.nothingLost("target");
      assertThat(landfall.run("audit", "verify").code()).isZero();
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /** A few megabytes, seen only by those who enter; works without being root too. */
  private static final class SmallDisk implements AutoCloseable {
    private static final String SCRIPT =
        """
        mount -t tmpfs -o size=8m tmpfs "$1"
        echo ready
        while read -r line; do eval "$line"; echo done; done
        """;

    private final Path place;
    private final Process shell;
    private final BufferedReader said;

    SmallDisk(Path place) throws IOException {
      this.place = Files.createDirectories(place);
      this.shell =
          new ProcessBuilder("unshare", "-Urm", "sh", "-c", SCRIPT, "sh", place.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      this.said = shell.inputReader(StandardCharsets.UTF_8);
      assertThat(said.readLine()).isEqualTo("ready");
    }

    /** The command by which others see it. */
    String[] entry() {
      return new String[] {
        "nsenter", "-t", "" + shell.pid(), "-U", "-m", "--preserve-credentials", "--"
      };
    }

    void fill() throws IOException {
      tell("cat /dev/zero > " + place + "/other 2> /dev/null");
    }

    void free() throws IOException {
      tell("rm " + place + "/other");
    }

    private void tell(String command) throws IOException {
      shell.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      shell.getOutputStream().flush();
      assertThat(said.readLine()).isEqualTo("done");
    }

    @Override
    public void close() throws Exception {
      shell.destroyForcibly();
      shell.waitFor();
    }
  }
}
