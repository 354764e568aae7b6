package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

class WriteFenceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static LogSequenceNumber end(Connection connection) throws SQLException {
    return new Catalog(connection)
        .first(
            "SELECT pg_current_wal_insert_lsn()::text",
            row -> LogSequenceNumber.valueOf(row.getString(1)))
        .orElseThrow();
  }

  private static void insertOnceOpen(Connection connection) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Links.execute(connection, "INSERT INTO part_1 VALUES (1)");
        return;
      } catch (SQLException e) {
        assertThat(e.getSQLState()).isEqualTo("25006");
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
      Thread.sleep(10);
    }
  }

  @Test
  void whatIsWrittenWhileALargeSideIsStillBeingOpenedLiesBehindThePlaceOfItsOpening()
      throws Exception {
    try (var two =
            new LinkedDatabases(
                "openings", TestServers.port(16, false), TestServers.port(18, false));
        var peer = new Peer(Side.SOURCE, two.sourceServer);
        var writer = two.connect(Side.SOURCE);
        var slow = two.connect(Side.SOURCE);
        var orders = Executors.newVirtualThreadPerTaskExecutor()) {
      two.onSource("CREATE TABLE part_1 (id int)");
      two.onSource("CREATE TABLE part_2 (id int)");
      new Control("shop", "orders").install(peer.orders, Side.SOURCE, 1);
      var fence = new WriteFence(peer.orders, Side.SOURCE, 1);
      fence.install(false, 1, PATIENCE);
      LogSequenceNumber before = end(writer);
      LogSequenceNumber fenced = fence.close(2, PATIENCE).orElseThrow();
      assertThat(fenced).isGreaterThan(before);
      // Keeps the second table from being opened, as a vacuum or a long reading order would.
      slow.setAutoCommit(false);
      Links.execute(slow, "LOCK TABLE part_2 IN SHARE UPDATE EXCLUSIVE MODE");
      var opening = orders.submit(() -> fence.open(3, PATIENCE, _ -> true).orElseThrow());
      insertOnceOpen(writer);
      LogSequenceNumber written = end(writer);
      assertThat(opening.isDone()).isFalse();
      slow.rollback();
      assertThat(opening.get()).isGreaterThan(fenced).isLessThan(written);
    }
  }
}
