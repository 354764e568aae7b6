package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Side;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real address on real hosts: network namespaces with a user who never stops asking. */
class AddressTakeoverIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {AddressWorld.IPV4, AddressWorld.IPV6})
  void usersFollowTheAddressThereAndBack(String address) throws Exception {
    try (var world = new AddressWorld(folder, address)) {
      world.startAgent(Side.SOURCE);
      world.startAgent(Side.TARGET);
      try (var plane = world.plane();
          var user = world.user()) {
        assertThat(plane.look().fault()).isEmpty();
        assertThat(plane.look().order()).isEmpty();
        plane.order(order(1, Side.SOURCE));
        assertThat(plane.look().order()).contains(order(1, Side.SOURCE));
        user.until(Side.SOURCE);
        for (int epoch = 2; epoch <= 7; epoch++) {
          Side side = epoch % 2 == 0 ? Side.TARGET : Side.SOURCE;
          user.report();
          long began = System.nanoTime();
          plane.order(order(epoch, side));
          double orderMillis = (System.nanoTime() - began) / 1e6;
          AddressWorld.Asked asked = user.until(side);
          System.out.printf(
              "%s epoch %d to %s: order %.1f ms, longest gap %.1f ms, %d failed, %d answered%n",
              address,
              epoch,
              side,
              orderMillis,
              asked.gapMillis(),
              asked.failed(),
              asked.answered());
          assertThat(asked.gapMillis()).isLessThan(4_000);
          assertThat(asked.failed()).isLessThan(10);
          assertThat(world.has(side)).isTrue();
          assertThat(world.has(side.other())).isFalse();
          assertThat(plane.look().order()).contains(order(epoch, side));
        }
      }
    }
  }
}
