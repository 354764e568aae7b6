package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.Occupation;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What keeps a fence from being turned, on real servers, seen by a role with few rights. */
class MakeWayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Tells the second that a server waits before it calls a vacuum off from what a lock takes. */
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  private static final String FILL =
      "INSERT INTO public.note (body) SELECT repeat('x', 500) FROM generate_series(1, 2000)";

  /** Writes as what is carried over is written, and changes nothing. */
  private static final String BEHIND_THE_FENCE =
      "SET session_replication_role = replica; UPDATE public.note SET body = body;"
          + " RESET session_replication_role";

  private static PostgresWorld staged() throws SQLException {
    var world = new PostgresWorld(16, 18);
    try (var admin = world.admin(Side.SOURCE)) {
      Links.execute(admin, FILL);
    }
    order(world, new DataOrder.Follow(Side.SOURCE), 1);
    await(world, seen -> seen.fromSource().phase() == LinkSeen.Phase.FOLLOWING);
    return world;
  }

  private static DataSeen await(PostgresWorld world, Predicate<DataSeen> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    DataSeen seen = world.replicator().look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      world.pause();
      seen = world.replicator().look();
    }
    return seen;
  }

  private static Occupation occupation(PostgresWorld world, Side side) {
    return await(world, seen -> seen.on(side).occupied().isPresent())
        .on(side)
        .occupied()
        .orElseThrow();
  }

  private static Duration order(PostgresWorld world, DataOrder order, long epoch) {
    long begun = System.nanoTime();
    world.replicator().carryOut(order, epoch);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void aFenceThatMeetsAVacuumTakesASecondUnlessWayIsMadeBefore() throws Exception {
    try (var world = staged();
        var admin = world.admin(Side.SOURCE);
        var vacuum = SlowVacuum.begin(admin, "public.note", FILL)) {
      Duration met = order(world, new DataOrder.FenceOff(Side.SOURCE), 2);
      assertThat(met).as("without way being made").isGreaterThan(AT_ONCE);
      assertThat(vacuum.isUnderWay()).isFalse();
      order(world, new DataOrder.Open(Side.SOURCE), 3);
    }
    try (var world = staged();
        var admin = world.admin(Side.SOURCE);
        var vacuum = SlowVacuum.begin(admin, "public.note", FILL)) {
      assertThat(occupation(world, Side.SOURCE).words())
          .startsWith("public.note is held since ")
          .contains("by the server's own vacuum")
          .endsWith("it is called off before a cutover begins");
      order(world, new DataOrder.MakeWay(Side.SOURCE), 2);
      assertThat(vacuum.isUnderWay()).isFalse();
      Duration met = order(world, new DataOrder.FenceOff(Side.SOURCE), 2);
      assertThat(met).as("after way was made").isLessThan(AT_ONCE);
    }
  }

  @Test
  void aVacuumOfTheSideThatIsToBeOpenedMakesWayToo() throws Exception {
    try (var world = staged();
        var admin = world.admin(Side.TARGET);
        var vacuum = SlowVacuum.begin(admin, "public.note", BEHIND_THE_FENCE)) {
      assertThat(occupation(world, Side.TARGET).yields()).isTrue();
      assertThat(world.replicator().look().source().occupied()).isEmpty();
      order(world, new DataOrder.MakeWay(Side.TARGET), 2);
      assertThat(vacuum.isUnderWay()).isFalse();
      assertThat(world.replicator().look().target().occupied()).isEmpty();
    }
  }

  @Test
  void aVacuumThatBeginsTooLateToBeSeenIsCalledOffAtOnceByWhoMaySaySo() throws Exception {
    try (var world = staged();
        var admin = world.admin(Side.SOURCE)) {
      Links.execute(admin, "GRANT SET ON PARAMETER deadlock_timeout TO migrator");
      try (var vacuum = SlowVacuum.begin(admin, "public.note", FILL)) {
        Duration met = order(world, new DataOrder.FenceOff(Side.SOURCE), 2);
        assertThat(met).isLessThan(AT_ONCE);
        assertThat(vacuum.isUnderWay()).isFalse();
      } finally {
        Links.execute(admin, "REVOKE SET ON PARAMETER deadlock_timeout FROM migrator");
      }
    }
  }

  @Test
  void aDeadlockWithAUsersTransactionEndsOurAttemptAndNotTheTransaction() throws Exception {
    try (var world = staged();
        var admin = world.admin(Side.SOURCE);
        var user = world.admin(Side.SOURCE);
        var orders = Executors.newVirtualThreadPerTaskExecutor()) {
      user.setAutoCommit(false);
      // The fence locks the tables in the order of their names, and this is the last.
      Links.execute(user, "INSERT INTO public.note (body) VALUES ('one')");
      var fencing = orders.submit(() -> order(world, new DataOrder.FenceOff(Side.SOURCE), 2));
      awaitLockOn(admin, "\"Odd Schema\".\"Part\"");
      Links.execute(user, "INSERT INTO \"Odd Schema\".\"Part\" VALUES (151, 'two')");
      user.commit();
      fencing.get();
      assertThat(world.rows(Side.SOURCE)).containsValue("one");
    }
  }

  private static void awaitLockOn(Connection admin, String table) throws Exception {
    LinkedDatabases.await(() ->
        new Catalog(admin)
            .holds(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE granted"
                    + " AND mode = 'ShareRowExclusiveLock' AND relation = '"
                    + table
                    + "'::regclass)"));
  }

  @Test
  void aSessionThatHoldsATableIsNamedAndNeverEnded() throws Exception {
    try (var world = staged();
        var stranger = world.admin(Side.SOURCE)) {
      stranger.setAutoCommit(false);
      Links.execute(
          stranger,
          "SET application_name = 'psql'; LOCK TABLE public.note IN SHARE UPDATE EXCLUSIVE MODE");
      long pid = new Catalog(stranger).number("SELECT pg_backend_pid()");
      Occupation seen = occupation(world, Side.SOURCE);
      assertThat(seen.yields()).isFalse();
      assertThat(seen.words())
          .startsWith("public.note is held since ")
          .endsWith(
              "by process %d of postgres (psql) with ShareUpdateExclusiveLock;".formatted(pid)
                  + " let it end, or end it there: SELECT pg_terminate_backend("
                  + pid
                  + ")");
      // Asked all the same, nobody is ended, and nobody waits for it.
      assertThat(order(world, new DataOrder.MakeWay(Side.SOURCE), 2)).isLessThan(AT_ONCE);
      stranger.commit();
      await(world, now -> now.source().occupied().isEmpty());
    }
  }

  @Test
  void aVacuumThatPreventsWraparoundIsWaitedFor() throws Exception {
    try (var world = staged();
        var admin = world.admin(Side.SOURCE)) {
      Links.execute(admin, "ALTER TABLE public.note SET (autovacuum_freeze_max_age = 100000)");
      // Each round of the loop uses up a number of a transaction.
      String age =
          "CREATE TEMPORARY TABLE used (n int); DO $$ BEGIN FOR n IN 1..100100 LOOP BEGIN"
              + " INSERT INTO used VALUES (n); EXCEPTION WHEN others THEN NULL; END;"
              + " END LOOP; END $$";
      try (var vacuum = SlowVacuum.begin(admin, "public.note", age)) {
        Occupation seen = occupation(world, Side.SOURCE);
        assertThat(seen.yields()).isFalse();
        assertThat(seen.words()).endsWith("it prevents wraparound and must come to its end");
        order(world, new DataOrder.MakeWay(Side.SOURCE), 2);
        assertThat(vacuum.isUnderWay()).isTrue();
      }
    }
  }

  @Test
  void anOrderThatIsTooOldCallsNothingOff() throws Exception {
    try (var world = staged();
        var admin = world.admin(Side.SOURCE);
        var vacuum = SlowVacuum.begin(admin, "public.note", FILL)) {
      order(world, new DataOrder.Mark(Side.SOURCE, "later"), 5);
      assertThatThrownBy(() -> order(world, new DataOrder.MakeWay(Side.SOURCE), 4))
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("it has taken a later one");
      assertThat(vacuum.isUnderWay()).isTrue();
    }
  }
}
