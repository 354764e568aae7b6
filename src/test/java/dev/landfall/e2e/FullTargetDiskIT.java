package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The target's disk is full. Users are on the source and notice nothing; when there is room again
 * it goes on by itself, with every write.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class FullTargetDiskIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final long MEGA = 1 << 20;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void whileCopying() throws Exception {
    try (var disk = new MountedDisk(folder.resolve("disk"), 400);
        var target = Server.start(18, folder.resolve("disk/pg"));
        var world = new World(folder, Server.shared(16), target, "hold: 20s, retry-pause: 100ms")) {
      grow(world, 120_000);
      disk.fillBut(20 * MEGA);
      try (var stage = world.landfall.start(world.promote("--until", "staged"))) {
        World.await(
            "no room", SOON, () -> says(world, "No space left", "did not answer", "cannot"));
        assertThat(world.status().path("state").asText()).isEqualTo("replicating");
        world.writers.awaitProgress(SOON);
        assertThat(world.routedTo()).contains("source");
        disk.free();
        revive(target);
        World.done(stage.ended(), "staged");
      }
      endsWell(world);
    }
  }

  /** With its log elsewhere the server lives on, and refuses what is carried over. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileFollowing(boolean logElsewhere) throws Exception {
    try (var disk = new MountedDisk(folder.resolve("disk"), 400);
        var target = Server.start(18, folder.resolve("disk/pg"))) {
      if (logElsewhere) {
        target.stop();
        Process move =
            new ProcessBuilder("mv", folder + "/disk/pg/pg_wal", folder + "/log").start();
        assertThat(move.waitFor()).isZero();
        Files.createSymbolicLink(folder.resolve("disk/pg/pg_wal"), folder.resolve("log"));
        target.startAgain();
      }
      followsOn(disk, target, logElsewhere ? "no room left" : "cannot");
    }
  }

  private void followsOn(MountedDisk disk, Server target, String seen) throws Exception {
    try (var world =
        new World(folder, Server.shared(16), target, "hold: 20s, retry-pause: 100ms")) {
      world.stage();
      try (var controller = world.landfall.start("controller")) {
        disk.fillBut(20 * MEGA);
        grow(world, 120_000);
        World.await("no room", SOON, () -> says(world, seen));
        assertThat(world.status().path("state").asText()).isEqualTo("staged");
        world.writers.awaitProgress(SOON);
        assertThat(world.routedTo()).contains("source");
        disk.free();
        revive(target);
        World.done(world.landfall.run(world.promote("--until", "staged")), "staged");
        assertThat(controller.running()).isTrue();
      }
      endsWell(world);
    }
  }

  private static void endsWell(World world) throws Exception {
    assertThat(world.history()).doesNotContain("ParkedFor");
    World.done(world.landfall.run(world.promote()), "promoted");
    world.settledOn("target");
    World.done(world.landfall.run(world.rollback()), "rolled back");
    world.settledOn("source");
    assertThat(world.writers.failures()).isEmpty();
  }

  private static void grow(World world, int rows) throws SQLException {
    world.source.execute(
        world.database,
        "INSERT INTO ballast (body) SELECT repeat(md5(n::text), 16)"
            + " FROM generate_series(1, "
            + rows
            + ") n");
  }

  /** A server that cannot write its log gives up, and somebody has to start it. */
  private static void revive(Server target) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < end) {
      try {
        target.execute("postgres", "SELECT 1");
        return;
      } catch (SQLException e) {
        Thread.sleep(200);
      }
    }
    target.stop();
    target.startAgain();
  }

  private static boolean says(World world, String... words) {
    try {
      // Before it is registered there is none.
      Landfall.Ended status = world.landfall.run("status", World.WORKLOAD, "--json");
      for (String each : words) {
        if (status.code() == 0 && status.out().contains(each)) {
          return true;
        }
      }
      Thread.sleep(500);
      return false;
    } catch (Exception e) {
      throw new IllegalStateException("cannot read the status", e);
    }
  }
}
