package dev.landfall.adapter.postgres;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of one table by their keys, for statements on either side.
 *
 * @param table of which every key column {@link #tells}
 * @param keys the keys' values as text, in the order of the table's key
 */
record RowKeys(KeyedTable table, List<List<String>> keys) {
  /**
   * Each row once. A numeric has many texts (1.0 and 1.00), and so has a character string without a
   * length, whose spaces at the end do not count: a row in two {@link #pieces} would be copied
   * twice.
   */
  static RowKeys distinct(KeyedTable table, List<List<String>> keys) {
    return new RowKeys(table, keys.stream().map(key -> plain(table, key)).distinct().toList());
  }

  private static List<String> plain(KeyedTable table, List<String> key) {
    var plain = new ArrayList<String>();
    for (int i = 0; i < key.size(); i++) {
      var column = table.key().get(i);
      String text = key.get(i);
      boolean fraction = column.form() == KeyedTable.Form.NUMERIC && text.contains(".");
      boolean padded = column.type().equals("bpchar");
      plain.add(
          fraction
              ? new BigDecimal(text).stripTrailingZeros().toPlainString()
              : padded ? text.replaceFirst(" +$", "") : text);
    }
    return plain;
  }

  /**
   * Whether two servers are sure to mean the same rows by the texts of a key, because values are
   * equal there only if their texts are, up to what no two servers see differently.
   */
  static boolean tells(KeyedTable table) {
    return table.key().stream().allMatch(column -> column.form() != KeyedTable.Form.TEXT);
  }

  private String names() {
    var names = new ArrayList<String>();
    for (int i = 0; i < table.key().size(); i++) {
      names.add("c" + i);
    }
    return String.join(", ", names);
  }

  private String matches() {
    var matches = new ArrayList<String>();
    for (int i = 0; i < table.key().size(); i++) {
      var column = table.key().get(i);
      matches.add("x." + column.sql() + " = d.c" + i + "::" + column.type());
    }
    return String.join(" AND ", matches);
  }

  /** A condition on {@code x} with the keys in it, for COPY, which takes no parameters. */
  String condition(Connection connection) throws SQLException {
    var arrays = new ArrayList<String>();
    for (int i = 0; i < table.key().size(); i++) {
      int at = i;
      Object[] values = keys.stream().map(key -> key.get(at)).toArray();
      String array = connection.createArrayOf("text", values).toString();
      arrays.add(Catalog.literal(array) + "::text[]");
    }
    return "EXISTS (SELECT FROM unnest("
        + String.join(", ", arrays)
        + ") AS d("
        + names()
        + ") WHERE "
        + matches()
        + ")";
  }

  /** Deletes the rows; answers how many there were. */
  long delete(Connection connection) throws SQLException {
    String arrays = table.key().stream().map(_ -> "?::text[]").collect(Collectors.joining(", "));
    try (var statement =
        connection.prepareStatement(
            "DELETE FROM ONLY "
                + table.name().sql()
                + " x USING (SELECT DISTINCT * FROM unnest("
                + arrays
                + ") AS u("
                + names()
                + ")) d WHERE "
                + matches())) {
      for (int i = 0; i < table.key().size(); i++) {
        int at = i;
        Object[] values = keys.stream().map(key -> key.get(at)).toArray();
        statement.setArray(i + 1, connection.createArrayOf("text", values));
      }
      return statement.executeLargeUpdate();
    }
  }

  /** The same in pieces of so many keys. */
  List<RowKeys> pieces(int size) {
    var pieces = new ArrayList<RowKeys>();
    for (int from = 0; from < keys.size(); from += size) {
      pieces.add(new RowKeys(table, keys.subList(from, Math.min(keys.size(), from + size))));
    }
    return pieces;
  }
}
