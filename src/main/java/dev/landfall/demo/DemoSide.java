package dev.landfall.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One side of the demo: a database server, set up as a careful administrator would, and a shop.
 *
 * <p>The superuser makes the roles and is not needed after that. The shop's role owns its tables.
 * Landfall's role has what Landfall needs and no more.
 */
final class DemoSide implements AutoCloseable {
  static final String DATABASE = "shop";
  static final String SHOP_USER = "shop";
  static final String MIGRATOR = "migrator";

  /** Who prepares the target, and has no business there once users are on it. */
  static final String TEAM = "adoption_team";

  /** What a server has that somebody could leave behind, in the names of all of them. */
  private static final String THINGS =
      """
      SELECT 'database ' || datname FROM pg_database
      UNION ALL SELECT 'role ' || rolname FROM pg_roles
      UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
      UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
      UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
      ORDER BY 1
      """;

  /** What is read-only, and what nothing was ever copied to (undefined_table). */
  private static final Set<String> NOT_OWNED = Set.of(Databases.READ_ONLY, "42P01");

  private final String name;
  private final Path folder;
  private final String password;
  private final EmbeddedServer server;
  private final Program tether;
  private final List<Program> shops = new ArrayList<>();

  private DemoSide(
      String name, Path folder, String password, EmbeddedServer server, Program tether) {
    this.name = name;
    this.folder = folder;
    this.password = password;
    this.server = server;
    this.tether = tether;
  }

  /**
   * Starts and sets up a database server with an empty database.
   *
   * @param name {@code source} or {@code target}
   * @param major the version of PostgreSQL
   * @param folder where its data and logs go
   * @param password of the shop's role and of Landfall's
   */
  static DemoSide start(String name, int major, Path folder, String password)
      throws IOException, SQLException {
    Files.createDirectories(folder);
    Path data = folder.resolve("data");
    EmbeddedServer server = EmbeddedServer.start(major, data, 0, Map.of());
    long pid = EmbeddedServer.postmaster(data).orElseThrow().pid();
    var tether = Program.endWithUs("postgres-" + name, pid, folder);
    var side = new DemoSide(name, folder, password, server, tether);
    side.setUp(data);
    return side;
  }

  private void setUp(Path data) throws IOException, SQLException {
    try (Connection admin = DriverManager.getConnection(server.jdbcUrl("postgres"));
        var statement = admin.createStatement()) {
      statement.execute("CREATE ROLE " + SHOP_USER + " LOGIN PASSWORD '" + password + "'");
      statement.execute(
          "CREATE ROLE " + MIGRATOR + " LOGIN REPLICATION PASSWORD '" + password + "'");
      statement.execute("GRANT pg_create_subscription TO " + MIGRATOR);
      statement.execute("GRANT " + SHOP_USER + " TO " + MIGRATOR);
      statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + SHOP_USER);
      statement.execute("GRANT CREATE ON DATABASE " + DATABASE + " TO " + MIGRATOR);
      Files.writeString(
          data.resolve("pg_hba.conf"),
          """
          host all postgres 127.0.0.1/32 trust
          host all all 127.0.0.1/32 scram-sha-256
          host replication all 127.0.0.1/32 scram-sha-256
          """);
      statement.execute("SELECT pg_reload_conf()");
    }
    // Roles and grants are the administrator's to make: what Landfall creates here is the shop's.
    try (Connection admin = connectAsSuperuser();
        var statement = admin.createStatement()) {
      String rule = "ALTER DEFAULT PRIVILEGES FOR ROLE " + MIGRATOR + " GRANT ALL ON ";
      statement.execute(rule + "TABLES TO " + SHOP_USER);
      statement.execute(rule + "SEQUENCES TO " + SHOP_USER);
    }
  }

  /**
   * Lets those in who prepare this side, and gives Landfall what it needs to rehearse here and to
   * end their access.
   */
  void admitTeam() throws SQLException {
    execute(
        "CREATE ROLE " + TEAM + " LOGIN PASSWORD '" + password + "'",
        "GRANT pg_read_all_data TO " + TEAM,
        "ALTER ROLE " + MIGRATOR + " CREATEROLE CREATEDB",
        "GRANT " + TEAM + " TO " + MIGRATOR + " WITH ADMIN OPTION",
        "GRANT pg_signal_backend TO " + MIGRATOR);
  }

  /** A connection as the adoption team's role. */
  Connection connectAsTeam() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), TEAM, password);
  }

  /** Executes statements as the superuser, in the shop's database. */
  void execute(String... statements) throws SQLException {
    try (Connection connection = connectAsSuperuser();
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** Databases, roles, slots, subscriptions and origins of this server, by kind and name. */
  List<String> things() throws SQLException {
    var things = new ArrayList<String>();
    try (Connection connection = connectAsSuperuser();
        var statement = connection.createStatement()) {
      ResultSet rows = statement.executeQuery(THINGS);
      while (rows.next()) {
        things.add(name + " " + rows.getString(1));
      }
    }
    return things;
  }

  /** Makes and fills the shop's tables, as the shop's own role. */
  void seed(long rows) throws SQLException {
    try (Connection connection = connect()) {
      ShopSchema.create(connection, rows);
    }
  }

  /** A connection as the shop's role. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), SHOP_USER, password);
  }

  /** Whether the shop can write here now: whether this side owns the data. */
  boolean takesWrites() throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(Shop.WRITE_OF_NOTHING);
      return true;
    } catch (SQLException e) {
      if (NOT_OWNED.contains(String.valueOf(e.getSQLState()))) {
        return false;
      }
      throw e;
    }
  }

  /** A connection as the superuser, for what goes wrong on purpose. */
  Connection connectAsSuperuser() throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(DATABASE));
  }

  /**
   * Starts this side's shop in a process of its own.
   *
   * @param databases of the sides that may own its data; the first is asked first
   * @return where it listens
   */
  String openShop(List<DemoSide> databases) throws InterruptedException {
    var command = new ArrayList<>(Program.java(ShopServer.class, 64));
    command.addAll(List.of(name, "0"));
    databases.forEach(side -> command.add(side.jdbcUrl()));
    var shop =
        Program.start(
            "shop-" + name,
            command,
            Map.of("SHOP_USER", SHOP_USER, "SHOP_PASSWORD", password),
            folder);
    shops.add(shop);
    return shop.await("ready ", Duration.ofSeconds(30));
  }

  /**
   * How much of what this side has written has not arrived where it is sent to, in words; empty
   * when it is sent nowhere.
   */
  String lag() throws SQLException {
    try (Connection connection = connectAsSuperuser();
        var statement = connection.createStatement()) {
      ResultSet row =
          statement.executeQuery(
              "SELECT pg_size_pretty(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)))"
                  + " FROM pg_stat_replication WHERE state = 'streaming'");
      row.next();
      return Optional.ofNullable(row.getString(1)).orElse("");
    }
  }

  private String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + DATABASE;
  }

  /** The address of the database in a workload file. */
  String url() {
    return "postgresql://127.0.0.1:" + server.port() + "/" + DATABASE;
  }

  String name() {
    return name;
  }

  /** The version of the database server. */
  int major() {
    return server.major();
  }

  @Override
  public void close() {
    shops.forEach(Program::close);
    server.close();
    tether.kill();
  }
}
