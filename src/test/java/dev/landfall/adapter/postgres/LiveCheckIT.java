package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** The check on its own, over a link that another process made. */
class LiveCheckIT {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private PostgresWorld world;
  private Peer source;
  private Peer target;
  private LiveCheck check;

  @BeforeEach
  void begin() throws SQLException {
    world = new PostgresWorld(16, 18);
    try (var maker = world.another()) {
      maker.carryOut(new Follow(Side.SOURCE), 1);
      await(() -> maker.look().fromSource().phase() == Phase.FOLLOWING);
    }
    source = new Peer(Side.SOURCE, world.server(Side.SOURCE));
    target = new Peer(Side.TARGET, world.server(Side.TARGET));
    check = new LiveCheck(source, target, world.names(), Duration.ofSeconds(5));
    check.start();
    await(() -> check.seen().baselineFrom().isPresent());
  }

  @AfterEach
  void end() {
    check.close();
    source.close();
    target.close();
    world.close();
  }

  private void await(BooleanSupplier seen) {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!seen.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as(() -> check == null ? "" : check.fault() + " " + check.leaks() + check.seen())
          .isLessThan(deadline);
      world.pause();
    }
  }

  private void sql(Side side, String sql) throws SQLException {
    try (var connection = world.admin(side)) {
      Links.execute(connection, sql);
    }
  }

  private void turnWithoutAnAnswer(boolean fenced, Runnable order) {
    Supplier<Optional<LogSequenceNumber>> unheard =
        () -> {
          order.run();
          throw new OutsideException(PostgresProblem.UNREACHABLE, "the answer was lost");
        };
    assertThatThrownBy(() -> check.turn(Side.SOURCE, fenced, unheard))
        .isInstanceOf(OutsideException.class);
  }

  private void around(String write) {
    try {
      sql(Side.SOURCE, "SET session_replication_role = replica; " + write);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatAnOrderDidOfWhichNobodyKnowsHowItEndedIsFoundOut() throws Exception {
    turnWithoutAnAnswer(true, () -> source.fence.close(2, PATIENCE));
    await(() -> {
      around("UPDATE note SET body = body || '!' WHERE id = 1");
      return !check.leaks().isEmpty();
    });

    turnWithoutAnAnswer(false, () -> source.fence.open(2, PATIENCE, connection -> true));
    sql(Side.SOURCE, "INSERT INTO note VALUES (5001, 'in order')");
    // Longer than it takes to find out.
    long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (System.nanoTime() < until) {
      assertThat(check.leaks()).noneMatch(leak -> leak.key().contains("5001"));
      world.pause();
    }
  }

  /** At one go: its reader comes back within a moment. */
  private boolean drops(String drop, String ours) {
    try {
      sql(
          Side.SOURCE,
          "SELECT pg_terminate_backend(active_pid, 5000)" + ours + " AND active; " + drop);
      return true;
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("55006");
      return false;
    }
  }

  @Test
  void whenItsSlotIsLostEverythingIsMadeAndComparedAnewAndThatIsSaid() throws Exception {
    Instant before = check.seen().baselineFrom().orElseThrow();
    String slot = world.names().watch(Side.SOURCE);
    String ours = " FROM pg_replication_slots WHERE slot_name = '" + slot + "'";
    await(() -> drops("SELECT pg_drop_replication_slot(slot_name)" + ours, ours));
    await(() -> check.fault().filter(why -> why.contains("there is no slot")).isPresent());
    await(() -> check.seen().baselineFrom().filter(before::isBefore).isPresent());
    assertThat(check.fault()).isEmpty();
  }

  @Test
  void aColumnThatCameWhileLinkedIsComparedToo() throws Exception {
    sql(Side.TARGET, "ALTER TABLE note ADD COLUMN mood text DEFAULT 'calm'");
    sql(Side.SOURCE, "ALTER TABLE note ADD COLUMN mood text DEFAULT 'glad'");
    await(() ->
        check.seen().differences().stream().anyMatch(each -> each.table().equals("public.note")));
  }

  @Test
  void aTableThatNobodyFollowsIsADifferenceAfterARestartToo() throws Exception {
    check.close();
    sql(Side.SOURCE, "CREATE TABLE public.late (id int PRIMARY KEY)");
    sql(Side.TARGET, "CREATE TABLE public.late (id int PRIMARY KEY)");
    check = new LiveCheck(source, target, world.names(), Duration.ofSeconds(5));
    check.start();
    await(() ->
        check.seen().differences().stream().anyMatch(each -> each.table().equals("public.late")));
  }
}
