package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * I6 behind gates: killed at any step of a gate, the same command is given again, and whatever
 * people and checks said counts once; killed at any step of the move, users end where they should.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class GatedKilledIT {
  /** Long, so that a slow machine can start the program again within it. */
  private static final String LIMITS =
      "hold: 40s, settle: 1s, lock-wait: 2s, retry-pause: 100ms, soak: 1s";

  private static final int KILLED = 137;

  /** A check that was killed is waited for so long after its time. */
  private static final Duration DEAD_AFTER = Duration.ofSeconds(61);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static Landfall as(World world, String name) {
    return world.landfall.through("env", "LANDFALL_USER=" + name);
  }

  private String file(String name) {
    return folder.resolve(name + ".key").toString();
  }

  private String key(World world, String name) throws Exception {
    var made = world.landfall.run("key", "create", file(name), "--json");
    assertThat(made.code()).as(made.toString()).isZero();
    return made.json().path("key").asText();
  }

  private String gates(World world) throws Exception {
    Path check = folder.resolve("check");
    Files.writeString(check, "#!/bin/sh\necho looked\n");
    assertThat(check.toFile().setExecutable(true)).isTrue();
    return """
    gates:
      catalogue: chosen
      people:
        ann: { roles: [business-owner], key: %s }
        bob: { roles: [business-owner], key: %s }
        tom: { roles: [power-user] }
        mike: { roles: [migration-engineer] }
        rita: { roles: [project-manager] }
      each:
        business-testing: {}
        go: {}
        totals:
          title: The totals are the same on both sides
          owner: operations
          about: target
          check: { kind: command, program: [%s], timeout: 1s }
        sums:
          title: And the sums
          owner: operations
          check: { kind: command, program: [%s], timeout: 1s }
    """
        .formatted(key(world, "ann"), key(world, "bob"), check, check);
  }

  private static void killed(Landfall who, String step, String... verb) throws Exception {
    Landfall.Ended halted = who.runHalting(step, verb);
    assertThat(halted.code()).as(step + ": " + halted).isEqualTo(KILLED);
  }

  private static Landfall.Ended ended(Landfall.Ended ended, int code, String problem) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.problem()).isEqualTo(problem);
    return ended;
  }

  private static long count(World world, String type) throws Exception {
    return Collections.frequency(world.history(), type);
  }

  private static String[] run(String gate) {
    return new String[] {"gate", "run", World.WORKLOAD, gate, "--json"};
  }

  private String[] approve(String gate, String who) {
    return new String[] {"approve", World.WORKLOAD, gate, "--key", file(who), "--json"};
  }

  @Test
  void killedAtAnyStepOfAGateWhatWasSaidCountsOnceAndUsersEndWhereTheyShould() throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      Files.writeString(world.file(), world.yaml(LIMITS) + gates(world));
      World.done(as(world, "rita").run(world.promote("--until", "staged")), "staged");
      Instant begun = checksDie(world);
      evidenceIsBroughtOnce(world);
      eachSignatureCountsOnce(world);
      deadChecksAreNotCounted(world, begun);
      usersEndWhereTheyShould(world);
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /** One dies before it has looked, one when what it saw is kept and not told of yet. */
  private Instant checksDie(World world) throws Exception {
    Landfall tom = as(world, "tom");
    killed(tom, "after:GateCheckBegun", run("sums"));
    killed(tom, "before:GateChecked", run("totals"));
    Instant begun = Instant.now();
    assertThat(count(world, "GateCheckBegun")).isEqualTo(2);
    assertThat(count(world, "GateChecked")).isZero();
    ended(tom.run(run("totals")), 2, "gate-check");
    assertThat(ended(as(world, "mike").run(world.promote()), 2, "promotion-gated").message())
        .contains("totals is running", "sums is running");
    return begun;
  }

  private void evidenceIsBroughtOnce(World world) throws Exception {
    Landfall tom = as(world, "tom");
    Path report = folder.resolve("uat.txt");
    Files.writeString(report, "41 of 41");
    String[] attach = {
      "gate",
      "attach",
      World.WORKLOAD,
      "business-testing",
      "--executed",
      "--file",
      report.toString(),
      "--json"
    };
    killed(tom, "before:GateAttached", attach);
    ended(world.landfall.run(approve("business-testing", "ann")), 2, "gate-nothing-to-validate");
    killed(tom, "after:GateAttached", attach);
    assertThat(count(world, "GateAttached")).isEqualTo(1);
  }

  private void eachSignatureCountsOnce(World world) throws Exception {
    String[] tested = approve("business-testing", "ann");
    killed(world.landfall, "before:GateSigned", tested);
    assertThat(count(world, "GateSigned")).isZero();
    ended(world.landfall.run(tested), 0, "");
    Path statement = folder.resolve("go.statement");
    var drafted =
        world.landfall.run("statement", World.WORKLOAD, "go", "--verb", "approve", "--by", "bob");
    assertThat(drafted.code()).as(drafted.toString()).isZero();
    Files.writeString(statement, drafted.out());
    var signed = world.landfall.run("sign", statement.toString(), "--key", file("bob"));
    String[] submit = {
      "submit", statement.toString(), "--signature", signed.out().strip(), "--json"
    };
    killed(world.landfall, "before:GateSigned", submit);
    killed(world.landfall, "after:GateSigned", submit);
    assertThat(count(world, "GateSigned")).isEqualTo(2);
    assertThat(ended(world.landfall.run(submit), 1, "gate-statement").message())
        .as("it was taken, and nobody was told so")
        .contains("bob has said that before");
    assertThat(count(world, "GateSigned")).isEqualTo(2);
  }

  private void deadChecksAreNotCounted(World world, Instant begun) throws Exception {
    Landfall tom = as(world, "tom");
    long left = Duration.between(Instant.now(), begun.plus(DEAD_AFTER)).toMillis();
    Thread.sleep(Math.max(0, left));
    killed(as(world, "mike"), "before:PromotionWithheld", world.promote());
    assertThat(ended(as(world, "mike").run(world.promote()), 2, "promotion-gated").message())
        .contains("totals is open", "sums is open", "never ended")
        .doesNotContain("business-testing", "go is");
    killed(tom, "after:GateChecked", run("totals"));
    ended(tom.run(run("sums")), 0, "");
    assertThat(count(world, "GateChecked")).isEqualTo(2);
    world.historyIsWhole();
    world.owned("source");
  }

  private void usersEndWhereTheyShould(World world) throws Exception {
    Landfall mike = as(world, "mike");
    for (String step :
        List.of(
            "after:GoalSet",
            "before:CutoverBegun",
            "after:CutoverBegun",
            "before:OwnerMoved",
            "after:OwnerMoved")) {
      killed(mike, step, world.promote());
    }
    World.done(mike.run(world.promote()), "promoted");
    world.settledOn("target");
    killed(world.landfall, "before:CutoverBegun", world.rollback());
    World.done(world.landfall.run(world.rollback()), "rolled back");
    world.settledOn("source");
    assertThat(count(world, "GateSigned")).isEqualTo(2);
    assertThat(count(world, "GateAttached")).isEqualTo(1);
  }
}
