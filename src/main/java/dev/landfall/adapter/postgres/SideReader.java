package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.KeyedTable.Column;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.postgresql.replication.LogSequenceNumber;

/** Reads digests of rows from one side, never values other than keys. Not for several threads. */
final class SideReader implements AutoCloseable {
  /** Rows that are in memory at a time while many are read. */
  private static final int FETCH_ROWS = 2_000;

  /** Many rows in one figure each: two sides with the same figures hold the same rows. */
  record Digest(long count, long xor, BigDecimal sum) {}

  /** One row. */
  record RowDigest(long first, long second) {}

  /** Some rows of a table. */
  sealed interface Slice {
    /**
     * Keys greater than {@code above} and not greater than {@code upTo}; without limit if empty.
     */
    record Range(List<String> above, List<String> upTo) implements Slice {}

    /** Keys, or rows without keys, whose hash falls into one of the buckets. */
    record Buckets(long mask, List<Long> buckets) implements Slice {}
  }

  private final Connection connection;

  /** Whether the transaction is somebody else's, who reads in one snapshot from end to end. */
  private final boolean within;

  private DigestSql sql = new DigestSql(false);

  /**
   * @param timeout how long an answer may take, until told otherwise
   */
  SideReader(PostgresServer server, Duration timeout) throws SQLException {
    within = false;
    connection = server.connect("compare");
    try {
      prepare(timeout);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private SideReader(Connection connection) {
    this.connection = connection;
    within = true;
  }

  /**
   * Reads in a transaction that has begun and goes on afterwards, to be ended and closed by whoever
   * began it.
   */
  static SideReader within(Connection connection, Duration timeout) throws SQLException {
    var reader = new SideReader(connection);
    reader.prepare(timeout);
    return reader;
  }

  private void prepare(Duration timeout) throws SQLException {
    answersWithin(timeout);
    try (var statement = connection.createStatement()) {
      statement.execute("SET lc_monetary = 'C'");
      statement.execute("SET jit = off");
      statement.execute("SET max_parallel_workers_per_gather = 0");
      statement.execute("SET synchronous_commit = local");
    }
    if (!within) {
      connection.setAutoCommit(false);
    }
  }

  void use(DigestSql digests) {
    sql = digests;
  }

  /** An answer that takes longer breaks the connection, and so the comparison. */
  void answersWithin(Duration timeout) throws SQLException {
    Executor direct = Runnable::run;
    connection.setNetworkTimeout(direct, Math.toIntExact(timeout.toMillis()));
  }

  /** How this server hashes values of every kind. */
  List<String> probe() throws SQLException {
    var answers = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(DigestSql.PROBE)) {
      while (rows.next()) {
        answers.add(rows.getString(1) + " " + rows.getLong(2) + " " + rows.getLong(3));
      }
    }
    finish();
    return answers;
  }

  Map<TableName, KeyedTable> tables(java.util.Set<TableName> names) throws SQLException {
    var tables = KeyedTable.read(connection, names);
    finish();
    return tables;
  }

  /** The names of all tables that there are by now. */
  SequencedSet<TableName> names() throws SQLException {
    var names = TableName.readAll(connection);
    finish();
    return names;
  }

  /** A place in the log behind everything that was committed before, even lazily; on disk. */
  LogSequenceNumber end() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT pg_logical_emit_message(true, 'landfall', '')");
      connection.commit();
      try (var rows = statement.executeQuery("SELECT pg_current_wal_flush_lsn()")) {
        rows.next();
        return LogSequenceNumber.valueOf(rows.getString(1));
      } finally {
        connection.commit();
      }
    }
  }

  /** The key so many rows further on; empty when there are not so many. */
  Optional<List<String>> keyAfter(KeyedTable table, List<String> above, int rows)
      throws SQLException {
    String names =
        table.key().stream()
            .map(column -> "x." + column.sql() + "::text")
            .collect(Collectors.joining(", "));
    String order =
        table.key().stream().map(column -> "x." + column.sql()).collect(Collectors.joining(", "));
    String text =
        "SELECT "
            + names
            + from(table, new Slice.Range(above, List.of()))
            + " ORDER BY "
            + order
            + " OFFSET "
            + (rows - 1)
            + " LIMIT 1";
    try (var statement = connection.prepareStatement(text)) {
      bind(statement, 1, above);
      try (var found = statement.executeQuery()) {
        return found.next() ? Optional.of(key(found, 1, table.key().size())) : Optional.empty();
      }
    } finally {
      finish();
    }
  }

  /** All rows of a range in one digest. */
  Digest digest(KeyedTable table, Slice.Range range) throws SQLException {
    String text =
        "SELECT count(*), coalesce(bit_xor(f), 0), coalesce(sum(s::numeric), 0) FROM ("
            + sql.digested(table, from(table, range), "")
            + ") z";
    try (var statement = connection.prepareStatement(text)) {
      bind(statement, bind(statement, 1, range.above()), range.upTo());
      try (var rows = statement.executeQuery()) {
        rows.next();
        return new Digest(rows.getLong(1), rows.getLong(2), rows.getBigDecimal(3));
      }
    } finally {
      finish();
    }
  }

  /** All rows of a table in digests by the hash of the key, or of the row when there is none. */
  Map<Long, Digest> buckets(KeyedTable table, long mask) throws SQLException {
    String text =
        "SELECT k & "
            + mask
            + ", count(*), bit_xor(f), sum(s::numeric) FROM ("
            + sql.digested(table, from(table, ALL), "")
            + ") z GROUP BY 1";
    var digests = new HashMap<Long, Digest>();
    try (var statement = connection.prepareStatement(text);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        digests.put(
            rows.getLong(1), new Digest(rows.getLong(2), rows.getLong(3), rows.getBigDecimal(4)));
      }
    } finally {
      finish();
    }
    return digests;
  }

  /** Every key there can be. */
  static final Slice.Range ALL = new Slice.Range(List.of(), List.of());

  /** The rows of a slice one by one, in the order of the hash of what tells them apart. */
  RowStream rows(KeyedTable table, Slice slice) throws SQLException {
    String filter =
        slice instanceof Slice.Buckets buckets
            ? " WHERE k & " + buckets.mask() + " = ANY(?::int8[])"
            : "";
    Slice.Range range = slice instanceof Slice.Range given ? given : ALL;
    String text =
        "SELECT * FROM ("
            + sql.digested(table, from(table, range), DigestSql.keyNames(table))
            + ") z"
            + filter
            + " ORDER BY k";
    PreparedStatement statement = connection.prepareStatement(text);
    statement.setFetchSize(FETCH_ROWS);
    int next = bind(statement, bind(statement, 1, range.above()), range.upTo());
    if (slice instanceof Slice.Buckets buckets) {
      statement.setArray(next, connection.createArrayOf("int8", buckets.buckets().toArray()));
    }
    return new RowStream(statement, table.key().size());
  }

  /** The rows with these keys, each at the place of its key; absent where there is none. */
  List<Optional<RowDigest>> byKeys(KeyedTable table, List<List<String>> keys) throws SQLException {
    List<Column> columns = table.key();
    var names = new ArrayList<String>();
    var arrays = new ArrayList<String>();
    var matches = new ArrayList<String>();
    for (int i = 0; i < columns.size(); i++) {
      names.add("c" + i);
      arrays.add("?::text[]");
      matches.add("x." + columns.get(i).sql() + " = d.c" + i + "::" + columns.get(i).type());
    }
    String from =
        " FROM unnest("
            + String.join(", ", arrays)
            + ") WITH ORDINALITY AS d("
            + String.join(", ", names)
            + ", n) JOIN "
            + table.name().sql()
            + " x ON "
            + String.join(" AND ", matches);
    var found = new ArrayList<Optional<RowDigest>>(keys.size());
    keys.forEach(key -> found.add(Optional.empty()));
    try (var settings = connection.createStatement();
        var statement = connection.prepareStatement(sql.digested(table, from, "n, "))) {
      // However stale the statistics: each row by the index, so that the cost follows the keys.
      settings.execute("SET LOCAL enable_seqscan = off");
      settings.execute("SET LOCAL enable_hashjoin = off");
      settings.execute("SET LOCAL enable_mergejoin = off");
      for (int i = 0; i < columns.size(); i++) {
        int at = i;
        Array values =
            connection.createArrayOf("text", keys.stream().map(key -> key.get(at)).toArray());
        statement.setArray(i + 1, values);
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var digest = new RowDigest(rows.getLong("f"), rows.getLong("s"));
          found.set(Math.toIntExact(rows.getLong("n")) - 1, Optional.of(digest));
        }
      }
    } finally {
      finish();
    }
    return found;
  }

  private static String from(KeyedTable table, Slice.Range range) {
    String row = DigestSql.keyRow(table);
    String parameters = DigestSql.keyParameters(table.key());
    var conditions = new ArrayList<String>();
    if (!range.above().isEmpty()) {
      conditions.add(row + " > " + parameters);
    }
    if (!range.upTo().isEmpty()) {
      conditions.add(row + " <= " + parameters);
    }
    return " FROM "
        + table.name().sql()
        + " x"
        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
  }

  private static int bind(PreparedStatement statement, int from, List<String> values)
      throws SQLException {
    int next = from;
    for (String value : values) {
      statement.setObject(next++, value, Types.OTHER);
    }
    return next;
  }

  private static List<String> key(ResultSet row, int from, int count) throws SQLException {
    var key = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) {
      key.add(row.getString(from + i));
    }
    return key;
  }

  /** Ends what was read; a row stream must be over before the next statement. */
  void finish() throws SQLException {
    if (!within) {
      connection.commit();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Rows in the order of their hashes, read as they are asked for. */
  static final class RowStream implements AutoCloseable {
    /** A row: what tells it apart, and its digests. */
    record Item(List<String> key, RowDigest digest) {}

    private final PreparedStatement statement;
    private final ResultSet rows;
    private final int keySize;
    private boolean has;

    private RowStream(PreparedStatement statement, int keySize) throws SQLException {
      this.statement = statement;
      this.keySize = keySize;
      rows = statement.executeQuery();
      has = rows.next();
    }

    boolean has() {
      return has;
    }

    /** The hash of the next rows. */
    long hash() throws SQLException {
      return rows.getLong("k");
    }

    /** The rows of the next hash, nearly always one. */
    List<Item> next() throws SQLException {
      long hash = hash();
      var items = new ArrayList<Item>(1);
      while (has && hash() == hash) {
        var digest = new RowDigest(rows.getLong("f"), rows.getLong("s"));
        items.add(
            new Item(
                keySize == 0 ? List.of(Long.toHexString(hash)) : key(rows, 2, keySize), digest));
        has = rows.next();
      }
      return items;
    }

    @Override
    public void close() throws SQLException {
      rows.close();
      statement.close();
    }
  }
}
