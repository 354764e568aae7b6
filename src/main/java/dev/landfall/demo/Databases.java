package dev.landfall.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/**
 * The databases of which one at a time owns the shop's data. While users fly, the shops of both
 * sides work on the owner's, and follow when it changes.
 *
 * <p>A database that refuses writes is another's copy. A write that it refuses has done nothing, so
 * it is safe to do again elsewhere. A read it would answer with what may be old; so each request
 * asks first whether this is the owner, with a write that changes no row.
 */
final class Databases implements AutoCloseable {
  /** SQLSTATE read_only_sql_transaction: this database takes no writes now. */
  static final String READ_ONLY = "25006";

  private static final int POOL_SIZE = 10;

  /** Less than a customer's patience: a crowd at the door of a machine that is busy only waits. */
  private static final int CONNECTION_MILLIS_MAX = 15_000;

  private final List<HikariDataSource> pools;
  private final List<Shop> shops;

  /** Where the last request found the owner: only a guess for the next. */
  private volatile int owner;

  /** What a request does on the owner's database. */
  @FunctionalInterface
  interface Work<T> {
    T on(Shop shop) throws SQLException, Shop.RefusedException, IOException;
  }

  /**
   * Opens a pool of connections to each.
   *
   * @param jdbcUrls of the databases that may own the data, one or more; the first is asked first
   */
  Databases(List<String> jdbcUrls, String user, String password) {
    pools = jdbcUrls.stream().map(url -> pool(url, user, password)).toList();
    shops = pools.stream().map(Shop::new).toList();
  }

  private static HikariDataSource pool(String jdbcUrl, String user, String password) {
    var config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(POOL_SIZE);
    config.setConnectionTimeout(CONNECTION_MILLIS_MAX);
    // A shop may start before its database; until then it says so when asked.
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("ApplicationName", "shop");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new HikariDataSource(config);
  }

  /** Does a request's work on the owner's database; once more if the owner changes meanwhile. */
  <T> T run(Work<T> work) throws SQLException, Shop.RefusedException, IOException {
    int asked = findOwner();
    try {
      return work.on(shops.get(asked));
    } catch (SQLException e) {
      int now = READ_ONLY.equals(e.getSQLState()) ? findOwner() : asked;
      if (now == asked) {
        throw e;
      }
      return work.on(shops.get(now));
    }
  }

  /**
   * Whoever takes writes. In the moment in which nobody does, it is whoever did last: what it has
   * does not change until there is a new owner.
   */
  private int findOwner() throws SQLException {
    int guess = owner;
    for (int i = 0; shops.size() > 1 && i < shops.size(); i++) {
      int each = (guess + i) % shops.size();
      if (shops.get(each).takesWrites()) {
        owner = each;
        return each;
      }
    }
    return guess;
  }

  @Override
  public void close() {
    pools.forEach(HikariDataSource::close);
  }
}
