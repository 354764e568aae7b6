package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * I6 where users fly: killed at every step of the journal, it is started again and goes on by
 * itself, and nobody noticed more than a wait.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class FlyingKilledIT {
  /** Long, so that a slow machine can start the program again within it. */
  private static final String LIMITS =
      "hold: 40s, settle: 1s, lock-wait: 2s, retry-pause: 100ms, soak: 0s";

  private static final String STEPS =
      """
      { name: one, users: [writer-1], min: 1s, max: 1h },
      { name: two, users: [writer-2], min: 1s, max: 1h },
      { name: all, share: 100 %, min: 1s, max: 1h }
      """
          .replace("\n", " ");

  private static final int KILLED = 137;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** A world in which a handful of requests without an error prove that a flight does no harm. */
  private World staged(String data) throws Exception {
    return staged(data, STEPS);
  }

  private World staged(String data, String steps) throws Exception {
    var world =
        new World(
            folder,
            Server.shared(16),
            Server.shared(18),
            LIMITS,
            steps,
            "tolerate: 50 %, data: " + data);
    world.stage();
    return world;
  }

  private static void killed(World world, String step, String... verb) throws Exception {
    Landfall.Ended halted = world.landfall.runHalting(step, verb);
    assertThat(halted.code()).as(step + ": " + halted).isEqualTo(KILLED);
  }

  private static void nobodyNoticed(World world) {
    assertThat(world.writers.failures()).isEmpty();
  }

  @Test
  void killedAtAnyStepOfItsFlightsItEndsPromoted() throws Exception {
    try (var world = staged("source-first")) {
      for (String step :
          List.of(
              "before:FlightBegun",
              "after:FlightBegun",
              "before:FlightMeasured",
              "after:FlightMeasured",
              "before:FlightPassed",
              "after:FlightPassed",
              "after:CutoverBegun",
              "before:OwnerMoved",
              "after:OwnerMoved")) {
        killed(world, step, world.promote());
        nobodyNoticed(world);
      }
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      nobodyNoticed(world);
    }
  }

  @Test
  void whatAPersonAskedForIsDoneThoughTheProgramDiedOverIt() throws Exception {
    try (var world = staged("source-first")) {
      killed(world, "after:FlightBegun", world.promote());
      killed(world, "after:FlightsSkipped", World.fly("all"));
      killed(world, "after:CutoverBegun", world.promote());
      assertThat(world.history().stream().filter("FlightBegun"::equals))
          .as("the second was left out")
          .hasSize(2);
      killed(world, "after:FlightsRecalled", World.fly("nobody"));
      World.done(world.landfall.run(World.fly("nobody")), "staged");
      world.settledOn("source");
      nobodyNoticed(world);
    }
  }

  @Test
  void whoFlewIntoHarmIsBackThoughTheProgramDiedWhenItFoundOut() throws Exception {
    // So long that it cannot pass before the harm begins, and others fly into it as well.
    String patient = STEPS.replaceFirst("min: 1s", "min: 30m");
    try (var world = staged("source-first", patient)) {
      killed(world, "after:FlightMeasured", world.promote());
      world.newApp.broken(true);
      killed(world, "before:FlightFailed", world.promote());
      killed(world, "after:FlightFailed", world.promote());
      Landfall.Ended stays = world.landfall.run(World.fly("nobody"));
      assertThat(stays.code()).as(stays.toString()).isZero();
      world.settledOn("source");
      assertThat(world.writers.failures())
          .as("who flew has seen errors, and nobody else")
          .allMatch(failure -> failure.startsWith("w1-"));
    }
  }

  @Test
  void killedAtAnyStepWhereTheDataMovesFirstItEndsAsAsked() throws Exception {
    try (var world = staged("target-first")) {
      for (String step :
          List.of(
              "after:CutoverBegun",
              "before:OwnerMoved",
              "after:OwnerMoved",
              "after:CutoverFinished",
              "after:FlightBegun",
              "before:FlightPassed",
              "after:FlightPassed")) {
        killed(world, step, world.promote());
        nobodyNoticed(world);
      }
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      for (String step :
          List.of(
              "after:FlightsRecalled",
              "after:CutoverBegun",
              "before:OwnerMoved",
              "after:OwnerMoved")) {
        killed(world, step, world.rollback());
        nobodyNoticed(world);
      }
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      nobodyNoticed(world);
    }
  }
}
