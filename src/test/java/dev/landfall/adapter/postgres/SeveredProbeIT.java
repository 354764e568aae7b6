package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.postgres.SeveredProbe.Expected;
import dev.landfall.adapter.postgres.SeveredProbe.Watch;
import dev.landfall.adapter.postgres.SeveredProbe.Watched;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Network;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is connected to a real database, against who is expected there. */
class SeveredProbeIT {
  private static final List<Network> HERE = List.of(Network.parse("127.0.0.0/8"));
  private static final Watch SHORT = new Watch(Duration.ofSeconds(1), Duration.ofMillis(50), false);
  private static final String ASKED = "SELECT 'jo.doe@mail.example'";

  private final int port = TestServers.port(16, false);
  private String database;

  @BeforeEach
  void make() throws SQLException {
    database = TestServers.newDatabase(port);
    try (var admin = TestServers.admin(port, database);
        var statement = admin.createStatement()) {
      statement.execute("GRANT pg_read_all_stats TO migrator");
    }
  }

  private Connection client(String application) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", "app");
    properties.setProperty("password", TestServers.PASSWORD);
    properties.setProperty("ApplicationName", application);
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), properties);
    try (var statement = connection.createStatement()) {
      statement.execute(ASKED);
    }
    return connection;
  }

  /** Who follows the log of the database, as a copy for another system does. */
  private Connection follower(String application) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", "migrator");
    properties.setProperty("password", TestServers.PASSWORD);
    properties.setProperty("ApplicationName", application);
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "10");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), properties);
  }

  private Observation look(Expected expected, Watch watch) {
    return look(expected, watch, "migrator", port);
  }

  private Observation look(Expected expected, Watch watch, String role, int at) {
    var endpoint =
        new Endpoint(
            "postgresql://127.0.0.1:%d/%s".formatted(at, database),
            Optional.of(role),
            Optional.empty(),
            Map.of());
    var probe =
        new SeveredProbe(
            Map.of(
                "orders",
                new Watched(
                    () -> PostgresDatabase.of(endpoint, Optional.of(TestServers.PASSWORD)),
                    "landfall_orders_")),
            expected,
            watch);
    Observation seen = probe.look();
    assertThat(seen.reason() + seen.raw())
        .as("addresses and names of applications only")
        .doesNotContain("jo.doe", "SELECT", TestServers.PASSWORD);
    return seen;
  }

  @Test
  void whoIsExpectedPassesByPlaceAndByName() throws Exception {
    try (var _ = client("shop");
        var _ = client("reports")) {
      Observation any = look(new Expected(HERE, Set.of(), false), SHORT);
      assertThat(any.passed()).as(any.reason()).isTrue();
      assertThat(any.raw())
          .contains(
              "orders: expected 127.0.0.1 (reports), 1 sessions",
              "orders: expected 127.0.0.1 (shop), 1 sessions",
              "orders: 0 came and went between two looks");
      assertThat(look(new Expected(HERE, Set.of("shop", "reports"), false), SHORT).passed())
          .isTrue();
    }
  }

  @Test
  void whoIsNotExpectedIsListedByAddressAndName() throws Exception {
    try (var _ = client("shop");
        var _ = client("old\u0007 report")) {
      Observation named = look(new Expected(HERE, Set.of("shop"), false), SHORT);
      assertThat(named.passed()).isFalse();
      assertThat(named.reason())
          .startsWith("1 unexpected clients of orders: 127.0.0.1 (old")
          .doesNotContain("\u0007", "shop");
      Observation elsewhere =
          look(new Expected(List.of(Network.parse("10.1.0.0/16")), Set.of(), true), SHORT);
      assertThat(elsewhere.reason())
          .startsWith("2 unexpected clients of orders: ")
          .contains("127.0.0.1 (shop)");
      assertThat(look(new Expected(List.of(), Set.of(), false), SHORT).passed()).isFalse();
    }
    awaitNobody();
    Observation empty = look(new Expected(List.of(), Set.of(), false), SHORT);
    assertThat(empty.passed()).as(empty.reason()).isTrue();
  }

  /** Waits until the watch has looked once: whoever comes then comes in the middle of it. */
  private void awaitFirstLook() throws SQLException, InterruptedException {
    try (var admin = TestServers.admin(port, "postgres");
        var statement = admin.createStatement()) {
      for (boolean begun = false; !begun; Thread.sleep(10)) {
        try (var row =
            statement.executeQuery(
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'idle' AND query LIKE"
                    + " '%client_addr%' AND application_name = 'landfall watch of clients'"
                    + " AND datname = '"
                    + database
                    + "'")) {
          row.next();
          begun = row.getBoolean(1);
        }
      }
    }
  }

  /** A server process lives on for a moment after its client has left. */
  private void awaitNobody() throws SQLException, InterruptedException {
    try (var admin = TestServers.admin(port, "postgres");
        var statement = admin.createStatement()) {
      for (boolean gone = false; !gone; Thread.sleep(10)) {
        try (var row =
            statement.executeQuery(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = '" + database + "'")) {
          row.next();
          gone = row.getBoolean(1);
        }
      }
    }
  }

  private CompletableFuture<Observation> looking(Expected expected, Watch watch) {
    return CompletableFuture.supplyAsync(() -> look(expected, watch));
  }

  @Test
  void whoComesDuringTheWatchIsSeen() throws Exception {
    var watch = new Watch(Duration.ofSeconds(3), Duration.ofMillis(50), false);
    var looking = looking(new Expected(List.of(), Set.of("landfall"), true), watch);
    awaitFirstLook();
    try (var _ = client("nightly")) {
      assertThat(looking.join().reason()).contains("127.0.0.1 (nightly)");
    }
  }

  @Test
  void whoFollowsTheLogIsAClientAndLandfallIsNot() throws Exception {
    try (var _ = follower("copy for billing");
        var _ = follower("landfall link")) {
      Observation seen = look(new Expected(List.of(), Set.of(), false), SHORT);
      assertThat(seen.reason())
          .isEqualTo("1 unexpected clients of orders: 127.0.0.1 (copy for billing)");
    }
  }

  private void execute(String at, String... statements) throws SQLException {
    try (var admin = TestServers.admin(port, at);
        var statement = admin.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** A standby is signed in to no database, and loses its source all the same. */
  @Test
  void whoFollowsTheWholeServerIsAClientOfEachDatabase() throws Exception {
    var properties = new Properties();
    properties.setProperty("user", "migrator");
    properties.setProperty("password", TestServers.PASSWORD);
    properties.setProperty("ApplicationName", "standby");
    properties.setProperty("replication", "true");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "10");
    awaitNobody();
    try (var _ =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), properties)) {
      Observation seen = look(new Expected(List.of(), Set.of(), false), SHORT);
      assertThat(seen.reason()).isEqualTo("1 unexpected clients of orders: 127.0.0.1 (standby)");
    }
  }

  /** Only the last name of a session was remembered: that of whoever took a known one in time. */
  @Test
  void whoTakesAnotherNameIsJudgedByEachOfThem() throws Exception {
    awaitNobody();
    try (var connection = client("nightly");
        var statement = connection.createStatement()) {
      var watch = new Watch(Duration.ofSeconds(3), Duration.ofMillis(50), false);
      var looking = looking(new Expected(HERE, Set.of("shop"), false), watch);
      awaitFirstLook();
      statement.execute("SET application_name = 'shop'");
      Observation seen = looking.join();
      assertThat(seen.reason()).isEqualTo("1 unexpected clients of orders: 127.0.0.1 (nightly)");
      assertThat(seen.raw()).contains("expected 127.0.0.1 (shop), 1 sessions");
    }
  }

  /** Nobody is connected while it is watched, and the server keeps its log for somebody. */
  @Test
  void aSlotThatNobodyFollowsBelongsToSomebodyWhoComesBack() throws Exception {
    execute(
        database,
        "SELECT pg_create_logical_replication_slot('billing_" + database + "', 'pgoutput')",
        "SELECT pg_create_logical_replication_slot('landfall_orders_"
            + database
            + "', 'pgoutput')");
    awaitNobody();
    try {
      Observation seen = look(new Expected(HERE, Set.of(), true), SHORT);
      assertThat(seen.reason())
          .isEqualTo(
              "1 unexpected slots of orders, to which somebody will come back: billing_"
                  + database);
      Observation known = look(new Expected(HERE, Set.of("billing_" + database), true), SHORT);
      assertThat(known.passed()).as(known.reason()).isTrue();
    } finally {
      execute(
          database,
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name IN"
              + " ('billing_%1$s', 'landfall_orders_%1$s')".formatted(database));
    }
  }

  @Test
  void whatTheDatabaseItselfFetchesFromElsewhereIsTold() throws Exception {
    execute(
        database,
        "CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1 dbname=x' PUBLICATION x"
            + " WITH (connect = false, slot_name = NONE, enabled = false)");
    awaitNobody();
    Observation off = look(new Expected(List.of(), Set.of(), false), SHORT);
    assertThat(off.passed()).as(off.reason()).isTrue();
    execute(
        database,
        "ALTER SUBSCRIPTION feed SET (slot_name = 'feed')",
        "ALTER SUBSCRIPTION feed ENABLE");
    awaitNobody();
    try {
      Observation seen = look(new Expected(List.of(), Set.of(), false), SHORT);
      assertThat(seen.reason())
          .isEqualTo("1 unexpected subscriptions of orders, which fetch from elsewhere: feed");
    } finally {
      execute(
          database,
          "ALTER SUBSCRIPTION feed DISABLE",
          "ALTER SUBSCRIPTION feed SET (slot_name = NONE)",
          "DROP SUBSCRIPTION feed");
    }
  }

  /** The counter goes back behind where it began: that is no proof that nobody came. */
  @Test
  void aCounterThatBeginsAnewProvesNothing() throws Exception {
    var rarely = new Watch(Duration.ofSeconds(6), Duration.ofSeconds(6), false);
    var looking = looking(new Expected(List.of(), Set.of(), true), rarely);
    awaitFirstLook();
    client("nightly").close();
    execute(database, "SELECT pg_stat_reset()");
    Observation seen = looking.join();
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).contains("the server of orders began to count sessions anew");
  }

  @Test
  void whoCameAndWentBetweenTwoLooksIsCountedAndHoldsBackUnlessPutUpWith() throws Exception {
    for (boolean brief : List.of(false, true)) {
      var rarely = new Watch(Duration.ofSeconds(6), Duration.ofSeconds(6), brief);
      var looking = looking(new Expected(List.of(), Set.of(), false), rarely);
      awaitFirstLook();
      client("nightly").close();
      Observation seen = looking.join();
      assertThat(seen.passed()).as(seen.reason()).isEqualTo(brief);
      assertThat(seen.raw()).containsPattern("orders: [1-9] came and went between two looks");
    }
  }

  @Test
  void whatMayNotBeSeenIsNoGoodAnswerAndNeitherIsAServerThatIsDown() throws Exception {
    try (var admin = TestServers.admin(port, database);
        var statement = admin.createStatement()) {
      statement.execute("REVOKE pg_read_all_stats FROM migrator");
    }
    try (var _ = TestServers.admin(port, database)) {
      Observation hidden = look(new Expected(HERE, Set.of(), true), SHORT);
      assertThat(hidden.passed()).isFalse();
      assertThat(hidden.reason())
          .contains("sessions of orders may not be looked at: GRANT pg_read_all_stats TO migrator");
    }
    try (var nobody = new Ports.Unanswered()) {
      Observation down = look(new Expected(HERE, Set.of(), true), SHORT, "migrator", nobody.port());
      assertThat(down.passed()).isFalse();
      assertThat(down.reason()).startsWith("who is connected cannot be watched: ");
    }
  }
}
