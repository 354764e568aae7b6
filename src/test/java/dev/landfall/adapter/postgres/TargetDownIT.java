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
import dev.landfall.replication.Replicator;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
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

  @Test
  void aHeldLinkIsReleasedOverALongWay() throws Exception {
    Path data = folder.resolve("data");
    var server = EmbeddedServer.start(18, data, 0, Map.of());
    int port = server.port();
    TestServers.prepare(18, port, data);
    try (var world = PostgresWorld.withTarget(16, port);
        var way = new LongWay(port, Duration.ofMillis(15));
        var far = world.another(way.port())) {
      beginCutover(far);
      far.carryOut(new Follow(Side.TARGET), 2);
      server.close();
      far.carryOut(new Follow(Side.SOURCE), 3);
      far.carryOut(new Open(Side.SOURCE), 3);
      long key = world.add(Side.SOURCE, "while the target is down").orElseThrow();

      server = EmbeddedServer.start(18, data, port, Map.of());
      await(far, seen -> seen.target().fault().isEmpty());
      await(
          far,
          seen -> {
            far.carryOut(new Follow(Side.SOURCE), 3);
            return seen.fromSource().phase() == Phase.FOLLOWING;
          });
      drain(far, Side.SOURCE, 3, "b");
      assertThat(world.rows(Side.TARGET)).containsKey(key).isEqualTo(world.rows(Side.SOURCE));
    } finally {
      server.close();
    }
  }

  /** Its commits wait for a standby that is not there, as they would for a disk that hangs. */
  @ParameterizedTest
  @ValueSource(ints = {15, 16})
  void aTargetThatTakesNoOrdersKeepsNobodyFenced(int sourceMajor) throws Exception {
    Path data = folder.resolve("data");
    try (var server = EmbeddedServer.start(18, data, 0, Map.of())) {
      TestServers.prepare(18, server.port(), data);
      try (var world = PostgresWorld.withTarget(sourceMajor, server.port());
          var admin = world.admin(Side.TARGET)) {
        var replicator = world.replicator();
        beginCutover(replicator);
        Links.execute(admin, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        Links.execute(admin, "SELECT pg_reload_conf()");
        Thread.sleep(500);
        assertThat(
                Bounded.tolerating(
                    Duration.ofMillis(500), () -> give(world, new Follow(Side.TARGET), 2)))
            .isFalse();

        long began = System.nanoTime();
        give(world, new Mark(Side.SOURCE, "epoch-3"), 3);
        give(world, new Follow(Side.SOURCE), 3);
        give(world, new Open(Side.SOURCE), 3);
        // An order that waits until the server gives up waits 2.7 seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(2400));
        var seen = replicator.look();
        assertThat(seen.fromSource().phase()).isEqualTo(Phase.RETAINING);
        assertThat(seen.source().fence()).isEqualTo(Fence.OPEN);
        assertThat(seen.target().fault()).isEmpty();
        long key = world.add(Side.SOURCE, "while it takes no orders").orElseThrow();
        world.change(Side.SOURCE, key, "changed while it takes no orders");
        began = System.nanoTime();
        give(world, new Follow(Side.SOURCE), 3);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .as("users are still to be led to the source")
            .isLessThan(Duration.ofMillis(2400));

        Links.execute(admin, "ALTER SYSTEM RESET synchronous_standby_names");
        Links.execute(admin, "SELECT pg_reload_conf()");
        world.change(Side.SOURCE, key, "changed once more");
        await(
            replicator,
            each -> {
              give(world, new Follow(Side.SOURCE), 3);
              return each.fromSource().phase() == Phase.FOLLOWING;
            });
        drain(world, Side.SOURCE, 3, "b");
        assertThat(world.rows(Side.TARGET))
            .containsEntry(key, "changed once more")
            .isEqualTo(world.rows(Side.SOURCE));
      }
    }
  }

  /** Up to where both sides are fenced, and the link is to be turned. */
  private static void beginCutover(Replicator replicator) {
    replicator.carryOut(new Follow(Side.SOURCE), 1);
    await(replicator, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
    replicator.carryOut(new FenceOff(Side.SOURCE), 2);
    drain(replicator, Side.SOURCE, 2, "a");
  }

  private static void give(PostgresWorld world, DataOrder order, long epoch) {
    world.replicator().carryOut(order, epoch);
  }

  private static void drain(PostgresWorld world, Side from, long epoch, String token) {
    drain(world.replicator(), from, epoch, token);
  }

  private static void drain(Replicator replicator, Side from, long epoch, String token) {
    replicator.carryOut(new Mark(from, token), epoch);
    await(replicator, seen -> seen.on(from.other()).arrived().equals(Optional.of(token)));
  }

  private static void await(PostgresWorld world, Predicate<DataSeen> wanted) {
    await(world.replicator(), wanted);
  }

  private static void await(Replicator replicator, Predicate<DataSeen> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    DataSeen seen = replicator.look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
      seen = replicator.look();
    }
  }
}
