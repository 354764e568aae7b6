package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.app.FreezingMain;
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
 * What Landfall talks to stops answering while every connection to it stays open, as a virtual
 * machine does that is paused, or a disk that hangs.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class FrozenOutsideIT {
  private static final String LIMITS = "hold: 5s, retry-pause: 100ms, cutover-attempts: 20";
  private static final Duration HOLD = Duration.ofSeconds(5);

  /** Whoever was held sends a request more and is answered, on a machine that does much else. */
  private static final Duration LITTLE = Duration.ofSeconds(3);

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after:FenceOff[side=SOURCE",
        "after:Mark[side=SOURCE",
        "before:Follow[from=TARGET",
        "before:Compare"
      })
  void whenTheTargetFreezesInTheMiddleOfACutoverUsersSeeAPauseAndNoError(String moment)
      throws Exception {
    try (var target = Server.start(18, folder.resolve("pg"));
        var world = new World(folder, Server.shared(16), target, LIMITS)) {
      world.stage();
      pausesAndGoesOn(world, target, moment, world.promote(), "source");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"after:FenceOff[side=TARGET", "before:Compare"})
  void whenTheSourceFreezesInTheMiddleOfARollbackUsersSeeAPauseAndNoError(String moment)
      throws Exception {
    try (var source = Server.start(16, folder.resolve("pg"));
        var world = new World(folder, source, Server.shared(18), LIMITS)) {
      World.done(world.landfall.run(world.promote()), "promoted");
      pausesAndGoesOn(world, source, moment, world.rollback(), "target");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /** The side that users are to be moved to freezes, and comes back much later. */
  private static void pausesAndGoesOn(
      World world, Server frozen, String moment, String[] verb, String owner) throws Exception {
    try (var moving = world.landfall.startFreezing(moment, frozen.pid(), verb)) {
      World.await("the hold", SOON, () -> !moving.running() || world.holding());
      world.writers.awaitProgress(HOLD.plus(LITTLE));
      assertThat(world.routedTo()).contains(owner);
      // The router would have led them there in any case; that writes go on is what counts.
      world.writers.awaitProgress(LITTLE);
      assertThat(world.writers.failures()).isEmpty();
      assertThat(world.history().getLast()).isEqualTo("CutoverUndone");
      frozen.thaw();
      var ended = moving.ended();
      assertThat(ended.code()).as(ended.toString()).isZero();
    } finally {
      frozen.thaw();
    }
  }

  /** Nobody can open a source that does not answer; but nothing is decided behind its back. */
  @Test
  void whenTheSourceFreezesInTheMiddleOfACutoverNothingIsCommittedAndItComesToRest()
      throws Exception {
    try (var source = Server.start(16, folder.resolve("pg"));
        var world = new World(folder, source, Server.shared(18), LIMITS)) {
      world.stage();
      String moment = "after:Mark[side=SOURCE";
      try (var promote = world.landfall.startFreezing(moment, source.pid(), world.promote())) {
        World.await("the hold", SOON, () -> !promote.running() || world.holding());
        Thread.sleep(HOLD.plus(LITTLE));
        assertThat(world.history()).contains("CutoverAbandoned").doesNotContain("OwnerMoved");
        source.thaw();
        World.done(promote.ended(), "promoted");
      } finally {
        source.thaw();
      }
      // Whoever asked for something behind the hold was told that the source did not take it.
      world.writers.forgive();
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void whenTheRouterFreezesInTheMiddleOfACutoverTheSourceIsOpenBeforeItsHoldEnds()
      throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      world.stage();
      String moment = "after:FenceOff[side=SOURCE";
      try (var promote = world.landfall.startFreezing(moment, world.routerPid(), world.promote())) {
        World.await("the fence", SOON, () -> !promote.running() || !accepts(world));
        World.await("the opening", HOLD, () -> accepts(world));
        Thread.sleep(HOLD);
        FreezingMain.signal("CONT", world.routerPid());
        World.done(promote.ended(), "promoted");
      } finally {
        FreezingMain.signal("CONT", world.routerPid());
      }
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static boolean accepts(World world) {
    try {
      return world.acceptsWrites(world.source);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
