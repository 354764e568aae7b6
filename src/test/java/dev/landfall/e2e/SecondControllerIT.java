package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** I9: of several controllers on the same state, one acts, and the next when that one is gone. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SecondControllerIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aSecondControllerDoesNotActUntilTheFirstIsGone() throws Exception {
    try (var world = World.between(folder, "hold: 20s, retry-pause: 100ms");
        var first = world.landfall.start("controller")) {
      // The promotion is registered by a verb that then waits; whoever drives it goes on with it.
      world.stage();
      Set<String> before = controllers(world);
      assertThat(before).hasSize(1);
      try (var second = world.landfall.start("controller")) {
        World.done(world.landfall.run(world.promote()), "promoted");
        String driver = lastController(world);
        World.done(world.landfall.run(world.rollback()), "rolled back");
        assertThat(lastController(world)).isEqualTo(driver);
        assertThat(first.running() && second.running()).isTrue();
        first.kill();
        World.done(world.landfall.run(world.promote()), "promoted");
        assertThat(second.running()).isTrue();
      }
      world.writers.awaitProgress(Duration.ofSeconds(30));
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static Set<String> controllers(World world) throws Exception {
    var all = new HashSet<String>();
    world
        .landfall
        .run("history", World.WORKLOAD, "--json")
        .json()
        .forEach(event -> {
          String by = event.path("by").asText();
          if (by.startsWith("controller")) {
            all.add(by);
          }
        });
    return all;
  }

  private static String lastController(World world) throws Exception {
    var last = new String[] {""};
    world
        .landfall
        .run("history", World.WORKLOAD, "--json")
        .json()
        .forEach(event -> {
          String by = event.path("by").asText();
          last[0] = by.startsWith("controller") ? by : last[0];
        });
    return last[0];
  }
}
