package dev.landfall.adapter.postgres;

import static dev.landfall.adapter.postgres.LinkedDatabases.await;
import static dev.landfall.adapter.postgres.LinkedDatabases.awaitEqual;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.demo.EmbeddedServer;
import dev.landfall.replication.Difference;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static EmbeddedServer older;
  private static EmbeddedServer newer;

  @BeforeAll
  static void start() {
    older = EmbeddedServer.start(16, folder.resolve("16"), 0, Map.of());
    newer = EmbeddedServer.start(18, folder.resolve("18"), 0, Map.of());
  }

  @AfterAll
  static void stop() {
    older.close();
    newer.close();
  }

  private static LinkedDatabases databases(String name) throws Exception {
    return new LinkedDatabases(name, older.port(), newer.port());
  }

  @Test
  void namesEveryKindOfDifferenceByTableAndKey() throws Exception {
    try (var two = databases("kinds")) {
      two.both("CREATE TABLE account (id int PRIMARY KEY, owner text, balance numeric)");
      two.both(
          "INSERT INTO account SELECT i, 'owner ' || i, i * 1.10 FROM generate_series(1, 1000) i");
      two.onTarget("UPDATE account SET balance = balance + 1 WHERE id = 500");
      two.onTarget("DELETE FROM account WHERE id = 7");
      two.onTarget("INSERT INTO account VALUES (-5, 'stray', 0), (2000000, 'stray', 0)");
      try (var watchSource = two.watcher(Side.SOURCE);
          var watchTarget = two.watcher(Side.TARGET)) {
        var comparison = two.comparison(watchSource, watchTarget);
        await(() -> comparison.seen().baselineFrom().isPresent());
        assertThat(comparison.seen().pendingRows()).isEqualTo(4);
        var outcome = comparison.compareNow("c1", SOON);
        assertThat(outcome.differences())
            .containsExactlyInAnyOrder(
                new Difference("public.account", "id=500", "not equal"),
                new Difference("public.account", "id=7", "missing on target"),
                new Difference("public.account", "id=-5", "missing on source"),
                new Difference("public.account", "id=2000000", "missing on source"));
        assertThat(outcome.rows()).isEqualTo(4);
        assertThat(comparison.seen().token()).contains("c1");
        assertThat(comparison.compareAll("c2").differences())
            .containsExactlyInAnyOrderElementsOf(outcome.differences());
        two.onTarget("UPDATE account SET balance = balance - 1 WHERE id = 500");
        two.onTarget("INSERT INTO account SELECT 7, 'owner 7', 7.70");
        two.onTarget("DELETE FROM account WHERE id IN (-5, 2000000)");
        assertThat(comparison.compareNow("c3", SOON).differences()).isEmpty();
        awaitEqual(comparison);
        assertThat(comparison.seen().differences()).isEmpty();
      }
    }
  }
}
