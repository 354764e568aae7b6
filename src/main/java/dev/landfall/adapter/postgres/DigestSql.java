package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.KeyedTable.Column;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements that make digests of rows.
 *
 * @param binary by the servers' own hash functions, which the servers at hand were seen to agree
 *     on; otherwise by SHA-256 of the rows' text in UTF-8, which is slower and the same everywhere
 */
record DigestSql(boolean binary) {
  /**
   * Rows of every form of value that is hashed by its own function. Both servers must answer alike
   * before the binary mode is used: PostgreSQL promises nothing across versions and processors.
   */
  static final String PROBE =
      """
      SELECT pg_encoding_to_char(d.encoding), hash_record_extended(r, 0), hash_record_extended(r, 1)
      FROM pg_database d, (VALUES
        (ROW(true, 1::int2, 2::int4, 3::int8, 1.50::numeric, scale(1.50))),
        (ROW(false, (-1)::int2, (-2)::int4, (-3)::int8, 'NaN'::numeric, scale('NaN'))),
        (ROW('landfall'::text COLLATE "C", 'x'::varchar COLLATE "C", 'y'::bpchar COLLATE "C")),
        (ROW('a' || chr(228), repeat('long ', 1000) COLLATE "C", ''::text)),
        (ROW('0b5b1a94-7cb6-4e9e-bd0e-6b3c2a2bd1d7'::uuid, '\\x00ff'::bytea, NULL::int4)),
        (ROW('2026-01-31'::date, '23:59:59.5'::time, 'infinity'::timestamptz)),
        (ROW('2026-01-31 12:00'::timestamp, '1901-01-31 12:00Z'::timestamptz, 1e40::numeric))
      ) v(r) WHERE d.datname = current_database()
      """;

  /** Rows of a table, with digests {@code f} and {@code s}, and what tells them apart. */
  String digested(KeyedTable table, String from, String extra) {
    return "SELECT "
        + (table.key().isEmpty() ? first("r") : "k")
        + " AS k, "
        + extra
        + first("r")
        + " AS f, "
        + second("r")
        + " AS s FROM (SELECT "
        + row(table)
        + " AS r"
        + (table.key().isEmpty() ? "" : ", " + keyHash(table) + " AS k")
        + (extra.isEmpty() ? "" : ", " + extraSource(table, extra))
        + from
        + " OFFSET 0) q";
  }

  /** The names under which {@link #digested} gives the key's values, each with a comma behind. */
  static String keyNames(KeyedTable table) {
    var names = new StringBuilder();
    for (int i = 0; i < table.key().size(); i++) {
      names.append("k").append(i).append(", ");
    }
    return names.toString();
  }

  private static String extraSource(KeyedTable table, String extra) {
    if (extra.equals("n, ")) {
      return "d.n";
    }
    var source = new StringBuilder();
    for (int i = 0; i < table.key().size(); i++) {
      source.append(i == 0 ? "" : ", ");
      source.append("x.").append(table.key().get(i).sql()).append("::text AS k").append(i);
    }
    return source.toString();
  }

  private String row(KeyedTable table) {
    return table.columns().stream().map(this::value).collect(Collectors.joining(", ", "ROW(", ")"));
  }

  private String value(Column column) {
    String name = "x." + column.sql();
    if (!binary) {
      return name + "::text";
    }
    return switch (column.form()) {
      case BINARY -> name;
      case STRING -> name + " COLLATE \"C\"";
      case NUMERIC -> name + ", scale(" + name + ")";
      case TEXT -> name + "::text COLLATE \"C\"";
    };
  }

  private String keyHash(KeyedTable table) {
    return first(
        table.key().stream()
            .map(column -> "x." + column.sql() + "::text COLLATE \"C\"")
            .collect(Collectors.joining(", ", "ROW(", ")")));
  }

  private String first(String row) {
    return binary ? "hash_record_extended(" + row + ", 0)" : textHash(row, 1);
  }

  private String second(String row) {
    return binary ? "hash_record_extended(" + row + ", 1)" : textHash(row, 9);
  }

  private static String textHash(String row, int at) {
    return "('x' || encode(substr(sha256(convert_to("
        + row
        + "::text, 'UTF8')), "
        + at
        + ", 8), 'hex'))::bit(64)::int8";
  }

  /** The key's columns as one value to compare: {@code (x.a, x.b)}. */
  static String keyRow(KeyedTable table) {
    return table.key().stream()
        .map(column -> "x." + column.sql())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Parameters that stand for a key: {@code (?::int4, ?::text)}. */
  static String keyParameters(List<Column> key) {
    return key.stream()
        .map(column -> "?::" + column.type())
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
