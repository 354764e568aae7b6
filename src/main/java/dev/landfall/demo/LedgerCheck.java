package dev.landfall.demo;

import dev.landfall.demo.Ledger.Kind;
import dev.landfall.demo.Ledger.Line;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the customers were promised with what the owning database holds. It may run while
 * the customers go on: what was promised before the look must be found by the look.
 */
final class LedgerCheck {
  private static final int FINDINGS_KEPT_MAX = 20;

  /**
   * What was found.
   *
   * @param acknowledged writes that the shop said were done
   * @param unknown writes without a clear answer; they may be there or not
   * @param missing acknowledged writes that are not in the database, or not as promised
   * @param duplicated acknowledged writes that are there more than once
   * @param stale updates that an older one of the same customer has overwritten
   * @param unexpected rows that nobody asked for, or that were refused
   * @param unbalanced products and orders whose sums do not add up
   * @param findings the first of them in words
   */
  record Verdict(
      long acknowledged,
      long unknown,
      long missing,
      long duplicated,
      long stale,
      long unexpected,
      long unbalanced,
      List<String> findings) {
    Verdict {
      findings = List.copyOf(findings);
    }

    boolean clean() {
      return missing + duplicated + stale + unexpected + unbalanced == 0;
    }
  }

  /** An order as the database has it. */
  private record Row(long id, long customer, String status, String goods) {}

  private final List<String> findings = new ArrayList<>();
  private long acknowledged;
  private long unknown;
  private long missing;
  private long duplicated;
  private long stale;
  private long unexpected;
  private long unbalanced;

  private LedgerCheck() {}

  /**
   * Checks all ledgers against one database.
   *
   * @param database a connection of its own; its transaction is ended
   */
  static Verdict run(List<Ledger> ledgers, Connection database) throws SQLException {
    var check = new LedgerCheck();
    Map<Ledger, List<Line>> promised = new HashMap<>();
    ledgers.forEach(ledger -> promised.put(ledger, ledger.lines()));
    database.setAutoCommit(false);
    database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    database.setReadOnly(true);
    Contents contents = Contents.read(database);
    check.unbalanced(database);
    database.rollback();
    for (Ledger ledger : ledgers) {
      check.check(ledger, promised.getOrDefault(ledger, List.of()), contents);
    }
    check.strangers(ledgers, contents);
    return check.verdict();
  }

  private Verdict verdict() {
    return new Verdict(
        acknowledged, unknown, missing, duplicated, stale, unexpected, unbalanced, findings);
  }

  /** One consistent look at everything that customers can change. */
  private record Contents(
      Map<String, List<Row>> orders,
      Map<String, List<String>> payments,
      Map<Long, Map.Entry<Integer, String>> addresses,
      Map<String, Map.Entry<Integer, String>> carts) {

    static Contents read(Connection database) throws SQLException {
      var contents =
          new Contents(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
      rows(
          database,
          """
          SELECT o.key, o.id, o.customer_id, o.status,
            (SELECT string_agg(l.product_id || 'x' || l.quantity, ',' ORDER BY l.product_id)
             FROM order_lines l WHERE l.order_id = o.id)
          FROM orders o WHERE o.key LIKE 'c%'
          """,
          row ->
              contents
                  .orders
                  .computeIfAbsent(row.getString(1), key -> new ArrayList<>())
                  .add(
                      new Row(
                          row.getLong(2),
                          row.getLong(3),
                          row.getString(4),
                          "" + row.getString(5))));
      rows(
          database,
          "SELECT p.key, o.key || ' ' || p.amount FROM payments p"
              + " LEFT JOIN orders o ON o.id = p.order_id WHERE p.key LIKE 'c%'",
          row ->
              contents
                  .payments
                  .computeIfAbsent(row.getString(1), key -> new ArrayList<>())
                  .add("" + row.getString(2)));
      rows(
          database,
          "SELECT id, address_version, address ->> 'street' FROM customers"
              + " WHERE address_version > 0",
          row ->
              contents.addresses.put(
                  row.getLong(1), Map.entry(row.getInt(2), "" + row.getString(3))));
      rows(
          database,
          "SELECT token, cart_version, (cart ->> 'product') || 'x' || (cart ->> 'pieces')"
              + " FROM sessions",
          row ->
              contents.carts.put(
                  row.getString(1), Map.entry(row.getInt(2), "" + row.getString(3))));
      return contents;
    }
  }

  @FunctionalInterface
  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static void rows(Connection database, String query, RowReader reader)
      throws SQLException {
    try (var statement = database.createStatement()) {
      ResultSet rows = statement.executeQuery(query);
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  private void check(Ledger ledger, List<Line> lines, Contents contents) {
    var last = new HashMap<Kind, Line>();
    for (Line line : lines) {
      switch (line.outcome()) {
        case ACKNOWLEDGED -> {
          acknowledged++;
          acknowledged(ledger, line, contents);
          last.put(line.entry().kind(), line);
        }
        case REFUSED -> refused(line, contents);
        case UNKNOWN -> unknown++;
        // Asked for when we looked: it may be there or not, and will be known next time.
        case UNDER_WAY -> {}
      }
    }
    Line address = last.get(Kind.ADDRESS);
    if (address != null) {
      overwritten(ledger, address, contents.addresses().get(ledger.customer()));
    }
    Line cart = last.get(Kind.CART);
    if (cart != null) {
      overwritten(ledger, cart, contents.carts().get(cart.entry().subject()));
    }
  }

  private void acknowledged(Ledger ledger, Line line, Contents contents) {
    String key = line.entry().key();
    switch (line.entry().kind()) {
      case ORDER -> {
        var row =
            contents.orders().getOrDefault(key, List.of()).stream()
                .map(order -> order.id() + " of customer " + order.customer() + ": " + order.goods)
                .toList();
        String promised =
            line.answer().orElse("?")
                + " of customer "
                + ledger.customer()
                + ": "
                + line.entry().detail();
        once(line, promised, row);
      }
      case PAYMENT -> {
        String promised = line.entry().subject() + " " + line.answer().orElse("?");
        once(line, promised, contents.payments().getOrDefault(key, List.of()));
      }
      case CANCELLATION -> {
        var states =
            contents.orders().getOrDefault(line.entry().subject(), List.of()).stream()
                .map(Row::status)
                .toList();
        if (!states.contains("cancelled")) {
          missing++;
          note("missing: " + line.entry().subject() + " was cancelled, but is " + states);
        }
      }
      // Only the last of these is still to be seen.
      case ADDRESS, CART -> {}
    }
  }

  private void once(Line line, String promised, List<String> found) {
    String what = line.entry().kind() + " " + line.entry().key();
    if (found.size() > 1) {
      duplicated++;
      note("duplicated: " + what + " is there " + found.size() + " times");
    } else if (found.isEmpty()) {
      missing++;
      note("missing: " + what + " was acknowledged, but is not there");
    } else if (!found.getFirst().equals(promised)) {
      missing++;
      note("missing: " + what + " was [" + promised + "], but is " + found);
    }
  }

  private void refused(Line line, Contents contents) {
    String key = line.entry().key();
    if (contents.orders().containsKey(key) || contents.payments().containsKey(key)) {
      unexpected++;
      note("unexpected: " + key + " was refused, but is there");
    }
  }

  private void overwritten(Ledger ledger, Line line, Map.@Nullable Entry<Integer, String> found) {
    String what = line.entry().kind() + " of customer " + ledger.customer();
    int version = line.entry().version();
    if (found == null) {
      missing++;
      note("missing: " + what + " version " + version + " was acknowledged, but there is none");
    } else if (found.getKey() < version) {
      stale++;
      note("stale: " + what + " was version " + version + ", but is " + found.getKey());
    } else if (found.getKey() == version && !found.getValue().equals(line.entry().detail())) {
      missing++;
      note("missing: " + what + " was " + line.entry().detail() + ", but is " + found.getValue());
    }
  }

  /** Rows that carry a customer's mark, but that no customer has ever asked for. */
  private void strangers(List<Ledger> ledgers, Contents contents) {
    Set<String> asked = new HashSet<>();
    ledgers.forEach(ledger -> ledger.lines().forEach(line -> asked.add(line.entry().key())));
    var there = new HashSet<>(contents.orders().keySet());
    there.addAll(contents.payments().keySet());
    there.removeAll(asked);
    unexpected += there.size();
    there.forEach(key -> note("unexpected: nobody asked for " + key));
  }

  /** Goods and money neither appear nor vanish. */
  private void unbalanced(Connection database) throws SQLException {
    rows(
        database,
        """
        SELECT 'product ' || p.id || ' received ' || p.received || ', has ' || p.stock
          || ' in stock and ' || coalesce(s.pieces, 0) || ' sold'
        FROM products p LEFT JOIN (
          SELECT l.product_id, sum(l.quantity) AS pieces
          FROM order_lines l JOIN orders o ON o.id = l.order_id
          WHERE o.status <> 'cancelled' GROUP BY l.product_id) s ON s.product_id = p.id
        WHERE p.received <> p.stock + coalesce(s.pieces, 0)
        UNION ALL
        SELECT 'order ' || o.key || ' is over ' || o.total || ', its lines are over '
          || coalesce(l.amount, 0) || ', ' || coalesce(p.amount, 0) || ' is paid, and it is '
          || o.status
        FROM orders o
          LEFT JOIN (SELECT order_id, sum(quantity * price) AS amount
            FROM order_lines GROUP BY order_id) l ON l.order_id = o.id
          LEFT JOIN (SELECT order_id, sum(amount) AS amount
            FROM payments GROUP BY order_id) p ON p.order_id = o.id
        WHERE o.total <> coalesce(l.amount, 0)
          OR coalesce(p.amount, 0) <> CASE o.status WHEN 'paid' THEN o.total ELSE 0 END
        """,
        row -> {
          unbalanced++;
          note("unbalanced: " + row.getString(1));
        });
  }

  private void note(String finding) {
    if (findings.size() < FINDINGS_KEPT_MAX) {
      findings.add(finding);
    }
  }
}
