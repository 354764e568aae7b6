package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CopyProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableCopierIT {
  private static final String BIG =
      "CREATE TABLE big(id bigint PRIMARY KEY, body text, price numeric, at timestamptz);"
          + "INSERT INTO big SELECT i, repeat(md5(i::text), 4), i / 7.0, now()"
          + " FROM generate_series(1, 60000) i;";
  private static final String BIG_TARGET =
      "CREATE TABLE big(id bigint, body text, price numeric, at timestamptz);";
  private static final String SUM =
      "SELECT count(*) || ' ' || coalesce(bit_xor(hash_record_extended(b, 0)), 0) FROM public.big"
          + " b";

  private static final ServerPair PAIR = ServerPair.shared();

  private static BandwidthCap free() {
    return new BandwidthCap(Optional.empty());
  }

  @Test
  void everyRowOfTheSnapshotGoesOverAndNoLaterOne() throws Exception {
    var db = PAIR.databases("copier_rows");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    String before = ServerPair.text(db[0], SUM);
    var seen = new ArrayList<CopyProgress>();
    try (var exported = ServerPair.export(db[0])) {
      ServerPair.run(db[0], "DELETE FROM public.big WHERE id % 3 = 0", "VACUUM public.big");
      ServerPair.run(db[0], "INSERT INTO public.big VALUES (0)");
      new TableCopier(db[0], db[1], 4, 100).copy(exported.snapshot(), free(), seen::add);
    }
    assertThat(ServerPair.text(db[1], SUM)).isEqualTo(before);
    assertThat(seen.getLast().rowsDone()).isEqualTo(60000);
    assertThat(seen.getLast().tablesDone()).isEqualTo(1);
    assertThat(ServerPair.number(db[1], "SELECT count(*) FROM landfall.copying")).isZero();
  }

  @Test
  void aNewSnapshotBeginsFromNothing() throws Exception {
    var db = PAIR.databases("copier_again");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    for (int i = 0; i < 2; i++) {
      try (var exported = ServerPair.export(db[0])) {
        new TableCopier(db[0], db[1], 2, 100).copy(exported.snapshot(), free(), _ -> {});
      }
      assertThat(ServerPair.text(db[1], SUM)).isEqualTo(ServerPair.text(db[0], SUM));
      ServerPair.run(db[0], "UPDATE public.big SET body = 'new' WHERE id < 1000");
    }
  }

  @Test
  void aKilledSessionEndsTheCopyWithAMessageAndTheNextOneGoesOn() throws Exception {
    var db = PAIR.databases("copier_killed");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    try (var exported = ServerPair.export(db[0])) {
      var slow = new BandwidthCap(Optional.of(dev.landfall.workload.Bandwidth.parse("16 Mbit/s")));
      var copier = new TableCopier(db[0], db[1], 2, 100);
      assertThatThrownBy(() ->
              copier.copy(
                  exported.snapshot(),
                  slow,
                  seen -> {
                    if (seen.rowsDone() > 10000) {
                      kill(db[1]);
                    }
                  }))
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("cannot copy public.big")
          .hasMessageContaining("start again");
      long kept = ServerPair.number(db[1], "SELECT sum(rows) FROM landfall.copied");
      assertThat(kept).isPositive().isLessThan(60000);
      assertThat(ServerPair.number(db[1], "SELECT count(*) FROM public.big")).isEqualTo(kept);
      var fresh = free();
      new TableCopier(db[0], db[1], 2, 100).copy(exported.snapshot(), fresh, _ -> {});
      assertThat(fresh.taken()).isLessThan(8_500_000);
    }
    assertThat(ServerPair.text(db[1], SUM)).isEqualTo(ServerPair.text(db[0], SUM));
  }

  @Test
  void aWorkerOfARunThatWasReplacedRecordsNothingMore() throws Exception {
    var db = PAIR.databases("copier_replaced");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    try (var exported = ServerPair.export(db[0])) {
      var slow = new BandwidthCap(Optional.of(dev.landfall.workload.Bandwidth.parse("16 Mbit/s")));
      assertThatThrownBy(() ->
              new TableCopier(db[0], db[1], 2, 100)
                  .copy(exported.snapshot(), slow, seen -> replace(db[1])))
          .hasMessageContaining("another run of the copy has taken over");
    }
    assertThat(ServerPair.number(db[1], "SELECT count(*) FROM public.big")).isZero();
  }

  @Test
  void aRunThatWasReplacedEmptiesNothing() throws Exception {
    var db = PAIR.databases("copier_empties");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    try (var exported = ServerPair.export(db[0])) {
      new TableCopier(db[0], db[1], 1, 100).copy(exported.snapshot(), free(), _ -> {});
      var late = new TableCopier.Order(exported.snapshot(), 100, free());
      replace(db[1]);
      ServerPair.run(
          db[1], "INSERT INTO landfall.copied SELECT 'public.gone', 0, 1, 's', '0/1', '', 0");
      try (var session = db[1].connect("test")) {
        for (String table : List.of("public.big", "public.gone")) {
          assertThatThrownBy(() -> CopyLedger.empty(session, List.of(table), late))
              .hasMessageContaining("another run of the copy has taken over");
        }
        assertThatThrownBy(() -> CopyLedger.keep(session, List.of("public.gone"), late))
            .hasMessageContaining("another run of the copy has taken over");
      }
    }
    assertThat(ServerPair.number(db[1], "SELECT count(*) FROM public.big")).isEqualTo(60000);
    assertThat(
            ServerPair.number(db[1], "SELECT count(*) FROM landfall.copied WHERE snapshot = 's'"))
        .isOne();
  }

  private static void replace(PostgresServer target) {
    try (var session = target.connect("test")) {
      CopyLedger.begin(
          session, new TableCopier.Order(new FirstCopy.Snapshot("another", "0/1"), 100, free()));
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTableRewrittenMeanwhileStopsTheCopy() throws Exception {
    var db = PAIR.databases("copier_rewritten");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    try (var exported = ServerPair.export(db[0])) {
      ServerPair.run(db[0], "ALTER TABLE public.big ALTER price TYPE float8");
      assertThatThrownBy(() ->
              new TableCopier(db[0], db[1], 2, 100).copy(exported.snapshot(), free(), _ -> {}))
          .hasMessageContaining("public.big")
          .hasMessageContaining("rewritten");
    }
  }

  /** As tools for changes of large tables do it; both tables stay. */
  @Test
  void aTableThatTookThePlaceOfAnotherIsNotCopiedForIt() throws Exception {
    var db = PAIR.databases("copier_swapped");
    ServerPair.run(db[0], "SET search_path = public; " + BIG);
    ServerPair.run(db[0], "CREATE TABLE public.big_new AS SELECT * FROM public.big WHERE id < 9");
    ServerPair.run(db[1], "SET search_path = public; " + BIG_TARGET);
    ServerPair.run(db[1], "CREATE TABLE public.big_new(LIKE public.big)");
    try (var exported = ServerPair.export(db[0])) {
      ServerPair.run(
          db[0],
          "ALTER TABLE public.big RENAME TO big_old",
          "ALTER TABLE public.big_new RENAME TO big");
      assertThatThrownBy(() ->
              new TableCopier(db[0], db[1], 1, 100).copy(exported.snapshot(), free(), _ -> {}))
          .hasMessageContaining("public.big")
          .hasMessageContaining("replaced by another one");
    }
    assertThat(ServerPair.number(db[1], "SELECT count(*) FROM public.big")).isZero();
  }

  @Test
  void aSnapshotThatIsGoneIsSaidToBeGone() throws Exception {
    var db = PAIR.databases("copier_gone");
    FirstCopy.Snapshot snapshot;
    try (var exported = ServerPair.export(db[0])) {
      snapshot = exported.snapshot();
    }
    assertThatThrownBy(() -> new TableCopier(db[0], db[1], 2, 100).copy(snapshot, free(), _ -> {}))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("a new copy begins from a new one");
  }

  private static void kill(PostgresServer server) {
    try {
      ServerPair.text(
          server,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'"
              + " AND datname = current_database() AND pid <> pg_backend_pid() LIMIT 1");
    } catch (java.sql.SQLException | java.util.NoSuchElementException e) {
      throw new AssertionError(e);
    }
  }
}
