package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.Finding;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.TwoWayContract;
import dev.landfall.replication.World;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract on pairs of real servers, old to new, and what is refused before. */
class PostgresTwoWayIT {
  private static final CohortKey KEY =
      new CohortKey(List.of("body"), List.of("Odd Schema.Part"), List.of());

  abstract static class Pair extends TwoWayContract {
    private final int source;
    private final int target;

    Pair(int source, int target) {
      this.source = source;
      this.target = target;
    }

    @Override
    protected World world() {
      try {
        return new PostgresWorld(source, target, Optional.of(KEY));
      } catch (SQLException e) {
        throw new IllegalStateException("cannot make a world", e);
      }
    }
  }

  @Nested
  class From16To18 extends Pair {
    From16To18() {
      super(16, 18);
    }
  }

  @Nested
  class From17To17 extends Pair {
    From17To17() {
      super(17, 17);
    }
  }

  @Nested
  class From18To18 extends Pair {
    From18To18() {
      super(18, 18);
    }
  }

  private static List<String> refused(int source, CohortKey key) throws SQLException {
    try (var world = new PostgresWorld(source, 18, Optional.of(key))) {
      List<Finding> all = world.replicator().preflight();
      assertThat(all).containsAll(world.replicator().twoWay());
      return world.replicator().twoWay().stream()
          .filter(Finding::blocks)
          .map(each -> each.code() + " " + each.subject() + ": " + each.seen())
          .toList();
    }
  }

  @Test
  void whatCannotBeSafeIsRefusedBeforeAnythingIsTouched() throws SQLException {
    assertThat(refused(16, KEY)).isEmpty();
    assertThat(refused(16, CohortKey.of("body")))
        .singleElement()
        .asString()
        .startsWith(
            "postgres-two-way-table source: Odd Schema.Part: its primary key Part_pkey is neither");
    assertThat(refused(16, CohortKey.of("body", "Odd Schema.Part.id"))).isEmpty();
    assertThat(refused(16, new CohortKey(List.of("owner"), List.of("nothing"), List.of())))
        .hasSize(4)
        .anyMatch(each -> each.contains("source: owner: the workload file names it"))
        .anyMatch(each -> each.contains("source: nothing: the workload file names it"));
  }

  private static void execute(PostgresWorld world, Side side, String sql) throws SQLException {
    try (var connection = world.admin(side);
        var statement = connection.createStatement()) {
      statement.execute("SET ROLE shop_owner; " + sql);
    }
  }

  private static List<String> unsafe(PostgresWorld world) {
    return world.replicator().twoWay().stream()
        .map(each -> each.subject() + ": " + each.seen())
        .toList();
  }

  @Test
  void whatIsUniqueIsLookedAtInSinglePartitionsAndOnTheTargetToo() throws SQLException {
    try (var world = new PostgresWorld(16, 18, Optional.of(KEY))) {
      execute(
          world,
          Side.SOURCE,
          "CREATE TABLE people (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, body text NOT NULL,"
              + " mail text) PARTITION BY HASH (id);CREATE TABLE people_0 PARTITION OF people FOR"
              + " VALUES WITH (MODULUS 1, REMAINDER 0)");
      assertThat(unsafe(world)).as("a DEFAULT makes it").isEmpty();
      execute(
          world,
          Side.SOURCE,
          "CREATE UNIQUE INDEX one_mail ON people_0 (mail);CREATE TABLE paper (id uuid PRIMARY KEY,"
              + " body text NOT NULL);CREATE TABLE guest (id bigint GENERATED ALWAYS AS IDENTITY"
              + " PRIMARY KEY, body text)");
      execute(
          world,
          Side.TARGET,
          "CREATE TABLE strict (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
              + " body text NOT NULL, mail text UNIQUE)");
      assertThat(unsafe(world))
          .hasSize(4)
          .anyMatch(
              each -> each.startsWith("source: public.people: what must be unique by one_mail"))
          .anyMatch(each -> each.startsWith("source: public.paper: its primary key"))
          .anyMatch(each -> each.startsWith("source: public.guest: a row of it may be nobody's"))
          .anyMatch(each -> each.startsWith("target: public.strict: what must be unique by"));
    }
  }

  @Test
  void numbersEndWhereTheColumnsDoThatAreFilledFromThemAndThoseThatReferToThese()
      throws SQLException {
    try (var world = new PostgresWorld(16, 18, Optional.of(KEY))) {
      execute(
          world,
          Side.SOURCE,
          "CREATE SEQUENCE wide; CREATE SEQUENCE loose;"
              + "CREATE TABLE narrow (id int DEFAULT nextval('wide') PRIMARY KEY,"
              + " body text NOT NULL);"
              + "CREATE TABLE parent (id bigserial PRIMARY KEY, body text NOT NULL);"
              + "CREATE TABLE child (id bigserial PRIMARY KEY, body text NOT NULL,"
              + " parent smallint REFERENCES parent)");
      try (var connection = world.admin(Side.SOURCE)) {
        assertThat(TwoWayCatalog.used(connection, KEY))
            .containsEntry("public.wide", 2_147_483_647L)
            .containsEntry("public.parent_id_seq", 32_767L)
            .containsEntry("public.child_id_seq", Long.MAX_VALUE)
            .containsEntry("public.note_id_seq", Long.MAX_VALUE)
            .as("the key of the odd table is filled by nobody who is known")
            .containsEntry("public.loose", 2_147_483_647L);
      }
      execute(world, Side.SOURCE, "SELECT setval('wide', 2146483647)");
      assertThat(unsafe(world))
          .hasSize(2)
          .anyMatch(each -> each.contains("public.wide: it has 1000000 numbers left that its"))
          .anyMatch(each -> each.contains("public.parent_id_seq: it has 32766 numbers left"));
    }
  }

  @Test
  void rowsOfATableThatWasMadeOnTheTargetMeanwhileAreNamedBehindItsFence() throws Exception {
    try (var world = new PostgresWorld(17, 18, Optional.of(KEY))) {
      var replicator = world.replicator();
      replicator.carryOut(new DataOrder.Follow(Side.SOURCE), 1);
      for (int i = 0;
          replicator.look().fromTarget().phase() != LinkSeen.Phase.ABSENT
              || replicator.look().fromSource().phase() != LinkSeen.Phase.FOLLOWING;
          i++) {
        assertThat(i).as("tries to stage it").isLessThan(300);
        Thread.sleep(100);
      }
      execute(world, Side.TARGET, "CREATE TABLE later (id int PRIMARY KEY)");
      replicator.carryOut(new DataOrder.FenceOff(Side.TARGET), 2);
      assertThat(replicator.look().shared().uncarried()).as("it has no row").isEmpty();
      execute(
          world,
          Side.TARGET,
          "ALTER TABLE later DISABLE TRIGGER landfall_fence; INSERT INTO later VALUES (1)");
      replicator.carryOut(new DataOrder.FenceOff(Side.TARGET), 3);
      assertThat(replicator.look().shared().uncarried())
          .hasValueSatisfying(why -> assertThat(why).contains("the rows of public.later"));
    }
  }

  @Test
  void aServerThatCarriesBackWhatCameToItIsRefused() throws SQLException {
    assertThat(refused(15, KEY))
        .containsExactly(
            "postgres-two-way-version source: PostgreSQL 15 carries back what came from the other"
                + " side");
  }
}
