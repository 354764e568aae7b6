package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A workload that is migrated, rehearsed, and promoted on a later day. */
@Tag("long")
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

  @Test
  void withThePromotionTheAdoptionTeamsAccessEndsAndARollbackLeavesItSo() throws Exception {
    Server target = Server.shared(18);
    target.execute(
        "postgres",
        "DROP ROLE IF EXISTS adopt_anna",
        "CREATE ROLE adopt_anna LOGIN PASSWORD '" + Server.PASSWORD + "'",
        "GRANT pg_read_all_data TO adopt_anna",
        "REVOKE pg_signal_backend FROM migrator",
        "ALTER ROLE migrator NOCREATEROLE");
    String access = "access: { team: { kind: postgres, on: db, roles: [adopt_anna] } }\n";
    try (var world = World.between(folder, LIMITS)) {
      String yaml = world.yaml(LIMITS).replace("model: single-step", "model: staged");
      Files.writeString(world.file(), yaml + access);
      blocked(
          world.landfall.run(world.promote("--until", "staged")),
          "postgres-right-alter-role",
          "adopt_anna",
          "WITH ADMIN OPTION",
          "pg_signal_backend");
      target.execute(
          "postgres",
          "ALTER ROLE migrator CREATEROLE CREATEDB",
          "GRANT adopt_anna TO migrator WITH ADMIN OPTION",
          "GRANT pg_signal_backend TO migrator");
      World.done(world.landfall.run(world.promote("--until", "staged")), "migrated");
      World.done(rehearse(world), "migrated");
      try (Connection anna = signIn(world)) {
        assertThat(anna.isValid(5)).as("the team works there until the promotion").isTrue();
        Landfall.Ended promoted = world.landfall.run(world.promote());
        World.done(promoted, "promoted");
        assertThat(promoted.message()).contains("the access of adopt_anna has ended");
        assertThat(anna.isValid(5)).as("a session of hers").isFalse();
      }
      assertThatThrownBy(() -> signIn(world)).hasMessageContaining("not permitted to log in");
      world.settledOn("target");
      assertThat(world.history()).contains("AccessEnded");

      Landfall.Ended back = world.landfall.run(world.rollback());
      World.done(back, "rolled back");
      assertThat(back.message()).contains("stays ended", "ALTER ROLE");
      assertThatThrownBy(() -> signIn(world)).hasMessageContaining("not permitted to log in");
      target.execute("postgres", "ALTER ROLE adopt_anna LOGIN");
      signIn(world).close();

      // Her login was taken and given back: no change of what was rehearsed.
      World.done(world.landfall.run(world.promote()), "promoted");
      assertThatThrownBy(() -> signIn(world)).hasMessageContaining("not permitted to log in");
      Thread.sleep(1500);
      World.done(world.landfall.run("complete", World.WORKLOAD, "--sever", "--json"), "completed");
      world.writers.awaitProgress(Duration.ofSeconds(30));
      world.nothingLost("target");
      world.historyIsWhole();
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static Connection signIn(World world) throws SQLException {
    return DriverManager.getConnection(
        world.target.jdbcUrl(world.database), "adopt_anna", Server.PASSWORD);
  }

  @Test
  void killedInTheMiddleARehearsalLeavesNothingOnceSomebodyAsks() throws Exception {
    try (var world = staged("")) {
      List<String> before = made(world);
      for (String step : List.of("database", "slot", "from_target")) {
        try (var victim = world.landfall.start("rehearse", World.WORKLOAD, "--json")) {
          World.await(step, Duration.ofSeconds(60), () -> rehearses(world, step));
          victim.freeze(); // it may be over before the next question is asked
          if (step.equals("slot")) {
            blocked(rehearse(world), "promotion-rehearsing", "somebody else does right now");
            assertThat(world.status().path("notes").toString()).contains("goes on since");
          }
          victim.kill();
        }
        assertThat(made(world)).as("it was in the middle of it").isNotEqualTo(before);
        if (step.equals("database")) {
          World.done(rehearse(world), "migrated");
        } else {
          assertThat(world.status().path("notes").toString()).doesNotContain("goes on");
        }
        assertThat(made(world)).as(step + ": what is left").isEqualTo(before);
        assertThat(world.history()).contains("RehearsalFailed");
        world.settledOn("source");
      }
      // The real link went on all the time: everything that users wrote comes out at the target.
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /** Whether a rehearsal has got so far on the target. */
  private static boolean rehearses(World world, String step) {
    String query =
        switch (step) {
          case "database" ->
              "SELECT 1 FROM pg_database WHERE datname LIKE 'landfall\\_rehearsal\\_%'";
          case "slot" ->
              "SELECT 1 FROM pg_replication_slots WHERE database LIKE 'landfall\\_rehearsal\\_%'";
          default ->
              "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name LIKE '%from_target'"
                  + " AND database LIKE 'landfall\\_rehearsal\\_%'";
        };
    try {
      return !world.target.strings("postgres", query).isEmpty();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final Duration HOLD = Duration.ofSeconds(10);
}
