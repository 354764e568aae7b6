package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Landfall's own file is made read-only under its hands, for those too who have it open: nothing
 * can be decided, and users must not pay for that.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ReadOnlyStateIT {
  private static final Duration HOLD = Duration.ofSeconds(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void inTheMiddleOfACutoverUsersGoBackToTheSourceAndItGoesOnWhenTheFileIsWritable()
      throws Exception {
    try (var world = World.between(folder, "hold: 20s, retry-pause: 100ms")) {
      world.stage();
      try (var lock = new Lock(folder.resolve("state"))) {
        lock.shut(true);
        Landfall.Ended refused = world.landfall.run(world.promote());
        assertThat(refused.code()).as(refused.toString()).isEqualTo(5);
        assertThat(refused.problem()).as(refused.toString()).isEqualTo("journal-read-only");
        lock.shut(false);

        // Writers keep the fence from closing, so that the moment can be chosen.
        try (var slow = OverlappingWriter.start(world.source, world.database);
            var promote = world.landfall.start(world.promote())) {
          World.await("the hold", HOLD, () -> !promote.running() || world.holding());
          Thread.sleep(200);
          lock.shut(true);
          slow.end();
          world.writers.awaitProgress(HOLD);
          assertThat(world.routedTo()).contains("source");
          assertThat(world.acceptsWrites(world.source)).isTrue();
          assertThat(world.acceptsWrites(world.target)).isFalse();
          lock.shut(false);
          Landfall.Ended ended = promote.ended();
          assertThat(ended.code()).as(ended.toString()).isIn(0, 5);
        }
      }
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /** Keeps the journal and its log from being written, by whoever has them open as well. */
  private static final class Lock implements AutoCloseable {
    private final Path state;
    private final FileChannel open;

    Lock(Path state) throws IOException {
      this.state = state;
      this.open = FileChannel.open(state.resolve("landfall.db"), StandardOpenOption.WRITE);
    }

    void shut(boolean shut) throws IOException, InterruptedException {
      for (String each : List.of("landfall.db", "landfall.db-wal")) {
        if (Files.exists(state.resolve(each))) {
          change(shut ? "+i" : "-i", state.resolve(each));
        }
      }
      if (shut) {
        assertThatThrownBy(() -> open.write(ByteBuffer.allocate(1), 0))
            .as("an open file is still written; java.io.tmpdir must be on ext4")
            .isInstanceOf(IOException.class);
      }
    }

    private static void change(String how, Path file) throws IOException, InterruptedException {
      var process =
          new ProcessBuilder("chattr", how, file.toString()).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor())
          .as("chattr on %s: %s; this test needs root on ext4", file, said)
          .isZero();
    }

    @Override
    public void close() throws IOException, InterruptedException {
      open.close();
      shut(false);
    }
  }
}
