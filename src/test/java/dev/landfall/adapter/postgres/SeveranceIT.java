package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.demo.EmbeddedServer;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeveranceIT {
  @TempDir Path folder;

  @Test
  void anOwnerThatIsLeftAloneKeepsNoLogForTheSideThatIsGone() throws Exception {
    Path data = folder.resolve("data");
    var server = EmbeddedServer.start(18, data, 0, Map.of());
    int port = server.port();
    TestServers.prepare(18, port, data);
    try (var world = PostgresWorld.withTarget(16, port)) {
      world.replicator().carryOut(new DataOrder.Follow(Side.SOURCE), 1);
      long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
      while (world.replicator().look().fromSource().phase() != Phase.FOLLOWING) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        world.pause();
      }
      server.close();
      assertThatThrownBy(() -> world.replicator().carryOut(new DataOrder.Sever(Side.SOURCE), 2))
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("is free");
      try (var connection = world.admin(Side.SOURCE)) {
        assertThat(
                new Catalog(connection)
                    .texts(
                        "SELECT slot_name FROM pg_replication_slots"
                            + " WHERE database = current_database()"))
            .isEmpty();
      }
      server = EmbeddedServer.start(18, data, port, Map.of());
    } finally {
      server.close();
    }
  }
}
