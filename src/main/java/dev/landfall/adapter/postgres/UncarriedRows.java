package dev.landfall.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of tables that were made after the links: nobody carries them, so users who came back would
 * leave theirs behind. A table without a row is none of that, whoever made it.
 */
final class UncarriedRows {
  private static final int NAMED_MAX = 20;

  private UncarriedRows() {}

  /**
   * The tables of a side that have rows and are not published.
   *
   * @param publication of all tables that are carried
   */
  static List<String> of(Connection connection, String publication) throws SQLException {
    var catalog = new Catalog(connection);
    List<String> tables =
        catalog.texts(
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
                + WriteFence.USERS_TABLES
                + " AND c.relkind = 'r' AND c.relpersistence = 'p'"
                + " AND EXISTS (SELECT FROM pg_publication WHERE pubname = '"
                + publication
                + "') AND NOT EXISTS (SELECT FROM pg_publication_tables t WHERE t.pubname = '"
                + publication
                + "' AND t.schemaname = n.nspname AND t.tablename = c.relname) ORDER BY 1 LIMIT "
                + NAMED_MAX);
    var found = new ArrayList<String>();
    for (String table : tables) {
      if (hasRows(catalog, table)) {
        found.add(table);
      }
    }
    return found;
  }

  /** Of a table that may not be read, its size tells whether it ever had any. */
  private static boolean hasRows(Catalog catalog, String table) throws SQLException {
    return catalog.holds("SELECT has_table_privilege(?, 'SELECT')", table)
        ? catalog.holds("SELECT EXISTS (SELECT FROM " + table + ")")
        : catalog.holds("SELECT pg_relation_size(?::regclass) > 0", table);
  }
}
