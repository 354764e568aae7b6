package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The console of a PgBouncer (its manual, <i>Admin console</i>): one session that is opened anew
 * when it has broken, as PgBouncer was started again.
 */
final class Console implements AutoCloseable {
  private static final Duration PAUSED = Duration.ofSeconds(3);
  private static final Duration BETWEEN = Duration.ofMillis(2);
  private static final int SECONDS_MAX = 3;

  /** Kept, because a logger that nobody holds forgets its filter. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql.jdbc.PgConnection");

  static {
    // The console names PgBouncer's own version, which the driver takes for an ancient server's.
    DRIVER.setFilter(
        entry -> !String.valueOf(entry.getMessage()).startsWith("Unsupported Server Version"));
  }

  private final String control;
  private final Properties properties = new Properties();
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable Connection session;

  /**
   * @param control {@code host:port}, where PgBouncer listens
   * @param user one of its {@code admin_users}
   */
  Console(String control, String user, Optional<String> password) {
    this.control = control;
    PGProperty.USER.set(properties, user);
    password.ifPresent(text -> PGProperty.PASSWORD.set(properties, text));
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.CONNECT_TIMEOUT.set(properties, SECONDS_MAX);
    PGProperty.LOGIN_TIMEOUT.set(properties, SECONDS_MAX);
    PGProperty.SOCKET_TIMEOUT.set(properties, SECONDS_MAX);
    PGProperty.GSS_ENC_MODE.set(properties, "disable");
    // The driver sets parameters that the console does not know, but none when it is told this;
    // without a least version it does not tell the server.
    PGProperty.REPLICATION.set(properties, "database");
  }

  String control() {
    return control;
  }

  /** The rows that a command shows, by the names of their columns; a value may be empty. */
  List<Map<String, String>> ask(String command) {
    return within(command, connection -> rows(connection, command));
  }

  /** Gives a command that shows nothing. */
  void tell(String command) {
    within(
        command,
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute(command);
            return command;
          }
        });
  }

  /** The line of a database among all; absent when PgBouncer has none of this name. */
  Optional<Map<String, String>> database(String name) {
    return ask("SHOW DATABASES").stream().filter(row -> name.equals(row.get("name"))).findFirst();
  }

  /**
   * Pauses a database. The command ends only when all who are in a transaction have left it; what
   * it begins with, that nobody begins another, is there at once, stays when the session is gone,
   * and is all that is waited for.
   */
  void pause(String name) {
    Connection connection = open();
    var refused = new CompletableFuture<SQLException>();
    var asking =
        Thread.startVirtualThread(() -> {
          try (var statement = connection.createStatement()) {
            statement.execute("PAUSE \"" + name + "\"");
          } catch (SQLException e) {
            refused.complete(e);
          }
        });
    try {
      long last = System.nanoTime() + PAUSED.toNanos();
      while (!isPaused(name)) {
        if (refused.isDone()) {
          throw refused("PAUSE", refused.join());
        }
        if (System.nanoTime() > last) {
          throw new OutsideException(
              PgbouncerProblem.UNREACHABLE,
              "cannot pause %s of PgBouncer %s: it did not within %d s; look again"
                  .formatted(name, control, PAUSED.toSeconds()));
        }
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      abort(connection);
      asking.interrupt();
    }
  }

  private boolean isPaused(String name) {
    return database(name).filter(row -> "1".equals(row.get("paused"))).isPresent();
  }

  /** What is done with a session. */
  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** A session of before may have broken unnoticed; each command may be given twice. */
  private <T> T within(String command, Work<T> work) {
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      if (session != null) {
        try {
          return work.with(session);
        } catch (SQLException e) {
          if (!isBroken(e)) {
            throw refused(command, e);
          }
          abort(session);
          session = null;
        }
      }
      Connection opened = open();
      session = opened;
      return work.with(opened);
    } catch (SQLException e) {
      throw isBroken(e) ? unreachable(e) : refused(command, e);
    } finally {
      turn.unlock();
    }
  }

  /** What PgBouncer itself answers and goes on is no broken session. */
  private static boolean isBroken(SQLException e) {
    return answer(e).filter(said -> "ERROR".equals(said.getSeverity())).isEmpty();
  }

  private static Optional<ServerErrorMessage> answer(SQLException e) {
    return e instanceof PSQLException known
        ? Optional.ofNullable(known.getServerErrorMessage())
        : Optional.empty();
  }

  private static List<Map<String, String>> rows(Connection connection, String command)
      throws SQLException {
    var rows = new ArrayList<Map<String, String>>();
    try (var statement = connection.createStatement();
        ResultSet found = statement.executeQuery(command)) {
      var columns = found.getMetaData();
      while (found.next()) {
        var row = new HashMap<String, String>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnLabel(i), Optional.ofNullable(found.getString(i)).orElse(""));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private Connection open() {
    try {
      return DriverManager.getConnection("jdbc:postgresql://" + control + "/pgbouncer", properties);
    } catch (SQLException e) {
      throw answer(e).isPresent() ? refused("to let us in", e) : unreachable(e);
    }
  }

  private OutsideException unreachable(SQLException e) {
    return new OutsideException(
        PgbouncerProblem.UNREACHABLE,
        "cannot reach the console of PgBouncer %s: %s; is it running, and does it listen there?"
            .formatted(control, e.getMessage()),
        e);
  }

  private OutsideException refused(String what, SQLException e) {
    return new OutsideException(
        PgbouncerProblem.REFUSED,
        "cannot tell PgBouncer %s: %s: it said \"%s\"; is the user one of its admin_users?"
            .formatted(control, what, e.getMessage()),
        e);
  }

  private OutsideException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new OutsideException(
        PgbouncerProblem.UNREACHABLE,
        "cannot ask PgBouncer %s: the question was given up meanwhile; look again"
            .formatted(control),
        e);
  }

  /** Ends a session also while somebody waits for an answer in it. */
  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It was broken already, which is what was asked for.
      return;
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      if (session != null) {
        abort(session);
        session = null;
      }
    } finally {
      turn.unlock();
    }
  }
}
