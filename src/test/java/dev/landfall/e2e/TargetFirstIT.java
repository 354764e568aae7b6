package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data moves first, and users fly to it, with the packaged program and real servers. */
@Tag("long")
class TargetFirstIT {
  private static final String LIMITS = "hold: 20s, retry-pause: 100ms, soak: 0s";

  private static final String STEPS =
      """
      { name: one, users: [writer-1], min: 1s, max: 1h },
      { name: all, share: 100 %, min: 1s, max: 1h }
      """
          .replace("\n", " ");

  @TempDir Path folder;

  private World staged() throws Exception {
    var world =
        new World(
            folder,
            Server.shared(16),
            Server.shared(18),
            LIMITS,
            STEPS,
            "tolerate: 50 %, data: target-first");
    world.stage();
    return world;
  }

  @Test
  void usersFollowTheirDataAndEverybodyComesBackWithIt() throws Exception {
    try (var world = staged()) {
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      assertThat(world.history())
          .containsSubsequence("OwnerMoved", "CutoverFinished", "FlightBegun", "FlightPassed");
      Landfall.Ended back = world.landfall.run(World.fly("nobody"));
      assertThat(back.code()).as(back.toString()).isZero();
      assertThat(world.routedTo()).contains("source");
      assertThat(world.acceptsWrites(world.target)).as("the data stays").isTrue();
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void harmBringsUsersBackAndLeavesTheDataUntilARollbackBringsItToo() throws Exception {
    try (var world = staged()) {
      try (var promote = world.landfall.start(world.promote())) {
        World.await("the first writer is there", () -> world.newApp.served().equals(Set.of(1)));
        world.newApp.broken(true);
        Landfall.Ended ended = promote.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
        assertThat(ended.problem()).isEqualTo("promotion-flight-failed");
      }
      Landfall.Ended stays = world.landfall.run(World.fly("nobody"));
      assertThat(stays.code()).as(stays.toString()).isZero();
      assertThat(world.state()).isEqualTo("flight 0 of 2, paused");
      assertThat(world.acceptsWrites(world.target)).as("the data stays").isTrue();
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
    }
  }
}
