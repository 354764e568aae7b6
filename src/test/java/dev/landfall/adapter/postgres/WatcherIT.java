package dev.landfall.adapter.postgres;

import static dev.landfall.adapter.postgres.LinkedDatabases.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.demo.EmbeddedServer;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.replication.LogSequenceNumber;

class WatcherIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static LinkedDatabases databases(String name) throws Exception {
    return new LinkedDatabases(name, TestServers.port(16, false), TestServers.port(18, false));
  }

  /** What is dirty on a side once all that was written there has been read. */
  private static List<String> dirty(LinkedDatabases two, Watcher watcher) throws Exception {
    two.onSource("SELECT pg_logical_emit_message(true, 'test', '')");
    two.onTarget("SELECT pg_logical_emit_message(true, 'test', '')");
    assertThat(watcher.awaitPassed(two.end(watcher.side()), SOON)).isTrue();
    return watcher.dirty().all().stream()
        .map(entry -> entry.row.table() + " " + entry.row.key())
        .toList();
  }

  @Test
  void learnsTheKeysOfWritesOfEveryKind() throws Exception {
    try (var two = databases("watch_keys")) {
      two.both("CREATE TABLE plain (a int, b text, c text, PRIMARY KEY (b, a))");
      two.both("CREATE TABLE loud (id uuid PRIMARY KEY, t text)");
      two.both("ALTER TABLE loud REPLICA IDENTITY FULL");
      two.both("CREATE TABLE indexed (id int PRIMARY KEY, code text NOT NULL UNIQUE)");
      two.both("ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_code_key");
      two.both("CREATE TABLE bare (t text)");
      two.both("ALTER TABLE bare REPLICA IDENTITY FULL");
      two.both("CREATE TABLE emptied (id int PRIMARY KEY)");
      two.both("CREATE TABLE part (id int PRIMARY KEY, v int) PARTITION BY RANGE (id)");
      two.both("CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (100)");
      two.both("CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (100) TO (200)");
      two.both("CREATE SCHEMA landfall CREATE TABLE landfall.marker (id int PRIMARY KEY)");
      two.both("INSERT INTO indexed VALUES (1, 'x'), (2, 'y')");
      var watcher = two.watcher(Side.SOURCE);
      two.onSource("INSERT INTO plain VALUES (1, 'it''s', 'v')");
      two.onSource("UPDATE plain SET a = 2 WHERE a = 1");
      two.onSource("INSERT INTO loud VALUES ('0b5b1a94-7cb6-4e9e-bd0e-6b3c2a2bd1d7', NULL)");
      two.onSource("DELETE FROM indexed WHERE id = 2");
      two.onSource("INSERT INTO bare VALUES ('x')");
      two.onSource("TRUNCATE emptied");
      two.onSource("INSERT INTO part VALUES (1, 1)");
      two.onSource("UPDATE part SET id = 101");
      two.onSource("INSERT INTO landfall.marker VALUES (1)");
      assertThat(dirty(two, watcher))
          .containsExactlyInAnyOrder(
              "public.plain [it's, 1]",
              "public.plain [it's, 2]",
              "public.loud [0b5b1a94-7cb6-4e9e-bd0e-6b3c2a2bd1d7]",
              "public.indexed [y]",
              "public.bare []",
              "public.emptied []",
              "public.part_low [1]",
              "public.part_high [101]");
      assertThat(watcher.leaks()).isEmpty();
    }
  }

  @Test
  void doesNotTakeRowsOfTheLinkForWritesAndNamesWhatGoesAroundTheFence() throws Exception {
    try (var two = databases("watch_leaks")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.link();
      var watcher = two.watcher(Side.TARGET);
      watcher.expectNone(LogSequenceNumber.valueOf(0));
      two.onSource("INSERT INTO account SELECT i, i FROM generate_series(1, 50) i");
      two.drain();
      assertThat(dirty(two, watcher)).isEmpty();
      assertThat(watcher.leaks()).isEmpty();
      two.onTarget("SET session_replication_role = replica");
      two.onTarget("UPDATE account SET v = 0 WHERE id = 17");
      assertThat(dirty(two, watcher)).containsExactly("public.account [17]");
      assertThat(watcher.leaks()).containsExactly(new Leak(Side.TARGET, "public.account", "id=17"));
      two.onTarget("TRUNCATE account");
      dirty(two, watcher);
      assertThat(watcher.leaks())
          .contains(new Leak(Side.TARGET, "public.account", "every row, by TRUNCATE"));
    }
  }

  @Test
  void tellsWritesBeforeTheFenceFromThoseBehindIt() throws Exception {
    try (var two = databases("watch_fenced")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE);
      two.onSource("INSERT INTO account VALUES (1, 1)");
      watcher.expectNone(two.end(Side.SOURCE));
      two.onSource("INSERT INTO account VALUES (2, 2)");
      two.onSource("SELECT pg_logical_emit_message(true, 'test', '')");
      watcher.expectWrites(two.end(Side.SOURCE));
      two.onSource("INSERT INTO account VALUES (3, 3)");
      assertThat(dirty(two, watcher)).hasSize(3);
      assertThat(watcher.leaks()).containsExactly(new Leak(Side.SOURCE, "public.account", "id=2"));
    }
  }

  @Test
  void aWriteReadBeforeWeAreToldThatItsSideWasOpenedIsNoLeak() throws Exception {
    try (var two = databases("watch_opened")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE);
      watcher.expectNone(LogSequenceNumber.valueOf(0));
      two.onSource("INSERT INTO account VALUES (1, 1)");
      two.onSource("SELECT pg_logical_emit_message(true, 'test', '')");
      var opened = two.end(Side.SOURCE);
      two.onSource("INSERT INTO account VALUES (2, 2)");
      assertThat(dirty(two, watcher)).hasSize(2);
      watcher.expectWrites(opened);
      assertThat(watcher.leaks()).containsExactly(new Leak(Side.SOURCE, "public.account", "id=1"));
    }
  }

  @Test
  void losesNoKeyWhenItsConnectionIsCutAgainAndAgain() throws Exception {
    try (var two = databases("watch_cut")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE);
      for (int round = 0; round < 20; round++) {
        two.onSource(
            "INSERT INTO account SELECT i, 0 FROM generate_series("
                + (round * 100 + 1)
                + ", "
                + (round * 100 + 100)
                + ") i");
        if (round % 4 == 1) {
          two.onSource(
              "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name ="
                  + " '"
                  + two.watchSlot(Side.SOURCE)
                  + "'");
        }
      }
      assertThat(new TreeSet<>(dirty(two, watcher))).hasSize(2000);
      assertThat(watcher.lost()).isEmpty();
    }
  }

  @Test
  void learnsAnewOfWhatWasNotSettledButNotOfTheRest() throws Exception {
    try (var two = databases("watch_anew")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var first = two.watcher(Side.SOURCE);
      two.onSource("INSERT INTO account VALUES (1, 1)");
      two.onSource("INSERT INTO account VALUES (2, 1)");
      two.onSource("INSERT INTO account VALUES (3, 1)");
      dirty(two, first);
      first.dirty().all().stream()
          .filter(entry -> !entry.row.key().equals(List.of("3")))
          .forEach(first.dirty()::settle);
      Thread.sleep(2_500);
      first.close();
      var second = two.watcher(Side.SOURCE);
      assertThat(dirty(two, second)).containsExactly("public.account [3]");
    }
  }

  @Test
  void aServerMayShutDownThoughRowsStayOpen(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    var server = EmbeddedServer.start(17, data, 0, Map.of());
    int port = server.port();
    try (var two = new LinkedDatabases("watch_stop", port, TestServers.port(18, false))) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE);
      two.onSource("INSERT INTO account VALUES (1, 1)");
      dirty(two, watcher);
      watcher.dirty().all().forEach(watcher.dirty()::settle);
      Thread.sleep(2_500); // by now it has confirmed that
      two.onSource("INSERT INTO account VALUES (2, 1)");
      assertThat(dirty(two, watcher)).isNotEmpty();
      String postmaster = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
      new ProcessBuilder("kill", "-INT", postmaster).start().waitFor();
      await(() -> ProcessHandle.of(Long.parseLong(postmaster)).isEmpty());
      assertThat(watcher.lost()).isEmpty();
      server.close();
      server = EmbeddedServer.start(17, data, port, Map.of());
      await(() -> watcher.fault().isEmpty());
      assertThat(watcher.dirty().all()).isNotEmpty();
    } finally {
      server.close();
    }
  }

  /** The server makes a slot when all transactions under way have ended, and shows it before. */
  @Test
  void waitsForASlotThatSomebodyStillMakes() throws Exception {
    try (var two = databases("watch_making");
        Connection open = two.connect(Side.SOURCE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      open.setAutoCommit(false);
      open.createStatement().execute("SELECT pg_current_xact_id()");
      Supplier<Watcher> watchers =
          () -> new Watcher(Side.SOURCE, two.sourceServer, two.watchSlot(Side.SOURCE), tables(two));
      try (var watcher = watchers.get()) {
        var made = threads.submit(() -> watchers.get().install());
        var slots =
            "SELECT count(*) FROM pg_replication_slots WHERE confirmed_flush_lsn IS NULL"
                + " AND slot_name = '"
                + two.watchSlot(Side.SOURCE)
                + "'";
        await(() -> ServerPair.number(two.sourceServer, slots) == 1);
        watcher.start();
        await(() -> watcher.fault().filter(why -> why.contains("still being made")).isPresent());
        open.rollback();
        assertThat(made.get()).isTrue();
        await(() -> watcher.fault().isEmpty());
        assertThat(watcher.lost()).isEmpty();
      }
    }
  }

  private static Set<TableName> tables(LinkedDatabases two) {
    try {
      return two.tables();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void saysSoWhenItsSlotIsGoneOrMadeAnew() throws Exception {
    try (var two = databases("watch_gone")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE);
      await(() -> watcher.fault().isEmpty());
      Watcher.remove(two.sourceServer, two.watchSlot(Side.SOURCE));
      await(() -> watcher.lost().isPresent());
      assertThat(watcher.awaitPassed(two.end(Side.SOURCE), SOON)).isFalse();
      var other =
          new Watcher(Side.SOURCE, two.sourceServer, two.watchSlot(Side.SOURCE), two.tables());
      assertThat(other.install()).isTrue();
      assertThat(other.install()).isFalse();
    }
  }

  @Test
  void turnsToTheWholeTableWhenItsKeysAreTooMany() throws Exception {
    try (var two = databases("watch_many")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE, new DirtySet(100));
      two.onSource("INSERT INTO account SELECT i, 0 FROM generate_series(1, 1000) i");
      assertThat(dirty(two, watcher)).containsExactly("public.account []");
    }
  }

  @Test
  void getsBehindAFenceWithinMilliseconds() throws Exception {
    try (var two = databases("watch_prompt")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      var watcher = two.watcher(Side.SOURCE);
      await(() -> watcher.fault().isEmpty());
      var took = new ArrayList<Duration>();
      for (int i = 0; i < 21; i++) {
        two.onSource("INSERT INTO account VALUES (" + i + ", 1)");
        two.onSource("SELECT pg_logical_emit_message(true, 'test', '')");
        long began = System.nanoTime();
        assertThat(watcher.awaitPassed(two.end(Side.SOURCE), SOON)).isTrue();
        took.add(Duration.ofNanos(System.nanoTime() - began));
      }
      // Who is told by the server's own clock alone waits a second each time.
      assertThat(took.stream().sorted().toList().get(10)).isLessThan(Duration.ofMillis(800));
    }
  }
}
