package dev.landfall.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** What the shop does, each in one transaction of its database. */
final class Shop {
  /** The longest order history that is shown. */
  static final int HISTORY_MAX = 50;

  /** Who takes no writes refuses even this, which changes no row. */
  static final String WRITE_OF_NOTHING = "UPDATE products SET stock = stock WHERE false";

  private final DataSource database;

  Shop(DataSource database) {
    this.database = database;
  }

  /** The shop said no, for a reason that the customer understands; nothing was changed. */
  static final class RefusedException extends Exception {
    RefusedException(String message) {
      super(message);
    }
  }

  record Product(long id, String name, BigDecimal price, int stock) {}

  record Order(long id, String key, String status, BigDecimal total) {}

  @FunctionalInterface
  private interface Work<T> {
    T in(Connection connection) throws SQLException, RefusedException;
  }

  /** Begins a session; its token is the customer's cookie. */
  UUID login(long customer) throws SQLException, RefusedException {
    return transaction(connection -> {
      try (var insert =
          connection.prepareStatement(
              "INSERT INTO sessions (customer_id) SELECT id FROM customers WHERE id = ?"
                  + " RETURNING token")) {
        insert.setLong(1, customer);
        ResultSet row = insert.executeQuery();
        if (!row.next()) {
          throw new RefusedException("there is no customer " + customer);
        }
        return row.getObject(1, UUID.class);
      }
    });
  }

  /** Whose session it is; empty when there is none such. */
  Optional<Long> customerOf(UUID token) throws SQLException {
    try (Connection connection = database.getConnection();
        var select =
            connection.prepareStatement("SELECT customer_id FROM sessions WHERE token = ?")) {
      select.setObject(1, token);
      ResultSet row = select.executeQuery();
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }

  /** One page of ten products. */
  List<Product> browse(int page) throws SQLException {
    return products("WHERE id > ? ORDER BY id LIMIT 10", page * 10L);
  }

  Optional<Product> product(long id) throws SQLException {
    return products("WHERE id = ?", id).stream().findFirst();
  }

  private List<Product> products(String condition, long value) throws SQLException {
    try (Connection connection = database.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT id, name, price, stock FROM products " + condition)) {
      select.setLong(1, value);
      ResultSet rows = select.executeQuery();
      var found = new ArrayList<Product>();
      while (rows.next()) {
        found.add(
            new Product(rows.getLong(1), rows.getString(2), rows.getBigDecimal(3), rows.getInt(4)));
      }
      return found;
    }
  }

  /** The customer's latest orders, newest first. */
  List<Order> history(long customer) throws SQLException {
    try (Connection connection = database.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT id, key, status, total FROM orders WHERE customer_id = ?"
                    + " ORDER BY id DESC LIMIT "
                    + HISTORY_MAX)) {
      select.setLong(1, customer);
      ResultSet rows = select.executeQuery();
      var found = new ArrayList<Order>();
      while (rows.next()) {
        found.add(
            new Order(
                rows.getLong(1), rows.getString(2), rows.getString(3), rows.getBigDecimal(4)));
      }
      return found;
    }
  }

  /**
   * Takes the goods out of stock and writes the order; the same key twice is the same order.
   *
   * @param key unique for each wish of a customer
   * @param pieces how many of which product, each above zero
   * @throws RefusedException when a product is out of stock
   */
  Order place(long customer, String key, Map<Long, Integer> pieces)
      throws SQLException, RefusedException {
    return transaction(connection -> {
      Optional<Order> before = orderByKey(connection, customer, key);
      return before.isPresent() ? before.get() : insert(connection, customer, key, pieces);
    });
  }

  private static Order insert(
      Connection connection, long customer, String key, Map<Long, Integer> pieces)
      throws SQLException, RefusedException {
    var prices = new TreeMap<Long, BigDecimal>();
    BigDecimal total = BigDecimal.ZERO;
    // In the order of the ids, so that two orders of the same goods cannot lock each other out.
    for (var entry : new TreeMap<>(pieces).entrySet()) {
      BigDecimal price = takeFromStock(connection, entry.getKey(), entry.getValue());
      prices.put(entry.getKey(), price);
      total = total.add(price.multiply(BigDecimal.valueOf(entry.getValue())));
    }
    long id = insertOrder(connection, customer, key, total);
    try (var lines =
        connection.prepareStatement(
            "INSERT INTO order_lines (order_id, product_id, quantity, price)"
                + " VALUES (?, ?, ?, ?)")) {
      for (var entry : prices.entrySet()) {
        lines.setLong(1, id);
        lines.setLong(2, entry.getKey());
        lines.setInt(3, pieces.getOrDefault(entry.getKey(), 0));
        lines.setBigDecimal(4, entry.getValue());
        lines.addBatch();
      }
      lines.executeBatch();
    }
    return new Order(id, key, "placed", total);
  }

  private static BigDecimal takeFromStock(Connection connection, long product, int pieces)
      throws SQLException, RefusedException {
    try (var update =
        connection.prepareStatement(
            "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?"
                + " RETURNING price")) {
      update.setInt(1, pieces);
      update.setLong(2, product);
      update.setInt(3, pieces);
      ResultSet row = update.executeQuery();
      if (!row.next()) {
        throw new RefusedException("product " + product + " is out of stock");
      }
      return row.getBigDecimal(1);
    }
  }

  private static long insertOrder(
      Connection connection, long customer, String key, BigDecimal total) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO orders (customer_id, key, total) VALUES (?, ?, ?) RETURNING id")) {
      insert.setLong(1, customer);
      insert.setString(2, key);
      insert.setBigDecimal(3, total);
      ResultSet row = insert.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Pays a placed order in full; the same key twice is the same payment.
   *
   * @return the amount paid
   */
  BigDecimal pay(long customer, String orderKey, String key) throws SQLException, RefusedException {
    return transaction(connection -> {
      Order order = locked(connection, customer, orderKey);
      try (var insert =
          connection.prepareStatement(
              "INSERT INTO payments (order_id, key, amount) VALUES (?, ?, ?)"
                  + " ON CONFLICT (key) DO NOTHING")) {
        insert.setLong(1, order.id());
        insert.setString(2, key);
        insert.setBigDecimal(3, order.total());
        if (insert.executeUpdate() == 1) {
          change(connection, order, "placed", "paid");
        }
      }
      return order.total();
    });
  }

  /**
   * Cancels an order that is not paid, and puts its goods back into stock.
   *
   * @return the order as it was
   */
  Order cancel(long customer, String orderKey) throws SQLException, RefusedException {
    return transaction(connection -> {
      Order order = locked(connection, customer, orderKey);
      change(connection, order, "placed", "cancelled");
      // In the order of the ids, as whoever takes goods locks them; the update alone would take
      // them in the order that its plan meets them.
      try (var lock =
              connection.prepareStatement(
                  "SELECT p.id FROM products p JOIN order_lines l ON l.product_id = p.id"
                      + " WHERE l.order_id = ? ORDER BY p.id FOR NO KEY UPDATE OF p");
          var update =
              connection.prepareStatement(
                  "UPDATE products p SET stock = p.stock + l.quantity FROM order_lines l"
                      + " WHERE l.order_id = ? AND l.product_id = p.id")) {
        lock.setLong(1, order.id());
        lock.executeQuery();
        update.setLong(1, order.id());
        update.executeUpdate();
      }
      return order;
    });
  }

  /**
   * Writes a customer's new address over the old one.
   *
   * @return how many rows changed: 1
   */
  int move(long customer, int version, String street) throws SQLException, RefusedException {
    return transaction(connection -> {
      try (var update =
          connection.prepareStatement(
              "UPDATE customers SET address = jsonb_set(address, '{street}', to_jsonb(?::text)),"
                  + " address_version = ? WHERE id = ?")) {
        update.setString(1, street);
        update.setInt(2, version);
        update.setLong(3, customer);
        return one(update, "there is no customer " + customer);
      }
    });
  }

  /**
   * Puts so many pieces of a product into the cart of a session.
   *
   * @return how many rows changed: 1
   */
  int fillCart(UUID token, int version, long product, int pieces)
      throws SQLException, RefusedException {
    return transaction(connection -> {
      try (var update =
          connection.prepareStatement(
              "UPDATE sessions SET cart = jsonb_build_object('product', ?, 'pieces', ?),"
                  + " cart_version = ? WHERE token = ?")) {
        update.setLong(1, product);
        update.setInt(2, pieces);
        update.setInt(3, version);
        update.setObject(4, token);
        return one(update, "there is no session " + token);
      }
    });
  }

  /** Really asks the tables, so that a shop without its data is not called healthy. */
  void healthy() throws SQLException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.executeQuery("SELECT id FROM products LIMIT 1");
      statement.executeQuery("SELECT token FROM sessions LIMIT 1");
    }
  }

  /** Whether this database takes writes now. */
  boolean takesWrites() throws SQLException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate(WRITE_OF_NOTHING);
      return true;
    } catch (SQLException e) {
      if (Databases.READ_ONLY.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  private static Order locked(Connection connection, long customer, String orderKey)
      throws SQLException, RefusedException {
    return select(connection, customer, orderKey, " FOR UPDATE")
        .orElseThrow(() -> new RefusedException("there is no order " + orderKey));
  }

  private static Optional<Order> orderByKey(Connection connection, long customer, String key)
      throws SQLException {
    return select(connection, customer, key, "");
  }

  private static Optional<Order> select(
      Connection connection, long customer, String key, String lock) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "SELECT id, key, status, total FROM orders WHERE key = ? AND customer_id = ?" + lock)) {
      select.setString(1, key);
      select.setLong(2, customer);
      ResultSet row = select.executeQuery();
      return row.next()
          ? Optional.of(
              new Order(row.getLong(1), row.getString(2), row.getString(3), row.getBigDecimal(4)))
          : Optional.empty();
    }
  }

  private static void change(Connection connection, Order order, String from, String to)
      throws SQLException, RefusedException {
    if (!order.status().equals(from)) {
      throw new RefusedException("order " + order.key() + " is " + order.status());
    }
    try (var update = connection.prepareStatement("UPDATE orders SET status = ? WHERE id = ?")) {
      update.setString(1, to);
      update.setLong(2, order.id());
      one(update, "there is no order " + order.key());
    }
  }

  private static int one(PreparedStatement update, String otherwise)
      throws SQLException, RefusedException {
    int changed = update.executeUpdate();
    if (changed != 1) {
      throw new RefusedException(otherwise);
    }
    return changed;
  }

  private <T> T transaction(Work<T> work) throws SQLException, RefusedException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        T result = work.in(connection);
        connection.commit();
        done = true;
        return result;
      } finally {
        if (!done) {
          connection.rollback();
        }
      }
    }
  }
}
