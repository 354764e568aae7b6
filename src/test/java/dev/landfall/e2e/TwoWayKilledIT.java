package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * I6 while both sides accept writes: killed at every step of the journal, it is started again and
 * ends as asked, nobody noticed more than a wait, and no row was written on both sides.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@Tag("long")
class TwoWayKilledIT {
  /** Long, so that a slow machine can start the program again within it. */
  private static final String LIMITS =
      "hold: 40s, settle: 1s, lock-wait: 2s, retry-pause: 100ms, soak: 0s, cutover-attempts: 20";

  private static final String STEPS =
      """
      { name: one, users: [writer-1], min: 1s, max: 1h },
      { name: two, users: [writer-2], min: 1s, max: 1h },
      { name: all, share: 100 %, min: 1s, max: 1h }
      """
          .replace("\n", " ");

  /** The way on: both sides open, users cross, and the data follows. */
  private static final List<String> ON =
      List.of(
          "before:SharingBegun",
          "after:SharingBegun",
          "before:Shared",
          "after:Shared",
          "before:CrossingBegun",
          "after:CrossingBegun",
          "before:Held",
          "after:Held",
          "before:UsersCrossed",
          "after:UsersCrossed",
          "before:FlightBegun",
          "after:FlightBegun",
          "before:FlightPassed",
          "after:FlightPassed",
          "after:CutoverBegun",
          "after:Fenced",
          "after:Drained",
          "before:OwnerMoved",
          "after:OwnerMoved",
          "before:CutoverFinished");

  /** The way back of everybody, which no owner leaves. */
  private static final List<String> BACK =
      List.of(
          "after:GoalSet",
          "before:CutoverBegun",
          "after:CutoverBegun",
          "after:Held",
          "before:Fenced",
          "after:Fenced",
          "before:Drained",
          "after:Drained",
          "before:OwnerMoved",
          "after:OwnerMoved",
          "before:CutoverFinished",
          "after:CutoverFinished");

  /** What is tried in every run; the rest takes a soak. */
  private static final Set<String> ALWAYS =
      Set.of(
          "after:SharingBegun",
          "after:Shared",
          "before:UsersCrossed",
          "after:UsersCrossed",
          "before:OwnerMoved",
          "after:OwnerMoved",
          "after:FlightFailed");

  /** What brings everybody back by itself, though whoever saw it dies over it. */
  private static final List<String> FAILED =
      List.of("after:ConflictFound", "before:FlightFailed", "after:FlightFailed");

  private static final List<String> BACK_BY_ITSELF = BACK.subList(1, BACK.size());

  private static final int KILLED = 137;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private World staged(String steps) throws Exception {
    var world =
        new World(
            folder,
            Server.shared(16),
            Server.shared(18),
            LIMITS,
            steps,
            "tolerate: 50 %, data: two-way");
    world.stage();
    return world;
  }

  private static void killed(World world, String step, String... verb) throws Exception {
    killed(world, step, world.landfall.startHalting(step, verb));
  }

  private static void killed(World world, String step, Landfall.Verb verb) throws Exception {
    Landfall.Ended halted = verb.ended();
    assertThat(halted.code()).as(step + ": " + halted).isEqualTo(KILLED);
    assertThat(world.writers.failures()).as(step).isEmpty();
  }

  private static void killedAtEach(World world, List<String> steps, String... verb)
      throws Exception {
    for (String step : steps) {
      if (World.SOAK || ALWAYS.contains(step)) {
        killed(world, step, verb);
      }
    }
  }

  @Test
  void killedAtAnyStepOfTheWayOnItEndsPromotedAndNothingIsWrittenOnBothSides() throws Exception {
    try (var world = staged(STEPS)) {
      killedAtEach(world, ON, world.promote());
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
      assertThat(world.history()).doesNotContain("ConflictFound", "FlightFailed");
    }
  }

  @Test
  void killedAtAnyStepOfTheWayBackEverybodyIsHomeWithAllThatTheyWrote() throws Exception {
    // So long that it cannot pass before anybody goes back.
    try (var world = staged(STEPS.replaceFirst("min: 1s", "min: 30m"))) {
      killed(world, "after:FlightMeasured", world.promote());
      killedAtEach(world, BACK, World.fly("nobody"));
      World.done(world.landfall.run(World.fly("nobody")), "staged");
      world.settledOn("source");
      assertThat(world.history()).doesNotContain("ConflictFound", "FlightFailed");

      conflictIsFoundAndCountedOnceThoughWhoFoundItDied(world);
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static void conflictIsFoundAndCountedOnceThoughWhoFoundItDied(World world)
      throws Exception {
    int before = measured(world);
    try (var promote = world.landfall.startHalting("before:ConflictFound", world.promote())) {
      World.await("somebody flies and is judged", () -> measured(world) > before);
      Conflicts.ofProfile(world, 7);
      killed(world, "before:ConflictFound", promote);
    }
    // Whoever comes next did not read the logs meanwhile, and finds it all the same.
    killedAtEach(world, FAILED, world.promote());
    if (World.SOAK) {
      killedAtEach(world, BACK_BY_ITSELF, World.fly("nobody"));
    }
    World.done(world.landfall.run(World.fly("nobody")), "staged");
    assertThat(Collections.frequency(world.history(), "ConflictFound")).isEqualTo(1);
    assertThat(world.status().path("notes").toString()).contains("public.profiles writer=7");
  }

  private static int measured(World world) throws Exception {
    return Collections.frequency(world.history(), "FlightMeasured");
  }
}
