package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SeveredProbe.Client;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/** Remembers who was connected to one database at any of several looks. */
final class ClientWatch implements AutoCloseable {
  private static final int SECONDS_MAX = 10;

  /** Names are the clients' own to choose, and nobody reads of more. */
  static final int CLIENTS_MAX = 10_000;

  /** The server gives a query up first; a network that swallows all is noticed by this. */
  private static final int ANSWER_MILLIS_MAX = (SECONDS_MAX + 5) * 1000;

  /** pgjdbc wants an executor to arm the timeout of a socket, and does not use it. */
  private static final Executor NOT_USED = Runnable::run;

  /**
   * Sessions of people and programs, and those that follow the log: that of this database, or, as a
   * standby does, that of the whole server. Landfall's own come by its role and its name, and
   * follow no slot but its own. A session counts as new when the server may have counted it after
   * the watch began: it does so when a session has signed in, and that takes a moment.
   */
  private static final String SESSIONS =
      """
      SELECT pid || ' ' || coalesce(backend_start::text, ''), host(client_addr),
        coalesce(application_name, ''),
        query = '<insufficient privilege>' AND backend_type IS NULL,
        (usename = current_user AND starts_with(application_name, 'landfall ')) IS TRUE
          AND NOT EXISTS (
            SELECT 1 FROM pg_replication_slots s
            WHERE s.active_pid = a.pid AND NOT starts_with(s.slot_name, ?)),
        coalesce(backend_start > ?::timestamptz - interval '1 s', true)
          AND datname IS NOT NULL
          AND coalesce(backend_type, 'client backend') = 'client backend'
      FROM pg_stat_activity a
      WHERE pid <> pg_backend_pid() AND usesysid IS NOT NULL
        AND (datname = current_database()
            AND coalesce(backend_type, 'client backend') IN ('client backend', 'walsender')
          OR datname IS NULL AND coalesce(backend_type, 'walsender') = 'walsender')
      """;

  /** What somebody follows the log by, also while nobody is connected. */
  private static final String SLOTS =
      """
      SELECT slot_name, active FROM pg_replication_slots
      WHERE coalesce(database, current_database()) = current_database()
        AND NOT starts_with(slot_name, ?)
      """;

  /** What this database itself fetches from elsewhere. */
  private static final String SUBSCRIPTIONS =
      """
      SELECT subname FROM pg_subscription
      WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND subenabled AND NOT starts_with(subname, ?)
      """;

  private static final String COUNTED =
      """
      SELECT now()::text, coalesce(sessions, 0), current_user,
        concat(stats_reset, ' ', pg_postmaster_start_time())
      FROM pg_stat_database WHERE datname = current_database()
      """;

  /**
   * What the server had counted.
   *
   * @param counting tells this counting from another one: it begins anew when somebody resets it
   */
  private record Count(String at, long sessions, String role, String counting) {}

  /** A session under one of its names. */
  private record Sighting(String session, Client client) {}

  private final Connection connection;
  private final Count before;
  private final String own;
  private final Map<Client, Integer> clients =
      new TreeMap<>(
          Comparator.comparing((Client each) -> each.address().orElse(""))
              .thenComparing(Client::application));
  private Set<Sighting> sightings = Set.of();
  private Set<String> newcomers = Set.of();
  private boolean crowded;
  private long fresh;
  private int hidden;
  private final Set<String> slots = new TreeSet<>();
  private final Set<String> followed = new HashSet<>();
  private final Set<String> subscriptions = new TreeSet<>();
  private long unseen;
  private boolean recounted;

  private ClientWatch(Connection connection, Count before, String own) {
    this.connection = connection;
    this.before = before;
    this.own = own;
  }

  /**
   * Begins to watch a database.
   *
   * @param own how the names of all slots and subscriptions of this link begin
   * @throws dev.landfall.problem.OutsideException when its server lets nobody in
   */
  static ClientWatch begin(PostgresDatabase database, String own) throws SQLException {
    Connection connection = database.connect("watch of clients");
    try {
      connection.setNetworkTimeout(NOT_USED, ANSWER_MILLIS_MAX);
      return new ClientWatch(connection, counted(connection), own);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static Count counted(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.setQueryTimeout(SECONDS_MAX);
      try (var row = statement.executeQuery(COUNTED)) {
        row.next();
        return new Count(row.getString(1), row.getLong(2), row.getString(3), row.getString(4));
      }
    }
  }

  /** Looks once. */
  void look() throws SQLException {
    try (var statement = prepared(SLOTS, own);
        var row = statement.executeQuery()) {
      while (row.next()) {
        slots.add(row.getString(1));
        if (row.getBoolean(2)) {
          followed.add(row.getString(1));
        }
      }
    }
    try (var statement = prepared(SUBSCRIPTIONS, own);
        var row = statement.executeQuery()) {
      while (row.next()) {
        subscriptions.add(row.getString(1));
      }
    }
    lookAtSessions();
  }

  private PreparedStatement prepared(String sql, String... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(SECONDS_MAX);
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
    return statement;
  }

  private void lookAtSessions() throws SQLException {
    var seen = new HashSet<Sighting>();
    var young = new HashSet<String>();
    int concealed = 0;
    try (var statement = prepared(SESSIONS, own, before.at());
        var row = statement.executeQuery()) {
      while (row.next()) {
        String session = row.getString(1);
        if (row.getBoolean(6)) {
          young.add(session);
        }
        if (row.getBoolean(4)) {
          concealed++;
        } else if (!row.getBoolean(5)) {
          Optional<String> address = Optional.ofNullable(row.getString(2));
          seen.add(new Sighting(session, new Client(address, row.getString(3))));
        }
      }
    }
    // Whoever connects may take another name at any time, so each that was seen counts. Of those
    // who have left no more than that is remembered: a watch may last a day.
    seen.stream().filter(each -> !sightings.contains(each)).forEach(each -> add(each.client()));
    fresh += young.stream().filter(each -> !newcomers.contains(each)).count();
    hidden = Math.max(hidden, concealed);
    sightings = seen;
    newcomers = young;
  }

  private void add(Client client) {
    if (clients.size() < CLIENTS_MAX || clients.containsKey(client)) {
      clients.merge(client, 1, Integer::sum);
    } else {
      crowded = true;
    }
  }

  /** Compares what was seen with what the server has counted. */
  void count() throws SQLException {
    Count after = counted(connection);
    unseen = Math.max(0, after.sessions() - before.sessions() - fresh);
    recounted = !after.counting().equals(before.counting()) || after.sessions() < before.sessions();
  }

  /** How many sessions had each name at each place at any look. */
  Map<Client, Integer> clients() {
    return Collections.unmodifiableMap(clients);
  }

  /** Whether there were more clients than are remembered. */
  boolean crowded() {
    return crowded;
  }

  /** How many sessions may not be looked at, at the look with the most of them. */
  int hidden() {
    return hidden;
  }

  /** How many sessions were never looked at, as they came and went in between; at least so many. */
  long unseen() {
    return unseen;
  }

  /** Whether the server began to count anew meanwhile: then nobody knows who was never seen. */
  boolean recounted() {
    return recounted;
  }

  /** The slots of others that nobody followed at any look: somebody comes back to them. */
  List<String> idleSlots() {
    return slots.stream().filter(each -> !followed.contains(each)).toList();
  }

  /** The enabled subscriptions of others. */
  List<String> subscriptions() {
    return List.copyOf(subscriptions);
  }

  String role() {
    return before.role();
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
