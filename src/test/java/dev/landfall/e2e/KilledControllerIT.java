package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * I6 with the real program: killed at every step of the journal, it is started again and ends where
 * it should, and nobody noticed more than a wait.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class KilledControllerIT {
  /** Long, so that a slow machine can start the program again within it. */
  private static final String LIMITS = "hold: 40s, settle: 1s, lock-wait: 2s, retry-pause: 100ms";

  private static final int KILLED = 137;

  /**
   * Every step of a cutover. Before one and after the one before it, the outside differs: where
   * that matters most, both are tried; everywhere else only in a soak.
   */
  private static final List<String> STEPS =
      List.of(
          "after:GoalSet",
          "after:CutoverBegun",
          "before:Held",
          "after:Held",
          "before:Fenced",
          "after:Fenced",
          "before:Drained",
          "after:Drained",
          "before:OwnerMoved",
          "after:OwnerMoved",
          "before:CutoverFinished",
          "after:CutoverFinished");

  private static final Set<String> IN_A_SOAK =
      Set.of("before:Held", "before:Drained", "before:CutoverFinished");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void killedAtAnyStepOfStagingItGoesOn() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      String[] stage = world.promote("--until", "staged");
      for (String step :
          List.of(
              "after:Registered",
              "before:PreflightPassed",
              "after:PreflightPassed",
              "before:Staged",
              "after:Staged")) {
        Landfall.Ended ended = world.landfall.runHalting(step, stage);
        assertThat(ended.code()).as(step + ": " + ended).isEqualTo(KILLED);
        world.nothingLost("source");
      }
      world.stage();
      world.settledOn("source");
      assertThat(world.history()).containsExactly("Registered", "PreflightPassed", "Staged");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void killedAtAnyStepOfPromotionOrRollbackItEndsAsAskedAndNoRequestFails() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      world.stage();
      for (String step : STEPS) {
        if (!World.SOAK && IN_A_SOAK.contains(step)) {
          continue;
        }
        killedAndStartedAgain(world, step, world.promote(), "promoted", "target");
        killedAndStartedAgain(world, step, world.rollback(), "rolled back", "source");
      }
      world.historyIsWhole();
    }
  }

  private static void killedAndStartedAgain(
      World world, String step, String[] verb, String state, String side) throws Exception {
    Landfall.Ended halted = world.landfall.runHalting(step, verb);
    assertThat(halted.code()).as(step + ": " + halted).isEqualTo(KILLED);
    World.done(world.landfall.run(verb), state);
    world.owned(side);
    assertThat(world.writers.failures()).as(step).isEmpty();
  }

  @Test
  void killedAgainWhileItTakesACutoverBackItStillEndsPromoted() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      world.stage();
      for (String step :
          List.of(
              "after:Drained",
              "before:CutoverAbandoned",
              "after:CutoverAbandoned",
              "before:CutoverUndone",
              "after:CutoverUndone")) {
        Landfall.Ended ended = world.landfall.runHalting(step, world.promote());
        assertThat(ended.code()).as(step + ": " + ended).isEqualTo(KILLED);
      }
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void killedAtRandomMomentsItEndsAsAsked() throws Exception {
    long seed = World.SOAK ? System.nanoTime() : 20;
    var random = new SplittableRandom(seed);
    try (var world = World.between(folder, LIMITS)) {
      world.stage();
      for (int round = 0; round < (World.SOAK ? 100 : 1); round++) {
        killAtRandom(world, random, world.promote(), "promoted", "target", seed);
        killAtRandom(world, random, world.rollback(), "rolled back", "source", seed);
      }
    }
  }

  /** Kills it some milliseconds after users began to wait; a cutover takes about as long. */
  private static void killAtRandom(
      World world, SplittableRandom random, String[] verb, String state, String side, long seed)
      throws Exception {
    try (var victim = world.landfall.start(verb)) {
      while (victim.running() && !world.holding()) {
        Thread.sleep(1);
      }
      Thread.sleep(random.nextInt(300));
      victim.kill();
    }
    World.done(world.landfall.run(verb), state);
    world.owned(side);
    assertThat(world.writers.failures()).as("seed " + seed).isEmpty();
  }
}
