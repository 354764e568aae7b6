package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightIT {
  private static final long RETAINED = 10L << 30;

  @TempDir static Path folder;
  static ServerPair pair;

  @BeforeAll
  static void start() {
    pair =
        ServerPair.embedded(
            folder, 16, 18, Map.of("wal_level", "replica", "wal_retrieve_retry_interval", "5s"));
  }

  @AfterAll
  static void stop() throws Exception {
    pair.close();
  }

  private static List<String> codes(List<Finding> findings, Finding.Severity severity) {
    return findings.stream()
        .filter(each -> each.severity() == severity)
        .map(each -> each.code() + " " + each.subject())
        .toList();
  }

  @Test
  void aHealthyPairIsBlockedByNothing() throws Exception {
    var db = pair.databases("healthy");
    RichSchema.make(db[0]);
    ServerPair.run(
        db[0],
        "DROP TABLE app.nothing, app.event CASCADE",
        "CREATE TABLE public.p(id int PRIMARY KEY) PARTITION BY HASH (id)");
    var found = Preflight.look(db[0], db[1], false, RETAINED);
    assertThat(codes(found, Finding.Severity.BLOCKS)).containsExactly("postgres-wal-level source");
    assertThat(codes(found, Finding.Severity.WARNS))
        .contains("postgres-retry-interval source", "postgres-rule source: app.keyed")
        .noneMatch(each -> each.startsWith("postgres-refused"));
    assertThat(codes(found, Finding.Severity.INFORMS))
        .contains(
            "postgres-generated-column source",
            "postgres-sequences source",
            "postgres-materialized-view source: app.busy",
            "postgres-partitioned source: public.p",
            "postgres-slot-limit source",
            "postgres-grants source",
            "postgres-size source");
  }

  @Test
  void everythingThatWouldBreakLaterIsNamedWithItsRemedy() throws Exception {
    var db = pair.databases("trouble");
    ServerPair.run(
        db[0],
        "CREATE TABLE public.nokey(id int)",
        "CREATE TABLE public.mute(id int PRIMARY KEY); ALTER TABLE public.mute"
            + " REPLICA IDENTITY NOTHING",
        "CREATE UNLOGGED TABLE public.fleeting(id int PRIMARY KEY)",
        "SELECT lo_create(0)",
        "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER loud BEFORE INSERT ON public.mute EXECUTE FUNCTION public.f();"
            + " ALTER TABLE public.mute ENABLE ALWAYS TRIGGER loud",
        "CREATE OPERATOR public.=== (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
        "CREATE ROLE guard; CREATE POLICY theirs ON public.mute TO guard",
        "CREATE PUBLICATION older",
        "BEGIN; INSERT INTO public.nokey VALUES (1); PREPARE TRANSACTION 'stuck'");
    ServerPair.run(db[1], "CREATE TABLE public.mine(id int)");
    var found = Preflight.look(db[0], db[1], false, RETAINED);
    assertThat(codes(found, Finding.Severity.BLOCKS))
        .containsExactlyInAnyOrder(
            "postgres-wal-level source",
            "postgres-no-key source: public.nokey",
            "postgres-replica-identity source: public.mute",
            "postgres-unlogged source: public.fleeting",
            "postgres-large-objects source",
            "postgres-trigger-on-replica source: public.mute",
            "postgres-cannot-carry source: operator public.\"===\"",
            "postgres-role-missing target: guard",
            "postgres-prepared-transactions source: stuck",
            "postgres-not-empty target: public.mine");
    assertThat(found)
        .filteredOn(each -> each.code().equals("postgres-unlogged"))
        .extracting(Finding::remedy)
        .containsExactly("ALTER TABLE public.fleeting SET LOGGED");
    ServerPair.run(db[0], "ROLLBACK PREPARED 'stuck'");
  }

  @Test
  void aDatabaseWithoutTablesIsRefused() throws Exception {
    var db = pair.databases("bare");
    ServerPair.run(db[0], "CREATE SEQUENCE public.alone");
    assertThat(codes(Preflight.look(db[0], db[1], false, RETAINED), Finding.Severity.BLOCKS))
        .contains("postgres-no-tables source");
  }

  @Test
  void aServerWhoseOriginsOtherLinksHaveTakenIsRefused() throws Exception {
    var db = pair.databases("crowded");
    ServerPair.run(db[0], "CREATE TABLE public.t(id int PRIMARY KEY)");
    for (int n = 0; n < 10; n++) {
      ServerPair.run(db[1], "SELECT pg_replication_origin_create('theirs" + n + "')");
    }
    try {
      assertThat(Preflight.look(db[0], db[1], false, RETAINED))
          .anySatisfy(each -> {
            assertThat(each.code()).isEqualTo("postgres-workers");
            assertThat(each.subject()).isEqualTo("target");
            assertThat(each.toString()).contains("10 of max_active_replication_origins = 10");
          });
    } finally {
      for (int n = 0; n < 10; n++) {
        ServerPair.run(db[1], "SELECT pg_replication_origin_drop('theirs" + n + "')");
      }
    }
  }

  @Test
  void whatCannotBeReachedIsAFindingAndNoException() {
    var closed = ServerPair.as("postgres", 1, "postgres");
    var nowhere = ServerPair.as("postgres", pair.target.port(), "nowhere");
    assertThat(codes(Preflight.look(closed, nowhere, false, RETAINED), Finding.Severity.BLOCKS))
        .containsExactlyInAnyOrder("postgres-unreachable source", "postgres-no-database target");
  }

  @Test
  void theSameDatabaseOnBothSidesIsRefused() {
    assertThat(codes(Preflight.look(pair.target, pair.target, false, 1), Finding.Severity.BLOCKS))
        .contains("postgres-same-database target");
  }

  @Test
  void aRoleWithoutRightsIsToldEachOfThem() throws Exception {
    var db = pair.databases("rights");
    for (PostgresServer server : db) {
      ServerPair.run(server, "CREATE ROLE weak LOGIN PASSWORD 'w'", "CREATE ROLE boss NOLOGIN");
    }
    ServerPair.run(
        db[0],
        "CREATE TABLE public.secret(id int PRIMARY KEY); ALTER TABLE public.secret OWNER TO boss");
    var found =
        Preflight.look(
            as("weak", db[0].port(), "rights"), as("weak", db[1].port(), "rights"), false, 1);
    assertThat(codes(found, Finding.Severity.BLOCKS))
        .contains(
            "postgres-right-replication source: weak",
            "postgres-right-subscribe source: weak",
            "postgres-right-create source: weak",
            "postgres-right-owner source: role boss",
            "postgres-right-read source: public.secret",
            "postgres-right-replication target: weak",
            "postgres-right-subscribe target: weak",
            "postgres-right-create target: weak",
            "postgres-right-create target: schema public");
    for (PostgresServer server : db) {
      ServerPair.run(
          server,
          "ALTER ROLE weak REPLICATION",
          "GRANT pg_create_subscription TO weak",
          "GRANT CREATE ON DATABASE rights TO weak",
          "GRANT CREATE ON SCHEMA public TO weak",
          "GRANT boss TO weak");
    }
    var after =
        Preflight.look(
            as("weak", db[0].port(), "rights"), as("weak", db[1].port(), "rights"), false, 1);
    assertThat(codes(after, Finding.Severity.BLOCKS)).containsExactly("postgres-wal-level source");
    assertThat(after).noneMatch(each -> each.code().equals("postgres-refused"));
  }

  @Test
  void lookingChangesNothing() throws Exception {
    var db = pair.databases("untouched");
    Preflight.look(db[0], db[1], false, RETAINED);
    for (PostgresServer server : db) {
      assertThat(
              ServerPair.number(
                  server, "SELECT count(*) FROM pg_namespace WHERE nspname = 'landfall'"))
          .isZero();
    }
  }

  private static PostgresServer as(String user, int port, String database) {
    return new PostgresServer("127.0.0.1", port, database, user, Optional.of("w"), Map.of());
  }
}
