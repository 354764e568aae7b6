package dev.landfall.adapter.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sessions kept for the comparison between fences, with the tables as both sides must be read: both
 * or neither, because sessions without tables would compare nothing and find that equal. Not for
 * several threads.
 */
final class SidesAtCutover implements AutoCloseable {
  private final PostgresServer source;
  private final PostgresServer target;
  private final Set<TableName> names;
  private @Nullable BothSides sides;
  private Map<TableName, KeyedTable> tables = Map.of();

  SidesAtCutover(PostgresServer source, PostgresServer target, Set<TableName> names) {
    this.source = source;
    this.target = target;
    this.names = names;
  }

  /**
   * Those that are kept, or new ones.
   *
   * @param timeout how long each side may take for an answer
   * @throws dev.landfall.problem.OutsideException when a side cannot be reached, or lacks a table
   */
  BothSides ready(Duration timeout) throws SQLException {
    BothSides ready = sides;
    if (ready == null) {
      ready = BothSides.open(source, target, timeout);
      try {
        tables = ready.tables(names);
      } catch (SQLException | RuntimeException e) {
        ready.close();
        throw e;
      }
      sides = ready;
    }
    ready.answerWithin(timeout);
    return ready;
  }

  /** What is compared over the sessions that are ready. */
  Map<TableName, KeyedTable> tables() {
    return tables;
  }

  @Override
  public void close() throws SQLException {
    BothSides last = sides;
    sides = null;
    if (last != null) {
      last.close();
    }
  }
}
