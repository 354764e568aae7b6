package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

class KeysSinceIT {
  private static final Duration DOUBT_AFTER = Duration.ofMillis(200);

  /** As when the server works through much that is not published. */
  @Test
  void silenceIsNoFailureWhileTheServerStillReads() throws Exception {
    var db = ServerPair.shared().databases("keys_since")[0];
    ServerPair.run(
        db,
        "CREATE TABLE public.t(id numeric PRIMARY KEY)",
        "CREATE TABLE public.other AS SELECT 1 AS id",
        "CREATE PUBLICATION keys FOR TABLE public.t",
        "SELECT pg_create_logical_replication_slot('keys_since', 'pgoutput')");
    String from =
        ServerPair.text(
            db,
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = 'keys_since'");
    String upTo = ServerPair.text(db, "SELECT pg_current_wal_lsn() + 500000");
    var since = new KeysSince(db, "keys_since", "keys", LogSequenceNumber.valueOf(from));
    var tables = since.tables();
    var read = new CompletableFuture<DirtySet>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            var free = new BandwidthCap(Optional.empty());
            read.complete(
                since.read(
                    tables, LogSequenceNumber.valueOf(upTo), free, () -> false, DOUBT_AFTER));
          } catch (Exception e) {
            read.completeExceptionally(e);
          }
        });
    long sender = sender(db);
    signal(sender, "-STOP");
    try {
      ServerPair.run(
          db,
          "INSERT INTO public.t VALUES (1.5)",
          "INSERT INTO public.other SELECT generate_series(1, 20000)");
      Thread.sleep(DOUBT_AFTER.multipliedBy(6));
      assertThat(read).isNotDone();
    } finally {
      signal(sender, "-CONT");
    }
    assertThat(read.get().all())
        .extracting(entry -> entry.row.key())
        .containsExactly(List.of("1.5"));
    ServerPair.run(db, "SELECT pg_drop_replication_slot('keys_since')");
  }

  private static long sender(PostgresServer db) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      long sender =
          ServerPair.number(
              db,
              "SELECT coalesce(max(active_pid), 0) FROM pg_replication_slots"
                  + " WHERE slot_name = 'keys_since'");
      if (sender > 0) {
        return sender;
      }
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static void signal(long process, String signal) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, Long.toString(process)).start().waitFor())
        .isZero();
  }
}
