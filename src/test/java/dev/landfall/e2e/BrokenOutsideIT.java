package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Landfall talks to is killed under its hands; it ends where it should, and nothing is lost.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class BrokenOutsideIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** What a hold may be exceeded by on a machine that does much else: the promise is the hold. */
  private static final Duration LITTLE = Duration.ofSeconds(10);

  /** Long enough for a controller to start and to find nobody there. */
  private static final Duration AWAY = Duration.ofSeconds(4);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void itsDatabaseSessionsMayBeKilledInEveryPhase() throws Exception {
    try (var world = World.between(folder, "hold: 20s, retry-pause: 100ms, cutover-attempts: 20");
        var killer = new Killer(world)) {
      // Again and again, so that it strikes in every phase: while copying, comparing, cutting over.
      killer.begin();
      World.done(world.landfall.run(world.promote("--until", "staged")), "staged");
      int copying = killer.killed.get();
      World.done(world.landfall.run(world.promote()), "promoted");
      int promoting = killer.killed.get() - copying;
      World.done(world.landfall.run(world.rollback()), "rolled back");
      int goingBack = killer.killed.get() - copying - promoting;
      killer.close();
      // How many fall depends on how fast the machine is; that some fall in each part does not.
      assertThat(List.of(copying, promoting, goingBack))
          .as("sessions killed while copying, promoting and going back")
          .allMatch(struck -> struck > 0);
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /**
   * Ends all of Landfall's sessions and of the servers' own links, on both sides, again and again.
   */
  private static final class Killer implements AutoCloseable {
    private static final String KILL =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = '%s' AND (usename = 'migrator'"
            + " OR backend_type IN ('walsender', 'logical replication apply worker',"
            + " 'logical replication parallel worker', 'logical replication tablesync worker'))";

    private final World world;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean closed;
    private volatile Exception broken;
    private final AtomicInteger killed = new AtomicInteger();

    Killer(World world) {
      this.world = world;
    }

    void begin() {
      thread.start();
    }

    private void run() {
      try {
        while (!closed) {
          // Not the same at each turn, so that it drifts over the phases.
          Thread.sleep(1_700);
          for (Server each : List.of(world.source, world.target)) {
            killed.addAndGet(each.strings("postgres", KILL.formatted(world.database)).size());
          }
        }
      } catch (InterruptedException | SQLException e) {
        broken = e;
      }
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      thread.join();
      assertThat(broken).as("what ended the killer itself").isNull();
    }
  }

  @Test
  void theRouterMayBeKilledWhileStagedInTheMiddleOfAHoldAndAfterwards() throws Exception {
    try (var world = World.between(folder, "hold: 20s, retry-pause: 100ms")) {
      world.stage();
      world.killRouter();
      world.startRouter();
      try (var promote = world.landfall.start(world.promote())) {
        World.await("the hold", SOON, () -> !promote.running() || world.holding());
        world.killRouter();
        world.startRouter();
        World.done(promote.ended(), "promoted");
      }
      world.killRouter();
      world.startRouter();
      onlyConnectionsBroke(world);
      world.settledOn("target");
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"after:Held", "after:Drained", "after:OwnerMoved"})
  void theRouterMayBeAwayInTheMiddleOfACutoverAndItGoesOnWhenTheRouterIsBack(String step)
      throws Exception {
    try (var world = World.between(folder, "hold: 40s, retry-pause: 100ms, cutover-attempts: 20")) {
      world.stage();
      // The controller is killed at a known step, so that it is surely there that the router dies.
      world.landfall.runHalting(step, world.promote());
      assertThat(world.holding()).isTrue();
      world.killRouter();
      try (var promote = world.landfall.start(world.promote())) {
        Thread.sleep(AWAY);
        assertThat(promote.running()).isTrue();
        world.startRouter();
        World.done(promote.ended(), "promoted");
      }
      onlyConnectionsBroke(world);
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  /**
   * Those who were connected to the router went down with it, and nobody was told of success.
   * Nobody was led to a side that refuses either: that would have been an answer.
   */
  private static void onlyConnectionsBroke(World world) {
    assertThat(world.writers.failures()).allMatch(failure -> failure.contains(" broke: "));
    world.writers.forgive();
  }

  @Test
  void theTargetMayBeStoppedWhileCopyingAndWhileStaged() throws Exception {
    try (var target = Server.start(18, folder.resolve("pg"));
        var world = new World(folder, Server.shared(16), target, "hold: 20s, retry-pause: 100ms")) {
      world.source.execute(
          world.database,
          "INSERT INTO ballast (body) SELECT repeat('x', 500) FROM generate_series(1, 60000)");
      try (var stage = world.landfall.start(world.promote("--until", "staged"))) {
        World.await("rows on the target", SOON, () -> copied(world));
        target.stop();
        world.writers.awaitProgress(SOON);
        target.startAgain();
        World.done(stage.ended(), "staged");
      }
      target.stop();
      world.writers.awaitProgress(SOON);
      target.startAgain();
      World.done(world.landfall.run(world.promote()), "promoted");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static boolean copied(World world) {
    try {
      return !world
          .target
          .strings(
              world.database,
              "SELECT 1 FROM pg_stat_progress_copy UNION ALL SELECT 1 FROM pg_class"
                  + " WHERE relname = 'ballast' AND relpages > 0")
          .isEmpty();
    } catch (SQLException e) {
      return false;
    }
  }

  @Test
  void whenTheTargetDiesInTheMiddleOfACutoverUsersAreBackOnTheSourceWithinTheHold()
      throws Exception {
    try (var target = Server.start(18, folder.resolve("pg"));
        var world = new World(folder, Server.shared(16), target, "hold: 20s, retry-pause: 100ms")) {
      world.stage();
      // Killed at a known step, so that the cutover is surely under way when the target dies.
      world.landfall.runHalting("after:Held", world.promote());
      target.stop();
      try (var promote = world.landfall.start(world.promote())) {
        world.writers.awaitProgress(Duration.ofSeconds(20).plus(LITTLE));
        assertThat(world.routedTo()).contains("source");
        assertThat(promote.running()).isTrue();
        target.startAgain();
        World.done(promote.ended(), "promoted");
      }
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }
}
