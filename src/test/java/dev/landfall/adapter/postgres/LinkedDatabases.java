package dev.landfall.adapter.postgres;

import dev.landfall.replication.CheckSeen;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A database on each of two servers, kept in step by a plain subscription, with what watches and
 * compares them.
 */
final class LinkedDatabases implements AutoCloseable {
  static final Comparison.Settings SETTINGS =
      new Comparison.Settings(100, 100, Duration.ofMillis(200));

  final String name;
  final PostgresServer sourceServer;
  final PostgresServer targetServer;
  private final int sourcePort;
  private final int targetPort;
  private final Connection source;
  private final Connection target;
  private final List<AutoCloseable> started = new ArrayList<>();
  private Optional<Set<TableName>> tables = Optional.empty();
  private boolean linked;

  LinkedDatabases(String name, int sourcePort, int targetPort) throws SQLException {
    this(name, sourcePort, targetPort, "", "postgres");
  }

  /**
   * Databases that are not alike.
   *
   * @param onSource how the source's database differs, as for CREATE DATABASE
   * @param user whom Landfall signs in as
   */
  LinkedDatabases(String name, int sourcePort, int targetPort, String onSource, String user)
      throws SQLException {
    this.name = name;
    this.sourcePort = sourcePort;
    this.targetPort = targetPort;
    for (int port : List.of(sourcePort, targetPort)) {
      try (var admin = connect(port, "postgres");
          var statement = admin.createStatement()) {
        statement.execute("CREATE DATABASE " + name + (port == sourcePort ? onSource : ""));
      }
    }
    source = connect(sourcePort, name);
    target = connect(targetPort, name);
    sourceServer = server(sourcePort, user);
    targetServer = server(targetPort, user);
  }

  private static Connection connect(int port, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres");
  }

  private PostgresServer server(int port, String user) {
    return new PostgresServer("127.0.0.1", port, name, user, Optional.empty(), Map.of());
  }

  Connection connect(Side side) throws SQLException {
    return connect(side == Side.SOURCE ? sourcePort : targetPort, name);
  }

  void both(String sql) throws SQLException {
    onSource(sql);
    onTarget(sql);
  }

  void onSource(String sql) throws SQLException {
    run(source, sql);
  }

  void onTarget(String sql) throws SQLException {
    run(target, sql);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String ask(Side side, String sql) throws SQLException {
    try (var statement = (side == Side.SOURCE ? source : target).createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  LogSequenceNumber end(Side side) throws SQLException {
    return LogSequenceNumber.valueOf(ask(side, "SELECT pg_current_wal_insert_lsn()"));
  }

  /** Carries all writes of the source over from now on. */
  void link() throws SQLException {
    onSource(
        tables().stream()
            .map(TableName::sql)
            .collect(Collectors.joining(", ", "CREATE PUBLICATION landfall_link FOR TABLE ", "")));
    onSource("SELECT pg_create_logical_replication_slot('" + linkSlot() + "', 'pgoutput')");
    onTarget(
        "CREATE SUBSCRIPTION landfall_forward CONNECTION 'host=127.0.0.1 user=postgres port="
            + sourcePort
            + " dbname="
            + name
            + "' PUBLICATION landfall_link WITH (create_slot = false, copy_data = false, slot_name"
            + " = '"
            + linkSlot()
            + "')");
    linked = true;
  }

  private String linkSlot() {
    return "landfall_" + name;
  }

  Set<TableName> tables() throws SQLException {
    if (tables.isEmpty()) {
      tables = Optional.of(TableName.readAll(source));
    }
    return tables.get();
  }

  Watcher watcher(Side side) throws SQLException {
    return watcher(side, new DirtySet());
  }

  Watcher watcher(Side side, DirtySet dirty) throws SQLException {
    var watcher =
        new Watcher(
            side,
            side == Side.SOURCE ? sourceServer : targetServer,
            watchSlot(side),
            tables(),
            dirty,
            1L << 30);
    started.add(watcher);
    watcher.install();
    watcher.start();
    return watcher;
  }

  String watchSlot(Side side) {
    return "landfall_watch_" + name + "_" + side.word();
  }

  Comparison comparison(Watcher onSource, Watcher onTarget) throws SQLException {
    return comparison(onSource, onTarget, SETTINGS);
  }

  Comparison comparison(Watcher onSource, Watcher onTarget, Comparison.Settings settings)
      throws SQLException {
    var comparison =
        new Comparison(
            sourceServer, targetServer, onSource, onTarget, tables(), this::applied, settings);
    started.add(0, comparison);
    comparison.start();
    return comparison;
  }

  /** What the subscriber said that it has on disk. */
  private Optional<LogSequenceNumber> applied(Side origin) throws SQLException {
    if (origin == Side.TARGET || !linked) {
      return Optional.empty();
    }
    try (var connection = connect(Side.SOURCE);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '"
                    + linkSlot()
                    + "'")) {
      rows.next();
      return Optional.of(LogSequenceNumber.valueOf(rows.getString(1)));
    }
  }

  /** Waits until everything that the source has committed is on the target. */
  void drain() throws Exception {
    LogSequenceNumber end = end(Side.SOURCE);
    onSource("SELECT pg_logical_emit_message(true, 'test', '')");
    await(() -> applied(Side.SOURCE).orElseThrow().compareTo(end) >= 0);
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("it did not come true within 30 s");
      }
      Thread.sleep(10);
    }
  }

  /** Waits until a full comparison has ended and nothing is open. */
  static CheckSeen awaitEqual(Comparison comparison) throws Exception {
    try {
      await(() ->
          comparison.seen().baselineFrom().isPresent() && comparison.seen().pendingRows() == 0);
    } catch (AssertionError e) {
      throw new AssertionError(comparison.seen() + " " + comparison.fault(), e);
    }
    return comparison.seen();
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    if (linked) {
      onTarget("DROP SUBSCRIPTION landfall_forward");
    }
    Watcher.remove(sourceServer, watchSlot(Side.SOURCE));
    Watcher.remove(targetServer, watchSlot(Side.TARGET));
    source.close();
    target.close();
  }
}
