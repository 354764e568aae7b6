package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.eventually;
import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keepalived of Debian on both hosts, with the configuration of the guide. */
class KeepalivedIT {

  @TempDir Path folder;

  private static String trouble(AddressWorld world) {
    try (var agent = new Agent(Side.SOURCE, world.agent(Side.SOURCE), AddressWorld.TOKEN)) {
      return agent.look().trouble().orElse("");
    }
  }

  @Test
  void keepalivedMovesTheAddressAsItIsOrderedAndNeverByItself() throws Exception {
    assertThat(AddressWorld.KEEPALIVED).as("install keepalived").isExecutable();
    try (var world = new AddressWorld(folder, AddressWorld.IPV4)) {
      for (Side side : Side.values()) {
        Path own = Files.createDirectories(folder.resolve(side.word()));
        world.startAgent(side, own.resolve("notes.track"));
      }
      try (var plane = world.plane();
          var user = world.user()) {
        // Nobody carries it out yet, and the agent says so.
        assertThatThrownBy(() -> plane.order(order(1, Side.SOURCE)))
            .isInstanceOf(OutsideException.class);
        eventually(() -> trouble(world).contains("keepalived had not done it"));
        Process first = world.keepalived(Side.SOURCE);
        world.keepalived(Side.TARGET);
        user.until(Side.SOURCE);
        plane.order(order(1, Side.SOURCE));
        assertThat(plane.look().order()).contains(order(1, Side.SOURCE));
        for (int epoch = 2; epoch <= 5; epoch++) {
          Side side = epoch % 2 == 0 ? Side.TARGET : Side.SOURCE;
          user.report();
          long began = System.nanoTime();
          plane.order(order(epoch, side));
          double orderMillis = (System.nanoTime() - began) / 1e6;
          AddressWorld.Asked asked = user.until(side);
          System.out.printf(
              "keepalived epoch %d to %s: order %.1f ms, longest gap %.1f ms, %d failed, %d"
                  + " answered%n",
              epoch, side, orderMillis, asked.gapMillis(), asked.failed(), asked.answered());
          assertThat(world.has(side.other())).isFalse();
          assertThat(plane.look().order()).contains(order(epoch, side));
        }
        // The host that has it dies: the other one is at fault, and stays without it.
        Host.end(first);
        Thread.sleep(3_000);
        assertThat(world.has(Side.TARGET)).isFalse();
      }
    }
  }
}
