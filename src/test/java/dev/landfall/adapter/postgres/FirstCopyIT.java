package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstCopyIT {
  @TempDir Path folder;

  private static String sum(PostgresServer server, String table) throws SQLException {
    return ServerPair.text(
        server,
        "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM " + table + " t");
  }

  private static PostgresServer migrator(PostgresServer server) {
    return new PostgresServer(
        server.host(), server.port(), server.database(), "migrator", Optional.of("m"), Map.of());
  }

  @Test
  void debiansFifteenGoesOverToEighteen() throws Exception {
    assumeTrue(DebianPostgres.installed(), "to run this: apt-get install postgresql-15");
    try (var pair = ServerPair.debianTo(DebianPostgres.start(), folder, 18)) {
      var db = pair.databases("old");
      RichSchema.make(db[0]);
      assertThat(Preflight.look(db[0], db[1], false, 1))
          .noneMatch(each -> each.code().equals("postgres-refused"))
          .noneMatch(each -> each.code().startsWith("postgres-right"));
      SchemaCarrierIT.copy(db[0], db[1]);
      assertThat(SchemaCarrierIT.schema(db[1]).keySet())
          .isEqualTo(SchemaCarrierIT.schema(db[0]).keySet());
      for (String table : RichSchema.tables(db[0])) {
        assertThat(sum(db[1], table)).as(table).isEqualTo(sum(db[0], table));
      }
    }
  }

  /**
   * As in a managed cloud; and the fence, which is there before the rows, lets the copy through.
   */
  @Test
  void aRoleThatIsNoSuperuserCopiesThroughTheFence() throws Exception {
    try (var pair = ServerPair.embedded(folder, 16, 18)) {
      var db = pair.databases("cloud");
      RichSchema.make(db[0]);
      ServerPair.run(db[0], "DROP TABLE app.nothing", "CREATE ROLE boss");
      for (PostgresServer server : db) {
        ServerPair.run(
            server,
            "CREATE ROLE migrator LOGIN REPLICATION PASSWORD 'm'",
            "GRANT pg_create_subscription TO migrator",
            "GRANT CREATE ON DATABASE cloud TO migrator");
      }
      ServerPair.run(
          db[0],
          "GRANT pg_read_all_data, boss TO migrator",
          "DO $$ DECLARE r record; BEGIN FOR r IN SELECT c.oid::regclass AS t FROM pg_class c"
              + " WHERE relkind IN ('r', 'p') AND relnamespace IN ('app'::regnamespace,"
              + " '\"Odd Name\"'::regnamespace) LOOP"
              + " EXECUTE format('ALTER TABLE %s OWNER TO boss', r.t); END LOOP; END $$");
      var source = migrator(db[0]);
      var target = migrator(db[1]);
      assertThat(Preflight.look(source, target, false, 1)).noneMatch(each -> each.blocks());
      try (var copy = new FirstCopy(source, target, false)) {
        copy.schemaBeforeRows();
        fence(target);
        assertThatThrownBy(() -> ServerPair.run(target, "INSERT INTO app.keyed VALUES (1)"))
            .hasMessageContaining("FENCED");
        try (var exported = ServerPair.export(source)) {
          copy.copyRows(exported.snapshot(), new BandwidthCap(Optional.empty()), _ -> {});
        }
        copy.schemaAfterRows(_ -> {});
        assertThatThrownBy(() -> ServerPair.run(target, "INSERT INTO app.keyed VALUES (1)"))
            .hasMessageContaining("FENCED");
      }
      for (String table : RichSchema.tables(db[0])) {
        assertThat(sum(db[1], table)).as(table).isEqualTo(sum(db[0], table));
      }
    }
  }

  private static void fence(PostgresServer target) throws SQLException {
    ServerPair.run(
        target,
        "CREATE FUNCTION landfall.fence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NOT EXISTS (SELECT FROM landfall.copying WHERE who = session_user)"
            + " THEN RAISE EXCEPTION 'FENCED'; END IF; RETURN NULL; END $$",
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT c.oid::regclass AS t FROM pg_class c"
            + " WHERE relkind = 'r' AND relnamespace IN ('app'::regnamespace,"
            + " '\"Odd Name\"'::regnamespace) LOOP"
            + " EXECUTE format('CREATE TRIGGER landfall_fence BEFORE INSERT OR UPDATE OR DELETE OR"
            + " TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION landfall.fence()', r.t);"
            + " END LOOP; END $$");
  }

  @Test
  void aGivenSchemaIsFilledWithoutItsTriggersAndKeysInTheWay() throws Exception {
    try (var pair = ServerPair.embedded(folder, 16, 18)) {
      var db = pair.databases("given");
      String tables =
          "SET search_path = public; CREATE TABLE a(id int PRIMARY KEY, b int, n text);"
              + "CREATE TABLE b(id int PRIMARY KEY);"
              + "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"
              + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
              + " 'BEGIN NEW.n := ''touched''; RETURN NEW; END';"
              + "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()";
      ServerPair.run(db[0], tables, "ALTER TABLE public.a DISABLE TRIGGER t");
      ServerPair.run(db[1], tables);
      ServerPair.run(
          db[0],
          "INSERT INTO public.b SELECT generate_series(1, 100)",
          "INSERT INTO public.a SELECT g, g, 'as it is' FROM generate_series(1, 100) g");
      for (int i = 0; i < 2; i++) {
        try (var copy = new FirstCopy(db[0], db[1], true)) {
          copy.schemaBeforeRows();
          try (var exported = ServerPair.export(db[0])) {
            copy.copyRows(exported.snapshot(), new BandwidthCap(Optional.empty()), _ -> {});
          }
          copy.schemaAfterRows(_ -> {});
        }
        assertThat(sum(db[1], "public.a")).isEqualTo(sum(db[0], "public.a"));
        assertThat(sum(db[1], "public.b")).isEqualTo(sum(db[0], "public.b"));
      }
    }
  }
}
