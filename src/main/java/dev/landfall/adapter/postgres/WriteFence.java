package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The fence of one side: a statement trigger on every table that refuses every write, superusers'
 * too, and does not fire for what the link applies.
 *
 * <p>Settings such as {@code default_transaction_read_only} are deliberately not used: any session
 * can turn them off, and a pooled session that was opened while they were on would keep refusing
 * after the side was opened, which users would see as failed requests.
 *
 * <p>Switching the trigger takes a lock that waits for every transaction that has written to the
 * table, and no reader. While it waits it holds writers up, so an attempt is cut short before the
 * server would look for deadlocks (and might end a user's transaction), and made again. Where the
 * role may say so, the server looks much earlier on our behalf, and calls a vacuum off at once.
 */
final class WriteFence {
  /** Which relations of a database belong to its users: the same everywhere in this package. */
  static final String USERS_TABLES =
      """
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'landfall_fence'
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('information_schema', 'landfall') AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
          AND d.objid = c.oid AND d.deptype = 'e')
      """;

  /** The count survives the refused transaction because sequences are never rolled back. */
  private static final String FUNCTION =
      """
      CREATE OR REPLACE FUNCTION landfall.fence() RETURNS trigger LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        IF to_regclass('landfall.copying') IS NOT NULL THEN
          IF EXISTS (SELECT FROM landfall.copying WHERE who = session_user) THEN
            RETURN NULL;
          END IF;
        END IF;
        PERFORM nextval('landfall.refused_writes');
        PERFORM nextval(coalesce(to_regclass('landfall.refused_by_'
          || (SELECT oid FROM pg_roles WHERE rolname = session_user)),
          'landfall.refused_by_other'::regclass));
        RAISE EXCEPTION 'Landfall holds this database fenced: %.% takes no writes here',
          TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = '25006',
          HINT = 'Its data has another owner now, or is about to; connect to the other side.';
      END $$;
      REVOKE ALL ON FUNCTION landfall.fence() FROM PUBLIC;
      """;

  private static final String CREATE =
      "CREATE TRIGGER landfall_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s"
          + " FOR EACH STATEMENT EXECUTE FUNCTION landfall.fence()";

  /** Locks taken in one transaction; a server has room for some thousands by default. */
  private static final int TABLES_AT_ONCE = 1000;

  /** How long making the fence of a live side may hold up a table's writers, in milliseconds. */
  private static final int INSTALL_LOCK_MILLIS = 300;

  /** Switching a thousand tables takes its time, and waits for locks within a bound of its own. */
  private static final int ANSWER_MILLIS_MAX = 15_000;

  private final Session session;
  private final Side side;
  private final int tablesAtOnce;

  /** A table and whether its trigger is missing, off or on. */
  private record Fenced(String table, String state) {
    boolean missing() {
      return state.isEmpty();
    }

    boolean on() {
      return "O".equals(state);
    }

    boolean off() {
      return "D".equals(state);
    }
  }

  WriteFence(Session session, Side side) {
    this(session, side, TABLES_AT_ONCE);
  }

  /**
   * @param tablesAtOnce how many tables are turned in one transaction, 1 or more
   */
  WriteFence(Session session, Side side, int tablesAtOnce) {
    this.session = session;
    this.side = side;
    this.tablesAtOnce = tablesAtOnce;
  }

  static void makeFunction(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(FUNCTION);
    }
  }

  /**
   * Makes the missing triggers, each in its own short transaction.
   *
   * @param on whether a new trigger refuses writes from the start
   */
  void install(boolean on, long epoch, Duration patience) {
    for (Fenced each : session.ask("read the fence", WriteFence::read)) {
      if (each.missing()) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!tryInstall(each.table(), on, epoch)) {
          if (System.nanoTime() > deadline) {
            throw lockWait(patience, each.table());
          }
          pause();
        }
      }
    }
  }

  private boolean tryInstall(String table, boolean on, long epoch) {
    try {
      return session.change(
          "make the fence of " + table,
          connection -> {
            Control.take(connection, side, epoch);
            try (var statement = connection.createStatement()) {
              statement.execute("SET LOCAL lock_timeout = " + INSTALL_LOCK_MILLIS);
              statement.execute(CREATE.formatted(table));
              if (!on) {
                statement.execute("ALTER TABLE " + table + " DISABLE TRIGGER landfall_fence");
              }
            }
            return true;
          });
    } catch (OutsideException e) {
      if (e.code() == PostgresProblem.LOCK_WAIT) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Refuses writes from now on; returns when every write begun before has ended.
   *
   * @return from where in the log on it does; absent for a side that was made with its fence closed
   */
  Optional<LogSequenceNumber> close(long epoch, Duration lockWait) {
    return turn(true, epoch, lockWait, connection -> true);
  }

  /**
   * Accepts writes again.
   *
   * @param allowed refuses when it must not be opened; asked in the transaction that opens it,
   *     which no other order comes in between
   * @return from where in the log on it does; absent for a side that was never fenced
   */
  Optional<LogSequenceNumber> open(long epoch, Duration lockWait, Session.Work<?> allowed) {
    return turn(false, epoch, lockWait, allowed);
  }

  private Optional<LogSequenceNumber> turn(
      boolean on, long epoch, Duration lockWait, Session.Work<?> allowed) {
    long deadline = System.nanoTime() + lockWait.toNanos();
    while (true) {
      try {
        var place =
            session.change(
                verb(on),
                connection -> {
                  Control.take(connection, side, epoch);
                  allowed.on(connection);
                  return attempt(connection, on, deadline) == 0
                      ? Optional.of(turnedAt(connection))
                      : Optional.<Optional<LogSequenceNumber>>empty();
                },
                ANSWER_MILLIS_MAX);
        if (place.isPresent()) {
          return place.get();
        }
      } catch (OutsideException e) {
        if (e.code() != PostgresProblem.LOCK_WAIT || System.nanoTime() > deadline) {
          throw e;
        }
        pause();
      }
    }
  }

  private String verb(boolean on) {
    return on ? "fence the " + side.word() : "open the " + side.word();
  }

  /**
   * One transaction; returns how many tables are to be turned in a next one. Where the side was
   * turned is noted while all of it is fenced, so that every write that it takes lies behind.
   */
  private int attempt(Connection connection, boolean on, long deadline) throws SQLException {
    List<Fenced> all = read(connection);
    List<Fenced> wrong = wrong(all, on);
    if (wrong.isEmpty()) {
      return 0;
    }
    List<Fenced> now = wrong.subList(0, Math.min(wrong.size(), tablesAtOnce));
    long most = (deadline - System.nanoTime()) / 1_000_000;
    Attempt attempt = attempt(connection, now);
    long millis = Math.max(50, Math.min(most, attempt.millis()));
    // In one go: users wait for the answer.
    Links.execute(
        connection,
        (attempt.before()
                + "SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d;"
                + " LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE;"
                + " SET LOCAL statement_timeout = 0; %s")
            .formatted(
                millis,
                millis,
                now.stream().map(Fenced::table).collect(Collectors.joining(", ONLY ")),
                now.stream().map(each -> switched(each, on)).collect(Collectors.joining("; "))));
    int left = wrong(read(connection), on).size();
    if (on ? left == 0 : all.stream().noneMatch(Fenced::off)) {
      Links.execute(
          connection, "UPDATE landfall.control SET turned_at = pg_current_wal_insert_lsn()");
    }
    return left;
  }

  private static Optional<LogSequenceNumber> turnedAt(Connection connection) throws SQLException {
    return new Catalog(connection)
        .first(
            "SELECT turned_at::text FROM landfall.control WHERE turned_at IS NOT NULL",
            row -> LogSequenceNumber.valueOf(row.getString(1)));
  }

  private static String switched(Fenced each, boolean on) {
    if (each.missing()) {
      return CREATE.formatted(each.table());
    }
    return "ALTER TABLE "
        + each.table()
        + (on ? " ENABLE" : " DISABLE")
        + " TRIGGER landfall_fence";
  }

  /** Whether every table refuses writes; false when there is none. */
  static boolean isClosed(Connection connection) throws SQLException {
    List<Fenced> tables = read(connection);
    return !tables.isEmpty() && tables.stream().allMatch(Fenced::on);
  }

  private static List<Fenced> wrong(List<Fenced> tables, boolean on) {
    return tables.stream()
        .filter(each -> on ? !each.on() : !each.missing() && !each.off())
        .toList();
  }

  private static List<Fenced> read(Connection connection) throws SQLException {
    var found = new ArrayList<Fenced>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),"
                    + " coalesce(t.tgenabled::text, '') "
                    + USERS_TABLES
                    + " ORDER BY 1")) {
      while (rows.next()) {
        found.add(new Fenced(rows.getString(1), rows.getString(2)));
      }
    }
    return found;
  }

  /**
   * How tables are locked.
   *
   * @param millis how long to wait, at most
   * @param before what is said first
   */
  private record Attempt(long millis, String before) {}

  /**
   * Shorter than the server's deadlock timeout, except while a vacuum or the like holds a table: a
   * server calls its own vacuum off only when that timeout is over.
   */
  private static Attempt attempt(Connection connection, List<Fenced> tables) throws SQLException {
    try (var query =
        connection.prepareStatement(
            "SELECT "
                + DeadlockTimeout.COLUMNS
                + ", EXISTS (SELECT FROM pg_locks WHERE mode = 'ShareUpdateExclusiveLock'"
                + " AND granted AND locktype = 'relation' AND pid <> pg_backend_pid()"
                + " AND relation = ANY (?::text[]::regclass[]::oid[])) AS vacuumed")) {
      query.setArray(
          1,
          connection.createArrayOf(
              "text", tables.stream().map(Fenced::table).toArray(String[]::new)));
      try (var row = query.executeQuery()) {
        row.next();
        DeadlockTimeout timeout = DeadlockTimeout.of(row);
        return new Attempt(
            row.getBoolean("vacuumed")
                ? timeout.millis() + 500
                : Math.max(50, timeout.millis() * 8 / 10),
            timeout.shortened());
      }
    }
  }

  private OutsideException lockWait(Duration patience, String table) {
    return new OutsideException(
        PostgresProblem.LOCK_WAIT,
        "cannot make the fence of "
            + table
            + " on the "
            + side.word()
            + ": its writers did not end within "
            + patience.toMillis()
            + " ms; which transaction there stays open for long?");
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutsideException(PostgresProblem.LOCK_WAIT, "cannot wait for a lock: stopped", e);
    }
  }
}
