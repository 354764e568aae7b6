package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users are moved by a name alone, with the packaged program, BIND as primary and secondary,
 * unbound as resolver of the users, and two more resolvers that keep answers for longer than
 * allowed.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class MovedByNameIT {
  private static final Pattern CAME =
      Pattern.compile("^route www: (no|\\d+) requests? ha(?:s|ve) come to the (\\w+) since ");

  /** By then all is counted that had come: two scrapes, and asking for them. */
  private static final Duration COUNTED_MAX = Duration.ofSeconds(8);

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

  /** The name has moved, and somebody goes on with the address that he once had. */
  @Test
  void statusTellsHowManyStillComeToTheSideThatUsersHaveLeft() throws Exception {
    try (var world = new NamedWorld(folder);
        var _ = world.landfall.start("controller")) {
      World.done(world.landfall.run(world.promote()), "promoted");
      straysAreCounted(world, "source", world.oldApp);
      World.done(world.landfall.run(world.rollback()), "rolled back");
      straysAreCounted(world, "target", world.newApp);
      world.everybodyIsLedTo(NamedWorld.OLD);
    }
  }

  /** Besides those whose resolvers had the old address until their time was over. */
  private static void straysAreCounted(NamedWorld world, String side, NotesApp app)
      throws Exception {
    World.await("a count", () -> came(world, side).isPresent());
    Thread.sleep(COUNTED_MAX);
    long before = came(world, side).orElseThrow();
    comeTo(app, 3);
    World.await("three more", () -> came(world, side).equals(OptionalLong.of(before + 3)));
    comeTo(app, 1);
    World.await("one more", () -> came(world, side).equals(OptionalLong.of(before + 4)));
    assertThat(world.notes())
        .anyMatch(note ->
            note.contains(" come to the " + side + " since ")
                && note.contains(", the last by ")
                && !note.contains("nothing newer"));
  }

  /** How many have come since the name moved, as a note tells; absent while none does. */
  private static OptionalLong came(NamedWorld world, String side) throws Exception {
    return world.notes().stream()
        .map(CAME::matcher)
        .filter(note -> note.find() && note.group(2).equals(side))
        .mapToLong(note -> note.group(1).equals("no") ? 0 : Long.parseLong(note.group(1)))
        .findFirst();
  }

  private static void comeTo(NotesApp app, int times) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < times; i++) {
        var read = HttpRequest.newBuilder(URI.create(app.url() + "/1/w1-1/read")).build();
        assertThat(client.send(read, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      }
    }
  }

  /** Restoring comes last, when users are where they should be. */
  @Test
  void serversOfTheZoneAndControllersMayStartAnewAtEveryStep() throws Exception {
    try (var world = new NamedWorld(folder)) {
      World.done(world.landfall.run(world.promote("--until", "staged")), "staged");
      for (String step : List.of("lowering", "ready", "switching")) {
        killedAt(world, step, world.promote());
      }
      World.done(world.landfall.run(world.promote()), "promoted");
      world.everybodyIsLedTo(NamedWorld.NEW);
      for (String step : List.of("ready", "switching", "restoring")) {
        killedAt(world, step, world.rollback());
      }
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.everybodyIsLedTo(NamedWorld.OLD);
      assertThat(world.dns.ttl()).isEqualTo(Duration.ofSeconds(NamedWorld.TTL_SECONDS));
    }
  }

  /** The servers are killed under the controller, and the controller after them. */
  private static void killedAt(NamedWorld world, String step, String[] verb) throws Exception {
    try (var controller = world.landfall.start(verb)) {
      if (step.equals("restoring")) {
        world.awaitRestoring();
      } else {
        world.awaitStep(step);
      }
      restartBoth(world);
      controller.kill();
    }
    restartBoth(world);
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
