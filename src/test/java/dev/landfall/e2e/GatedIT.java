package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A promotion that people and checks hold back, until each has had a say; and its way back. */
class GatedIT {
  private static final String LIMITS = "hold: 10s, retry-pause: 100ms, soak: 1s";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private Path ok;

  @BeforeEach
  void makeCheck() throws Exception {
    ok = folder.resolve("ok");
    Path check = folder.resolve("check");
    Files.writeString(
        check,
        "#!/bin/sh\necho \"$LANDFALL_GATE\"\ntest -e "
            + ok
            + " || echo no totals >&2\ntest -e "
            + ok);
    assertThat(check.toFile().setExecutable(true)).isTrue();
  }

  private static Landfall as(World world, String name) {
    return world.landfall.through("env", "LANDFALL_USER=" + name);
  }

  private String key(World world, String name) throws Exception {
    var made = world.landfall.run("key", "create", file(name), "--json");
    assertThat(made.code()).as(made.toString()).isZero();
    return made.json().path("key").asText();
  }

  private String file(String name) {
    return folder.resolve(name + ".key").toString();
  }

  private String gates(World world) throws Exception {
    return """
    gates:
      catalogue: chosen
      people:
        ann: { roles: [business-owner], key: %s }
        bob: { roles: [administrator, business-owner], key: %s }
        tom: { roles: [power-user] }
        mike: { roles: [migration-engineer] }
        rita: { roles: [project-manager], accounts: [rita-at-work] }
      each:
        business-testing: {}
        go: {}
        totals:
          title: The totals are the same on both sides
          owner: operations
          about: target
          check: { kind: command, program: [%s] }
    """
        .formatted(key(world, "ann"), key(world, "bob"), folder.resolve("check"));
  }

  private static Landfall.Ended ended(Landfall.Ended ended, int code, String problem) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.problem()).isEqualTo(problem);
    return ended;
  }

  private Landfall.Ended say(World world, String verb, String gate, String who) throws Exception {
    return world.landfall.run(verb, World.WORKLOAD, gate, "--key", file(who), "--json");
  }

  @Test
  void usersMoveOnceEveryGateIsPassedByPeopleWhoMayAndNotBefore() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      Files.writeString(world.file(), world.yaml(LIMITS) + gates(world));
      Landfall rita = as(world, "rita-at-work");
      Landfall tom = as(world, "tom");
      Landfall mike = as(world, "mike");
      World.done(rita.run(world.promote("--until", "staged")), "staged");
      ended(as(world, "whoever").run(world.promote()), 1, "gate-not-entitled");
      assertThat(ended(mike.run(world.promote()), 2, "promotion-gated").message())
          .contains("business-testing is open", "go is open", "totals is open", "landfall ready");
      world.settledOn("source");

      String[] check = {"gate", "run", World.WORKLOAD, "totals", "--json"};
      assertThat(ended(tom.run(check), 2, "gate-check-failed").message()).contains("no totals");
      Files.writeString(ok, "");
      ended(tom.run(check), 0, "");
      Path report = folder.resolve("uat.txt");
      Files.writeString(report, "41 of 41");
      ended(say(world, "approve", "business-testing", "ann"), 2, "gate-nothing-to-validate");
      ended(
          tom.run(
              "gate",
              "attach",
              World.WORKLOAD,
              "business-testing",
              "--executed",
              "--file",
              report.toString(),
              "--json"),
          0,
          "");
      ended(say(world, "approve", "business-testing", "ann"), 0, "");
      ended(say(world, "approve", "go", "bob"), 0, "");
      var ready = world.landfall.run("ready", World.WORKLOAD, "--json");
      assertThat(ready.code()).as(ready.toString()).isZero();
      assertThat(ready.json().path("percent").asInt()).isEqualTo(100);
      ended(as(world, "bob").run(world.promote()), 1, "gate-not-separate");

      world.target.execute(world.database, "CREATE INDEX tuned ON ballast (body)");
      assertThat(ended(mike.run(world.promote()), 2, "promotion-gated").message())
          .contains("totals is stale", "the target has changed since");
      world.settledOn("source");
      world.target.execute(world.database, "DROP INDEX tuned");
      World.done(mike.run(world.promote()), "promoted");
      world.settledOn("target");
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");

      assertThat(world.writers.failures()).isEmpty();
      assertThat(world.landfall.run("audit", "verify").code()).isZero();
      assertThat(world.history())
          .containsSubsequence(
              "PromotionWithheld", "GateChecked", "GateSigned", "PromotionWithheld", "OwnerMoved");
    }
  }
}
