package dev.landfall.adapter.postgres;

import java.sql.SQLException;

/**
 * What we found out ourselves in the midst of work for a server, to be handled as its own answers
 * are. Its words are ours and hold nothing of rows, so that they may be told.
 */
final class OwnSqlException extends SQLException {
  private static final long serialVersionUID = 1;

  /**
   * @param state the SQLSTATE that whoever handles it goes by
   */
  OwnSqlException(String words, String state) {
    super(words, state);
  }

  OwnSqlException(String words, String state, Throwable cause) {
    super(words, state, cause);
  }
}
