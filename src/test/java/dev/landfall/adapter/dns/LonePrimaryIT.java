package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.dns.DnsPlane.Order;
import dev.landfall.adapter.dns.DnsPlane.Progress;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users moved by a name there and back, by products other than BIND. */
class LonePrimaryIT {
  private static final Duration LOW = Duration.ofSeconds(1);
  private static final int FULL_SECONDS = 3;

  @TempDir private Path folder;

  @Test
  void knotMovesUsersThereAndBackThoughItIsKilledInTheMiddle() throws Exception {
    try (var world = LonePrimary.knot(folder, FULL_SECONDS)) {
      thereAndBack(world);
    }
  }

  @Test
  void powerDnsMovesUsersThereAndBackThoughItIsKilledInTheMiddle() throws Exception {
    try (var world = LonePrimary.powerdns(folder, FULL_SECONDS)) {
      thereAndBack(world);
    }
  }

  /** Each step is another controller's, which knows what the primary tells and nothing else. */
  private static void thereAndBack(DnsWorld world) throws Exception {
    world.elsewhere("elsewhere");
    try (var users = new DnsUsers(world)) {
      users.seeOnly(DnsWorld.SOURCE, Duration.ofMillis(500));
      var prepare = new Order(1, Side.SOURCE, true);
      world.plane(world.settings(LOW)).tell(prepare);
      restart(world);
      tend(world, prepare, Progress::ready);
      assertThat(world.records("127.0.0.1").ttl()).isEqualTo(LOW);

      var move = new Order(2, Side.TARGET, true);
      world.plane(world.settings(LOW)).tell(move);
      restart(world);
      tend(world, move, Progress::drained);
      users.seeOnly(DnsWorld.TARGET, Duration.ofSeconds(1));

      var back = new Order(3, Side.SOURCE, false);
      DnsPlane plane = world.plane(world.settings(LOW));
      DnsPlaneIT.tend(plane, back, Progress::drained);
      users.seeOnly(DnsWorld.SOURCE, Duration.ofSeconds(1));
      restart(world);
      DnsPlaneIT.tend(plane, back, Progress::done);
    }
    assertThat(world.records("127.0.0.1"))
        .isEqualTo(
            new RecordSet(
                Address.parseAll(List.of(DnsWorld.SOURCE)), Duration.ofSeconds(FULL_SECONDS)));
  }

  private static void tend(
      DnsWorld world, Order order, java.util.function.Predicate<Progress> until) throws Exception {
    Progress reached = DnsPlaneIT.tend(world.plane(world.settings(LOW)), order, until);
    assertThat(reached.liars()).isEmpty();
  }

  /** Killed, not stopped: what it took must be on its disk. */
  private static void restart(DnsWorld world) throws Exception {
    world.primary().kill();
    world.primary().start();
  }
}
