package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Somebody holds what a fence would need: users are not asked to wait for it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class OccupiedSideIT {
  /** Long enough for several looks, and for whoever would begin a cutover all the same. */
  private static final Duration LONG = Duration.ofSeconds(2);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aCutoverBeginsOnlyOnceItsFencesNeedNotWaitAndSaysWhatForMeanwhile() throws Exception {
    try (var world = World.between(folder, "hold: 5s, retry-pause: 100ms, soak: 1h")) {
      world.stage();
      try (Connection maintenance = world.source.superuser(world.database);
          var statement = maintenance.createStatement()) {
        maintenance.setAutoCommit(false);
        statement.execute("LOCK TABLE ballast IN SHARE UPDATE EXCLUSIVE MODE");
        // So that it is older than an ordinary transaction when it is first seen.
        Thread.sleep(LONG);
        try (var verb = world.landfall.start(world.promote())) {
          waitsFor(world, "db: source: public.ballast is held since ", 0);
          maintenance.commit();
          World.done(verb.ended(), "promoted");
        }
      }
      try (Connection user = world.target.app(world.database);
          var statement = user.createStatement()) {
        user.setAutoCommit(false);
        statement.execute("INSERT INTO ballast (body) VALUES ('a long transaction')");
        Thread.sleep(LONG);
        try (var verb = world.landfall.start(world.rollback())) {
          waitsFor(world, "db: target: public.ballast is held since ", 1);
          user.commit();
          World.done(verb.ended(), "rolled back");
        }
      }
      assertThat(world.history()).doesNotContain("CutoverAbandoned");
      assertThat(world.writers.failures()).isEmpty();
      world.settledOn("source");
      assertThat(
              world.source.strings(
                  world.database, "SELECT body FROM ballast WHERE body LIKE 'a %'"))
          .containsExactly("a long transaction");
    }
  }

  @Test
  void aVacuumIsCalledOffBeforeUsersAreHeldAndNotByTheFence() throws Exception {
    try (var world = World.between(folder, "hold: 5s, retry-pause: 100ms, soak: 1h")) {
      world.source.execute(
          world.database,
          "INSERT INTO ballast (body) SELECT repeat('x', 500) FROM generate_series(1, 2000)");
      world.stage();
      beginVacuum(world);
      Instant last;
      try (var verb = world.landfall.start(world.promote())) {
        last = lastVacuumed(world);
        World.done(verb.ended(), "promoted");
      }
      assertThat(isVacuumed(world)).isFalse();
      assertThat(world.history()).doesNotContain("CutoverAbandoned");
      // What stands in a fence's way is called off by the server a second after users are held.
      assertThat(last).isBefore(when(world, "Held"));
      assertThat(world.writers.failures()).isEmpty();
      world.settledOn("target");
    }
  }

  /** One that takes about a minute, and does not begin anew when it has ended. */
  private static void beginVacuum(World world) throws Exception {
    world.source.execute(
        world.database,
        "ALTER TABLE ballast SET (autovacuum_vacuum_threshold = 0,"
            + " autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100,"
            + " autovacuum_vacuum_cost_limit = 1)",
        "UPDATE ballast SET body = repeat('y', 500)",
        "ALTER SYSTEM SET autovacuum_naptime = '1s'",
        "SELECT pg_reload_conf()");
    try {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!isVacuumed(world)) {
        assertThat(System.nanoTime()).as("waiting for an autovacuum").isLessThan(end);
        Thread.sleep(50);
      }
    } finally {
      world.source.execute(
          world.database, "ALTER SYSTEM RESET autovacuum_naptime", "SELECT pg_reload_conf()");
    }
  }

  /** When the vacuum was seen for the last time; none begins anew. */
  private static Instant lastVacuumed(World world) throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    Instant asked = Instant.now();
    Instant last = asked;
    while (isVacuumed(world)) {
      assertThat(asked).as("waiting for the end of the vacuum").isBefore(end);
      last = asked;
      Thread.sleep(10);
      asked = Instant.now();
    }
    return last;
  }

  private static boolean isVacuumed(World world) throws Exception {
    return !world
        .source
        .strings(
            world.database,
            "SELECT relation FROM pg_locks WHERE relation = 'ballast'::regclass AND granted"
                + " AND mode = 'ShareUpdateExclusiveLock'")
        .isEmpty();
  }

  private static Instant when(World world, String event) throws Exception {
    for (JsonNode each : world.landfall.run("history", World.WORKLOAD, "--json").json()) {
      if (each.path("type").asText().equals(event)) {
        return Instant.parse(each.path("at").asText());
      }
    }
    throw new AssertionError("there is no event " + event);
  }

  /** It is said what is waited for, and for long no cutover begins beyond so many. */
  private static void waitsFor(World world, String what, int cutovers) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    String waits = world.status().path("waits").toString();
    while (!waits.contains(what)) {
      assertThat(System.nanoTime()).as("waits for %s", waits).isLessThan(end);
      waits = world.status().path("waits").toString();
    }
    assertThat(waits).contains("SELECT pg_terminate_backend(");
    long quiet = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < quiet) {
      assertThat(world.holding()).isFalse();
      Thread.sleep(5);
    }
    world.writers.awaitProgress(LONG);
    assertThat(Collections.frequency(world.history(), "CutoverBegun")).isEqualTo(cutovers);
  }
}
