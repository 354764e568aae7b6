package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users are moved by a name alone, with the packaged program, BIND as primary and secondary,
 * unbound as resolver of the users, and two more resolvers that keep answers for longer than
 * allowed.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MovedByNameIT {
  @TempDir private Path folder;

  @Test
  void nobodyHonestIsBehindWhenItIsDoneAndEveryLiarIsNamed() throws Exception {
    try (var world = new NamedWorld(folder)) {
      // Users of the two ask as well, before anything is begun and while the TTL is lowered.
      assertThat(world.dns.leadsTo(world.minimum)).isEqualTo(NamedWorld.OLD);
      assertThat(world.dns.leadsTo(world.stale)).isEqualTo(NamedWorld.OLD);

      Landfall.Ended promoted = world.landfall.run(world.promote());
      // Asked before anything else: nothing may happen between the end and this.
      String users = world.dns.leadsTo(world.honest);
      World.done(promoted, "promoted");
      assertThat(users).isEqualTo(NamedWorld.NEW);
      world.everybodyIsLedTo(NamedWorld.NEW);
      assertThat(world.dns.ttl()).as("low, for who goes back").isEqualTo(Duration.ofSeconds(2));
      assertThat(world.dns.leadsTo(world.minimum)).as("a liar").isEqualTo(NamedWorld.OLD);
      assertThat(promoted.message()).contains(world.minimum, world.stale);
      assertThat(promoted.message()).doesNotContain(world.honest);

      Landfall.Ended back = world.landfall.run(world.rollback());
      users = world.dns.leadsTo(world.honest);
      World.done(back, "rolled back");
      assertThat(users).isEqualTo(NamedWorld.OLD);
      world.everybodyIsLedTo(NamedWorld.OLD);
      assertThat(world.dns.ttl()).isEqualTo(Duration.ofSeconds(NamedWorld.TTL_SECONDS));
    }
  }

  @Test
  void serversOfTheZoneAndControllersMayStartAnewAtEveryStep() throws Exception {
    try (var world = new NamedWorld(folder)) {
      World.done(world.landfall.run(world.promote("--until", "staged")), "staged");
      for (String[] verb : new String[][] {world.promote(), world.rollback()}) {
        try (var first = world.landfall.start(verb)) {
          if (verb[0].equals("promote")) {
            world.awaitStep("lowering");
            restartBoth(world);
          }
          world.awaitStep("ready");
          restartBoth(world);
          world.awaitStep("switching");
          first.kill();
        }
        restartBoth(world);
        Landfall.Ended ended = world.landfall.run(verb);
        boolean there = verb[0].equals("promote");
        World.done(ended, there ? "promoted" : "rolled back");
        world.everybodyIsLedTo(there ? NamedWorld.NEW : NamedWorld.OLD);
      }
    }
  }

  /**
   * The primary last, which tells its secondary at its start: one that was killed before it had the
   * last change would ask for it in an hour, and be waited for.
   */
  private static void restartBoth(NamedWorld world) throws Exception {
    world.dns.restart(true);
    world.dns.restart(false);
  }

  @Test
  void aPlanSaysHowLongTheNameTakesAndWhomItCanTellApart() throws Exception {
    try (var world = new NamedWorld(folder)) {
      Landfall.Ended plan =
          world.landfall.run("plan", world.file().toString(), "--until", "completed");
      assertThat(plan.code()).as(plan.toString()).isZero();
      assertThat(plan.out())
          .containsSubsequence(
              "keep route www quick to change",
              "waits for",
              "estimate: 7 s",
              "commit: from here on the target owns the data",
              "lead 100 % of route www to the target",
              "route www: it needs time to reach everybody: its TTL is 6 s; lowered now",
              "a share below 34 % could not be told apart by the 3 resolvers of its panel");
    }
  }
}
