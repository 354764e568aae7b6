package dev.landfall.e2e;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What users have asked for, and what of it was acknowledged. */
final class Ledger {
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  void asked(String key) {
    asked.add(key);
  }

  void acknowledged(String key) {
    acknowledged.add(key);
  }

  Set<String> asked() {
    return Set.copyOf(asked);
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /**
   * Waits until so many more writes are acknowledged.
   *
   * @throws AssertionError when that takes longer
   */
  void awaitMore(int count, Duration timeMax, Supplier<?> failures) throws InterruptedException {
    int before = acknowledged.size();
    long end = System.nanoTime() + timeMax.toNanos();
    while (acknowledged.size() < before + count) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "no write was acknowledged for " + timeMax + "; failures: " + failures.get());
      }
      Thread.sleep(10);
    }
  }

  /** What is wrong with the owner's database, given what was acknowledged; empty when nothing. */
  List<String> wrongIn(Connection owner) throws SQLException {
    Set<String> promised = new TreeSet<>(acknowledged);
    var found = new HashMap<String, Integer>();
    var wrong = new ArrayList<String>();
    owner.setAutoCommit(false);
    owner.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (var statement = owner.createStatement()) {
      var keys = statement.executeQuery("SELECT key FROM notes");
      while (keys.next()) {
        found.merge(keys.getString(1), 1, Integer::sum);
      }
      var counts =
          statement.executeQuery(
              "SELECT c.writer || ' counts ' || c.written || ', has ' || coalesce(n.there, 0) FROM"
                  + " counters c FULL JOIN (SELECT writer, count(*) AS there FROM notes GROUP BY"
                  + " writer) n USING (writer) WHERE c.written IS DISTINCT FROM n.there");
      while (counts.next()) {
        wrong.add("half a transaction: " + counts.getString(1));
      }
    }
    owner.rollback();
    promised.stream()
        .filter(key -> !found.containsKey(key))
        .forEach(key -> wrong.add("lost " + key));
    for (Map.Entry<String, Integer> each : found.entrySet()) {
      if (each.getValue() > 1) {
        wrong.add("there " + each.getValue() + " times: " + each.getKey());
      }
      if (!asked.contains(each.getKey())) {
        wrong.add("nobody asked for " + each.getKey());
      }
    }
    return wrong;
  }
}
