package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.Finding;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clones are like the copy, and go without a trace. */
class PostgresSandboxIT {
  private static final String CLONES =
      "SELECT datname FROM pg_database WHERE datname LIKE 'landfall\\_rehearsal\\_%' ORDER BY 1";
  private static final String LOCALE =
      "SELECT concat_ws(' ', encoding, datlocprovider, datcollate, datctype,"
          + " coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))"
          + " FROM pg_database d WHERE datname = current_database()";

  private static Asset.Data asset(String name, int port, String database) {
    var endpoint =
        new Endpoint(
            "postgresql://127.0.0.1:" + port + "/" + database,
            Optional.of("migrator"),
            Optional.empty(),
            Map.of());
    return new Asset.Data(name, "postgres", endpoint, endpoint, List.of(), true);
  }

  private static PostgresSandbox sandbox(Asset.Data asset) {
    return PostgresSandbox.of("shop", asset, Optional.of(TestServers.PASSWORD));
  }

  private static void run(int port, String database, String sql) throws SQLException {
    try (var connection = TestServers.admin(port, database)) {
      new Catalog(connection).run(sql);
    }
  }

  private static List<String> ask(int port, String database, String sql) throws SQLException {
    try (var connection = TestServers.admin(port, database)) {
      return new Catalog(connection).texts(sql);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "15, LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'",
    "16, LOCALE 'C'",
    "17, LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
    "18, LOCALE_PROVIDER icu ICU_LOCALE 'de' LOCALE 'C'"
  })
  void aCloneHasTheRowsAndTheLocaleOfTheCopyAndNothingOfOurs(int major, String locale)
      throws SQLException {
    int port = TestServers.port(major, false);
    String copy = "staged" + major;
    run(
        port,
        "postgres",
        "CREATE DATABASE " + copy + " TEMPLATE template0 ENCODING 'UTF8' " + locale);
    run(port, "postgres", "ALTER ROLE migrator CREATEDB");
    run(
        port,
        copy,
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text);"
            + " INSERT INTO orders SELECT i, 'note ' || i FROM generate_series(1, 500) i;"
            + " CREATE INDEX by_note ON orders (note); GRANT SELECT ON orders TO migrator;"
            + " CREATE SCHEMA landfall; CREATE TABLE landfall.control (one boolean)");
    try (var sandbox = sandbox(asset("orders", port, copy))) {
      assertThat(sandbox.claim()).isTrue();
      assertThat(sandbox.preflight()).isEmpty();
      Asset.Data clone = sandbox.prepare();
      String first = name(clone.source());
      String second = name(clone.target());
      assertThat(ask(port, "postgres", CLONES)).containsExactly(first, second);
      assertThat(ask(port, first, LOCALE)).isEqualTo(ask(port, copy, LOCALE));
      assertThat(ask(port, second, LOCALE)).isEqualTo(ask(port, copy, LOCALE));
      assertThat(ask(port, first, "SELECT count(*) || ' ' || max(note) FROM orders"))
          .containsExactly("500 note 99");
      assertThat(ask(port, first, "SELECT to_regnamespace('landfall')::text")).containsExactly("");
      assertThat(
              ask(
                  port,
                  "postgres",
                  "SELECT has_database_privilege('app', '" + first + "', 'CONNECT')::text"))
          .as("whoever may connect to any database finds no copy of the users' data")
          .containsExactly("false");
      assertThat(ask(port, copy, "SELECT count(*)::text FROM orders")).containsExactly("500");

      sandbox.remove();
      sandbox.remove();
      assertThat(ask(port, "postgres", CLONES)).isEmpty();
    }
    TestServers.dropDatabase(port, copy);
  }

  @Test
  void oneOfTwoHasTheClaimUntilItIsGivenUp() throws Exception {
    int port = TestServers.port(18, false);
    String copy = TestServers.newDatabase(port);
    try (var other = sandbox(asset("orders", port, copy))) {
      try (var one = sandbox(asset("orders", port, copy));
          var stock = sandbox(asset("stock", port, copy))) {
        assertThat(one.claim()).isTrue();
        assertThat(one.claim()).as("asked again").isTrue();
        assertThat(other.claim()).isFalse();
        assertThat(stock.claim()).as("another asset").isTrue();
      }
      LinkedDatabases.await(other::claim);
    }
    TestServers.dropDatabase(port, copy);
  }

  /** A test that outlives its rehearsal knows where its clone was. */
  @Test
  void theNextRehearsalHasClonesOfOtherNamesAndRemovesThoseThatWereLeft() throws Exception {
    int port = TestServers.port(18, false);
    String copy = TestServers.newDatabase(port);
    run(port, "postgres", "ALTER ROLE migrator CREATEDB");
    List<String> left;
    try (var died = sandbox(asset("orders", port, copy))) {
      assertThat(died.claim()).isTrue();
      died.prepare();
      left = ask(port, "postgres", CLONES);
      assertThat(left).hasSize(2);
    }
    String older = left.getFirst().replaceFirst("_[0-9a-f]{8}_source$", "_source");
    run(port, "postgres", "CREATE DATABASE " + older + " OWNER migrator");
    try (var next = sandbox(asset("orders", port, copy))) {
      LinkedDatabases.await(next::claim);
      next.prepare();
      assertThat(ask(port, "postgres", CLONES)).hasSize(2).doesNotContainAnyElementsOf(left);
      next.remove();
      assertThat(ask(port, "postgres", CLONES)).isEmpty();
    }
    TestServers.dropDatabase(port, copy);
  }

  @Test
  void aRoleThatMayMakeNoDatabasesIsToldSo() throws SQLException {
    int port = TestServers.port(17, false);
    String copy = TestServers.newDatabase(port);
    run(port, "postgres", "ALTER ROLE migrator NOCREATEDB");
    try (var sandbox = sandbox(asset("orders", port, copy))) {
      assertThat(sandbox.preflight())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.blocks()).isTrue();
            assertThat(finding.code()).isEqualTo("postgres-right-create-database");
            assertThat(finding.remedy()).isEqualTo("ALTER ROLE migrator CREATEDB");
          });
    } finally {
      run(port, "postgres", "ALTER ROLE migrator CREATEDB");
      TestServers.dropDatabase(port, copy);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void aRoleOfTheApplicationWorksOnThePromotedCloneUntilItIsPutOut(int major) throws Exception {
    int port = TestServers.port(major, false);
    String copy = TestServers.newDatabase(port);
    run(port, "postgres", "ALTER ROLE migrator CREATEDB");
    run(port, "postgres", "GRANT pg_signal_backend TO migrator");
    run(port, copy, "CREATE TABLE orders (id bigserial PRIMARY KEY, note text)");
    run(port, copy, "ALTER TABLE orders OWNER TO migrator");
    try (var sandbox = sandbox(asset("orders", port, copy))) {
      assertThat(sandbox.claim()).isTrue();
      assertThat(sandbox.admissible("app"))
          .as("every role may connect to a new database")
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNS);
            assertThat(finding.seen()).contains("sign in to the real copy, " + copy);
          });
      run(port, "postgres", "REVOKE CONNECT ON DATABASE " + copy + " FROM PUBLIC");
      run(port, "postgres", "GRANT CONNECT ON DATABASE " + copy + " TO migrator");
      assertThat(sandbox.admissible("app")).isEmpty();
      Asset.Data clone = sandbox.prepare();
      String promoted = name(clone.target());
      run(port, promoted, "CREATE TABLE orders (id bigserial PRIMARY KEY, note text)");
      run(port, promoted, "ALTER TABLE orders OWNER TO migrator");
      assertThatThrownBy(() -> signIn(port, promoted)).hasMessageContaining("permission denied");
      sandbox.admit("app");
      assertThatThrownBy(() -> signIn(port, name(clone.source())))
          .as("what it is brought back to is not for tests")
          .hasMessageContaining("permission denied");
      try (Connection app = signIn(port, promoted)) {
        new Catalog(app).run("INSERT INTO orders (note) VALUES ('tried'); BEGIN");
        sandbox.dismiss("app");
        LinkedDatabases.await(() -> !app.isValid(1));
      }
      assertThatThrownBy(() -> signIn(port, promoted)).hasMessageContaining("permission denied");
      sandbox.admit("app");
      try (Connection stays = signIn(port, promoted)) {
        sandbox.remove();
        assertThat(stays.isValid(1)).as("whoever stays does not keep the clone").isFalse();
      }
      assertThat(ask(port, "postgres", CLONES)).isEmpty();
    }
    TestServers.dropDatabase(port, copy);
  }

  private static Connection signIn(int port, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, "app", TestServers.PASSWORD);
  }

  @Test
  void aRoleThatCouldReachMoreOrStayIsNotLetIn() throws Exception {
    int port = TestServers.port(17, false);
    String copy = TestServers.newDatabase(port);
    run(port, "postgres", "REVOKE pg_signal_backend FROM migrator");
    try (var sandbox = sandbox(asset("orders", port, copy))) {
      assertThat(sandbox.admissible("nobody_here").getFirst().seen()).contains("no such role");
      assertThat(sandbox.admissible("migrator").getFirst().seen()).contains("may do anything");
      assertThat(sandbox.admissible("postgres"))
          .extracting(Finding::seen)
          .anyMatch(seen -> seen.contains("may do anything"));
      assertThat(sandbox.admissible("app").getFirst().remedy())
          .isEqualTo("GRANT pg_signal_backend TO migrator");
    } finally {
      run(port, "postgres", "GRANT pg_signal_backend TO migrator");
      TestServers.dropDatabase(port, copy);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void aMemberOfAMightyRoleIsAsMightyAsThat(int major) throws Exception {
    int port = TestServers.port(major, false);
    String copy = TestServers.newDatabase(port);
    run(port, "postgres", "GRANT pg_signal_backend TO migrator");
    run(port, "postgres", "CREATE ROLE mighty SUPERUSER");
    run(port, "postgres", "CREATE ROLE team ROLE app");
    try (var sandbox = sandbox(asset("orders", port, copy))) {
      for (String role : List.of("mighty", "pg_execute_server_program", "pg_write_server_files")) {
        run(port, "postgres", "GRANT " + role + " TO team");
        assertThat(sandbox.admissible("app"))
            .as(role)
            .anyMatch(each ->
                each.blocks()
                    && each.seen().contains("may do anything on this server, as " + role));
        run(port, "postgres", "REVOKE " + role + " FROM team");
      }
      assertThat(sandbox.admissible("app")).noneMatch(Finding::blocks);
    } finally {
      run(port, "postgres", "DROP ROLE team");
      run(port, "postgres", "DROP ROLE mighty");
      TestServers.dropDatabase(port, copy);
    }
  }

  private static String name(Endpoint endpoint) {
    return endpoint.url().substring(endpoint.url().lastIndexOf('/') + 1);
  }
}
