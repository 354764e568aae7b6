package dev.landfall.adapter.postgres;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Endpoint;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * One database on one server, and how to sign in to it.
 *
 * @param host a name or an address; with {@code verify-full} the name in the server's certificate
 * @param password empty when the server asks for none
 * @param tls {@code sslmode} and {@code sslrootcert}, as libpq names them; absent keys mean libpq's
 *     and pgjdbc's defaults
 * @param names how what could be somebody's is told of its rows and settings
 */
record PostgresServer(
    String host,
    int port,
    String database,
    String user,
    Optional<String> password,
    Map<String, String> tls,
    Pseudonyms names) {

  /** How long a server may take to answer a connection attempt, and a TLS handshake, in seconds. */
  private static final int CONNECT_SECONDS_MAX = 10;

  PostgresServer {
    tls = Map.copyOf(tls);
  }

  /** One of which nothing is told, or by names without a key. */
  PostgresServer(
      String host,
      int port,
      String database,
      String user,
      Optional<String> password,
      Map<String, String> tls) {
    this(host, port, database, user, password, tls, Pseudonyms.withoutKey());
  }

  /**
   * Reads {@code postgresql://host:port/database}.
   *
   * @throws IllegalArgumentException when the address has another form
   */
  static PostgresServer of(Endpoint endpoint, Optional<String> password) {
    return of(endpoint, password, Pseudonyms.withoutKey());
  }

  /** The same, of whose rows and settings something is told. */
  static PostgresServer of(Endpoint endpoint, Optional<String> password, Pseudonyms names) {
    URI uri = URI.create(endpoint.url());
    String path = Optional.ofNullable(uri.getPath()).orElse("");
    if (!"postgresql".equals(uri.getScheme()) || uri.getHost() == null || path.length() < 2) {
      throw new IllegalArgumentException(
          "a PostgreSQL address looks like postgresql://host:5432/database, not " + endpoint.url());
    }
    return new PostgresServer(
        uri.getHost(),
        uri.getPort() < 0 ? 5432 : uri.getPort(),
        path.substring(1),
        endpoint
            .user()
            .orElseThrow(() -> new IllegalArgumentException(endpoint.url() + " names no user")),
        password,
        endpoint.options(),
        names);
  }

  /** Another database of the same server. */
  PostgresServer on(String other) {
    return new PostgresServer(host, port, other, user, password, tls, names);
  }

  /** A session in which our own statements mean the same whatever the database's defaults are. */
  Connection connect(String purpose) {
    return connect(purpose, CONNECT_SECONDS_MAX);
  }

  /**
   * The same from a server that has less time.
   *
   * @param secondsMax to let us in, 1 or more
   */
  Connection connect(String purpose, int secondsMax) {
    Properties properties = properties(purpose, secondsMax);
    PGProperty.OPTIONS.set(
        properties,
        "-c default_transaction_read_only=off -c search_path=pg_catalog"
            + " -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres"
            + " -c extra_float_digits=3 -c statement_timeout=0"
            + " -c idle_in_transaction_session_timeout=0 -c bytea_output=hex");
    return open(properties, secondsMax);
  }

  /** A session that speaks the replication protocol, for slots with snapshots and for streams. */
  Connection connectForReplication(String purpose) {
    Properties properties = properties(purpose, CONNECT_SECONDS_MAX);
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    // A server's default would end the session that keeps the copy's snapshot alive.
    PGProperty.OPTIONS.set(
        properties, "-c idle_in_transaction_session_timeout=0 -c statement_timeout=0");
    return open(properties, CONNECT_SECONDS_MAX);
  }

  /** The libpq connection string by which the other side's server reaches this one. */
  String conninfo(String purpose) {
    var text = new StringBuilder();
    append(text, "host", withoutBrackets(host));
    append(text, "port", Integer.toString(port));
    append(text, "dbname", database);
    append(text, "user", user);
    password.ifPresent(value -> append(text, "password", value));
    append(text, "application_name", "landfall " + purpose);
    append(text, "connect_timeout", Integer.toString(CONNECT_SECONDS_MAX));
    tls.forEach((key, value) -> append(text, key, value));
    return text.toString();
  }

  /** An address of IPv6 stands in brackets in a URL, and only there. */
  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static void append(StringBuilder text, String key, String value) {
    if (!text.isEmpty()) {
      text.append(' ');
    }
    text.append(key)
        .append("='")
        .append(value.replace("\\", "\\\\").replace("'", "\\'"))
        .append('\'');
  }

  private Properties properties(String purpose, int connectSecondsMax) {
    var properties = new Properties();
    PGProperty.USER.set(properties, user);
    password.ifPresent(value -> PGProperty.PASSWORD.set(properties, value));
    PGProperty.APPLICATION_NAME.set(properties, "landfall " + purpose);
    PGProperty.CONNECT_TIMEOUT.set(properties, connectSecondsMax);
    PGProperty.LOGIN_TIMEOUT.set(properties, connectSecondsMax);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    // Details and contexts of errors quote rows, and what is told is kept for good.
    PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
    tls.forEach(properties::setProperty);
    return properties;
  }

  /** The driver takes what follows a question mark in a database's name for settings of its own. */
  String jdbcUrl() {
    return "jdbc:postgresql://"
        + host
        + ":"
        + port
        + "/"
        + URLEncoder.encode(database, StandardCharsets.UTF_8);
  }

  /** Who is ended while it signs in comes once more, in the time that remains. */
  private Connection open(Properties properties, int secondsMax) {
    long began = System.nanoTime();
    try {
      return DriverManager.getConnection(jdbcUrl(), properties);
    } catch (SQLException e) {
      long left = secondsMax - Duration.ofNanos(System.nanoTime() - began).toSeconds();
      if (!endedByAdministrator(e) || left < 1 || Thread.currentThread().isInterrupted()) {
        throw unreachable(e);
      }
      PGProperty.LOGIN_TIMEOUT.set(properties, (int) left);
    }
    try {
      return DriverManager.getConnection(jdbcUrl(), properties);
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  /**
   * Whether somebody ended just this session: the server is there, and to come once more costs no
   * patience. A server that shuts down says the same and then lets nobody in.
   */
  static boolean endedByAdministrator(SQLException e) {
    return "57P01".equals(e.getSQLState());
  }

  private OutsideException unreachable(SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    PostgresProblem code = PostgresProblem.isTls(e) ? PostgresProblem.TLS : connecting(state);
    String remedy =
        switch (code) {
          case SIGN_IN -> "are user and password right, and does pg_hba.conf let this host in?";
          case NO_DATABASE -> "does the url name the right database?";
          case TLS ->
              "does the server speak TLS, is its certificate signed by a CA in sslrootcert, and is"
                  + " the host the name in it?";
          default -> "is the server up, and is the way to it open?";
        };
    return new OutsideException(
        code, "cannot connect to " + this + ": " + PostgresProblem.told(e) + "; " + remedy, e);
  }

  private static PostgresProblem connecting(String state) {
    return switch (state) {
      case "28000", "28P01", "08004" -> PostgresProblem.SIGN_IN;
      case "3D000" -> PostgresProblem.NO_DATABASE;
      default -> PostgresProblem.UNREACHABLE;
    };
  }

  /** For people: without the password. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
