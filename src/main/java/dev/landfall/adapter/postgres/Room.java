package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server has room to write. A full disk looks like any other write that cannot be
 * applied, and passes by itself once somebody makes room; no catalog tells it, so it is tried.
 *
 * <p>It is tried in the background: whoever asks while users wait learns what was found last.
 */
final class Room {
  /** What is known of it. */
  enum Answer {
    /** It was there when it was last tried, or nothing says that it was not. */
    THERE,
    MISSING,
    /** It is being tried, and what was found before is too old to be told. */
    TRYING
  }

  /** Enough to need new pages on the disk, little enough for nobody to notice. */
  private static final String TRY =
      "CREATE TEMPORARY TABLE landfall_room ON COMMIT DROP AS"
          + " SELECT repeat(md5(n::text), 30) AS filling FROM generate_series(1, 8192) n";

  private static final String DISK_FULL = "53100";
  private static final Duration NOT_TRIED_AGAIN = Duration.ofSeconds(5);

  /** Far longer than a try and the wait before it: older answers are of an earlier trouble. */
  private static final Duration TOLD = Duration.ofSeconds(30);

  private static final int CONNECT_SECONDS_MAX = 2;

  /** A disk under load takes its time; the server gives up before this program does. */
  private static final int STATEMENT_MILLIS_MAX = 5_000;

  private static final int ANSWER_MILLIS_MAX = 6_000;

  /** pgjdbc wants an executor to arm the timeout of a socket, and does not use it. */
  private static final Executor NOT_USED = Runnable::run;

  private final PostgresServer server;
  private Instant lastTried = Instant.MIN;
  private Instant lastFound = Instant.MIN;
  private @Nullable Thread trying;
  private boolean missing;

  Room(PostgresServer server) {
    this.server = server;
  }

  /** What is known now; touches no server, but has it tried when that was some seconds ago. */
  synchronized Answer answer(Instant now) {
    boolean busy = trying != null && trying.isAlive();
    if (!busy && now.isAfter(lastTried.plus(NOT_TRIED_AGAIN))) {
      lastTried = now;
      trying = Thread.ofVirtual().name("landfall room").start(this::find);
      busy = true;
    }
    if (busy && now.isAfter(lastFound.plus(TOLD))) {
      return Answer.TRYING;
    }
    return missing ? Answer.MISSING : Answer.THERE;
  }

  private void find() {
    try (Connection connection = server.connect("room", CONNECT_SECONDS_MAX)) {
      connection.setNetworkTimeout(NOT_USED, ANSWER_MILLIS_MAX);
      connection.setAutoCommit(false);
      Links.execute(connection, "SET LOCAL statement_timeout = " + STATEMENT_MILLIS_MAX);
      Links.execute(connection, TRY);
      connection.rollback();
      found(false);
    } catch (SQLException e) {
      refused(e);
    } catch (OutsideException e) {
      refused(e.getCause());
    }
  }

  /** Only one answer speaks of the disk; any other leaves what was known of it as it was. */
  private void refused(@Nullable Throwable why) {
    boolean full = why instanceof SQLException e && DISK_FULL.equals(e.getSQLState());
    found(full || wasMissing());
  }

  private synchronized boolean wasMissing() {
    return missing;
  }

  private synchronized void found(boolean none) {
    missing = none;
    lastFound = Instant.now();
  }
}
