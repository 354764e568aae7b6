package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.demo.EmbeddedServer;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.replication.Replicator;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
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

  @Test
  void whoGoesOnAloneWritesBehindItsOwnRowsAndTheLostSideIsFencedWhenItComesBack()
      throws Exception {
    Path data = folder.resolve("data");
    var server = EmbeddedServer.start(18, data, 0, Map.of());
    int port = server.port();
    TestServers.prepare(18, port, data);
    try (var world = PostgresWorld.withTarget(16, port)) {
      Replicator replicator = world.replicator();
      replicator.carryOut(new DataOrder.Follow(Side.SOURCE), 1);
      await(world, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
      replicator.carryOut(new DataOrder.FenceOff(Side.SOURCE), 2);
      replicator.carryOut(new DataOrder.FenceOff(Side.TARGET), 2);
      replicator.carryOut(new DataOrder.Follow(Side.TARGET), 2);
      replicator.carryOut(new DataOrder.AlignSequences(Side.TARGET, "token"), 2);
      replicator.carryOut(new DataOrder.Open(Side.TARGET), 3);
      long last = 0;
      for (int i = 0; i < 2000; i++) {
        last = world.add(Side.TARGET, "new " + i).orElseThrow();
      }
      int rows = world.rows(Side.TARGET).size();
      await(world, _ -> world.rows(Side.SOURCE).size() == rows);
      assertThat(replicator.look().source().heard()).isPresent();
      server.close();
      await(world, seen -> seen.target().fault().isPresent());

      replicator.carryOut(new DataOrder.GoOnAlone(Side.SOURCE), 4);
      replicator.carryOut(new DataOrder.GoOnAlone(Side.SOURCE), 4);
      var alone = replicator.look();
      assertThat(alone.source().fence()).isEqualTo(Fence.OPEN);
      assertThat(alone.fromSource().phase()).isEqualTo(Phase.ABSENT);
      assertThat(world.add(Side.SOURCE, "on its own").orElseThrow()).isGreaterThan(last);
      assertThat(world.rows(Side.SOURCE)).hasSize(rows + 1);
      assertThat(ours(world, Side.SOURCE)).isEmpty();

      server = EmbeddedServer.start(18, data, port, Map.of());
      await(world, seen -> seen.target().fault().isEmpty());
      world.begin(Side.TARGET, "nobody will know").commit();
      replicator.carryOut(new DataOrder.FenceOff(Side.TARGET), 4);
      replicator.carryOut(new DataOrder.Sever(Side.SOURCE), 4);
      assertThatThrownBy(() -> world.begin(Side.TARGET, "too late"))
          .hasMessageContaining("landfall");
      assertThat(world.add(Side.SOURCE, "as before")).isPresent();
      assertThat(ours(world, Side.TARGET)).isEmpty();
      assertThat(world.rows(Side.SOURCE)).hasSize(rows + 2);
    } finally {
      server.close();
    }
  }

  @Test
  void whoGoesOnAloneReadsItsRowsForAsLongAsThatTakesAndStopsWhenClosed() throws Exception {
    var leisure = new Session.Bounds(5, 3_000);
    try (var world = new PostgresWorld(16, 18);
        var stopped = replicator(world, leisure);
        var lasting = replicator(world, leisure)) {
      stopped.carryOut(new DataOrder.Follow(Side.SOURCE), 1);
      await(() -> stopped.look().fromSource().phase() == Phase.FOLLOWING);
      stopped.carryOut(new DataOrder.FenceOff(Side.SOURCE), 2);
      long last = world.rows(Side.SOURCE).lastKey();
      FutureTask<Boolean> second;
      try (var blocker = world.admin(Side.SOURCE)) {
        blocker.setAutoCommit(false);
        // As a table without an index is: its furthest number is long in coming.
        Links.execute(blocker, "LOCK TABLE note IN ACCESS EXCLUSIVE MODE");
        var first = alone(stopped, 3);
        awaitReader(world);
        stopped.close();
        assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
            .hasCauseInstanceOf(OutsideException.class)
            .hasMessageContaining("cannot read the sequences");
        second = alone(lasting, 3);
        Thread.sleep(leisure.answerMillisMax() + 2_000);
        assertThat(second.isDone()).as("it waits beyond every bound").isFalse();
        blocker.rollback();
      }
      second.get(60, TimeUnit.SECONDS);
      assertThat(lasting.look().source().fence()).isEqualTo(Fence.OPEN);
      assertThat(world.add(Side.SOURCE, "on its own").orElseThrow()).isGreaterThan(last);
    }
  }

  private static Replicator replicator(PostgresWorld world, Session.Bounds leisure) {
    return PostgresReplicator.of(
        world.names(),
        new Control("shop", "shop"),
        false,
        new Peer(Side.SOURCE, world.server(Side.SOURCE), leisure),
        new Peer(Side.TARGET, world.server(Side.TARGET), leisure),
        Limits.DEFAULTS,
        new BandwidthCap(Limits.DEFAULTS.bandwidth()));
  }

  private static FutureTask<Boolean> alone(Replicator replicator, long epoch) {
    var order =
        new FutureTask<>(
            () -> replicator.carryOut(new DataOrder.GoOnAlone(Side.SOURCE), epoch), true);
    Thread.ofVirtual().start(order);
    return order;
  }

  /** Waits until somebody of ours reads the locked table. */
  private static void awaitReader(PostgresWorld world) throws Exception {
    try (var connection = world.admin(Side.SOURCE)) {
      await(() ->
          !texts(
                  connection,
                  "SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND"
                      + " application_name = 'landfall sequences' AND datname ="
                      + " current_database()")
              .isEmpty());
    }
  }

  private static List<String> texts(Connection connection, String sql) {
    try {
      return new Catalog(connection).texts(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier wanted) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  void whatWaitsForAReaderIsNotTakenForSeveredAndLeavesNothingInTheEnd() throws Exception {
    try (var world = new PostgresWorld(16, 18);
        var reader = world.admin(Side.SOURCE)) {
      follow(world);
      world.replicator().close();
      reader.setAutoCommit(false);
      Links.execute(reader, "SELECT count(*) FROM note");
      try (var owner = new Peer(Side.SOURCE, world.server(Side.SOURCE));
          var other = new Peer(Side.TARGET, world.server(Side.TARGET))) {
        var severance = new Severance(owner, other, world.names(), Duration.ofMillis(500));
        for (int attempt = 0; attempt < 2; attempt++) {
          assertThatThrownBy(() -> severance.carryOut(2))
              .isInstanceOfSatisfying(
                  OutsideException.class,
                  e -> assertThat(e.code()).isEqualTo(PostgresProblem.LOCK_WAIT));
          assertThat(ours(world, Side.SOURCE)).noneMatch(name -> name.contains("_from_"));
          assertThat(slots(world, Side.SOURCE)).isEmpty();
        }
      }
      try (var later = world.another()) {
        assertThat(isGone(later.look().fromSource())).isFalse();
        reader.rollback();
        later.carryOut(new DataOrder.Sever(Side.SOURCE), 2);
        assertThat(isGone(later.look().fromSource())).isTrue();
        assertThat(isGone(later.look().fromTarget())).isTrue();
      }
      assertThat(ours(world, Side.SOURCE)).isEmpty();
      assertThat(ours(world, Side.TARGET)).isEmpty();
      assertThat(texts(world, Side.SOURCE, "SELECT to_regnamespace('landfall')::text"))
          .containsOnlyNulls();
    }
  }

  @Test
  void aSlotThatIsLeftAloneBehindIsNotTakenForSevered() throws Exception {
    try (var world = new PostgresWorld(16, 18)) {
      Replicator replicator = world.replicator();
      follow(world);
      replicator.carryOut(new DataOrder.Sever(Side.SOURCE), 2);
      String slot = world.names().watch(Side.SOURCE);
      texts(
          world,
          Side.SOURCE,
          "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')::text");
      assertThat(isGone(replicator.look().fromSource())).isFalse();
      replicator.carryOut(new DataOrder.Sever(Side.SOURCE), 2);
      assertThat(isGone(replicator.look().fromSource())).isTrue();
    }
  }

  @Test
  void databasesThatBelongToAnotherPromotionByNowAreLeftAlone() throws Exception {
    try (var world = new PostgresWorld(16, 18)) {
      Replicator first = world.replicator();
      follow(world);
      first.carryOut(new DataOrder.GoOnAlone(Side.SOURCE), 2);
      for (Side side : Side.values()) {
        try (var peer = new Peer(side, world.server(side));
            var admin = world.admin(side)) {
          Links.execute(admin, "SET client_min_messages = error");
          Links.execute(admin, "DROP SCHEMA IF EXISTS landfall CASCADE");
          new Control("another", "stock").install(peer.orders, side, 1);
          peer.fence.install(false, 1, Duration.ofSeconds(10));
        }
      }
      for (Side side : Side.values()) {
        assertThat(first.look().on(side).fault().orElse(""))
            .contains("belongs to asset stock of workload another");
        assertThatThrownBy(() -> first.carryOut(new DataOrder.FenceOff(side), 9))
            .isInstanceOf(OutsideException.class)
            .hasMessageContaining("belongs to asset stock of workload another");
      }
      first.carryOut(new DataOrder.Sever(Side.SOURCE), 9);
      first.carryOut(new DataOrder.GoOnAlone(Side.TARGET), 9);
      for (Side side : Side.values()) {
        assertThat(
                texts(
                    world,
                    side,
                    "SELECT epoch || coalesce(severed::text, '') FROM" + " landfall.control"))
            .containsExactly("1");
        assertThat(
                texts(
                    world,
                    side,
                    "SELECT DISTINCT tgname::text FROM pg_trigger"
                        + " WHERE tgname = 'landfall_fence'"))
            .hasSize(1);
        assertThat(ours(world, side)).isEmpty();
      }
    }
  }

  @Test
  void whoGoesOnAloneEndsTheFirstCopy() throws Exception {
    try (var world = new PostgresWorld(16, 18);
        var blocker = world.admin(Side.SOURCE)) {
      Replicator replicator = world.replicator();
      blocker.setAutoCommit(false);
      Links.execute(blocker, "LOCK TABLE note IN SHARE ROW EXCLUSIVE MODE");
      replicator.carryOut(new DataOrder.Follow(Side.SOURCE), 1);
      await(world, seen -> seen.fromSource().phase() == Phase.COPYING);
      replicator.carryOut(new DataOrder.GoOnAlone(Side.SOURCE), 2);
      blocker.rollback();
      var alone = replicator.look();
      assertThat(isGone(alone.fromSource())).as("seen was %s", alone).isTrue();
      assertThat(alone.source().fence()).isEqualTo(Fence.OPEN);
      assertThat(ours(world, Side.SOURCE)).isEmpty();
    }
  }

  private static void follow(PostgresWorld world) {
    world.replicator().carryOut(new DataOrder.Follow(Side.SOURCE), 1);
    await(world, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
  }

  /** As the core takes it. */
  private static boolean isGone(LinkSeen link) {
    return link.phase() == Phase.ABSENT && link.retainedBytes().isEmpty();
  }

  private static List<String> slots(PostgresWorld world, Side side) throws Exception {
    return texts(
        world,
        side,
        "SELECT slot_name::text FROM pg_replication_slots WHERE database = current_database()");
  }

  private static List<String> texts(PostgresWorld world, Side side, String sql) throws Exception {
    var found = new ArrayList<String>();
    try (var connection = world.admin(side);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  /** Slots, publications and subscriptions that are left in a database. */
  private static List<String> ours(PostgresWorld world, Side side) throws Exception {
    try (var connection = world.admin(side)) {
      return new Catalog(connection)
          .texts(
              "SELECT slot_name::text FROM pg_replication_slots"
                  + " WHERE database = current_database()"
                  + " UNION ALL SELECT pubname::text FROM pg_publication"
                  + " UNION ALL SELECT subname::text FROM pg_subscription WHERE subdbid ="
                  + " (SELECT oid FROM pg_database WHERE datname = current_database())");
    }
  }

  private static void await(PostgresWorld world, Predicate<DataSeen> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    DataSeen seen = world.replicator().look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      world.pause();
      seen = world.replicator().look();
    }
  }
}
