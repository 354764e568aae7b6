package dev.landfall.adapter.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Short ways to ask a server one question. */
record Catalog(Connection connection) {
  /** Makes a value of one row. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** All rows, held in memory. */
  <T> List<T> rows(String sql, Row<T> each, Object... values) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      try (var result = statement.executeQuery()) {
        var list = new ArrayList<T>();
        while (result.next()) {
          list.add(each.of(result));
        }
        return list;
      }
    }
  }

  /** The first column of all rows. */
  List<String> texts(String sql, Object... values) throws SQLException {
    return rows(sql, row -> text(row, 1), values);
  }

  /** The first row, when there is one. */
  <T> Optional<T> first(String sql, Row<T> each, Object... values) throws SQLException {
    return rows(sql, each, values).stream().findFirst();
  }

  long number(String sql, Object... values) throws SQLException {
    return first(sql, row -> row.getLong(1), values).orElse(0L);
  }

  boolean holds(String sql, Object... values) throws SQLException {
    return first(sql, row -> row.getBoolean(1), values).orElse(false);
  }

  void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Changes rows; answers how many. */
  int change(String sql, Object... values) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  Array texts(List<String> values) throws SQLException {
    return connection.createArrayOf("text", values.toArray());
  }

  /** A column that is never null here; a null reads as the empty text. */
  static String text(ResultSet row, int column) throws SQLException {
    String value = row.getString(column);
    return value == null ? "" : value;
  }

  static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** The five letters of SQLSTATE; empty when there are none. */
  static String state(@Nullable SQLException e) {
    return e == null || e.getSQLState() == null ? "" : e.getSQLState();
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
