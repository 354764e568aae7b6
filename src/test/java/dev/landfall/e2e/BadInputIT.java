package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Wrong orders and wrong files: a clear answer, its code, and nothing changed. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class BadInputIT {
  private static final String LIMITS = "hold: 20s, retry-pause: 100ms, soak: 0s";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void whatIsWrongWithTheOutsideIsNamedAndNothingIsChanged() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      String good = Files.readString(world.file());
      String port = world.source.url("").replaceAll(".*:|/", "");

      try (var nobody = new Ports.Unanswered()) {
        edit(world, good.replaceFirst(":" + port + "/", ":" + nobody.port() + "/"));
        refused(world, 5, "postgres-unreachable", "refused");
      }
      edit(world, good.replaceFirst("user: migrator", "user: nobody"));
      refused(world, 2, "postgres-sign-in", "password authentication failed");
      edit(world, good.replaceFirst("/" + world.database, "/elsewhere"));
      refused(world, 2, "postgres-no-database", "elsewhere");

      edit(world, good);
      world.source.execute(world.database, "CREATE TABLE keyless (body text)");
      refused(world, 2, "postgres-no-key", "keyless");
      world.source.execute(world.database, "DROP TABLE keyless");
      world.target.execute(world.database, "CREATE TABLE stranger (id int PRIMARY KEY)");
      refused(world, 2, "postgres-not-empty", "stranger");
      world.target.execute(world.database, "DROP TABLE stranger");

      assertThat(world.writers.failures()).isEmpty();
      // Mended, the same order is carried out.
      world.stage();
      world.settledOn("source");
    }
  }

  private static void edit(World world, String file) throws Exception {
    assertThat(file).isNotEmpty();
    Files.writeString(world.file(), file);
  }

  private static void refused(World world, int exit, String code, String named) throws Exception {
    Landfall.Ended ended = world.landfall.run(world.promote());
    assertThat(ended.code()).as(ended.toString()).isEqualTo(exit);
    assertThat(ended.problem()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.message()).contains(named);
    for (Server server : List.of(world.source, world.target)) {
      assertThat(
              server.strings(
                  world.database,
                  "SELECT nspname FROM pg_namespace WHERE nspname = 'landfall' UNION ALL"
                      + " SELECT slot_name::text FROM pg_replication_slots WHERE database ="
                      + " current_database() UNION ALL SELECT pubname FROM pg_publication"
                      + " UNION ALL SELECT subname FROM pg_subscription s JOIN pg_database d"
                      + " ON d.oid = subdbid AND datname = current_database()"))
          .as("what Landfall left on " + server.url(world.database))
          .isEmpty();
    }
  }

  @Test
  void unknownKeysAndUnknownWorkloadsAreRefusedBeforeAnythingIsTouched() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      Files.writeString(world.file(), world.yaml("hold: 20s, bandwith: 5 Mbit/s"));
      Landfall.Ended ended = world.landfall.run(world.promote());
      assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
      assertThat(ended.problem()).isEqualTo("file-invalid");
      assertThat(ended.out()).contains("bandwith").contains("bandwidth");

      Landfall.Ended rollback = world.landfall.run(world.rollback());
      assertThat(rollback.code()).as(rollback.toString()).isEqualTo(1);
      assertThat(rollback.problem()).isEqualTo("cli-unknown-workload");
      Landfall.Ended complete = world.landfall.run("complete", World.WORKLOAD, "--sever", "--json");
      assertThat(complete.code()).as(complete.toString()).isEqualTo(1);
      assertThat(complete.problem()).isEqualTo("cli-unknown-workload");
    }
  }

  @Test
  void aLifeWithOrdersAtTheWrongTime() throws Exception {
    try (var world = World.between(folder, "hold: 20s, retry-pause: 100ms, soak: 1h")) {
      // Twice at the same time: one drives, both end well.
      try (var one = world.landfall.start(world.promote("--until", "staged"));
          var two = world.landfall.start(world.promote("--until", "staged"))) {
        World.done(one.ended(), "staged");
        World.done(two.ended(), "staged");
      }
      assertThat(world.history()).containsExactly("Registered", "PreflightPassed", "Staged");
      answered(world, 1, "promotion-nothing-to-roll-back", world.rollback());

      // Limits may be edited under way, what is linked may not.
      String good = Files.readString(world.file());
      Files.writeString(world.file(), good.replace(world.database, "elsewhere"));
      answered(world, 1, "promotion-plan-changed", world.promote("--until", "staged"));
      Files.writeString(
          world.file(), good.replace("limits: { ", "limits: { bandwidth: 9 Mbit/s, "));
      world.stage();
      assertThat(world.history()).endsWith("Amended");

      try (var one = world.landfall.start(world.promote());
          var two = world.landfall.start(world.promote())) {
        World.done(one.ended(), "promoted");
        World.done(two.ended(), "promoted");
      }
      assertThat(world.history().stream().filter("CutoverBegun"::equals)).hasSize(1);
      String[] complete = {"complete", World.WORKLOAD, "--sever", "--json"};
      answered(world, 1, "cli-unconfirmed", "complete", World.WORKLOAD, "--json");
      answered(world, 2, "promotion-soaking", complete);
      world.settledOn("target");

      Files.writeString(world.file(), good.replace("soak: 1h", "soak: 0s"));
      World.done(world.landfall.run(world.promote()), "promoted");
      World.done(world.landfall.run(complete), "completed");
      answered(world, 1, "promotion-severed", world.rollback());
      answered(world, 1, "promotion-severed", world.promote());
      world.settledOn("target");
      nothingIsLeft(world);
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static void answered(World world, int exit, String code, String... verb)
      throws Exception {
    Landfall.Ended ended = world.landfall.run(verb);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(exit);
    assertThat(ended.problem()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.message()).startsWith("cannot ");
  }

  /** A slot that nobody reads would fill a disk. */
  private static void nothingIsLeft(World world) throws SQLException {
    for (Server server : List.of(world.source, world.target)) {
      assertThat(
              server.strings(
                  world.database,
                  "SELECT slot_name::text FROM pg_replication_slots WHERE database ="
                      + " current_database() UNION ALL SELECT subname FROM pg_subscription s"
                      + " JOIN pg_database d ON d.oid = subdbid AND datname = current_database()"))
          .isEmpty();
    }
    try (Connection old = world.source.app(world.database)) {
      assertThat(old.isValid(5)).isTrue();
    }
  }
}
