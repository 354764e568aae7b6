package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** The sessions of a copy on both sides, all of which can be ended at once. */
final class CopySessions {
  /** Triggers and foreign keys that are not the fence; only those that are on would fire. */
  private static final String WOULD_FIRE =
      "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE t.tgenabled <> 'D' AND t.tgname NOT LIKE 'landfall%' AND "
          + CopyTable.OUR_SCHEMAS_NOT;

  /** Before PostgreSQL 17 an identifier that names nothing is called invalid. */
  private static final Set<String> NO_SUCH_SNAPSHOT = Set.of("22023", "42704");

  private final PostgresServer source;
  private final PostgresServer target;
  private final OpenSessions open = new OpenSessions();

  CopySessions(PostgresServer source, PostgresServer target) {
    this.source = source;
    this.target = target;
  }

  boolean stopped() {
    return open.stopped();
  }

  /** Ends all of them; whoever uses one gets an exception, and so does whoever asks for one. */
  void stop() {
    open.stop();
  }

  /** A session that reads all rows, whatever the policies of the tables are. */
  Connection source() throws SQLException {
    Connection connection = opened(source);
    new Catalog(connection).run("SET row_security = off");
    return connection;
  }

  /** The same, at a snapshot that was exported, in a transaction that is open. */
  Connection source(FirstCopy.Snapshot snapshot) throws SQLException {
    Connection connection = source();
    connection.setAutoCommit(false);
    take(connection, snapshot);
    return connection;
  }

  /** Begins a transaction that sees what the exported snapshot sees. */
  static void take(Connection connection, FirstCopy.Snapshot snapshot) throws SQLException {
    try {
      new Catalog(connection)
          .run(
              "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                  + " SET TRANSACTION SNAPSHOT "
                  + Catalog.literal(snapshot.name()));
    } catch (SQLException e) {
      if (!NO_SUCH_SNAPSHOT.contains(Catalog.state(e))) {
        throw e;
      }
      // It lives as long as the session that exported it, which is lost then: no fault of the copy.
      throw new OwnSqlException(
          "the session that exported the snapshot is gone, and a new copy begins from a new one: "
              + PostgresProblem.told(e),
          "08006",
          e);
    }
  }

  /**
   * The same as {@link #target}, for those that write much: a commit does not wait for the disk. A
   * server that falls loses rows and the record of them alike; and all of it is on disk when a
   * later commit of another session, which waits, is.
   */
  Connection hastyTarget() throws SQLException {
    Connection connection = target();
    new Catalog(connection).run("SET synchronous_commit = off");
    return connection;
  }

  /**
   * A session that writes rows as they are.
   *
   * @throws OutsideException when something would fire that the role cannot keep from it
   */
  Connection target() throws SQLException {
    Connection connection = opened(target);
    try {
      new Catalog(connection).run("SET session_replication_role = replica; SET row_security = off");
    } catch (SQLException e) {
      if (!"42501".equals(Catalog.state(e))) {
        throw e;
      }
      long firing = new Catalog(connection).number(WOULD_FIRE);
      if (firing > 0) {
        throw new OutsideException(
            PostgresProblem.COPY,
            "cannot copy rows: "
                + firing
                + " triggers and foreign keys are there on the target and would fire; give the"
                + " role SET ON PARAMETER session_replication_role, or drop them",
            e);
      }
    }
    return connection;
  }

  private Connection opened(PostgresServer server) {
    if (open.stopped()) {
      throw new OutsideException(PostgresProblem.COPY, "cannot copy rows: the copy was stopped");
    }
    Connection connection = server.connect("copy");
    open.add(connection);
    return connection;
  }

  /** Forgets a session, which its user closes. */
  void over(Connection connection) {
    open.remove(connection);
  }
}
