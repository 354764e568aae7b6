package dev.landfall.e2e;

import dev.landfall.adapter.address.AddressWorld;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
}
