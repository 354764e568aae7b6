package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever may make the target behave in another way is told, and nothing that changes by itself.
 */
class PostgresInspectorIT {
  private static final String SCHEMA =
      """
      CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
      CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM orders';
      CREATE VIEW notes AS SELECT note FROM orders;
      GRANT SELECT ON orders TO app;
      """;

  private static Asset.Data asset(int port, String database) {
    var endpoint =
        new Endpoint(
            "postgresql://127.0.0.1:" + port + "/" + database,
            Optional.of("migrator"),
            Optional.empty(),
            Map.of());
    return new Asset.Data("orders", "postgres", endpoint, endpoint, List.of(), false);
  }

  private static Configuration look(int port, String database) {
    try (var inspector =
        PostgresInspector.of(
            asset(port, database),
            Optional.of(TestServers.PASSWORD),
            Set.of("leaver"),
            Pseudonyms.keyed(() -> "a key"))) {
      return inspector.look();
    }
  }

  private static void run(int port, String database, String sql) throws SQLException {
    try (var connection = TestServers.admin(port, database)) {
      new Catalog(connection).run(sql);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void everyChangeThatMattersIsNamed(int major) throws SQLException {
    int port = TestServers.port(major, false);
    String database = TestServers.newDatabase(port);
    run(port, database, SCHEMA);
    run(port, database, "DROP ROLE IF EXISTS leaver; CREATE ROLE leaver LOGIN");
    run(port, database, "GRANT SELECT ON orders TO leaver");
    Configuration before = look(port, database);
    assertThat(before.traits()).containsKeys("server version", "encoding and locale");
    assertThat(look(port, database)).as("a second look").isEqualTo(before);

    var changes = new LinkedHashMap<String, String>();
    changes.put("CREATE INDEX tuned ON orders (note)", "index public.tuned is new");
    changes.put("ALTER TABLE orders ADD COLUMN more int", "table public.orders was");
    changes.put("CREATE OR REPLACE VIEW notes AS SELECT note || '!' AS note FROM orders", "notes");
    changes.put(
        "CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        "total()");
    changes.put("GRANT UPDATE ON orders TO app", "grants of table public.orders was");
    changes.put("REVOKE UPDATE ON orders FROM app", "grants of table public.orders was");
    changes.put("ALTER ROLE app BYPASSRLS", "role app was");
    changes.put("ALTER ROLE app NOBYPASSRLS", "role app was");
    changes.put(
        "ALTER DATABASE " + database + " SET work_mem = '8MB'",
        "setting work_mem in the database is new: 8MB");
    changes.put(
        "ALTER ROLE app IN DATABASE " + database + " SET jit = off",
        "setting jit of role app in the database is new: off");
    changes.put(
        "ALTER ROLE migrator IN DATABASE " + database + " SET jit = off",
        "setting jit of role migrator in the database is new: off");
    changes.put("ALTER TABLE orders OWNER TO shop_owner", "owner and grants of table");
    for (var change : changes.entrySet()) {
      Configuration last = look(port, database);
      run(port, database, change.getKey());
      var found = last.changesTo(look(port, database));
      assertThat(found)
          .as(change.getKey())
          .anySatisfy(each -> assertThat(each).contains(change.getValue()));
      if (change.getValue().startsWith("setting")) {
        assertThat(found).as("named once, where it is set").hasSize(1);
      }
    }
    run(port, database, "DROP OWNED BY leaver; DROP ROLE leaver");
    TestServers.dropDatabase(port, database);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void whatMayBeASecretOrSomebodysIsNotTold(int major) throws SQLException {
    int port = TestServers.port(major, false);
    String database = TestServers.newDatabase(port);
    run(port, database, SCHEMA);
    Configuration before = look(port, database);
    String secret = "s3cret-of-the-app";

    run(port, database, "ALTER DATABASE " + database + " SET app.token = '" + secret + "'");
    run(port, database, "ALTER ROLE app IN DATABASE " + database + " SET search_path = public");
    run(port, database, "ALTER TABLE orders ADD COLUMN made_by text DEFAULT '" + secret + "'");
    run(port, database, "COMMENT ON TABLE orders IS 'ask " + secret + "'");
    run(
        port,
        database,
        "CREATE FUNCTION key() RETURNS text LANGUAGE sql AS $$SELECT '" + secret + "'$$");
    Configuration after = look(port, database);

    assertThat(before.changesTo(after))
        .anySatisfy(each ->
            assertThat(each).startsWith("setting app.token in the database is new: of form keyed:"))
        .contains("setting search_path of role app in the database is new: public")
        .anySatisfy(each -> assertThat(each).contains("table public.orders was"))
        .anySatisfy(each -> assertThat(each).contains("key()"));
    assertThat(after.traits().toString()).doesNotContain(secret);
    TestServers.dropDatabase(port, database);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void whatChangesByItselfOrWithThePromotionIsNoChange(int major) throws SQLException {
    int port = TestServers.port(major, false);
    String database = TestServers.newDatabase(port);
    run(port, database, SCHEMA);
    run(port, database, "DROP ROLE IF EXISTS leaver; CREATE ROLE leaver LOGIN");
    run(port, database, "GRANT SELECT ON orders TO leaver");
    Configuration before = look(port, database);

    run(port, database, "INSERT INTO orders (note) SELECT i FROM generate_series(1, 1000) i");
    run(port, database, "ANALYZE orders");
    run(port, database, "VACUUM orders");
    run(port, database, "ALTER ROLE leaver NOLOGIN");
    run(port, database, "CREATE SCHEMA landfall; CREATE TABLE landfall.control (one boolean)");
    assertThat(before.changesTo(look(port, database))).isEmpty();

    run(port, database, "DROP OWNED BY leaver; DROP ROLE leaver");
    TestServers.dropDatabase(port, database);
  }
}
