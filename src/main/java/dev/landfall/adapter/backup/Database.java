package dev.landfall.adapter.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A database that is backed up or restored to. */
public interface Database {
  /**
   * What a comparison found.
   *
   * @param tables that were compared
   * @param rows of them
   * @param lines what was compared, with counts and no values
   * @param differences a clause each; empty when the copy is whole
   */
  record Compared(int tables, long rows, List<String> lines, List<String> differences) {
    /** Takes copies. */
    public Compared {
      lines = List.copyOf(lines);
      differences = List.copyOf(differences);
    }
  }

  /** Compares a restored copy with the snapshot that a session holds. */
  interface Witness {
    /** Reads all of both in so long; the session of the copy is in a transaction. */
    Compared compare(Connection restored, Duration lasting) throws SQLException;
  }

  /**
   * A new session, which is the caller's to close.
   *
   * @throws dev.landfall.problem.OutsideException when there is none to be had
   */
  Connection connect();

  /** Another database of the same server. */
  Database on(String name);

  /** By which PostgreSQL's own programs find it; has the password, so never shown. */
  Map<String, String> environment();

  /** Remembers what a snapshot has no memory of; the session is in the snapshot. */
  Witness witness(Connection snapshot) throws SQLException;
}
