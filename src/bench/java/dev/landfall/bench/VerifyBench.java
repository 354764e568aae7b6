package dev.landfall.bench;

import dev.landfall.LastingFolders;
import dev.landfall.adapter.postgres.PostgresReplicator;
import dev.landfall.demo.EmbeddedServer;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.LinkSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The comparison between fences, by the number of rows that changed right before it and by the size
 * of the table that they stand in. PostgreSQL 16 to 18.
 *
 * <p>Budget: flat in the size of the table, within 1.3 times from the smallest to the largest,
 * because users wait for it. What it may cost a row has no budget of its own: at some hundred
 * writes a second some hundred rows are left to compare, and the gap's budget covers them.
 *
 * <p>Options: {@code --sizes N,N} rows of the table (default 100000,1000000), {@code --changes N,N}
 * changed rows (default 10,1000,10000), {@code --rounds N} interleaved (default 5).
 */
final class VerifyBench {
  private static final double GROWTH_MAX = 1.3;
  private static final Duration WAIT_MAX = Duration.ofMinutes(10);

  private final EmbeddedServer source;
  private final EmbeddedServer target;
  private final long size;
  private final String database;
  private final PostgresReplicator replicator;
  private long epoch = 1;

  private VerifyBench(EmbeddedServer source, EmbeddedServer target, long size) {
    this.source = source;
    this.target = target;
    this.size = size;
    this.database = "shop" + size;
    this.replicator =
        PostgresReplicator.of(
            database,
            new Asset.Data(
                "orders", "postgres", endpoint(source), endpoint(target), List.of(), false),
            Optional.empty(),
            Optional.empty(),
            Limits.DEFAULTS,
            Pseudonyms.withoutKey());
  }

  private Endpoint endpoint(EmbeddedServer server) {
    return new Endpoint(
        "postgresql://127.0.0.1:" + server.port() + "/" + database,
        Optional.of("postgres"),
        Optional.empty(),
        Map.of());
  }

  static void run(Options options, Findings findings) throws Exception {
    Path folder = LastingFolders.make("landfall-bench-verify");
    List<Long> sizes = options.numbers("sizes", 100_000L, 1_000_000L);
    List<Long> changes = options.numbers("changes", 10L, 1_000L, 10_000L);
    var medians = new LinkedHashMap<Long, List<Double>>();
    try (var source = EmbeddedServer.start(16, folder.resolve("source"), 0, Map.of());
        var target = EmbeddedServer.start(18, folder.resolve("target"), 0, Map.of())) {
      findings.head(
          "rows of the table", "rows changed", "rows compared", "median ms", "min ms", "max ms");
      for (long size : sizes) {
        var times = new LinkedHashMap<Long, List<CheckSeen>>();
        var bench = new VerifyBench(source, target, size);
        try {
          bench.link();
          for (long round = -1; round < options.number("rounds", 5); round++) {
            for (long changed : changes) {
              CheckSeen seen = bench.once(changed);
              // The first round is for the compilers.
              if (round >= 0) {
                times.computeIfAbsent(changed, _ -> new ArrayList<>()).add(seen);
              }
            }
          }
        } finally {
          bench.replicator.close();
        }
        times.forEach((changed, all) -> {
          Sample took =
              Sample.of(all.stream().map(each -> each.tokenTook().toNanos() / 1e6).toList());
          Sample rows = Sample.of(all.stream().map(CheckSeen::tokenRows).toList());
          medians.computeIfAbsent(changed, _ -> new ArrayList<>()).add(took.median());
          findings.row(
              String.format(Locale.ROOT, "%,d", size),
              String.format(Locale.ROOT, "%,d", changed),
              String.format(Locale.ROOT, "%,.0f", rows.median()),
              took.median(),
              took.min(),
              took.max());
        });
      }
    }
    tell(findings, medians);
    Child.answer("rm", "-r", folder.toString());
  }

  private static void tell(Findings findings, Map<Long, List<Double>> medians) {
    findings.say("");
    medians.forEach((changed, all) -> {
      double growth = all.getLast() / all.getFirst();
      findings.say(
          "- %,d rows changed: %.2f times from the smallest table to the largest (budget %.1f): %s",
          changed, growth, GROWTH_MAX, growth <= GROWTH_MAX ? "met" : "not met");
    });
  }

  private void link() throws SQLException, InterruptedException {
    for (var server : List.of(source, target)) {
      execute(server, "postgres", "CREATE DATABASE " + database);
    }
    execute(
        source,
        database,
        "CREATE TABLE stock (id bigint PRIMARY KEY, sold bigint NOT NULL, note text NOT NULL)",
        "INSERT INTO stock SELECT n, 0, md5(n::text) FROM generate_series(1, " + size + ") n",
        "VACUUM ANALYZE");
    replicator.carryOut(new DataOrder.Follow(Side.SOURCE), epoch);
    await(
        "in step and compared",
        seen ->
            seen.fromSource().phase() == LinkSeen.Phase.FOLLOWING
                && seen.check().baselineFrom().isPresent());
    Findings.tell("%,d rows are in step, load %s", size, Findings.load());
  }

  /** Changes rows all over the table in one transaction, and fences at once. */
  private CheckSeen once(long changed) throws SQLException, InterruptedException {
    await("compared", seen -> seen.check().pendingRows() == 0);
    long step = Math.max(1, size / changed);
    execute(
        source,
        database,
        "UPDATE stock SET sold = sold + 1 WHERE id IN (SELECT 1 + n * "
            + step
            + " FROM generate_series(0, "
            + (changed - 1)
            + ") n)");
    String token = "bench-" + ++epoch;
    replicator.carryOut(new DataOrder.FenceOff(Side.SOURCE), epoch);
    replicator.carryOut(new DataOrder.FenceOff(Side.TARGET), epoch);
    replicator.carryOut(new DataOrder.Mark(Side.SOURCE, token), epoch);
    await("drained", seen -> seen.target().arrived().equals(Optional.of(token)));
    replicator.carryOut(new DataOrder.Compare(token), epoch);
    CheckSeen check = replicator.look().check();
    if (!check.differences().isEmpty() || !check.token().equals(Optional.of(token))) {
      throw new IllegalStateException("not equal, or not compared: " + check);
    }
    replicator.carryOut(new DataOrder.Open(Side.SOURCE), ++epoch);
    return check;
  }

  private void await(String what, Predicate<DataSeen> there) throws InterruptedException {
    long end = System.nanoTime() + WAIT_MAX.toNanos();
    DataSeen seen = replicator.look();
    while (!there.test(seen)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not " + what + " in time: " + seen);
      }
      Thread.sleep(10);
      seen = replicator.look();
    }
  }

  private static void execute(EmbeddedServer server, String database, String... statements)
      throws SQLException {
    try (var connection = DriverManager.getConnection(server.jdbcUrl(database));
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }
}
