package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Our own tables on a side, in schema {@code landfall}, and above all the row that says which order
 * was the last. Every transaction that changes something begins with {@link #take}.
 */
final class Control {
  /** Nobody else uses it; it keeps two controllers from making the same objects at once. */
  static final long INSTALL_LOCK = 0x1a2d_fa11_0001L;

  /**
   * Whether the row is that of who asks. The names are settings of the session, given once when it
   * begins, so that no order has to carry them; a session without them is of nobody in particular.
   */
  static final String OURS =
      "workload = coalesce(current_setting('landfall.workload', true), workload)"
          + " AND asset = coalesce(current_setting('landfall.asset', true), asset)";

  private static final String TABLES =
      """
      CREATE SCHEMA IF NOT EXISTS landfall;
      CREATE TABLE IF NOT EXISTS landfall.control (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        workload text NOT NULL, asset text NOT NULL,
        epoch bigint NOT NULL DEFAULT 0,
        copied boolean NOT NULL DEFAULT false,
        keeps boolean NOT NULL DEFAULT false,
        held boolean NOT NULL DEFAULT false,
        way text NOT NULL DEFAULT 'direct',
        aligned text, schema_print text, turned_at pg_lsn, severed timestamptz);
      CREATE TABLE IF NOT EXISTS landfall.marker (
        origin text PRIMARY KEY, token text, beat timestamptz NOT NULL DEFAULT clock_timestamp());
      CREATE SEQUENCE IF NOT EXISTS landfall.refused_writes;
      INSERT INTO landfall.marker (origin) VALUES ('source'), ('target') ON CONFLICT DO NOTHING;
      """;

  /**
   * A sequence for each role that may sign in, because only sequences outlive the transaction that
   * was refused. Roles made later, or beyond the first 200, are counted together.
   */
  private static final String REFUSED_BY_ROLE =
      """
      CREATE SEQUENCE IF NOT EXISTS landfall.refused_by_other;
      DO $$ DECLARE role oid; BEGIN
        FOR role IN SELECT oid FROM pg_roles WHERE rolcanlogin ORDER BY oid LIMIT 200 LOOP
          EXECUTE 'CREATE SEQUENCE IF NOT EXISTS landfall.refused_by_' || role;
        END LOOP;
      END $$;
      CREATE OR REPLACE VIEW landfall.refused (role, writes) AS
        SELECT coalesce(r.rolname::text, CASE WHEN sequencename = 'refused_by_other'
          THEN 'other' ELSE 'dropped role ' || substr(sequencename, 12) END), last_value
        FROM pg_sequences LEFT JOIN pg_roles r ON r.oid::text = substr(sequencename, 12)
        WHERE schemaname = 'landfall' AND sequencename LIKE 'refused\\_by\\_%' AND last_value > 0;
      """;

  private final String workload;
  private final String asset;

  Control(String workload, String asset) {
    this.workload = workload;
    this.asset = asset;
  }

  /** Makes what is missing; refuses a database that belongs to another promotion. */
  void install(Session session, Side side, long epoch) {
    session.change(
        "prepare the " + side.word(),
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute("SET LOCAL client_min_messages = warning");
            statement.execute("SELECT pg_advisory_xact_lock(" + INSTALL_LOCK + ")");
            statement.execute(TABLES);
            statement.execute(REFUSED_BY_ROLE);
          }
          insertRow(connection);
          requireOurs(connection, side);
          take(connection, side, epoch);
          WriteFence.makeFunction(connection);
          return true;
        });
  }

  private void insertRow(Connection connection) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO landfall.control (workload, asset) VALUES (?, ?) ON CONFLICT DO"
                + " NOTHING")) {
      insert.setString(1, workload);
      insert.setString(2, asset);
      insert.executeUpdate();
    }
  }

  /** Tells a session's server, once, for whom its orders and looks are: see {@link #OURS}. */
  void introduce(Connection connection) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT set_config('landfall.workload', ?, false),"
                + " set_config('landfall.asset', ?, false)")) {
      statement.setString(1, workload);
      statement.setString(2, asset);
      statement.execute();
    }
  }

  /** Whether our tables are on a side, and are this promotion's. */
  static boolean isOurs(Peer peer) {
    return belongsToUs(peer).orElse(false);
  }

  /** Whether the tables on a side are those of another promotion. */
  static boolean isOthers(Peer peer) {
    return belongsToUs(peer).filter(ours -> !ours).isPresent();
  }

  /** Absent when nothing is there. */
  private static Optional<Boolean> belongsToUs(Peer peer) {
    return peer.orders.ask(
        "look for our tables",
        connection -> {
          var catalog = new Catalog(connection);
          return catalog.holds("SELECT to_regclass('landfall.control') IS NOT NULL")
              ? catalog.first("SELECT " + OURS + " FROM landfall.control", row -> row.getBoolean(1))
              : Optional.empty();
        });
  }

  /** What is said of a database whose row is not ours. */
  static OutsideException others(String what, String workload, String asset) {
    return new OutsideException(
        PostgresProblem.LINK,
        "cannot "
            + what
            + ": the database belongs to asset "
            + asset
            + " of workload "
            + workload
            + "; complete that one first, or name another database");
  }

  private void requireOurs(Connection connection, Side side) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT workload, asset, severed IS NOT NULL FROM landfall.control")) {
      row.next();
      if (row.getBoolean(3)) {
        throw new OutsideException(
            PostgresProblem.LINK,
            "cannot link the "
                + side.word()
                + ": the link of this database was severed for ever; to begin anew, drop the"
                + " schema landfall there by hand");
      }
      if (!row.getString(1).equals(workload) || !row.getString(2).equals(asset)) {
        throw others("link the " + side.word(), row.getString(1), row.getString(2));
      }
    }
  }

  /**
   * Takes an order: compares its epoch with the highest that the side took, and keeps it. The row
   * stays locked until the transaction ends, so that orders to a side are carried out one by one.
   *
   * @throws OutsideException when a later order was taken before, or the side is another
   *     promotion's
   */
  static void take(Connection connection, Side side, long epoch) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE landfall.control SET epoch = ? WHERE epoch <= ? AND " + OURS)) {
      update.setLong(1, epoch);
      update.setLong(2, epoch);
      if (update.executeUpdate() == 0) {
        requireNotOthers(connection, side);
        throw new OutsideException(
            PostgresProblem.STALE_ORDER,
            "cannot carry out an order of epoch "
                + epoch
                + " on the "
                + side.word()
                + ": it has taken a later one; another controller is at work, or this one slept");
      }
    } catch (SQLException e) {
      if (isMissing(e)) {
        throw new OutsideException(
            PostgresProblem.LINK,
            "cannot carry out an order on the "
                + side.word()
                + ": nothing of Landfall is there; it has to be told to follow first",
            e);
      }
      throw e;
    }
  }

  private static void requireNotOthers(Connection connection, Side side) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT workload, asset FROM landfall.control WHERE NOT (" + OURS + ")")) {
      if (row.next()) {
        throw others(
            "carry out an order on the " + side.word(), row.getString(1), row.getString(2));
      }
    }
  }

  /** Takes an order that has nothing to change. */
  static void stamp(Peer peer, long epoch) {
    peer.orders.change(
        "take an order on the " + peer.side.word(),
        connection -> {
          take(connection, peer.side, epoch);
          return true;
        });
  }

  /** Whether a statement failed because our tables are not there. */
  static boolean isMissing(SQLException e) {
    return "42P01".equals(e.getSQLState()) || "3F000".equals(e.getSQLState());
  }
}
