package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.classification.ClassificationProbe;
import dev.landfall.adapter.classification.Declared;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.workload.Endpoint;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real database holds, compared with what is declared of it. */
class ClassificationIT {
  private static final String CARD = "4111111111111111";
  private static final String MAIL = "jo.doe@mail.example";
  private static final List<String> PLANTED =
      List.of(CARD, MAIL, "5555 5555 5555 4444", "DE893704");

  private static final String SCHEMA =
      """
      SET ROLE shop_owner;
      CREATE TABLE sales.customers (id bigint PRIMARY KEY, email text, company text);
      INSERT INTO sales.customers VALUES (1, 'jo.doe@mail.example', 'A'), (2, NULL, 'B');
      CREATE TABLE sales.orders (id bigint PRIMARY KEY, note text, paid_by numeric, details jsonb);
      INSERT INTO sales.orders SELECT n, 'nothing to see', NULL, '{"gift": true}'
        FROM generate_series(1, 200) n;
      UPDATE sales.orders SET note = 'card 5555 5555 5555 4444' WHERE id = 17;
      UPDATE sales.orders SET paid_by = 4111111111111111 WHERE id = 3;
      UPDATE sales.orders SET details = '{"refund": {"to": "DE89370400440532013000"}}' WHERE id = 5;
      CREATE TABLE sales.visits (id int, page text) PARTITION BY RANGE (id);
      CREATE TABLE sales.visits_1 PARTITION OF sales.visits FOR VALUES FROM (0) TO (100);
      INSERT INTO sales.visits VALUES (1, '/?mail=jo.doe@mail.example');
      """;

  @TempDir private Path folder;
  private final int port = TestServers.port(16, false);
  private String database;

  @BeforeEach
  void plant() throws SQLException {
    database = TestServers.newDatabase(port);
    admin(
        "CREATE SCHEMA sales AUTHORIZATION shop_owner; GRANT USAGE ON SCHEMA sales TO app;"
            + SCHEMA);
  }

  private void admin(String sql) throws SQLException {
    try (var connection = TestServers.admin(port, database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Observation look(Declared declared) {
    return look(declared, port, "migrator", Map.of(), false);
  }

  private Observation look(
      Declared declared, int at, String user, Map<String, String> tls, boolean tlsNeeded) {
    String host = tls.isEmpty() ? "127.0.0.1" : "localhost";
    var endpoint =
        new Endpoint(
            "postgresql://%s:%d/%s".formatted(host, at, database),
            Optional.of(user),
            Optional.empty(),
            tls);
    var probe =
        new ClassificationProbe(
            Map.of(
                "orders",
                () ->
                    PostgresDatabase.of(endpoint, Optional.of(TestServers.PASSWORD))
                        .connect("classification")),
            List.of(),
            declared,
            new ClassificationProbe.Bounds(1_000, tlsNeeded, Duration.ofSeconds(60)));
    Observation seen = probe.look();
    assertThat(seen.reason() + seen.raw()).as("places and counts only").doesNotContain(PLANTED);
    return seen;
  }

  private static Declared declared(
      String usual, Map<String, List<String>> named, String... readers) {
    return new Declared(usual, named, Set.of(), Set.of(readers));
  }

  private static final Map<String, List<String>> RIGHT =
      Map.of(
          "confidential", List.of("customers.email", "visits"),
          "restricted", List.of("sales.orders"));

  @Test
  void whatIsMoreSensitiveThanDeclaredIsNamedByItsPlaceAndCounted() {
    Observation seen = look(declared("internal", Map.of()));
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .startsWith("5 columns of orders are more sensitive than declared: ")
        .contains(
            "sales.customers.email (e-mail address, 1 of 1) is confidential, declared internal",
            "sales.orders.note (payment card number, 1 of 200) is restricted, declared internal",
            "sales.orders.paid_by (payment card number, 1 of 1) is restricted, declared internal",
            "sales.orders.details (bank account (IBAN), 1 of 200) is confidential",
            "sales.visits.page (e-mail address, 1 of 1) is confidential");
    assertThat(
            look(declared(
                    "internal", Map.of("confidential", List.of("customers", "orders", "visits"))))
                .reason())
        .startsWith("2 columns of orders are more sensitive than declared: sales.orders.note");
  }

  @Test
  void whatIsDeclaredAsItIsPassesAndWhatIsClearedDoesNotCount() {
    Observation seen = look(declared("internal", RIGHT));
    assertThat(seen.passed()).as(seen.reason()).isTrue();
    assertThat(seen.raw())
        .contains("whether its disks are encrypted is not visible from here")
        .contains(
            "sales.orders.note (payment card number, 1 of 200) is restricted, declared restricted");
    var cleared =
        new Declared(
            "internal", Map.of(), Set.of("customers", "sales.orders", "visits.page"), Set.of());
    assertThat(look(cleared).passed()).isTrue();
  }

  @Test
  void whoeverMayReadItBesidesThoseNamedIsTold() throws SQLException {
    admin("GRANT SELECT (note) ON sales.orders TO app");
    Observation seen = look(declared("internal", RIGHT));
    assertThat(seen.reason())
        .isEqualTo("sales.orders.note of orders can be read by app, whom readers does not name");
    assertThat(look(declared("internal", RIGHT, "app")).passed()).isTrue();
    admin("GRANT USAGE ON SCHEMA sales TO PUBLIC; GRANT SELECT ON sales.customers TO PUBLIC");
    assertThat(look(declared("internal", RIGHT, "app")).reason())
        .isEqualTo("everybody (PUBLIC) may read sales.customers of orders, or a view of it");
  }

  @Test
  void whatCannotBeSeenIsNeverClean() throws SQLException {
    var all = declared("restricted", Map.of());
    assertThat(look(all, port, "app", Map.of(), false).reason())
        .contains("cannot be looked at to the end: a table may not be read");
    admin("ALTER TABLE sales.customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
    assertThat(look(all).reason()).contains("a policy hides rows");
    assertThat(look(declared("restricted", Map.of("internal", List.of("custmers")))).reason())
        .contains("a policy hides rows");
    admin("DROP SCHEMA sales CASCADE");
    assertThat(look(all).reason()).isEqualTo("orders has no table, so nothing was looked at");
    assertThat(look(all, 1, "migrator", Map.of(), false).reason())
        .startsWith("orders cannot be looked at: cannot connect to");
  }

  @Test
  void aSchemaWithoutDataIsNeverCleanAndAColumnWithoutAValueIsToldAsUnseen() throws SQLException {
    admin("UPDATE sales.customers SET company = NULL");
    Observation seen = look(declared("internal", RIGHT));
    assertThat(seen.passed()).as(seen.reason()).isTrue();
    assertThat(seen.raw()).contains("sales.customers.company is unseen, no value was read");
    admin("TRUNCATE sales.customers, sales.orders, sales.visits");
    assertThat(look(declared("restricted", Map.of())).reason())
        .isEqualTo("no value was read in orders, so nothing was looked at; is it empty?");
  }

  @Test
  void aNameThatMeansNothingIsAMistakeAndNotADeclaration() {
    var slip =
        Map.of(
            "restricted",
            List.of("orders", "custmers.email"),
            "confidential",
            List.of("customers", "visits"));
    assertThat(look(declared("internal", slip)).reason())
        .isEqualTo("nothing is called custmers.email");
  }

  @Test
  void whoeverMayReadAViewMayReadWhatIsInIt() throws SQLException {
    admin(
        "SET ROLE shop_owner; CREATE VIEW sales.ids AS SELECT id FROM sales.orders;"
            + "CREATE VIEW sales.notes AS SELECT id, note FROM sales.orders;"
            + "CREATE VIEW sales.short AS SELECT left(note, 99) AS n FROM sales.notes;"
            + "GRANT SELECT ON sales.ids TO PUBLIC; GRANT USAGE ON SCHEMA sales TO PUBLIC");
    Declared columns =
        declared(
            "internal",
            Map.of(
                "confidential", List.of("customers.email", "visits", "orders.details"),
                "restricted", List.of("orders.note", "orders.paid_by")));
    assertThat(look(columns).reason()).as("of ids alone").isEmpty();
    admin("GRANT SELECT ON sales.short TO app");
    assertThat(look(columns).reason())
        .isEqualTo("sales.orders.note of orders can be read by app, whom readers does not name");
    admin("GRANT SELECT ON sales.short TO PUBLIC");
    assertThat(look(columns).reason())
        .isEqualTo("everybody (PUBLIC) may read sales.orders of orders, or a view of it");
  }

  @Test
  void whatIsNotAmongTheFirstRowsIsFoundAndWhatIsNotLookedIntoIsListed() throws SQLException {
    admin(
        "CREATE FOREIGN DATA WRAPPER none; CREATE SERVER far FOREIGN DATA WRAPPER none;"
            + "CREATE FOREIGN TABLE sales.far (note text) SERVER far;"
            + "CREATE TABLE sales.late (id int, note text, rare text);"
            + "INSERT INTO sales.late SELECT n, CASE WHEN n > 1500 THEN '5555 5555 5555 4444'"
            + " ELSE 'x' END, CASE WHEN n = 1400 THEN 'jo.doe@mail.example' END"
            + " FROM generate_series(1, 5000) n; GRANT SELECT ON sales.late TO migrator;"
            + " ANALYZE sales.late");
    Observation seen = look(declared("internal", RIGHT));
    assertThat(seen.reason())
        .contains("sales.late.note (payment card number, ")
        .contains("sales.late.rare (e-mail address, 1 of 1)");
    assertThat(seen.raw()).contains("orders: foreign table sales.far is not looked into");
  }

  @Test
  void aTableThatIsLockedOrALookThatTakesTooLongEndsInTime() throws SQLException {
    try (var locker = TestServers.admin(port, database);
        var statement = locker.createStatement()) {
      locker.setAutoCommit(false);
      statement.execute("LOCK TABLE sales.orders IN ACCESS EXCLUSIVE MODE");
      long begun = System.nanoTime();
      assertThat(look(declared("restricted", Map.of())).reason())
          .contains("locked by somebody else");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void aTableThatWasReadIsNotLockedWhileOthersAreRead() throws Exception {
    try (var locker = TestServers.admin(port, database);
        var statement = locker.createStatement()) {
      locker.setAutoCommit(false);
      statement.execute("LOCK TABLE sales.orders IN ACCESS EXCLUSIVE MODE");
      Thread looking = Thread.ofVirtual().start(() -> look(declared("restricted", Map.of())));
      String waiting =
          "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'sales.orders'::regclass";
      while (looking.isAlive() && new Catalog(locker).texts(waiting).isEmpty()) {
        Thread.sleep(20);
      }
      assertThat(looking.isAlive()).as("it waits for orders, having read customers").isTrue();
      admin("BEGIN; LOCK TABLE sales.customers IN ACCESS EXCLUSIVE MODE NOWAIT; COMMIT");
      looking.join();
    }
  }

  @Test
  void aConnectionInTheClearIsAFaultWhereAnythingIsConfidentialAndAnEncryptedOneIsNot()
      throws Exception {
    assertThat(look(declared("internal", RIGHT), port, "migrator", Map.of(), true).reason())
        .isEqualTo("the connection to orders is not encrypted");
    TestCertificate certificate = TestCertificate.make(folder);
    try (var server =
        dev.landfall.demo.EmbeddedServer.start(
            16, folder.resolve("data"), 0, certificate.ofServer())) {
      database = "postgres";
      try (var connection = TestServers.admin(server.port(), "postgres");
          var statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE customers (email text); INSERT INTO customers VALUES"
                + " ('jo.doe@mail.example')");
      }
      var confidential = declared("internal", Map.of("confidential", List.of("customers")));
      Observation seen =
          look(confidential, server.port(), "postgres", certificate.verified(), true);
      assertThat(seen.passed()).as(seen.reason()).isTrue();
      assertThat(seen.raw()).contains("the connection has TLSv1.3");
    }
  }
}
