package dev.landfall.adapter.postgres;

import static dev.landfall.adapter.postgres.LinkedDatabases.await;
import static dev.landfall.adapter.postgres.LinkedDatabases.awaitEqual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

class LiveComparisonIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static LinkedDatabases databases(String name) throws Exception {
    return new LinkedDatabases(name, TestServers.port(16, false), TestServers.port(18, false));
  }

  @Test
  void reportsNothingFalseUnderALiveLoadAndSettlesWhenItEnds() throws Exception {
    try (var two = databases("live_live")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v numeric, t text)");
      two.both("CREATE TABLE words (word text PRIMARY KEY, n int)");
      two.both("CREATE TABLE bare (a int)");
      two.both("ALTER TABLE bare REPLICA IDENTITY FULL");
      two.link();
      two.onSource("INSERT INTO account SELECT i, i, 'x' FROM generate_series(1, 3000) i");
      two.onSource("INSERT INTO words SELECT 'w' || i, i FROM generate_series(1, 1000) i");
      var watchSource = two.watcher(Side.SOURCE);
      var watchTarget = two.watcher(Side.TARGET);
      watchTarget.expectNone(LogSequenceNumber.valueOf(0));
      var comparison = two.comparison(watchSource, watchTarget);
      var random = new SplittableRandom(7);
      long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      long writes = 0;
      while (System.nanoTime() < until) {
        int id = random.nextInt(3500);
        two.onSource(
            switch (random.nextInt(8)) {
              case 0 -> "DELETE FROM account WHERE id = " + id;
              case 1 -> "INSERT INTO account VALUES (" + id + ", 0) ON CONFLICT DO NOTHING";
              case 2 ->
                  "UPDATE account a SET id = id + 10000 WHERE id = "
                      + id
                      + " AND NOT EXISTS (SELECT FROM account b WHERE b.id = a.id + 10000)";
              case 3 -> "UPDATE words SET n = n + 1 WHERE word = 'w" + id % 1000 + "'";
              case 4 -> "INSERT INTO bare VALUES (" + id % 20 + ")";
              // One hot row, which goes from one value to another and back.
              case 5 -> "UPDATE account SET t = CASE t WHEN 'x' THEN 'y' ELSE 'x' END WHERE id = 1";
              default -> "UPDATE account SET v = v + 1 WHERE id = " + id;
            });
        writes++;
        assertThat(comparison.seen().differences()).isEmpty();
        if (writes % 50 == 0) {
          Thread.sleep(20);
        }
      }
      assertThat(comparison.seen().baselineFrom()).isPresent();
      two.drain();
      var outcome = comparison.compareNow("end", SOON);
      assertThat(outcome.differences()).isEmpty();
      awaitEqual(comparison);
      assertThat(comparison.compareAll("all").differences()).isEmpty();
      assertThat(watchTarget.leaks()).isEmpty();
      assertThat(writes).isGreaterThan(500);
    }
  }

  @Test
  void aTableOrPartitionMadeWhileLinkedIsADifference() throws Exception {
    try (var two = databases("later")) {
      two.both(
          "CREATE TABLE event (id int, day int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)");
      two.both("CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (10)");
      two.link();
      var comparison = two.comparison(two.watcher(Side.SOURCE), two.watcher(Side.TARGET));
      awaitEqual(comparison);
      two.both("CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (10) TO (20)");
      two.onSource("INSERT INTO event VALUES (1, 11)");
      two.onSource("CREATE TABLE late (id int PRIMARY KEY)");
      two.onTarget("CREATE TABLE of_a_newer_version (id int PRIMARY KEY)");
      await(() -> comparison.seen().differences().size() == 2);
      assertThat(comparison.compareNow("t", SOON).differences())
          .extracting(Difference::table)
          .containsExactly("public.event_2", "public.late");
      two.onSource("DROP TABLE late");
      two.both("DROP TABLE event_2");
      await(() -> comparison.seen().differences().isEmpty());
    }
  }

  @Test
  void whatDifferedAtACutoverIsForgottenOnceItIsMended() throws Exception {
    try (var two = databases("mended")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.both("CREATE TABLE bare (a int)");
      two.both("ALTER TABLE bare REPLICA IDENTITY NOTHING");
      two.both("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      two.link();
      var comparison = two.comparison(two.watcher(Side.SOURCE), two.watcher(Side.TARGET));
      awaitEqual(comparison);
      two.onTarget("UPDATE account SET v = -1 WHERE id = 400");
      two.onTarget("INSERT INTO bare VALUES (1)");
      assertThat(comparison.compareNow("first", SOON).differences()).hasSize(2);
      assertThat(comparison.seen().differences()).hasSize(2);
      two.onTarget("UPDATE account SET v = 400 WHERE id = 400");
      two.onTarget("DELETE FROM bare");
      await(() -> comparison.seen().differences().isEmpty());
    }
  }

  @Test
  void aComparisonThatFailedAtItsTablesLeavesNothingThatFindsAllEqual() throws Exception {
    try (var two = databases("halfmade")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.onSource("INSERT INTO account VALUES (1, 1)");
      two.onTarget("INSERT INTO account VALUES (1, 2)");
      try (var comparison =
          new Comparison(
              two.sourceServer,
              two.targetServer,
              two.watcher(Side.SOURCE),
              two.watcher(Side.TARGET),
              two.tables(),
              _ -> Optional.empty())) {
        two.onTarget("ALTER TABLE account RENAME TO away");
        assertThatThrownBy(() -> comparison.compareAll("first"))
            .isInstanceOf(OutsideException.class)
            .hasMessageContaining("the target has no such table");
        two.onTarget("ALTER TABLE away RENAME TO account");
        assertThat(comparison.compareAll("second").differences())
            .containsExactly(new Difference("public.account", "id=1", "not equal"));
      }
    }
  }

  @Test
  void namesARowThatDiffersForCertainWhileWritesGoOn() throws Exception {
    try (var two = databases("live_certain")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.link();
      two.onSource("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      two.drain();
      two.onTarget("UPDATE account SET v = -1 WHERE id = 400");
      var comparison = two.comparison(two.watcher(Side.SOURCE), two.watcher(Side.TARGET));
      for (int i = 0; comparison.seen().differences().isEmpty(); i++) {
        assertThat(i).isLessThan(2000);
        two.onSource("UPDATE account SET v = v + 1 WHERE id = " + (i % 300 + 1));
        Thread.sleep(10);
      }
      assertThat(comparison.seen().differences())
          .containsExactly(new Difference("public.account", "id=400", "not equal"));
      two.onSource("UPDATE account SET v = 9 WHERE id = 400");
      awaitEqual(comparison);
      assertThat(comparison.seen().differences()).isEmpty();
    }
  }

  @Test
  void readsOnlyWhatChangedHoweverBigTheTable() throws Exception {
    try (var two = databases("live_cost")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.both("INSERT INTO account SELECT i, i FROM generate_series(1, 50000) i");
      two.both("ANALYZE");
      var watchers = new Watcher[] {two.watcher(Side.SOURCE), two.watcher(Side.TARGET)};
      var first =
          two.comparison(
              watchers[0], watchers[1], new Comparison.Settings(8192, 100, Duration.ofHours(1)));
      awaitEqual(first);
      await(() -> two.ask(Side.SOURCE, "SELECT count(*) FROM landfall.baseline").equals("1"));
      // A session tells the statistics of what it read when it ends.
      first.close();
      await(() -> readRows(two) >= 50_000);
      two.onSource("UPDATE account SET v = v + 1 WHERE id % 500 = 0");
      two.onTarget("UPDATE account SET v = v + 1 WHERE id % 500 = 0 AND id <> 1000");
      two.onSource("SELECT pg_stat_force_next_flush()");
      Thread.sleep(500);
      final long before = readRows(two);
      var second =
          two.comparison(
              watchers[0], watchers[1], new Comparison.Settings(1, 1, Duration.ofHours(1)));
      await(() -> second.fullNeeded().isEmpty());
      for (int i = 0; i < 10; i++) {
        var outcome = second.compareNow("c", SOON);
        assertThat(outcome.rows()).isBetween(1L, 100L);
        assertThat(outcome.differences())
            .containsExactly(new Difference("public.account", "id=1000", "not equal"));
      }
      second.close();
      await(() -> readRows(two) > before);
      Thread.sleep(500);
      assertThat(readRows(two) - before).isLessThan(2_000);
    }
  }

  /** Rows of the table that the source has read for anybody. */
  private static long readRows(LinkedDatabases two) throws Exception {
    return Long.parseLong(
        two.ask(
            Side.SOURCE,
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname ="
                + " 'account'"));
  }

  @Test
  void asksForAFullComparisonWhenAWatcherLostItsSlot() throws Exception {
    try (var two = databases("live_closed")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.both("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      var watchTarget = two.watcher(Side.TARGET);
      var comparison =
          two.comparison(
              two.watcher(Side.SOURCE),
              watchTarget,
              new Comparison.Settings(100, 100, Duration.ofHours(1)));
      awaitEqual(comparison);
      assertThat(comparison.fullNeeded()).isEmpty();
      Watcher.remove(two.targetServer, two.watchSlot(Side.TARGET));
      two.onTarget("UPDATE account SET v = -1 WHERE id = 4");
      await(() -> watchTarget.lost().isPresent());
      assertThat(comparison.fullNeeded()).isPresent();
      assertThatThrownBy(() -> comparison.compareNow("c", SOON))
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("compare everything");
      assertThat(comparison.compareAll("c").differences())
          .containsExactly(new Difference("public.account", "id=4", "not equal"));
      assertThat(comparison.fullNeeded()).isPresent();
    }
  }

  @Test
  void takesOverTheBaselineOfAProcessThatDiedAndWhatWasOpen() throws Exception {
    try (var two = databases("live_restart")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.both("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      var never = new Comparison.Settings(100, 100, Duration.ofHours(1));
      var watchers = new Watcher[] {two.watcher(Side.SOURCE), two.watcher(Side.TARGET)};
      var first = two.comparison(watchers[0], watchers[1], never);
      var began = awaitEqual(first).baselineFrom().orElseThrow();
      await(() -> two.ask(Side.SOURCE, "SELECT count(*) FROM landfall.baseline").equals("1"));
      two.onTarget("UPDATE account SET v = -1 WHERE id = 4");
      await(() -> first.seen().pendingRows() == 1);
      Thread.sleep(1_500);
      first.close();
      watchers[0].close();
      watchers[1].close();
      two.onTarget("UPDATE account SET v = -1 WHERE id = 5");
      // So slow that no full comparison of its own gets anywhere.
      var second =
          two.comparison(
              two.watcher(Side.SOURCE),
              two.watcher(Side.TARGET),
              new Comparison.Settings(1, 1, Duration.ofHours(1)));
      await(() -> second.fullNeeded().isEmpty());
      assertThat(second.seen().baselineFrom().orElseThrow().toEpochMilli())
          .isEqualTo(began.toEpochMilli());
      assertThat(second.compareNow("c", SOON).differences())
          .containsExactlyInAnyOrder(
              new Difference("public.account", "id=4", "not equal"),
              new Difference("public.account", "id=5", "not equal"));
    }
  }

  @Test
  void doesNotTrustABaselineThatBelongsToOtherSlots() throws Exception {
    try (var two = databases("live_other")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.both("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      var watchers = new Watcher[] {two.watcher(Side.SOURCE), two.watcher(Side.TARGET)};
      var first = two.comparison(watchers[0], watchers[1]);
      awaitEqual(first);
      await(() -> two.ask(Side.SOURCE, "SELECT count(*) FROM landfall.baseline").equals("1"));
      first.close();
      watchers[0].close();
      watchers[1].close();
      Watcher.remove(two.targetServer, two.watchSlot(Side.TARGET));
      two.onTarget("UPDATE account SET v = -1 WHERE id = 5");
      var second = two.comparison(two.watcher(Side.SOURCE), two.watcher(Side.TARGET));
      await(() -> second.fullNeeded().isEmpty());
      assertThat(second.compareNow("c", SOON).differences())
          .containsExactly(new Difference("public.account", "id=5", "not equal"));
    }
  }

  @Test
  void findsAWriteAroundTheFenceAsALeakAndAsADifference() throws Exception {
    try (var two = databases("live_around")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.link();
      two.onSource("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      two.drain();
      var watchTarget = two.watcher(Side.TARGET);
      watchTarget.expectNone(LogSequenceNumber.valueOf(0));
      var comparison =
          two.comparison(
              two.watcher(Side.SOURCE),
              watchTarget,
              new Comparison.Settings(100, 100, Duration.ofHours(1)));
      awaitEqual(comparison);
      two.onTarget("SET session_replication_role = replica");
      two.onTarget("INSERT INTO account VALUES (77777, 1)");
      assertThat(comparison.compareNow("c", SOON).differences())
          .containsExactly(new Difference("public.account", "id=77777", "missing on source"));
      assertThat(watchTarget.leaks())
          .containsExactly(new Leak(Side.TARGET, "public.account", "id=77777"));
    }
  }
}
