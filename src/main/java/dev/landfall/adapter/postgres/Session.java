package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is kept and, when it broke, made anew. One thread uses it at a time.
 *
 * <p>Work may be run twice: when the server ended the connection, nobody knows whether the last
 * transaction was committed. All work given to it is therefore safe to repeat.
 */
final class Session implements AutoCloseable {
  /** pgjdbc wants an executor to arm the timeout of a socket, and does not use it. */
  private static final Executor NOT_USED = Runnable::run;

  private final PostgresServer server;
  private final String purpose;
  private final int answerMillisMax;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable Connection connection;
  private volatile boolean closed;

  /** What is done with a connection. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * @param purpose what it is for, as the server's list of sessions shows it
   * @param answerMillisMax how long the server may take to answer one statement, in milliseconds
   */
  Session(PostgresServer server, String purpose, int answerMillisMax) {
    this.server = server;
    this.purpose = purpose;
    this.answerMillisMax = answerMillisMax;
  }

  /** Does work of which each statement is a transaction. */
  <T> T ask(String what, Work<T> work) {
    return perform(what, work);
  }

  /** Does work in one transaction. */
  <T> T change(String what, Work<T> work) {
    return perform(
        what,
        live -> {
          live.setAutoCommit(false);
          try {
            T result = work.on(live);
            live.commit();
            return result;
          } catch (SQLException | RuntimeException e) {
            undo(live, e);
            throw e;
          } finally {
            if (!live.isClosed()) {
              live.setAutoCommit(true);
            }
          }
        });
  }

  private <T> T perform(String what, Work<T> work) {
    turn.lock();
    try {
      boolean kept = connection != null;
      try {
        return work.on(live());
      } catch (SQLException e) {
        if (!broken(e)) {
          throw refused(what, e);
        }
        forget();
        if (!kept) {
          throw refused(what, e);
        }
      }
      try {
        return work.on(live());
      } catch (SQLException e) {
        if (broken(e)) {
          forget();
        }
        throw refused(what, e);
      }
    } finally {
      turn.unlock();
    }
  }

  private Connection live() throws SQLException {
    if (closed) {
      throw new SQLException("this session is closed", "08003");
    }
    Connection live = connection;
    if (live == null || live.isClosed()) {
      live = server.connect(purpose);
      live.setNetworkTimeout(NOT_USED, answerMillisMax);
      // The server gives up first, or its own session would stay behind when ours has ended.
      Links.execute(live, "SET statement_timeout = " + answerMillisMax * 9L / 10);
      connection = live;
    }
    return live;
  }

  private static void undo(Connection live, Exception cause) {
    try {
      if (!live.isClosed()) {
        live.rollback();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** Whether the connection is of no more use: its class of errors, or ended by an operator. */
  static boolean broken(SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    return state.startsWith("08") || state.startsWith("57P");
  }

  private OutsideException refused(String what, SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    PostgresProblem code;
    String remedy;
    if (broken(e)) {
      code = PostgresProblem.UNREACHABLE;
      remedy = "is the server up, and is the way to it open?";
    } else if ("55P03".equals(state) || "57014".equals(state) || "40P01".equals(state)) {
      code = PostgresProblem.LOCK_WAIT;
      remedy = "which transaction there stays open for long?";
    } else {
      code = PostgresProblem.REFUSED;
      remedy = "has " + server.user() + " the rights that preflight names?";
    }
    return new OutsideException(
        code, "cannot " + what + " on " + server + ": " + e.getMessage() + "; " + remedy, e);
  }

  private void forget() {
    Connection gone = connection;
    connection = null;
    if (gone != null) {
      try {
        gone.abort(NOT_USED);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot abandon a connection", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Connection last = connection;
    if (last != null) {
      try {
        last.abort(NOT_USED);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot close a connection", e);
      }
    }
  }
}
