package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A side is lost for good, and somebody says so. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class GivenUpIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static String[] giveUp(String side) {
    return new String[] {
      "give-up",
      World.WORKLOAD,
      "--side",
      side,
      "--yes-lose",
      side,
      "--reason",
      "the data centre is gone",
      "--json"
    };
  }

  @Test
  void theTargetIsGivenUpAfterThePromotionAndFencedWhenItComesBack() throws Exception {
    try (var target = Server.start(18, folder.resolve("pg"));
        var world = new World(folder, Server.shared(16), target, "hold: 20s, retry-pause: 100ms")) {
      World.done(world.landfall.run(world.promote()), "promoted");
      Landfall.Ended early = world.landfall.run(giveUp("target"));
      assertThat(early.code()).as(early.toString()).isEqualTo(2);
      assertThat(early.problem()).isEqualTo("promotion-side-answers");
      assertThat(early.message()).contains("landfall rollback notes");

      target.execute("postgres", "ALTER ROLE migrator PASSWORD 'another'");
      Landfall.Ended refusing = world.landfall.run(giveUp("target"));
      assertThat(refusing.problem()).as(refusing.toString()).isEqualTo("promotion-side-answers");
      assertThat(refusing.message()).contains("refuses", "password authentication failed");
      target.execute("postgres", "ALTER ROLE migrator PASSWORD '" + Server.PASSWORD + "'");

      target.stop();
      Landfall.Ended given = world.landfall.run(giveUp("target"));
      World.done(given, "on without the target");
      assertThat(given.message())
          .contains("every write of the target until ", "what it accepted later is missing")
          .contains("pg_drop_replication_slot", "DROP SUBSCRIPTION landfall_db_");
      assertThat(world.acceptsWrites(world.source)).isTrue();
      assertThat(world.routedTo()).contains("source");
      // Whoever asked a dead server was told so.
      world.writers.forgive();
      world.writers.awaitProgress(SOON);
      assertThat(world.source.strings(world.database, ours(world))).isEmpty();
      assertThat(world.landfall.run(world.promote()).problem()).isEqualTo("promotion-severed");

      target.startAgain();
      try (var controller = world.landfall.start("controller")) {
        World.await("the end", SOON, () -> controller.running() && isCompleted(world));
      }
      world.owned("source");
      assertThat(world.target.strings(world.database, ours(world))).isEmpty();
      world.historyIsWhole();
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void theListedSqlFencesALostOwnerThatComesBackWithoutAController() throws Exception {
    try (var target = Server.start(18, folder.resolve("pg"));
        var world = new World(folder, Server.shared(16), target, "hold: 20s, retry-pause: 100ms")) {
      World.done(world.landfall.run(world.promote()), "promoted");
      target.stop();
      Landfall.Ended given = world.landfall.run(giveUp("target"));
      World.done(given, "on without the target");
      world.writers.forgive();

      target.startAgain();
      assertThat(world.acceptsWrites(target)).as("as it was left").isTrue();
      List<String> listed =
          given
              .message()
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("db: ") && line.endsWith(";"))
              .map(line -> line.substring("db: ".length()))
              .toList();
      for (String sql : listed) {
        target.execute(world.database, sql);
        assertThat(world.acceptsWrites(target)).as("after " + sql).isFalse();
      }
      assertThat(target.strings(world.database, ours(world))).isEmpty();
      assertThat(world.acceptsWrites(world.source)).isTrue();
    }
  }

  @Test
  void theSourceIsGivenUpWhenItCannotBeSeveredAndNothingIsLost() throws Exception {
    try (var source = Server.start(16, folder.resolve("pg"));
        var world = new World(folder, source, Server.shared(18), "hold: 20s, soak: 0s")) {
      World.done(world.landfall.run(world.promote()), "promoted");
      source.stop();
      try (var complete = world.landfall.start("complete", World.WORKLOAD, "--sever", "--json")) {
        Thread.sleep(3_000);
        assertThat(complete.running()).isTrue();
      }
      Landfall.Ended given = world.landfall.run(giveUp("source"));
      World.done(given, "on without the source");
      assertThat(given.message()).contains("no write is missing", "pg_drop_replication_slot");
      assertThat(world.acceptsWrites(world.target)).isTrue();
      assertThat(world.target.strings(world.database, ours(world))).isEmpty();
      world.writers.awaitProgress(SOON);
      world.nothingLost("target");
      assertThat(world.writers.failures()).isEmpty();
      source.startAgain();
    }
  }

  /** Slots, publications, subscriptions and the schema that Landfall makes. */
  private static String ours(World world) {
    return """
    SELECT slot_name::text FROM pg_replication_slots WHERE database = '%s'
    UNION ALL SELECT pubname::text FROM pg_publication
    UNION ALL SELECT subname::text FROM pg_subscription
      WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = '%s')
    """
        .formatted(world.database, world.database);
  }

  private static boolean isCompleted(World world) {
    try {
      Thread.sleep(500);
      return world.status().path("state").asText().equals("completed");
    } catch (Exception e) {
      throw new IllegalStateException("cannot read the status", e);
    }
  }
}
