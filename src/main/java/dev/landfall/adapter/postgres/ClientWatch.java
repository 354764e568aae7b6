package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SeveredProbe.Client;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Remembers who was connected to one database at any of several looks. */
final class ClientWatch implements AutoCloseable {
  private static final int SECONDS_MAX = 10;

  /**
   * Sessions of people and programs, and those that follow the log. Landfall's own come by its role
   * and its name. A session counts as new when the server may have counted it after the watch
   * began: it does so when a session has signed in, and that takes a moment.
   */
  private static final String SESSIONS =
      """
      SELECT pid || ' ' || backend_start, host(client_addr), coalesce(application_name, ''),
        query = '<insufficient privilege>' AND backend_type IS NULL,
        (usename = current_user AND application_name LIKE 'landfall%') IS TRUE,
        coalesce(backend_start > ?::timestamptz - interval '1 s', true)
          AND coalesce(backend_type, 'client backend') = 'client backend'
      FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
        AND coalesce(backend_type, 'client backend') IN ('client backend', 'walsender')
      """;

  private static final String COUNTED =
      """
      SELECT now()::text, coalesce(sessions, 0), current_user
      FROM pg_stat_database WHERE datname = current_database()
      """;

  private final Connection connection;
  private final String began;
  private final long before;
  private final String role;
  private final Map<String, Client> others = new HashMap<>();
  private final Set<String> hidden = new HashSet<>();
  private final Set<String> fresh = new HashSet<>();
  private long unseen;

  private ClientWatch(Connection connection, String began, long before, String role) {
    this.connection = connection;
    this.began = began;
    this.before = before;
    this.role = role;
  }

  /**
   * Begins to watch a database.
   *
   * @throws dev.landfall.problem.OutsideException when its server lets nobody in
   */
  static ClientWatch begin(PostgresDatabase database) throws SQLException {
    Connection connection = database.connect("watch of clients");
    try (var statement = connection.createStatement()) {
      statement.setQueryTimeout(SECONDS_MAX);
      try (var row = statement.executeQuery(COUNTED)) {
        row.next();
        return new ClientWatch(connection, row.getString(1), row.getLong(2), row.getString(3));
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Looks once. */
  void look() throws SQLException {
    try (var statement = connection.prepareStatement(SESSIONS)) {
      statement.setQueryTimeout(SECONDS_MAX);
      statement.setString(1, began);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          String session = row.getString(1);
          if (row.getBoolean(6)) {
            fresh.add(session);
          }
          if (row.getBoolean(4)) {
            hidden.add(session);
          } else if (!row.getBoolean(5)) {
            others.put(
                session, new Client(Optional.ofNullable(row.getString(2)), row.getString(3)));
          }
        }
      }
    }
  }

  /** Compares what was seen with what the server has counted. */
  void count() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.setQueryTimeout(SECONDS_MAX);
      try (var row = statement.executeQuery(COUNTED)) {
        row.next();
        unseen = Math.max(0, row.getLong(2) - before - fresh.size());
      }
    }
  }

  /** How many sessions each had, whoever it was. */
  Map<Client, Integer> clients() {
    var clients =
        new TreeMap<Client, Integer>(
            Comparator.comparing((Client each) -> each.address().orElse(""))
                .thenComparing(Client::application));
    others.values().forEach(each -> clients.merge(each, 1, Integer::sum));
    return clients;
  }

  /** How many sessions may not be looked at. */
  int hidden() {
    return hidden.size();
  }

  /** How many sessions were never looked at, as they came and went in between; at least so many. */
  long unseen() {
    return unseen;
  }

  String role() {
    return role;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      System.getLogger(ClientWatch.class.getName())
          .log(
              System.Logger.Level.DEBUG,
              "a session did not end cleanly: {0}",
              PostgresProblem.told(e));
    }
  }
}
