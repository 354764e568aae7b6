package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A workload that is migrated, rehearsed, and promoted on a later day. */
class StagedIT {
  private static final String LIMITS = "hold: 10s, retry-pause: 100ms, soak: 1s";

  /** Whatever a rehearsal makes on a server, in the names of all of them. */
  private static final String REMAINS =
      """
      SELECT 'database ' || datname FROM pg_database
      UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
      UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
      UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
      ORDER BY 1
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private World staged(String more) throws Exception {
    var world = World.between(folder, LIMITS);
    String yaml = world.yaml(LIMITS).replace("model: single-step", "model: staged");
    Files.writeString(world.file(), yaml + more);
    world.target.execute("postgres", "ALTER ROLE migrator CREATEDB");
    World.done(world.landfall.run(world.promote("--until", "staged")), "migrated");
    return world;
  }

  private static Landfall.Ended rehearse(World world) throws Exception {
    return world.landfall.run("rehearse", World.WORKLOAD, "--json");
  }

  private static void blocked(Landfall.Ended ended, String problem, String... said) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(2);
    assertThat(ended.problem()).isEqualTo(problem);
    assertThat(ended.message()).contains(said);
  }

  private static List<String> made(World world) throws Exception {
    var all = new ArrayList<>(world.target.strings("postgres", REMAINS));
    all.addAll(world.source.strings("postgres", REMAINS));
    return all;
  }

  private static Duration took(JsonNode timing) {
    return Duration.parse(timing.path("total").asText());
  }

  @Test
  void onlyWhatWasRehearsedAndHasNotChangedSinceIsPromoted() throws Exception {
    try (var world = staged("")) {
      blocked(world.landfall.run(world.promote()), "promotion-not-rehearsed", "landfall rehearse");
      world.settledOn("source");
      world.target.execute("postgres", "ALTER ROLE migrator NOCREATEDB");
      blocked(rehearse(world), "postgres-right-create-database", "CREATEDB");
      world.target.execute("postgres", "ALTER ROLE migrator CREATEDB");
      List<String> before = made(world);

      for (int round = 0; round < 2; round++) {
        Landfall.Ended ended = rehearse(world);
        World.done(ended, "migrated");
        assertThat(took(ended.json().path("there"))).isBetween(Duration.ofMillis(1), HOLD);
        assertThat(took(ended.json().path("back"))).isBetween(Duration.ofMillis(1), HOLD);
        assertThat(made(world)).as("what a rehearsal leaves").isEqualTo(before);
      }
      world.settledOn("source");

      world.target.execute(world.database, "CREATE INDEX tuned ON ballast (body)");
      blocked(
          world.landfall.run(world.promote()), "promotion-drifted", "index public.tuned is new");
      assertThat(world.status().path("state").asText()).isEqualTo("migrated");
      World.done(rehearse(world), "migrated");
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
      assertThat(world.history())
          .containsSubsequence(
              "Staged",
              "PromotionWithheld",
              "RehearsalBegun",
              "RehearsalFailed",
              "RehearsalBegun",
              "Rehearsed",
              "RehearsalBegun",
              "Rehearsed",
              "PromotionWithheld",
              "Rehearsed",
              "CutoverBegun",
              "CutoverFinished");
    }
  }

  private static final Duration HOLD = Duration.ofSeconds(10);
}
