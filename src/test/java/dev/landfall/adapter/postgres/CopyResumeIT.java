package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The controller ends in the middle of the first copy, and another one goes on. */
@Tag("long")
class CopyResumeIT {
  private static final List<String> TABLES = List.of("big", "t1", "t2", "t3", "t4", "t5", "t6");

  /** Writes of every kind, of a table that is over, begun, or not begun. */
  private static final String WRITES =
      """
      INSERT INTO %1$s SELECT g, 'new ' || g, 'n' FROM generate_series(900001, 900040) g
        ON CONFLICT DO NOTHING;
      UPDATE %1$s SET body = 'changed' WHERE id IN (3, 700, 1500, 2900, 9000);
      UPDATE %1$s SET id = id + 500000 WHERE id IN (5, 6, 1600, 2800, 9001);
      UPDATE %1$s SET part = part || ' moved', body = 'both' WHERE id IN (8, 1601);
      DELETE FROM %1$s WHERE id IN (9, 10, 1602, 2801, 9002);
      DELETE FROM %1$s WHERE id = 11; INSERT INTO %1$s VALUES (11, 'part 11', 'again');
      UPDATE %1$s SET id = id + 600000 WHERE id = 12; UPDATE %1$s SET id = id - 600000
        WHERE id = 600012;
      """;

  private final List<PostgresReplicator> opened = new ArrayList<>();
  private final String name = "resume_" + Long.toString(System.nanoTime(), 36);
  private final PostgresServer[] db;
  private final LinkNames names = LinkNames.of(name, "shop", "", "");

  CopyResumeIT() throws SQLException {
    db = ServerPair.shared().databases(name);
    ServerPair.run(db[0], "SET search_path = public");
    for (String table : TABLES) {
      int rows = table.equals("big") ? 15_000 : 3_000;
      ServerPair.run(
          db[0],
          "CREATE TABLE public."
              + table
              + "(id bigint, part text, body text, PRIMARY KEY(id, part))",
          "INSERT INTO public."
              + table
              + " SELECT g, 'part ' || g, repeat(md5(g::text), 18)"
              + " FROM generate_series(1, "
              + rows
              + ") g");
    }
    ServerPair.run(db[0], "VACUUM ANALYZE");
  }

  @AfterEach
  void close() throws SQLException {
    opened.forEach(PostgresReplicator::close);
    for (Side side : Side.values()) {
      PostgresServer server = db[side == Side.SOURCE ? 0 : 1];
      try (var session = server.connect("test")) {
        Links.dropSubscription(session, names.link(side.other()));
      }
    }
    for (Side side : Side.values()) {
      LiveCheck.remove(new Peer(side, db[side == Side.SOURCE ? 0 : 1]), names);
      try (var session = db[side == Side.SOURCE ? 0 : 1].connect("test")) {
        Links.dropSlot(session, names.link(side));
        Links.dropSlot(session, names.next());
      }
    }
  }

  private PostgresReplicator begin(Optional<String> rate, long epoch) {
    var source = new Peer(Side.SOURCE, db[0]);
    var target = new Peer(Side.TARGET, db[1]);
    var cap = new BandwidthCap(rate.map(Bandwidth::parse));
    var replicator =
        new PostgresReplicator(
            names,
            new Control(name, "shop"),
            source,
            target,
            Limits.DEFAULTS,
            new PostgresReplicator.Parts(
                List::of,
                () -> new SnapshotCopy(new FirstCopy(db[0], db[1], false, 1, 256), cap),
                new LiveCheck(source, target, names, Duration.ofSeconds(5)),
                cap));
    opened.add(replicator);
    replicator.carryOut(new DataOrder.Follow(Side.SOURCE), epoch);
    return replicator;
  }

  /** Lets a copy run until the ledger has a table, and ends it. */
  private void copyUntil(String table, long epoch) throws Exception {
    var replicator = begin(Optional.of("32 Mbit/s"), epoch);
    await(
        replicator,
        seen -> {
          assertThat(seen.fromSource().fault()).isEmpty();
          return ledger().keySet().stream().anyMatch(each -> each.contains(table + " "));
        });
    replicator.close();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (ServerPair.number(
            db[1],
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'landfall copy'")
        > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /** When which part was copied. */
  private Map<String, String> ledger() {
    try (var session = db[1].connect("test")) {
      var found = new TreeMap<String, String>();
      if (new Catalog(session).holds("SELECT to_regclass('landfall.copied') IS NOT NULL")) {
        new Catalog(session)
            .rows(
                "SELECT relation || ' ' || from_block, at FROM landfall.copied",
                row -> found.put(row.getString(1), row.getString(2)) == null);
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(String table) throws SQLException {
    ServerPair.run(db[0], WRITES.formatted("public." + table));
  }

  private static void await(PostgresReplicator replicator, Predicate<DataSeen> wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    DataSeen seen = replicator.look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      Thread.sleep(20);
      seen = replicator.look();
    }
  }

  /** Lets the copy end, and compares every row of both sides behind a mark. */
  private void finish(PostgresReplicator replicator, long epoch) throws Exception {
    await(replicator, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
    replicator.carryOut(new DataOrder.Mark(Side.SOURCE, "end"), epoch);
    await(replicator, seen -> seen.target().arrived().equals(Optional.of("end")));
    for (String table : TABLES) {
      assertThat(sum(db[1], table)).as(table).isEqualTo(sum(db[0], table));
    }
    assertThat(slots()).containsExactly(names.link(Side.SOURCE), names.watch(Side.SOURCE));
  }

  private List<String> slots() throws SQLException {
    try (var session = db[0].connect("test")) {
      return new Catalog(session)
          .texts(
              "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"
                  + " AND slot_name LIKE '%source' OR slot_name LIKE '%next' ORDER BY 1");
    }
  }

  private static String sum(PostgresServer server, String table) throws SQLException {
    return ServerPair.text(
        server,
        "SELECT count(*) || ' ' || count(DISTINCT (id, part)) || ' '"
            + " || md5(string_agg(t::text, '|' ORDER BY id, part)) FROM public."
            + table
            + " t");
  }

  @Test
  void onlyWhatIsMissingOrWasWrittenIsCopiedAgain() throws Exception {
    copyUntil("t2", 1);
    var before = ledger();
    assertThat(before.keySet())
        .contains("public.big 0", "public.t1 0", "public.t2 0")
        .doesNotContain("public.big 1024", "public.t6 0");
    for (String table : List.of("big", "t1", "t6")) {
      write(table);
    }
    var second = begin(Optional.empty(), 1);
    assertThat(second.size().tables()).isEqualTo(TABLES.size());
    assertThat(second.size().rows()).isGreaterThan(30_000);
    assertThat(second.size().bytes()).isGreaterThan(15_000_000);
    finish(second, 1);
    assertThat(ledger()).containsAllEntriesOf(before);
    assertThat(second.look().alarms()).isEmpty();
  }

  @Test
  void aTableThatWasEmptiedOrRewrittenIsCopiedAsAWhole() throws Exception {
    copyUntil("t2", 1);
    var before = ledger();
    write("big");
    ServerPair.run(
        db[0],
        "TRUNCATE public.t1; INSERT INTO public.t1 VALUES (1, 'a', 'b')",
        "ALTER TABLE public.t2 ALTER body SET DATA TYPE varchar; ALTER TABLE public.t2 ALTER body"
            + " SET DATA TYPE text",
        "UPDATE public.t2 SET body = 'x' WHERE id < 100",
        "TRUNCATE public.t6");
    ServerPair.run(db[0], "VACUUM FULL public.t2");
    finish(begin(Optional.empty(), 1), 1);
    var after = ledger();
    assertThat(after.get("public.big 0")).isEqualTo(before.get("public.big 0"));
    for (String table : List.of("public.t1 0", "public.t2 0")) {
      assertThat(after.get(table)).as(table).isNotEqualTo(before.get(table));
    }
  }

  /** For a while changes told no more than a part of the key that rows are found by now. */
  @Test
  void aTableThatHadAnotherKeyForAWhileIsCopiedAsAWhole() throws Exception {
    copyUntil("t2", 1);
    var before = ledger();
    ServerPair.run(
        db[0],
        "CREATE UNIQUE INDEX t1_id ON public.t1(id)",
        "ALTER TABLE public.t1 REPLICA IDENTITY USING INDEX t1_id",
        "UPDATE public.t1 SET part = 'elsewhere' WHERE id = 50",
        "ALTER TABLE public.t1 REPLICA IDENTITY DEFAULT",
        "DROP INDEX public.t1_id",
        "ALTER TABLE public.t2 RENAME TO t2_away",
        "UPDATE public.t2_away SET body = 'while it was away' WHERE id = 50",
        "ALTER TABLE public.t2_away RENAME TO t2");
    finish(begin(Optional.empty(), 1), 1);
    assertThat(ledger().get("public.t1 0")).isNotEqualTo(before.get("public.t1 0"));
    assertThat(ledger().get("public.t3 0")).isEqualTo(before.get("public.t3 0"));
  }

  @Test
  void aTableThatWasMadeBeforeTheCopyGoesOnIsCopiedAndFollowed() throws Exception {
    copyUntil("t2", 1);
    ServerPair.run(
        db[0],
        "CREATE TABLE public.late(id bigint, part text, body text, PRIMARY KEY(id, part))",
        "INSERT INTO public.late VALUES (1, 'a', 'b')");
    var second = begin(Optional.empty(), 1);
    await(second, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
    ServerPair.run(db[0], "INSERT INTO public.late VALUES (2, 'c', 'd')");
    finish(second, 1);
    assertThat(sum(db[1], "late")).isEqualTo(sum(db[0], "late")).startsWith("2 ");
  }

  /** Twice in the middle, and once when the indexes are built, under writes all the time. */
  @ParameterizedTest
  @ValueSource(strings = {"big", "t6"})
  void howeverOftenItEndsBothSidesAreEqualAtLast(String secondEnd) throws Exception {
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    var failed = new java.util.concurrent.atomic.AtomicReference<Exception>();
    Thread writer = Thread.ofVirtual().start(() -> writeUntil(stop, failed));
    try {
      copyUntil("t1", 1);
      copyUntil(secondEnd, 2);
      ServerPair.run(db[0], "TRUNCATE public.t4");
      var last = begin(Optional.empty(), 3);
      Thread.sleep(300);
      stop.set(true);
      writer.join();
      assertThat(failed.get()).isNull();
      finish(last, 3);
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  private void writeUntil(
      java.util.concurrent.atomic.AtomicBoolean stop,
      java.util.concurrent.atomic.AtomicReference<Exception> failed) {
    var random = new java.util.SplittableRandom(7);
    try (var session = db[0].connect("test")) {
      while (!stop.get()) {
        String table = "public." + TABLES.get(random.nextInt(TABLES.size()));
        long id = random.nextLong(1, 3_500);
        new Catalog(session)
            .run(
                switch (random.nextInt(5)) {
                  case 0 -> "INSERT INTO " + table + " VALUES (" + id + ", gen_random_uuid(), 'i')";
                  case 1 ->
                      "UPDATE " + table + " SET body = 'u' || clock_timestamp() WHERE id = " + id;
                  case 2 ->
                      "UPDATE "
                          + table
                          + " SET id = id + 7 WHERE id = "
                          + id
                          + " AND part NOT LIKE 'part%'";
                  case 3 -> "UPDATE " + table + " SET part = gen_random_uuid() WHERE id = " + id;
                  default -> "DELETE FROM " + table + " WHERE id = " + id;
                });
        Thread.sleep(2);
      }
    } catch (SQLException | InterruptedException e) {
      failed.set(e);
    }
  }

  /** Wherever it is killed while the second slot takes the place of the first. */
  @ParameterizedTest
  @ValueSource(strings = {"both", "second alone", "first made again"})
  void aRenewalThatWasCutShortIsTakenUpAgain(String left) throws Exception {
    copyUntil("t2", 1);
    var before = ledger();
    write("t1");
    renewAlone();
    write("t1");
    write("t2");
    var slots = slots(new Peer(Side.SOURCE, db[0]));
    try (var session = db[0].connect("test")) {
      if (!left.equals("both")) {
        Links.dropSlot(session, names.link(Side.SOURCE));
      }
    }
    if (left.equals("first made again")) {
      assertThat(slots.kept()).isPresent();
    }
    finish(begin(Optional.empty(), 1), 1);
    assertThat(ledger()).containsAllEntriesOf(before);
  }

  private CopySlots slots(Peer source) {
    var target = new Peer(Side.TARGET, db[1]);
    var cap = new BandwidthCap(Optional.empty());
    var ways = new Ways(source, target, names, cap, Optional.empty());
    return new CopySlots(new Links(source, target, names, ways), source, names, 1);
  }

  /** All of a renewal but its end. */
  private void renewAlone() throws SQLException {
    var peer = new Peer(Side.SOURCE, db[0]);
    var slots = slots(peer);
    try (var exporter = db[0].connectForReplication("snapshot");
        var copy = new FirstCopy(db[0], db[1], false, 1, 256)) {
      var since = slots.kept().orElseThrow();
      var next = slots.next(exporter);
      assertThat(
              copy.renew(
                  new FirstCopy.Snapshot(next.name(), next.consistentPoint()),
                  since,
                  new BandwidthCap(Optional.empty()),
                  _ -> {}))
          .isEmpty();
    }
    peer.close();
  }

  /** Equal keys with other texts, so many that they are asked for in more than one piece. */
  @Test
  void aRowWhoseKeyIsWrittenInAnotherWayIsCopiedOnce() throws Exception {
    ServerPair.run(
        db[0],
        "CREATE TABLE public.a(id numeric, part bpchar, body text, PRIMARY KEY(id, part))",
        "INSERT INTO public.a SELECT g, 'p' FROM generate_series(1, 6000) g");
    ServerPair.run(db[0], "VACUUM ANALYZE public.a");
    copyUntil("a", 1);
    var before = ledger();
    ServerPair.run(
        db[0],
        "UPDATE public.a SET id = (id || '.0')::numeric",
        "UPDATE public.a SET part = 'p  '::bpchar");
    finish(begin(Optional.empty(), 1), 1);
    assertThat(ledger()).containsEntry("public.a 0", before.get("public.a 0"));
    assertThat(sum(db[1], "a")).isEqualTo(sum(db[0], "a")).startsWith("6000 ");
  }

  @Test
  void withoutTheSlotEverythingIsCopiedAgainAndItIsSaid() throws Exception {
    copyUntil("t2", 1);
    var before = ledger();
    write("t1");
    ServerPair.run(db[0], "SELECT pg_drop_replication_slot('" + names.link(Side.SOURCE) + "')");
    write("t1");
    var second = begin(Optional.of("400 Mbit/s"), 1);
    await(second, seen -> seen.alarms().stream().anyMatch(each -> each.contains("begins anew")));
    finish(second, 1);
    assertThat(ledger().values()).doesNotContainAnyElementsOf(before.values());
  }

  /** Somebody made the slot anew, or took from it: what was copied before is not trusted. */
  @Test
  void aSlotThatBeginsLaterThanTheCopyIsNotGoneOnFrom() throws Exception {
    copyUntil("t2", 1);
    write("t1");
    ServerPair.run(
        db[0],
        "SELECT pg_replication_slot_advance('"
            + names.link(Side.SOURCE)
            + "', pg_current_wal_lsn())");
    finish(begin(Optional.empty(), 1), 1);
  }
}
