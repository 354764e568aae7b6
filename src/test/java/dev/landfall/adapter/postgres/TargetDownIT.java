package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.demo.EmbeddedServer;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataOrder.AlignSequences;
import dev.landfall.replication.DataOrder.FenceOff;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.DataOrder.Mark;
import dev.landfall.replication.DataOrder.Open;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The target goes away in the middle of a cutover: the source goes on, and nothing echoes later.
 */
class TargetDownIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {15, 16})
  void anAbandonedCutoverNeedsNoTarget(int sourceMajor) throws Exception {
    Path data = folder.resolve("data");
    var server = EmbeddedServer.start(18, data, 0, Map.of());
    int port = server.port();
    TestServers.prepare(18, port, data);
    try (var world = PostgresWorld.withTarget(sourceMajor, port)) {
      give(world, new Follow(Side.SOURCE), 1);
      await(world, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
      give(world, new FenceOff(Side.SOURCE), 2);
      drain(world, Side.SOURCE, 2, "a");
      give(world, new AlignSequences(Side.TARGET, "a"), 2);
      give(world, new Follow(Side.TARGET), 2);

      server.close();
      long began = System.nanoTime();
      give(world, new Follow(Side.SOURCE), 3);
      give(world, new Open(Side.SOURCE), 3);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
      var seen = world.replicator().look();
      assertThat(seen.fromSource().phase()).isEqualTo(Phase.RETAINING);
      assertThat(seen.source().fence()).isEqualTo(Fence.OPEN);
      assertThat(seen.target().fault()).isPresent();
      long key = world.add(Side.SOURCE, "while the target is down").orElseThrow();
      world.change(Side.SOURCE, key, "changed while the target is down");

      server = EmbeddedServer.start(18, data, port, Map.of());
      world.change(Side.SOURCE, key, "changed once more");
      await(world, x -> x.target().fault().isEmpty());
      // Time for what came over to come back, if it did.
      Thread.sleep(1000);
      give(world, new Follow(Side.SOURCE), 3);
      await(world, x -> x.fromSource().phase() == Phase.FOLLOWING);
      drain(world, Side.SOURCE, 3, "b");
      assertThat(world.rows(Side.TARGET))
          .containsEntry(key, "changed once more")
          .isEqualTo(world.rows(Side.SOURCE));

      give(world, new FenceOff(Side.SOURCE), 4);
      drain(world, Side.SOURCE, 4, "c");
      give(world, new Follow(Side.TARGET), 4);
      drain(world, Side.TARGET, 4, "d");
      give(world, new Open(Side.TARGET), 4);
      assertThat(world.forceChange(Side.TARGET, key, "on the new side")).isTrue();
      drain(world, Side.TARGET, 4, "e");
      assertThat(world.rows(Side.SOURCE))
          .containsEntry(key, "on the new side")
          .isEqualTo(world.rows(Side.TARGET));
    } finally {
      server.close();
    }
  }

  private static void give(PostgresWorld world, DataOrder order, long epoch) {
    world.replicator().carryOut(order, epoch);
  }

  private static void drain(PostgresWorld world, Side from, long epoch, String token) {
    give(world, new Mark(from, token), epoch);
    await(world, seen -> seen.on(from.other()).arrived().equals(Optional.of(token)));
  }

  private static void await(PostgresWorld world, Predicate<DataSeen> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    DataSeen seen = world.replicator().look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      world.pause();
      seen = world.replicator().look();
    }
  }
}
