package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder.Compare;
import dev.landfall.replication.DataOrder.FenceOff;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.DataOrder.Mark;
import dev.landfall.replication.DataOrder.Open;
import dev.landfall.replication.DataOrder.Sever;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Fence;
import dev.landfall.replication.Leak;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only PostgreSQL has: catalogs, tables made later, servers that go and come. */
class PostgresLinksIT {
  private PostgresWorld world;

  @BeforeEach
  void stage() throws SQLException {
    world = new PostgresWorld(16, 18);
    world.replicator().carryOut(new Follow(Side.SOURCE), 1);
    await(seen -> seen.fromSource().phase() == Phase.FOLLOWING);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private DataSeen await(Predicate<DataSeen> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    DataSeen seen = world.replicator().look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      world.pause();
      seen = world.replicator().look();
    }
    return seen;
  }

  private void sql(Side side, String sql) throws SQLException {
    try (var connection = world.admin(side);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> names(Connection connection, String sql) throws SQLException {
    var found = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  /** Everything that bears our name, in the catalogs of a database and of its server. */
  private List<String> traces(Side side) throws SQLException {
    try (var connection = world.admin(side)) {
      return names(
          connection,
          """
          SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
          UNION ALL SELECT 'publication ' || pubname FROM pg_publication
          UNION ALL SELECT 'subscription ' || subname FROM pg_subscription WHERE subdbid =
            (SELECT oid FROM pg_database WHERE datname = current_database())
          UNION ALL SELECT 'relation ' || relname FROM pg_class
            WHERE relnamespace = to_regnamespace('landfall')::oid AND relkind IN ('r', 'S')
          UNION ALL SELECT 'function ' || proname FROM pg_proc
            WHERE pronamespace = to_regnamespace('landfall')::oid
          UNION ALL SELECT DISTINCT 'trigger ' || tgname FROM pg_trigger
            WHERE tgname LIKE 'landfall%'
          UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'landfall'
          ORDER BY 1
          """);
    }
  }

  private List<String> origins(Side side) throws SQLException {
    try (var connection = world.admin(side)) {
      return names(
          connection,
          """
          SELECT roname FROM pg_replication_origin
          WHERE roname NOT IN (SELECT 'pg_' || oid FROM pg_subscription)
          """);
    }
  }

  @Test
  void severingLeavesNothingButTheFence() throws Exception {
    world.replicator().carryOut(new Sever(Side.SOURCE), 2);
    assertThat(traces(Side.SOURCE)).isEmpty();
    assertThat(traces(Side.TARGET))
        .filteredOn(trace -> !trace.matches("relation refused_by_[0-9]+"))
        .containsExactly(
            "function fence",
            "relation control",
            "relation refused_by_other",
            "relation refused_writes",
            "schema landfall",
            "trigger landfall_fence");
    assertThat(origins(Side.SOURCE)).isEmpty();
    assertThat(origins(Side.TARGET)).isEmpty();
    assertThatThrownBy(() -> world.replicator().carryOut(new Follow(Side.SOURCE), 3))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("severed");
  }

  @Test
  void aTableMadeAfterTheFenceShowsAndIsFencedByTheNextOrder() throws Exception {
    world.replicator().carryOut(new FenceOff(Side.SOURCE), 1);
    sql(Side.SOURCE, "SET ROLE shop_owner; CREATE TABLE public.late (id int PRIMARY KEY)");
    var seen = world.replicator().look();
    assertThat(seen.source().fence()).isEqualTo(Fence.PARTLY);
    assertThat(seen.alarms()).anyMatch(alarm -> alarm.contains("some tables of the source"));
    world.replicator().carryOut(new FenceOff(Side.SOURCE), 1);
    assertThat(world.replicator().look().source().fence()).isEqualTo(Fence.FENCED);
    assertThatThrownBy(() -> sql(Side.SOURCE, "INSERT INTO public.late VALUES (1)"))
        .hasMessageContaining("fenced");
    await(x -> x.alarms().stream().anyMatch(alarm -> alarm.contains("changed, made or dropped")));
  }

  @Test
  void everyWayOfWritingIsFencedOnEveryPartition() throws Exception {
    world.replicator().carryOut(new FenceOff(Side.SOURCE), 1);
    for (String write :
        List.of(
            "INSERT INTO note (body) VALUES ('x')",
            "UPDATE note SET body = 'x' WHERE false",
            "DELETE FROM note",
            "TRUNCATE note",
            "MERGE INTO note USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT DEFAULT"
                + " VALUES",
            "WITH w AS (INSERT INTO note DEFAULT VALUES RETURNING id) SELECT * FROM w",
            "INSERT INTO \"Odd Schema\".\"Part\" VALUES (20)",
            "DELETE FROM \"Odd Schema\".\"Part low\"",
            "TRUNCATE \"Odd Schema\".\"Part high\"")) {
      assertThatThrownBy(() -> sql(Side.SOURCE, write)).as(write).hasMessageContaining("fenced");
    }
    assertThat(world.replicator().look().source().refusedWrites()).isEqualTo(9);
  }

  @Test
  void refusedWritesAreCountedByWhoTriedBeforeAndAfterSevering() throws Exception {
    world.replicator().carryOut(new FenceOff(Side.SOURCE), 1);
    world.add(Side.SOURCE, "by app");
    world.add(Side.SOURCE, "by app");
    world.forceChange(Side.SOURCE, 1, "by postgres");
    assertThat(refused(Side.SOURCE)).containsExactly("app 2", "postgres 1");
    assertThat(world.replicator().look().source().refusedWrites()).isEqualTo(3);

    world.add(Side.TARGET, "by app");
    world.replicator().carryOut(new Open(Side.SOURCE), 1);
    world.replicator().carryOut(new Sever(Side.SOURCE), 2);
    world.add(Side.TARGET, "by app");
    String late = "late" + System.nanoTime();
    sql(Side.TARGET, "CREATE ROLE " + late + " LOGIN; GRANT INSERT ON note TO " + late);
    try (var connection = world.as(late, Side.TARGET)) {
      assertThatThrownBy(
              () -> Links.execute(connection, "INSERT INTO public.note (body) VALUES ('x')"))
          .hasMessageContaining("fenced");
    }
    sql(Side.TARGET, "REVOKE INSERT ON note FROM " + late + "; DROP ROLE " + late);
    assertThat(refused(Side.TARGET)).containsExactly("app 2", "other 1");
    assertThat(world.replicator().look().target().refusedWrites()).isEqualTo(3);
  }

  private List<String> refused(Side side) throws SQLException {
    try (var connection = world.admin(side)) {
      return names(connection, "SELECT role || ' ' || writes FROM landfall.refused ORDER BY 1");
    }
  }

  @Test
  void aSideIsNotOpenedWhenItsWritesWouldGoNowhere() {
    assertThatThrownBy(() -> world.replicator().carryOut(new Open(Side.TARGET), 1))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("go nowhere");
  }

  @Test
  void theLinkIsNotTurnedRoundWhileTheOwnerAcceptsWrites() {
    assertThatThrownBy(() -> world.replicator().carryOut(new Follow(Side.TARGET), 1))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("accepts writes");
    assertThat(world.replicator().look().fromSource().phase()).isEqualTo(Phase.FOLLOWING);
  }

  @Test
  void aLostSlotIsBrokenAndNotMadeAnewInSilence() throws Exception {
    String slot = world.names().link(Side.SOURCE);
    sql(Side.TARGET, "ALTER SUBSCRIPTION " + slot + " DISABLE");
    Thread.sleep(300);
    sql(Side.SOURCE, "SELECT pg_drop_replication_slot('" + slot + "')");
    var seen = world.replicator().look();
    assertThat(seen.fromSource().phase()).isEqualTo(Phase.BROKEN);
    assertThatThrownBy(() -> world.replicator().carryOut(new Follow(Side.SOURCE), 1))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("a new copy is needed");
  }

  @Test
  void aWriteThatCannotBeAppliedStopsTheLinkAndIsTold() throws Exception {
    sql(
        Side.TARGET,
        "SET session_replication_role = replica; INSERT INTO note VALUES (5000, 'in the way')");
    sql(Side.SOURCE, "INSERT INTO note VALUES (5000, 'the true one')");
    var seen = await(x -> x.fromSource().phase() == Phase.STUCK);
    assertThat(seen.fromSource().fault().orElseThrow()).contains("failed");
    sql(Side.TARGET, "SET session_replication_role = replica; DELETE FROM note WHERE id = 5000");
    await(x -> x.fromSource().phase() == Phase.FOLLOWING);
  }

  @Test
  void aSideThatHangsIsReportedInTime() throws Exception {
    try (var blocker = world.admin(Side.TARGET)) {
      blocker.setAutoCommit(false);
      Links.execute(blocker, "LOCK TABLE landfall.marker IN ACCESS EXCLUSIVE MODE");
      long began = System.nanoTime();
      var seen = world.replicator().look();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(seen.target().fault()).isPresent();
      assertThat(seen.target().fence()).isEqualTo(Fence.UNKNOWN);
      assertThat(seen.fromSource().phase()).isEqualTo(Phase.RETAINING);
      assertThat(seen.fromTarget().phase()).isEqualTo(Phase.UNKNOWN);
      blocker.rollback();
    }
    await(seen -> seen.target().fault().isEmpty());
  }

  @Test
  void aWriteAroundTheFenceIsALeakAndNeverReachesTheOwner() throws Exception {
    await(seen -> seen.check().baselineFrom().isPresent());
    world.replicator().carryOut(new FenceOff(Side.SOURCE), 2);
    world.replicator().carryOut(new Mark(Side.SOURCE, "drained"), 2);
    await(seen -> seen.target().arrived().equals(Optional.of("drained")));
    world.replicator().carryOut(new Compare("drained"), 2);
    world.replicator().carryOut(new Follow(Side.TARGET), 2);
    world.replicator().carryOut(new Open(Side.TARGET), 2);
    assertThat(world.replicator().look().leaks()).isEmpty();

    sql(Side.SOURCE, "SET session_replication_role = replica; DELETE FROM note WHERE id = 7");
    var seen = await(x -> !x.leaks().isEmpty());
    assertThat(seen.leaks()).containsExactly(new Leak(Side.SOURCE, "public.note", "id=7"));
    assertThat(world.rows(Side.TARGET)).containsKey(7L);
  }

  @Test
  void aDifferenceNamesItsRowAtTheCutover() throws Exception {
    await(seen -> seen.check().baselineFrom().isPresent());
    sql(
        Side.TARGET,
        "SET session_replication_role = replica; UPDATE note SET body = 'x' WHERE id = 9");
    world.replicator().carryOut(new FenceOff(Side.SOURCE), 2);
    world.replicator().carryOut(new Mark(Side.SOURCE, "drained"), 2);
    await(seen -> seen.target().arrived().equals(Optional.of("drained")));
    world.replicator().carryOut(new Compare("drained"), 2);
    var seen = world.replicator().look();
    assertThat(seen.check().token()).contains("drained");
    assertThat(seen.check().differences())
        .containsExactly(new Difference("public.note", "id=9", "not equal"));
  }

  @Test
  void markingIsSeenOnBothSidesOnly() {
    world.replicator().carryOut(new Mark(Side.SOURCE, "t1"), 1);
    var seen = await(x -> x.target().arrived().equals(Optional.of("t1")));
    assertThat(seen.source().marked()).contains("t1");
    assertThat(seen.source().arrived()).isEmpty();
    assertThat(seen.target().marked()).isEmpty();
  }

  @Test
  void anyOfOurSlotsThatNobodyReadsRaisesTheAlarmByItsName() throws Exception {
    String idle = world.names().watch(Side.TARGET) + "_idle";
    sql(Side.SOURCE, "SELECT pg_create_logical_replication_slot('" + idle + "', 'pgoutput')");
    try {
      world.replicator().heed(keeping(Limits.DEFAULTS, 1 << 20));
      sql(Side.SOURCE, "SELECT pg_logical_emit_message(false, 'test', repeat('x', 2000000))");
      // Those that are read give their log up at a checkpoint.
      sql(Side.SOURCE, "CHECKPOINT");
      await(seen -> seen.alarms().stream().anyMatch(alarm -> alarm.contains("slot " + idle)));
    } finally {
      sql(Side.SOURCE, "SELECT pg_drop_replication_slot('" + idle + "')");
    }
    await(seen -> seen.alarms().stream().noneMatch(alarm -> alarm.contains("of log")));
  }

  private static Limits keeping(Limits usual, long retainedBytesMax) {
    return new Limits(
        usual.hold(),
        usual.settle(),
        usual.lockWait(),
        usual.lagMax(),
        usual.retryPause(),
        usual.cutoverAttemptsMax(),
        usual.soak(),
        usual.bandwidth(),
        retainedBytesMax,
        usual.sequenceMargin());
  }

  /** A server shows the slots of all its databases to each of them. */
  @Test
  void aSlotOfThisNameInAnotherDatabaseIsNeitherSeenNorDropped() throws Exception {
    String slot = world.names().link(Side.SOURCE);
    try (var elsewhere = TestServers.admin(TestServers.port(16, false), "postgres")) {
      assertThat(SideLook.read(elsewhere, Side.SOURCE, world.names()).slot()).isEmpty();
      assertThat(SideLook.read(elsewhere, Side.SOURCE, world.names()).kept()).isEmpty();
      assertThat(Links.hasSlot(elsewhere, slot)).isFalse();
      assertThat(Links.dropSlot(elsewhere, slot)).isTrue();
    }
    try (var here = world.admin(Side.SOURCE)) {
      assertThat(Links.hasSlot(here, slot)).isTrue();
      assertThat(SideLook.read(here, Side.SOURCE, world.names()).slot()).isPresent();
    }
  }
}
