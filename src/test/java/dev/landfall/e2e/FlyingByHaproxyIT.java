package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.haproxy.HaproxyFront;
import dev.landfall.workload.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Users fly by an HAProxy, judged by what it counts, and it dies on the way. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FlyingByHaproxyIT {
  private static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty());

  private static final String FLIGHTS =
      """
      flights:
        user: header:X-User
        tolerate: 50 %
        steps:
          - { name: one, users: [writer-1], min: 30m, max: 1h }
          - { name: two, users: [writer-2], min: 1s, max: 1h }
          - { name: all, share: 100 %, min: 1s, max: 1h }
      """;

  private static final int KILLED = 137;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void harmIsSeenByItsCountersAndAGoodFlightGoesOnThoughEverybodyDies() throws Exception {
    Landfall landfall = FrontedWorld.landfall(folder);
    Path files = Files.createDirectories(folder.resolve("haproxy"));
    try (var haproxy = HaproxyFront.start(files, IDENTITY)) {
      String route =
          "%s: { kind: haproxy, for: web, control: \"%s\" }"
              .formatted(haproxy.route(), haproxy.control());
      String database = FrontedWorld.freshDatabase();
      var reach = List.of(Server.shared(16).jdbcUrl(database), Server.shared(18).jdbcUrl(database));
      var plan = new FrontedWorld.Plan(List.of(route), FLIGHTS);
      try (var world = new FrontedWorld(folder, landfall, haproxy.users(), database, plan, reach)) {
        aFlightFails(world);
        aFlightPasses(world, haproxy);
      }
    }
  }

  private static void aFlightFails(FrontedWorld world) throws Exception {
    try (var promote = world.landfall.start(world.promote())) {
      World.await("it is judged", () -> world.history().count("FlightMeasured") > 0);
      assertThat(world.newApp.served()).as("who flies").isEqualTo(Set.of(1));
      world.newApp.broken(true);
      Landfall.Ended ended = promote.ended();
      assertThat(ended.problem()).as(ended.toString()).isEqualTo("promotion-flight-failed");
      assertThat(ended.message()).contains("errors");
    }
    world.holdsAllThatWasWritten("source");
    assertThat(world.state()).isEqualTo("staged");
    assertThat(world.writers.failures())
        .as("who flew has seen errors, and nobody else")
        .isNotEmpty()
        .allMatch(failure -> failure.startsWith("w1-"));
    world.history().nobodyCameLongAfterTheVerdict(world.newApp);
    world.newApp.broken(false);
    world.writers.forgive();
  }

  private static void aFlightPasses(FrontedWorld world, HaproxyFront haproxy) throws Exception {
    Landfall.Ended halted = world.landfall.runHalting("after:FlightMeasured", world.promote());
    assertThat(halted.code()).as(halted.toString()).isEqualTo(KILLED);
    died(world, haproxy);
    assertThat(world.writers.failures()).isEmpty();
    History before = world.history();
    try (var promote = world.landfall.start(world.promote())) {
      world.awaitOneMore("FlightMeasured", before);
      died(world, haproxy);
      world.awaitOneMore("FlightMeasured", world.history());
      world.goOn("one");
      World.done(promote.ended(), "promoted");
    }
    assertThat(world.newApp.served()).as("everybody is there").hasSize(5);
    world.isOwnedBy("target");
    assertThat(world.history().types()).doesNotContain("FlightUndecided");
    died(world, haproxy);
    World.done(world.landfall.run(world.rollback()), "rolled back");
    world.isOwnedBy("source");
  }

  /** Its users lose their connections, which is its death's fault; whoever comes then is served. */
  private static void died(FrontedWorld world, HaproxyFront haproxy) throws Exception {
    haproxy.restart();
    world.writers.forgive();
    world.writers.awaitProgress(java.time.Duration.ofSeconds(30));
  }
}
