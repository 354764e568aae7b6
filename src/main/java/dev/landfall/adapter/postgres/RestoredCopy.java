package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SideReader.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares a database, as one snapshot of it shows it, with a copy that was restored: by the
 * digests of every table by which both sides of a link are compared, and by what else the schema
 * has.
 */
final class RestoredCopy {
  private static final String LARGE_OBJECTS =
      "SELECT count(*)::text FROM pg_catalog.pg_largeobject_metadata";

  /** What a backup may leave out by design, so that no difference would tell anything. */
  private static final String UNCOMPARED =
      """
      SELECT pg_catalog.format('%s %s.%s', CASE WHEN c.relkind = 'f' THEN 'foreign table'
               WHEN c.relpersistence = 'u' THEN 'unlogged table' ELSE 'table of an extension' END,
             n.nspname, c.relname)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (c.relkind = 'f' OR c.relkind = 'r' AND (c.relpersistence = 'u'
             OR EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                          AND e.objid = c.oid AND e.deptype = 'e')))
      ORDER BY 1
      """;

  private final Connection snapshot;
  private final Connection restored;
  private final long deadline;
  private final List<String> lines = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private long rows;

  /**
   * @param snapshot a session in a transaction of isolation level repeatable read
   * @param restored a session in a transaction
   * @param lasting how long all of it may take
   */
  RestoredCopy(Connection snapshot, Connection restored, Duration lasting) {
    this.snapshot = snapshot;
    this.restored = restored;
    deadline = System.nanoTime() + lasting.toNanos();
  }

  /**
   * Compares everything.
   *
   * @param sequences where they stood when the snapshot was taken, or before
   */
  PostgresDatabase.Compared compare(List<Sequences.Position> sequences) throws SQLException {
    compareSchemas();
    SideReader here = SideReader.within(snapshot, left());
    SideReader there = SideReader.within(restored, left());
    var digests = new DigestSql(here.probe().equals(there.probe()));
    here.use(digests);
    there.use(digests);
    var names = new TreeSet<>(here.names());
    Map<TableName, KeyedTable> tables = here.tables(names);
    Map<TableName, KeyedTable> copies = there.tables(names);
    for (var each : new TreeMap<>(tables).entrySet()) {
      KeyedTable copy = copies.get(each.getKey());
      if (copy == null) {
        differs(each.getKey() + " is missing");
      } else {
        compare(here, there, each.getValue(), copy);
      }
    }
    compareSequences(sequences);
    compareLargeObjects();
    for (String each : texts(snapshot, UNCOMPARED)) {
      lines.add(each + " is not compared");
    }
    return new PostgresDatabase.Compared(tables.size(), rows, lines, differences);
  }

  private void compare(SideReader here, SideReader there, KeyedTable table, KeyedTable copy)
      throws SQLException {
    KeyedTable agreed;
    try {
      agreed = table.agreedWith(copy);
    } catch (IllegalArgumentException e) {
      differs(table.name() + " has other columns");
      return;
    }
    here.answersWithin(left());
    Digest one = here.digest(agreed, SideReader.ALL);
    there.answersWithin(left());
    Digest other = there.digest(agreed, SideReader.ALL);
    rows += one.count();
    lines.add(
        "%s: %d rows, %d restored, %s"
            .formatted(
                table.name(),
                one.count(),
                other.count(),
                one.equals(other) ? "equal" : "not equal"));
    if (!one.equals(other)) {
      differs(
          one.count() == other.count()
              ? "of %s %d rows were restored, and not all are equal"
                  .formatted(table.name(), one.count())
              : "%s has %d rows, and %d were restored"
                  .formatted(table.name(), one.count(), other.count()));
    }
  }

  /** What is left of the time; an answer that takes longer breaks the connection. */
  private Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }

  private void compareSchemas() throws SQLException {
    var there = new TreeSet<String>();
    for (List<SchemaItem> items : schema(restored)) {
      items.forEach(item -> there.add(item.id()));
    }
    int count = 0;
    for (List<SchemaItem> items : schema(snapshot)) {
      for (SchemaItem item : items) {
        count++;
        if (!there.contains(item.id()) && item.phase() != SchemaItem.Phase.TABLE) {
          differs(item.id() + " is missing");
        }
      }
    }
    lines.add(count + " parts of the schema compared by their names");
  }

  private static List<List<SchemaItem>> schema(Connection connection) throws SQLException {
    return List.of(SchemaReader.beforeRows(connection), SchemaLateReader.afterRows(connection));
  }

  /** They are no part of a snapshot: a copy of them may be later than it, and never earlier. */
  private void compareSequences(List<Sequences.Position> begun) throws SQLException {
    var copies = new HashMap<String, Sequences.Position>();
    Sequences.read(restored).forEach(each -> copies.put(each.name(), each));
    for (Sequences.Position each : begun) {
      Sequences.Position copy = copies.get(each.name());
      if (copy == null) {
        continue; // Told by the comparison of the schemas.
      }
      boolean behind = each.increment() > 0 ? copy.last() < each.last() : copy.last() > each.last();
      if (behind || (copy.last() == each.last() && each.called() && !copy.called())) {
        differs("sequence " + each.name() + " was restored to an earlier value");
      }
    }
    lines.add(begun.size() + " sequences compared");
  }

  /** By their number: reading them takes the server long, and a lost one is what is to be found. */
  private void compareLargeObjects() throws SQLException {
    String here = texts(snapshot, LARGE_OBJECTS).getFirst();
    String there = texts(restored, LARGE_OBJECTS).getFirst();
    lines.add("%s large objects, %s restored, counted only".formatted(here, there));
    if (!here.equals(there)) {
      differs("there are %s large objects, and %s were restored".formatted(here, there));
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private void differs(String what) {
    differences.add(what);
  }
}
