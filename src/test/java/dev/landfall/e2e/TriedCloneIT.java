package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a user's own run on the promoted clones of a rehearsal, and on nothing else. */
@Tag("long")
class TriedCloneIT {
  private static final String LIMITS = "hold: 10s, retry-pause: 100ms, soak: 1s";
  private static final String REMAINS =
      """
      SELECT 'database ' || datname || coalesce(datacl::text, '') FROM pg_database
      UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
      UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
      UNION ALL SELECT 'role ' || rolname FROM pg_roles
      ORDER BY 1
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void whatTheTestsWriteIsBroughtBackWithTheClonesAndGoesWithThem() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      Files.writeString(
          world.file(), world.yaml(LIMITS).replace("model: single-step", "model: staged"));
      world.target.execute("postgres", "ALTER ROLE migrator CREATEDB");
      World.done(world.landfall.run(world.promote("--until", "staged")), "migrated");
      List<String> before = made(world);

      Landfall.Ended refused = rehearse(world, "migrator", 0);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
      assertThat(refused.problem()).isEqualTo("postgres-right-rehearsal-role");

      Landfall.Ended passed = rehearse(world, "notes", 0);
      World.done(passed, "migrated");
      assertThat(passed.message()).contains("in between " + visitor(0) + " passed on the clones");
      assertThat(made(world)).as("what it leaves").isEqualTo(before);
      assertThat(world.status().path("notes").toString()).contains("passed on the clones");

      Landfall.Ended failed = rehearse(world, "notes", 3);
      assertThat(failed.code()).as(failed.toString()).isEqualTo(2);
      assertThat(failed.message()).contains("the tests ended with 3").doesNotContain("wrote");
      assertThat(failed.err()).contains("wrote 1 row on landfall_rehearsal_");
      assertThat(made(world)).as("what it leaves").isEqualTo(before);
      assertThat(world.history()).containsSubsequence("Rehearsed", "RehearsalFailed");

      world.settledOn("source");
      assertThat(
              world.target.strings(
                  world.database, "SELECT id::text FROM ballast WHERE body = 'a visitor'"))
          .as("the copy was not visited")
          .isEmpty();
      World.done(world.landfall.run(world.promote()), "promoted");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private Landfall.Ended rehearse(World world, String role, int code) throws Exception {
    return world.landfall.run(
        "rehearse", World.WORKLOAD, "--json", "--run", visitor(code), "--as", role);
  }

  /** A program that nobody but its user knows the secret of. */
  private String visitor(int code) throws Exception {
    Path script = folder.resolve("visitor-" + code);
    Files.writeString(
        script,
        "#!/bin/sh\nexec %s %s %d\n"
            .formatted(
                TestJava.shell(TestJava.command(CloneVisitor.class)), Server.PASSWORD, code));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script.toString();
  }

  private static List<String> made(World world) throws Exception {
    var all = new ArrayList<>(world.target.strings("postgres", REMAINS));
    all.addAll(world.source.strings("postgres", REMAINS));
    return all;
  }
}
