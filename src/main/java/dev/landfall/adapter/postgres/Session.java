package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.net.SocketTimeoutException;
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
  private final Bounds bounds;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Greeting greeting;
  private volatile @Nullable Connection connection;
  private volatile boolean closed;

  /** What is done with a connection. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** What is said first on each new connection. */
  interface Greeting {
    void on(Connection connection) throws SQLException;
  }

  /**
   * How long the server may take.
   *
   * @param connectSecondsMax to let somebody in
   * @param answerMillisMax to answer one statement; 0 for as long as it takes
   */
  record Bounds(int connectSecondsMax, int answerMillisMax) {}

  /**
   * @param purpose what it is for, as the server's list of sessions shows it
   */
  Session(PostgresServer server, String purpose, Bounds bounds) {
    this.server = server;
    this.purpose = purpose;
    this.bounds = bounds;
  }

  /** To be told before the session is used. */
  void greetWith(Greeting words) {
    greeting = words;
  }

  /** Does work of which each statement is a transaction. */
  <T> T ask(String what, Work<T> work) {
    return perform(what, work, bounds.answerMillisMax());
  }

  /** Does work in one transaction. */
  <T> T change(String what, Work<T> work) {
    return change(what, work, bounds.answerMillisMax());
  }

  /**
   * Does work in one transaction that takes care of its statements' time itself.
   *
   * @param answerMillisMax when the server is as good as gone
   */
  <T> T change(String what, Work<T> work, int answerMillisMax) {
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
        },
        answerMillisMax);
  }

  private <T> T perform(String what, Work<T> work, int answerMillisMax) {
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutsideException(
          PostgresProblem.UNREACHABLE,
          "cannot " + what + " on " + server + ": stopped while other work went on there",
          e);
    }
    try {
      for (boolean again = false; ; again = true) {
        boolean kept = connection != null;
        try {
          return work.on(live(answerMillisMax));
        } catch (SQLException e) {
          boolean gone = broken(e);
          if (gone) {
            forget();
          }
          // What takes as long as it takes is not begun anew for whoever ended it on purpose.
          boolean passing = kept || (answerMillisMax > 0 && PostgresServer.endedByAdministrator(e));
          if (again || !gone || silent(e) || !passing) {
            throw refused(what, e);
          }
        }
      }
    } finally {
      turn.unlock();
    }
  }

  /** Whether nobody uses it right now. */
  boolean isIdle() {
    return !turn.isLocked();
  }

  private Connection live(int answerMillisMax) throws SQLException {
    requireOpen();
    Connection live = connection;
    if (live == null || live.isClosed()) {
      live = anew();
    }
    live.setNetworkTimeout(NOT_USED, answerMillisMax);
    return live;
  }

  private Connection anew() throws SQLException {
    Connection live = server.connect(purpose, bounds.connectSecondsMax());
    // Known before anything else is done with it, so that whoever closes this closes it too.
    connection = live;
    try {
      requireOpen();
      live.setNetworkTimeout(NOT_USED, bounds.answerMillisMax());
      // The server gives up first, or its own session would stay behind when ours has ended.
      Links.execute(live, "SET statement_timeout = " + bounds.answerMillisMax() * 9L / 10);
      Greeting words = greeting;
      if (words != null) {
        words.on(live);
      }
      return live;
    } catch (SQLException e) {
      forget();
      throw e;
    }
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw new OwnSqlException("this session is closed", "08003");
    }
  }

  /**
   * Whether a server that is there did not answer, or whoever asked waits no longer. To ask once
   * more would only take as long again.
   */
  static boolean silent(SQLException e) {
    return e.getCause() instanceof SocketTimeoutException || Thread.currentThread().isInterrupted();
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
        code,
        "cannot " + what + " on " + server + ": " + PostgresProblem.told(e) + "; " + remedy,
        e);
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
