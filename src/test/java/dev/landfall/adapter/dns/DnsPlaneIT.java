package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.dns.DnsPlane.Leave;
import dev.landfall.adapter.dns.DnsPlane.Order;
import dev.landfall.adapter.dns.DnsPlane.Progress;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users moved by a name, on real servers. */
class DnsPlaneIT {
  private static final Duration LOW = Duration.ofSeconds(2);
  private static final int FULL_SECONDS = 4;

  @TempDir private Path folder;

  @Test
  void usersAreMovedAndNobodyHonestIsLedToTheOldSideWhenItIsDone() throws Exception {
    try (var world = DnsWorld.bind(folder, FULL_SECONDS)) {
      world.unbound("honest");
      DnsPlane plane = world.plane(world.settings(LOW));
      for (NameServer resolver : world.panel()) {
        assertThat(world.says(resolver, true)).isEqualTo(DnsWorld.SOURCE);
      }
      Instant begun = Instant.now();
      Progress ready = tend(plane, new Order(1, Side.TARGET, Leave.PREPARE), Progress::ready);
      assertThat(Duration.between(begun, Instant.now())).isGreaterThan(Duration.ofSeconds(4));
      assertThat(ready.liars()).isEmpty();
      assertThat(world.says(world.server("::1"), false)).isEqualTo(DnsWorld.SOURCE);

      tend(plane, new Order(2, Side.TARGET, Leave.SWITCH), Progress::drained);
      for (NameServer each : List.of(world.server("127.0.0.1"), world.server("::1"))) {
        assertThat(world.says(each, false)).isEqualTo(DnsWorld.TARGET);
      }
      for (NameServer resolver : world.panel()) {
        assertThat(world.says(resolver, true)).isEqualTo(DnsWorld.TARGET);
      }
      Progress done = tend(plane, new Order(2, Side.TARGET, Leave.SWITCH), Progress::done);
      assertThat(done.liars()).isEmpty();
      assertThat(world.census.records(world.server("::1"), DnsWorld.name(DnsWorld.NAME), false))
          .isEqualTo(
              new RecordSet(
                  Address.parseAll(List.of(DnsWorld.TARGET)), Duration.ofSeconds(FULL_SECONDS)));
    }
  }

  static Progress tend(DnsPlane plane, Order order, Predicate<Progress> until) throws Exception {
    Instant limit = Instant.now().plusSeconds(60);
    while (true) {
      Progress progress = plane.tend(order);
      if (until.test(progress)) {
        return progress;
      }
      assertThat(Instant.now()).as("%s", progress).isBefore(limit);
      Thread.sleep(200);
    }
  }
}
