package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.landfall.demo.Ledger.Kind;
import dev.landfall.demo.Ledger.Outcome;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The shop, its customers and the check of their ledgers, on a real server without a router. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShopIT {
  @TempDir static Path folder;
  private EmbeddedServer server;

  @BeforeAll
  void startServer() {
    server = EmbeddedServer.start(16, folder.resolve("data"), 0, Map.of());
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @Test
  void customersLoseNothingWhileNothingIsWrong() throws Exception {
    var shop = shopWith("calm", 5_000);
    try (shop) {
      Customers customers = visit(shop, 20, Duration.ofSeconds(5));
      var traffic = customers.traffic();
      LedgerCheck.Verdict verdict = check("calm", customers.ledgers());
      assertThat(traffic.failures()).isEmpty();
      assertThat(traffic.total()).isGreaterThan(400);
      assertThat(verdict.findings()).isEmpty();
      assertThat(verdict.clean()).isTrue();
      assertThat(verdict.unknown()).isZero();
      assertThat(verdict.acknowledged()).isGreaterThan(100);
      assertThat(traffic.writeGap(0, Long.MAX_VALUE))
          .isBetween(Duration.ofMillis(1), Duration.ofSeconds(3));
      assertThat(customers.ledgers())
          .anySatisfy(ledger ->
              assertThat(ledger.lines())
                  .anyMatch(line ->
                      line.outcome() == Outcome.REFUSED && line.entry().kind() == Kind.ORDER));
    }
  }

  @Test
  void everyWayToLoseAWriteIsFound() throws Exception {
    var shop = shopWith("harm", 5_000);
    List<Ledger> ledgers;
    try (shop) {
      ledgers = visit(shop, 10, Duration.ofSeconds(3)).ledgers();
    }
    assertThat(check("harm", ledgers).clean()).isTrue();

    harm(
        "harm",
        ledgers,
        "DELETE FROM payments WHERE key = (SELECT min(key) FROM payments" + " WHERE key LIKE 'c%')",
        "missing: PAYMENT",
        "unbalanced: order");
    harm(
        "harm",
        ledgers,
        "ALTER TABLE orders DROP CONSTRAINT orders_key; INSERT INTO orders"
            + " (customer_id, key, total, status) SELECT customer_id, key, 0, 'placed' FROM orders"
            + " WHERE key LIKE 'c%-order-%' LIMIT 1",
        "duplicated: ORDER");
    harm(
        "harm",
        ledgers,
        "UPDATE customers SET address_version = address_version - 1" + " WHERE address_version > 1",
        "stale: ADDRESS");
    harm(
        "harm",
        ledgers,
        "UPDATE customers SET address = '{}' WHERE address_version > 0",
        "missing: ADDRESS");
    harm(
        "harm",
        ledgers,
        "UPDATE orders SET customer_id = customer_id + 1 WHERE key LIKE 'c%'",
        "missing: ORDER");
    harm(
        "harm",
        ledgers,
        "UPDATE orders SET status = 'placed' WHERE status = 'cancelled'",
        "missing:",
        "was cancelled, but is [placed]");
    harm(
        "harm",
        ledgers,
        "UPDATE sessions SET cart = '{\"product\":1,\"pieces\":99}'",
        "missing: CART");
    harm(
        "harm",
        ledgers,
        "UPDATE products SET stock = stock + 1 WHERE id = 40",
        "unbalanced: product 40");
    harm(
        "harm",
        ledgers,
        "INSERT INTO orders (customer_id, key, total) VALUES (1, 'c1-x', 0)",
        "unexpected: nobody asked for c1-x");
  }

  @Test
  void whoPutsGoodsBackLocksThemInTheSameOrderAsWhoTakesThem() throws Exception {
    sql("postgres", "CREATE DATABASE turns");
    var database = new PGSimpleDataSource();
    // A plan that the server may choose by itself, which meets the rows in the order they lie in.
    database.setUrl(server.jdbcUrl("turns"));
    database.setOptions("-c enable_nestloop=off -c enable_mergejoin=off");
    var shop = new Shop(database);
    try (var before = DriverManager.getConnection(server.jdbcUrl("turns"));
        var beside = DriverManager.getConnection(server.jdbcUrl("turns"))) {
      ShopSchema.create(before, 1_000);
      shop.place(1, "some", Map.of(3L, 1, 9L, 1));
      before.createStatement().execute("UPDATE products SET stock = stock WHERE id = 3");
      before.setAutoCommit(false);
      before.createStatement().execute("SELECT id FROM products WHERE id = 3 FOR UPDATE");

      var cancelled =
          CompletableFuture.supplyAsync(() -> {
            try {
              return shop.cancel(1, "some");
            } catch (SQLException | Shop.RefusedException e) {
              throw new CompletionException(e);
            }
          });
      String waiting = "SELECT FROM pg_locks WHERE NOT granted";
      while (!cancelled.isDone() && !beside.createStatement().executeQuery(waiting).next()) {
        Thread.sleep(10);
      }
      assertThatCode(() ->
              beside
                  .createStatement()
                  .execute("SELECT id FROM products WHERE id = 9 FOR UPDATE NOWAIT"))
          .as("whoever waits for product 3 holds nothing yet of those that come after it")
          .doesNotThrowAnyException();
      before.commit();
      assertThat(cancelled.get(30, TimeUnit.SECONDS).status()).isEqualTo("placed");
    }
  }

  @Test
  void aWriteToAFencedSideIsAFailedRequestInTheCustomersEyes() throws Exception {
    var shop = shopWith("fenced", 1_000);
    try (shop;
        var connection = DriverManager.getConnection(server.jdbcUrl("fenced"));
        var client = new ShopClient(URI.create(shop.url()), "1", Duration.ofSeconds(5))) {
      assertThat(client.send("POST", "/login", "{\"customer\":1}").status()).isEqualTo(200);
      connection
          .createStatement()
          .execute(
              "CREATE FUNCTION fence() RETURNS trigger LANGUAGE plpgsql AS"
                  + " $$BEGIN RAISE EXCEPTION 'fenced' USING ERRCODE = '25006'; END$$;"
                  + "CREATE TRIGGER fence BEFORE INSERT OR UPDATE ON customers"
                  + " FOR EACH STATEMENT EXECUTE FUNCTION fence()");
      var answer = client.send("PUT", "/address", "{\"version\":1,\"street\":\"1 Quay\"}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("takes no writes now").contains("25006");
      assertThat(client.send("GET", "/orders", "").status()).isEqualTo(200);
    }
  }

  @Test
  void aShopThatKnowsBothDatabasesWorksOnTheOwnersAndFollowsIt() throws Exception {
    for (String each : List.of("mine", "theirs")) {
      sql("postgres", "CREATE DATABASE " + each);
      try (var connection = DriverManager.getConnection(server.jdbcUrl(each))) {
        ShopSchema.create(connection, 1_000);
      }
      sql(each, FENCE);
      sql(each, "INSERT INTO sessions VALUES ('00000000-0000-0000-0000-000000000001', 1)");
      sql(each, "INSERT INTO orders (customer_id, key, total) VALUES (1, 'in " + each + "', 0)");
    }
    fenced("mine", true);
    List<String> both = List.of(server.jdbcUrl("mine"), server.jdbcUrl("theirs"));
    try (var shop = ShopServer.start("target", 0, both, "postgres", "");
        var client = new ShopClient(URI.create(shop.url()), "1", Duration.ofSeconds(5))) {
      assertThat(client.send("POST", "/login", "{\"customer\":1}").status()).isEqualTo(200);
      assertThat(client.send("GET", "/orders", "").body()).contains("in theirs");

      fenced("theirs", true);
      assertThat(client.send("GET", "/orders", "").body())
          .as("who owned it last has all of it while nobody may write")
          .contains("in theirs");
      assertThat(move(client, 1)).isEqualTo(503);

      fenced("mine", false);
      assertThat(client.send("GET", "/orders", "").status())
          .as("the session is the other owner's, and read there as well")
          .isEqualTo(401);
      fenced("mine", true);
      fenced("theirs", false);
      assertThat(client.send("GET", "/orders", "").body()).contains("in theirs");
      assertThat(move(client, 2)).isEqualTo(200);
    }
    try (var connection = DriverManager.getConnection(server.jdbcUrl("theirs"));
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT address_version FROM customers WHERE id = 1")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(2);
    }
  }

  private static int move(ShopClient client, int version) throws Exception {
    String body = "{\"version\":" + version + ",\"street\":\"1 Quay\"}";
    return client.send("PUT", "/address", body).status();
  }

  private static final String FENCE =
      """
      CREATE FUNCTION fence() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'fenced' USING ERRCODE = '25006'; END$$;
      CREATE TRIGGER fence BEFORE INSERT OR UPDATE ON products
        FOR EACH STATEMENT EXECUTE FUNCTION fence();
      CREATE TRIGGER fence BEFORE INSERT OR UPDATE ON customers
        FOR EACH STATEMENT EXECUTE FUNCTION fence();
      ALTER TABLE products DISABLE TRIGGER fence;
      ALTER TABLE customers DISABLE TRIGGER fence;
      """;

  private void fenced(String database, boolean closed) throws SQLException {
    String order = closed ? " ENABLE TRIGGER fence;" : " DISABLE TRIGGER fence;";
    sql(database, "ALTER TABLE products" + order + "ALTER TABLE customers" + order);
  }

  @Test
  void whatIsPlantedStrikesBeforeAnythingIsDoneAndSaysSo() throws Exception {
    try (var shop = shopWith("faulty", 1_000);
        var client = new ShopClient(URI.create(shop.url()), "1", Duration.ofSeconds(5))) {
      assertThat(client.send("POST", "/login", "{\"customer\":1}").status()).isEqualTo(200);
      assertThat(client.send("PUT", "/fault", "{\"fault\":\"errors\"}").status()).isEqualTo(200);
      int struck = 0;
      int last = 0;
      for (int version = 1; version <= 200; version++) {
        String body = "{\"version\":" + version + ",\"street\":\"1 Quay\"}";
        var answer = client.send("PUT", "/address", body);
        assertThat(answer.planted()).isEqualTo(answer.status() != 200);
        struck += answer.planted() ? 1 : 0;
        last = answer.planted() ? last : version;
      }
      assertThat(struck).as("one in four of 200").isBetween(20, 80);
      assertThat(client.send("GET", "/healthz", "").status()).isEqualTo(200);
      client.send("PUT", "/fault", "{\"fault\":\"nothing\"}");
      assertThat(client.send("GET", "/products/7", "").planted()).isFalse();
      try (var connection = DriverManager.getConnection(server.jdbcUrl("faulty"));
          var row =
              connection
                  .createStatement()
                  .executeQuery("SELECT address_version FROM customers WHERE id = 1")) {
        row.next();
        assertThat(row.getInt(1)).isEqualTo(last);
      }
    }
  }

  @Test
  void aShopWithoutItsTablesIsNotHealthy() throws Exception {
    sql("postgres", "CREATE DATABASE bare");
    try (var shop = ShopServer.start("target", 0, List.of(server.jdbcUrl("bare")), "postgres", "");
        var client = new ShopClient(URI.create(shop.url()), "1", Duration.ofSeconds(5))) {
      assertThat(client.send("GET", "/healthz", "").status()).isEqualTo(503);
    }
  }

  private ShopServer shopWith(String database, long rows) throws Exception {
    sql("postgres", "CREATE DATABASE " + database);
    try (var connection = DriverManager.getConnection(server.jdbcUrl(database))) {
      ShopSchema.create(connection, rows);
    }
    return ShopServer.start("source", 0, List.of(server.jdbcUrl(database)), "postgres", "");
  }

  private static Customers visit(ShopServer shop, int count, Duration howLong) throws Exception {
    var customers = Customers.arrive(URI.create(shop.url()), count, Duration.ofMillis(100), 7);
    try (customers) {
      Thread.sleep(howLong);
    }
    return customers;
  }

  /** Does harm to a copy, so that each harm is seen alone. */
  private void harm(String database, List<Ledger> ledgers, String sql, String... expected)
      throws SQLException {
    String undo = "harm_copy";
    sql("postgres", "CREATE DATABASE " + undo + " TEMPLATE " + database);
    try {
      sql(undo, sql);
      LedgerCheck.Verdict verdict = check(undo, ledgers);
      assertThat(verdict.clean()).as(sql).isFalse();
      for (String each : expected) {
        assertThat(verdict.findings()).as(sql).anyMatch(finding -> finding.contains(each));
      }
    } finally {
      sql("postgres", "DROP DATABASE " + undo);
    }
  }

  private LedgerCheck.Verdict check(String database, List<Ledger> ledgers) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database))) {
      return LedgerCheck.run(ledgers, connection);
    }
  }

  private void sql(String database, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database))) {
      connection.createStatement().execute(sql);
    }
  }
}
