package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.address.AddressWorld;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Users are moved there, back and there again by a service address alone, with the packaged program
 * and an agent of it on each of two hosts: network namespaces.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class MovedByAddressIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {AddressWorld.IPV4, AddressWorld.IPV6})
  void nothingBreaksButWhatWasUnderWayWhenTheHostLetGo(String address) throws Exception {
    try (var world = new AddressedWorld(folder, address)) {
      World.done(world.landfall.run(world.promote()), "promoted");
      world.movedTo(Side.TARGET);

      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.movedTo(Side.SOURCE);

      World.done(world.landfall.run(world.promote()), "promoted");
      world.movedTo(Side.TARGET);
    }
  }

  /** Found only behind the commit point, it would leave users with a side that refuses writes. */
  @Test
  void nobodyIsMovedToAHostWhoseAgentIsDead() throws Exception {
    try (var world = new AddressedWorld(folder, AddressWorld.IPV4)) {
      world.killAgent(Side.TARGET);
      Landfall.Ended check = world.landfall.run("check", world.file().toString(), "--json");
      assertThat(check.code()).as(check.toString()).isEqualTo(2);
      assertThat(check.out()).contains("route-unable");
      try (Landfall.Verb promote = world.landfall.start(world.promote())) {
        World.await("it to be said what is waited for", () -> waits(world));
        assertThat(promote.running()).isTrue();
        assertThat(world.network.has(Side.SOURCE)).isTrue();
        world.startAgent(Side.TARGET);
        World.done(promote.ended(), "promoted");
      }
      world.movedTo(Side.TARGET);
    }
  }

  private static boolean waits(AddressedWorld world) throws Exception {
    return world
        .landfall
        .run("status", AddressedWorld.WORKLOAD, "--json")
        .out()
        .contains("route front cannot lead users to the target");
  }
}
