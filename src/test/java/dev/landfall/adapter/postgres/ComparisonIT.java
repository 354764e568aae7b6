package dev.landfall.adapter.postgres;

import static dev.landfall.adapter.postgres.LinkedDatabases.await;
import static dev.landfall.adapter.postgres.LinkedDatabases.awaitEqual;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.replication.Difference;
import dev.landfall.workload.Side;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

class ComparisonIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static LinkedDatabases databases(String name) throws Exception {
    return new LinkedDatabases(name, TestServers.port(16, false), TestServers.port(18, false));
  }

  /** As what could be somebody's is told. */
  private static String named(String value) {
    return Pseudonyms.withoutKey().of(value);
  }

  @Test
  void namesEveryKindOfDifferenceByTableAndKey() throws Exception {
    try (var two = databases("compare_kinds")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, owner text, balance numeric)");
      two.both(
          "INSERT INTO account SELECT i, 'owner ' || i, i * 1.10 FROM generate_series(1, 1000) i");
      two.onTarget("UPDATE account SET balance = balance + 1 WHERE id = 500");
      two.onTarget("DELETE FROM account WHERE id = 7");
      two.onTarget("INSERT INTO account VALUES (-5, 'stray', 0), (2000000, 'stray', 0)");
      try (var watchSource = two.watcher(Side.SOURCE);
          var watchTarget = two.watcher(Side.TARGET)) {
        var comparison = two.comparison(watchSource, watchTarget);
        await(() -> comparison.seen().baselineFrom().isPresent());
        assertThat(comparison.seen().pendingRows()).isEqualTo(4);
        var outcome = comparison.compareNow("c1", SOON);
        assertThat(outcome.differences())
            .containsExactlyInAnyOrder(
                new Difference("public.account", "id=500", "not equal"),
                new Difference("public.account", "id=7", "missing on target"),
                new Difference("public.account", "id=-5", "missing on source"),
                new Difference("public.account", "id=2000000", "missing on source"));
        assertThat(outcome.rows()).isEqualTo(4);
        assertThat(comparison.seen().token()).contains("c1");
        assertThat(comparison.compareAll("c2").differences())
            .containsExactlyInAnyOrderElementsOf(outcome.differences());
        two.onTarget("UPDATE account SET balance = balance - 1 WHERE id = 500");
        two.onTarget("INSERT INTO account SELECT 7, 'owner 7', 7.70");
        two.onTarget("DELETE FROM account WHERE id IN (-5, 2000000)");
        assertThat(comparison.compareNow("c3", SOON).differences()).isEmpty();
        awaitEqual(comparison);
        assertThat(comparison.seen().differences()).isEmpty();
      }
    }
  }

  @Test
  void takesEqualRowsOfEveryTypeForEqualAndSeesTheSmallestDifference() throws Exception {
    try (var two = databases("compare_types")) {
      two.both("CREATE TYPE mood AS ENUM ('sad', 'ok')");
      two.both("CREATE DOMAIN code AS text CHECK (value <> '')");
      two.both("CREATE TYPE pair AS (a int, b text)");
      two.both(
          "CREATE COLLATION lax (provider = icu, locale = 'und-u-ks-level2', deterministic ="
              + " false)");
      // Numbers of types and enum labels differ between the servers.
      two.onTarget(
          "CREATE TYPE other AS ENUM ('x'); DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad',"
              + " 'ok')");
      two.both(
          "CREATE TABLE wide (id int PRIMARY KEY, n numeric, f float8, r real, t text, lax text"
              + " COLLATE lax, c char(5), j jsonb, js json, a int[], ts timestamptz, d date, i"
              + " interval, u uuid, b bytea, m mood, mm mood[], co code, p pair, po point, x xml,"
              + " mo money, ip inet, bits bit varying, rg int4range, twice numeric GENERATED ALWAYS"
              + " AS (n * 2) STORED)");
      two.both(
          "INSERT INTO wide VALUES (1, 1.10, '-0', 'NaN', E'a\u00e4\u20ac', 'Lax', 'ab', '{\"a\":"
              + " 1.0}', '{\"a\" : 1}', '{1,NULL}', 'infinity', '2026-02-01', '1 day',"
              + " '0b5b1a94-7cb6-4e9e-bd0e-6b3c2a2bd1d7', '\\x00ff', 'ok', '{sad,ok}', 'x',"
              + " '(1,b)', '(1,2)', '<a/>', 12.5, '10.0.0.1/8', '101', '[1,5)')");
      two.both(
          "INSERT INTO wide (id, n, f) VALUES (3, 'NaN', 'NaN'), (4, 'Infinity', '-Infinity')");
      try (var watchSource = two.watcher(Side.SOURCE);
          var watchTarget = two.watcher(Side.TARGET)) {
        var comparison = two.comparison(watchSource, watchTarget);
        awaitEqual(comparison);
        assertThat(comparison.seen().rowsCompared()).isEqualTo(3);
        for (String change :
            new String[] {
              "n = 1.100",
              "f = 0",
              "r = 1",
              "t = 'a'",
              "lax = 'lax'",
              "j = '{\"a\": 1}'",
              "js = '{\"a\":1}'",
              "a = '{1}'",
              "ts = '-infinity'",
              "i = '24 hours'",
              "b = '\\x00'",
              "m = 'sad'",
              "mm = '{sad}'",
              "co = 'y'",
              "p = '(1,c)'",
              "p = NULL",
              "po = '(1,3)'",
              "x = '<a></a>'",
              "mo = 1",
              "ip = '10.0.0.1/9'",
              "bits = '10'",
              "rg = '[1,6)'",
              "d = NULL"
            }) {
          two.onTarget("CREATE TABLE kept AS SELECT * FROM wide WHERE id = 1");
          two.onTarget("UPDATE wide SET " + change + " WHERE id = 1");
          assertThat(comparison.compareNow(change, SOON).differences())
              .as(change)
              .containsExactly(new Difference("public.wide", "id=1", "not equal"));
          String column = change.substring(0, change.indexOf(' '));
          two.onTarget(
              "UPDATE wide SET " + column + " = (SELECT " + column + " FROM kept) WHERE id = 1");
          two.onTarget("DROP TABLE kept");
          assertThat(comparison.compareNow(change, SOON).differences()).as(change).isEmpty();
        }
      }
    }
  }

  @Test
  void comparesTablesWithKeysOfEveryKindAndWithout() throws Exception {
    try (var two = databases("compare_shapes")) {
      two.both("CREATE TABLE words (word text PRIMARY KEY, n int)");
      two.both("CREATE TABLE c_words (word text COLLATE \"C\" PRIMARY KEY, n int)");
      two.both("CREATE TABLE uuids (id uuid PRIMARY KEY)");
      two.both(
          "CREATE TABLE combined (a int, b timestamptz, c varchar(9) COLLATE \"C\", v int, PRIMARY"
              + " KEY (c, a, b))");
      two.both("CREATE TABLE bare (a int, b text)");
      two.both("ALTER TABLE bare REPLICA IDENTITY FULL");
      two.both("CREATE TABLE unwatched (a int)");
      two.both("CREATE TABLE part (id int PRIMARY KEY, v int) PARTITION BY HASH (id)");
      two.both(
          "CREATE TABLE \"Part 1\" PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 0)");
      two.both(
          "CREATE TABLE \"Part 2\" PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
      two.both("INSERT INTO words SELECT chr(64 + i % 60) || i, i FROM generate_series(1, 1000) i");
      two.both("INSERT INTO c_words SELECT word, n FROM words");
      two.both("INSERT INTO uuids SELECT md5(i::text)::uuid FROM generate_series(1, 1000) i");
      two.both(
          "INSERT INTO combined SELECT i % 7, '2026-01-01Z'::timestamptz + i * interval '1 hour',"
              + " 'k' || i % 11, i FROM generate_series(1, 1000) i");
      two.both("INSERT INTO bare SELECT i % 10, 'same' FROM generate_series(1, 1000) i");
      two.both("INSERT INTO unwatched SELECT i FROM generate_series(1, 10) i");
      two.both("INSERT INTO part SELECT i, i FROM generate_series(1, 1000) i");
      try (var watchSource = two.watcher(Side.SOURCE);
          var watchTarget = two.watcher(Side.TARGET)) {
        var comparison = two.comparison(watchSource, watchTarget);
        awaitEqual(comparison);
        assertThat(comparison.compareAll("a").differences()).isEmpty();
        assertThat(comparison.compareAll("a").rows()).isEqualTo(6010);
        two.onTarget("UPDATE words SET n = -n WHERE n = 500");
        two.onTarget("DELETE FROM c_words WHERE n = 1");
        two.onSource("DELETE FROM uuids WHERE id = md5('3')::uuid");
        two.onTarget("UPDATE combined SET v = 0 WHERE v = 77");
        two.onTarget("DELETE FROM bare WHERE ctid = (SELECT ctid FROM bare WHERE a = 1 LIMIT 1)");
        two.onTarget("INSERT INTO unwatched VALUES (11)");
        two.onTarget("UPDATE part SET v = 0 WHERE id = 9");
        var found = comparison.compareNow("b", SOON).differences();
        assertThat(found)
            .contains(
                new Difference(
                    "public.words", "word=" + named((char) (64 + 500 % 60) + "500"), "not equal"),
                new Difference("public.c_words", "word=" + named("A1"), "missing on target"),
                new Difference(
                    "public.uuids", "id=eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3", "missing on source"),
                new Difference(
                    "public.combined",
                    "c=" + named("k0") + ", a=0, b=" + named("2026-01-04 05:00:00+00"),
                    "not equal"));
        assertThat(found).hasSize(7);
        assertThat(found.stream().map(Difference::table))
            .contains("public.bare", "public.unwatched")
            .anyMatch(table -> table.startsWith("public.Part "));
        assertThat(comparison.compareAll("c").differences())
            .containsExactlyInAnyOrderElementsOf(found);
      }
    }
  }

  @Test
  void comparesTextWhereTheServersDoNotHashAlike() throws Exception {
    String latin = " TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'";
    try (var two =
        new LinkedDatabases(
            "latin", TestServers.port(16, false), TestServers.port(18, false), latin, "postgres")) {
      two.both("CREATE TABLE words (word text PRIMARY KEY, n numeric, f float8)");
      two.both(
          "INSERT INTO words SELECT chr(228) || i, i / 3.0, i / 3.0::float8 FROM generate_series(1,"
              + " 500) i");
      two.both("CREATE TABLE account (id int PRIMARY KEY, t text)");
      two.both("INSERT INTO account SELECT i, chr(160 + i % 90) FROM generate_series(1, 500) i");
      var comparison = two.comparison(two.watcher(Side.SOURCE), two.watcher(Side.TARGET));
      awaitEqual(comparison);
      two.onTarget("UPDATE words SET n = round(n, 3) WHERE word = chr(228) || 7");
      two.onTarget("UPDATE account SET t = chr(8364) WHERE id = 3");
      assertThat(comparison.compareNow("c", SOON).differences())
          .containsExactlyInAnyOrder(
              new Difference("public.words", "word=" + named("\u00e47"), "not equal"),
              new Difference("public.account", "id=3", "not equal"));
    }
  }

  @Test
  void needsNoSuperuser() throws Exception {
    try (var two =
        new LinkedDatabases(
            "plainrole", TestServers.port(16, false), TestServers.port(18, false), "", "plain")) {
      two.both("CREATE ROLE plain LOGIN REPLICATION");
      two.both("GRANT CREATE ON DATABASE plainrole TO plain");
      two.both("CREATE TABLE account (id int PRIMARY KEY, v int)");
      two.both("ALTER TABLE account OWNER TO plain");
      two.both("INSERT INTO account SELECT i, i FROM generate_series(1, 500) i");
      two.link();
      var watchTarget = two.watcher(Side.TARGET);
      watchTarget.expectNone(LogSequenceNumber.valueOf(0));
      var comparison = two.comparison(two.watcher(Side.SOURCE), watchTarget);
      two.onSource("UPDATE account SET v = 0 WHERE id = 5");
      awaitEqual(comparison);
      two.drain();
      assertThat(comparison.compareNow("c", SOON).differences()).isEmpty();
      await(() -> two.ask(Side.SOURCE, "SELECT count(*) FROM landfall.baseline").equals("1"));
      assertThat(watchTarget.leaks()).isEmpty();
    }
  }
}
