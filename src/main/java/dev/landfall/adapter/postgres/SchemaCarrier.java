package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.SchemaItem.Phase;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CopyProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Makes the source's schema on the target, from the source's catalogs. What is there already in
 * equal form stays; the target remembers in {@code landfall.carried} what was made from which
 * statement, because servers of two versions print the same thing differently.
 *
 * <p>Within a phase the order is that in which the source's things were made. What fails for want
 * of another is tried again as long as anything succeeds, so no graph of dependencies is kept.
 */
final class SchemaCarrier {
  /** Statements of one transaction; each takes a few locks, of which a server has few. */
  private static final int AT_ONCE = 100;

  /** What several sessions may take at once, unless the server allows each more than that. */
  private static final String MEMORY =
      "SELECT set_config('maintenance_work_mem', '256MB', false) WHERE 262144 > (SELECT"
          + " setting::bigint FROM pg_settings WHERE name = 'maintenance_work_mem')";

  /** The largest first. */
  private static final String ANALYZED =
      "SELECT format('%I.%I', n.nspname, c.relname), pg_relation_size(c.oid)"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence = 'p' AND "
          + CopyTable.OUR_SCHEMAS_NOT
          + " ORDER BY 2 DESC, c.oid";

  /** From this size on an index is a worker's whole task. */
  private static final long LARGE_BYTES = 8L << 20;

  private final PostgresServer source;
  private final PostgresServer target;
  private final boolean given;
  private final int workers;
  private final OpenSessions open = new OpenSessions();

  SchemaCarrier(PostgresServer source, PostgresServer target, boolean given, int workers) {
    this.source = source;
    this.target = target;
    this.given = given;
    this.workers = workers;
  }

  void stop() {
    open.stop();
  }

  void beforeRows() {
    try (var from = source.connect("schema");
        var to = session()) {
      CopyLedger.install(to);
      if (given) {
        refuseDifferent(from, to);
        return;
      }
      var both = read(from, to, SchemaReader::beforeRows);
      var missing = missing(both.wanted(), both.there(), to);
      Map<SchemaItem, SQLException> failed = make(to, missing, new CopyMeter("schema", 0, 0, 0));
      failed.keySet().removeIf(item -> item.phase().mayWait());
      refuse(failed);
    } catch (SQLException e) {
      throw failed("schema", e);
    }
  }

  void afterRows(Consumer<CopyProgress> progress) {
    if (given) {
      return;
    }
    try (var from = source.connect("schema");
        var to = session()) {
      var before = read(from, to, SchemaReader::beforeRows);
      before.wanted().removeIf(item -> !item.phase().mayWait());
      var missing = missing(before.wanted(), before.there(), to);
      var after = read(from, to, SchemaLateReader::afterRows);
      missing.addAll(missing(after.wanted(), after.there(), to));
      var indexes = new ArrayList<SchemaItem>();
      var rest = new ArrayList<SchemaItem>();
      for (SchemaItem item : missing) {
        (item.phase() == SchemaItem.Phase.KEY_OR_INDEX ? indexes : rest).add(item);
      }
      var meter = new CopyMeter("indexes", indexes.size(), 0, 0);
      rest.addAll(0, index(indexes, meter, progress));
      var others = new CopyMeter("constraints", rest.size(), 0, 0);
      progress.accept(others.look(System.nanoTime()));
      refuse(make(to, rest, others));
      analyze(to, progress);
    } catch (SQLException e) {
      throw failed("schema", e);
    }
  }

  private interface Reading {
    List<SchemaItem> of(Connection connection) throws SQLException;
  }

  private record Both(List<SchemaItem> wanted, List<SchemaItem> there) {}

  /** Both sides at the same time: some dozens of questions, each a way there and back. */
  private static Both read(Connection from, Connection to, Reading reading) throws SQLException {
    var there = new CompletableFuture<List<SchemaItem>>();
    Thread.ofVirtual()
        .name("schema of the target")
        .start(() -> {
          try {
            there.complete(reading.of(to));
          } catch (SQLException | RuntimeException e) {
            there.completeExceptionally(e);
          }
        });
    try {
      List<SchemaItem> wanted = reading.of(from);
      return new Both(wanted, there.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OwnSqlException("it was stopped", "57014", e);
    }
  }

  /** Without statistics, the first users on the target would wait for bad plans. */
  private void analyze(Connection to, Consumer<CopyProgress> progress) throws SQLException {
    var tables =
        new Catalog(to)
            .rows(
                ANALYZED,
                row -> new SchemaItem(Phase.COMMENT, "", "", row.getString(1), row.getLong(2)));
    var tasks = new ConcurrentLinkedQueue<>(tasks(tables));
    var meter = new CopyMeter("statistics", tables.size(), 0, 0);
    new Crew("statistics")
        .run(
            Math.clamp(tasks.size(), 1, workers),
            () -> {
              try (var session = session()) {
                List<SchemaItem> task;
                while (!open.stopped() && (task = tasks.poll()) != null) {
                  new Catalog(session)
                      .run(
                          task.stream()
                              .map(SchemaItem::sql)
                              .collect(Collectors.joining(", ", "ANALYZE ", "")));
                  task.forEach(_ -> meter.tableDone());
                }
              }
            },
            () -> progress.accept(meter.look(System.nanoTime())));
  }

  private void refuseDifferent(Connection from, Connection to) throws SQLException {
    List<String> differences = SchemaCompare.differences(from, to);
    if (!differences.isEmpty()) {
      throw new OutsideException(
          PostgresProblem.COPY,
          "cannot copy into the given schema: "
              + differences.size()
              + " differences, the first: "
              + differences.getFirst()
              + "; make both equal");
    }
  }

  /** What must be made; refuses what is there in another form. */
  private static List<SchemaItem> missing(
      List<SchemaItem> wanted, List<SchemaItem> there, Connection to) throws SQLException {
    var have = new HashMap<String, String>();
    there.forEach(item -> have.put(item.id(), item.sql()));
    var carried = new HashMap<String, String>();
    new Catalog(to)
        .rows(
            "SELECT item, made FROM landfall.carried",
            row -> carried.put(Catalog.text(row, 1), Catalog.text(row, 2)) == null);
    var missing = new ArrayList<SchemaItem>();
    for (SchemaItem item : wanted) {
      String found = have.get(item.id());
      if (found == null) {
        missing.add(item);
      } else if (!item.phase().anyWillDo()
          && !item.sql().equals(found)
          && !item.sql().equals(carried.get(item.id()))) {
        throw new OutsideException(
            PostgresProblem.COPY,
            "cannot carry over "
                + item.id()
                + ": the target has one that is not equal; drop it there and start again, or make"
                + " the whole schema yourself and say schema: given");
      }
    }
    return missing;
  }

  private static void refuse(Map<SchemaItem, SQLException> failed) {
    if (failed.isEmpty()) {
      return;
    }
    var first = failed.entrySet().iterator().next();
    throw new OutsideException(
        PostgresProblem.COPY,
        "cannot carry over "
            + first.getKey().id()
            + (failed.size() > 1 ? " and " + (failed.size() - 1) + " more" : "")
            + ": "
            + PostgresProblem.told(first.getValue())
            + "; make it on the target by hand and start again: it goes on",
        first.getValue());
  }

  /** Makes things one phase after the other; answers what could not be made, and why. */
  private Map<SchemaItem, SQLException> make(Connection to, List<SchemaItem> items, CopyMeter meter)
      throws SQLException {
    var failed = new LinkedHashMap<SchemaItem, SQLException>();
    List<SchemaItem> left = items;
    do {
      items = left;
      failed.clear();
      for (SchemaItem.Phase phase : SchemaItem.Phase.values()) {
        var some = items.stream().filter(item -> item.phase() == phase).toList();
        for (int i = 0; i < some.size(); i += AT_ONCE) {
          failed.putAll(together(to, some.subList(i, Math.min(some.size(), i + AT_ONCE)), meter));
        }
      }
      left = List.copyOf(failed.keySet());
    } while (!left.isEmpty() && left.size() < items.size());
    return failed;
  }

  /** In one transaction when all goes well, else each alone. */
  private Map<SchemaItem, SQLException> together(
      Connection to, List<SchemaItem> items, CopyMeter meter) throws SQLException {
    var failed = new LinkedHashMap<SchemaItem, SQLException>();
    try {
      transact(to, items);
      items.forEach(_ -> meter.tableDone());
    } catch (SQLException whole) {
      refuseLost(whole);
      for (SchemaItem item : items) {
        try {
          transact(to, List.of(item));
          meter.tableDone();
        } catch (SQLException e) {
          refuseLost(e);
          failed.put(item, e);
        }
      }
    }
    return failed;
  }

  /** Without the connection, or without room, nothing else will succeed either. */
  private static void refuseLost(SQLException e) throws SQLException {
    String state = Catalog.state(e);
    if (state.startsWith("08") || state.startsWith("57") || state.startsWith("53")) {
      throw e;
    }
  }

  private static void transact(Connection to, List<SchemaItem> items) throws SQLException {
    to.setAutoCommit(false);
    try (var statement = to.createStatement();
        var record =
            to.prepareStatement(
                "INSERT INTO landfall.carried(item, made) VALUES (?, ?)"
                    + " ON CONFLICT (item) DO UPDATE SET made = excluded.made")) {
      statement.setEscapeProcessing(false);
      for (SchemaItem item : items) {
        statement.execute(asOne(item.sql()));
        record.setString(1, item.id());
        record.setString(2, item.sql());
        record.addBatch();
      }
      record.executeBatch();
      to.commit();
    } catch (SQLException e) {
      if (!to.isClosed()) {
        to.rollback();
      }
      throw e;
    } finally {
      if (!to.isClosed()) {
        to.setAutoCommit(true);
      }
    }
  }

  /** A body of SQL itself has semicolons, at which the driver would take it apart. */
  private static String asOne(String sql) {
    return sql.contains("BEGIN ATOMIC")
        ? "DO " + Catalog.literal("BEGIN EXECUTE " + Catalog.literal(sql) + "; END")
        : sql;
  }

  /** Builds keys and indexes with all workers; answers what has to be tried again. */
  private List<SchemaItem> index(
      List<SchemaItem> items, CopyMeter meter, Consumer<CopyProgress> progress) {
    var tasks = new ConcurrentLinkedQueue<>(tasks(items));
    var again = new ConcurrentLinkedQueue<SchemaItem>();
    int count = Math.clamp(tasks.size(), 1, workers);
    new Crew("schema")
        .run(
            count,
            () -> {
              try (var to = session()) {
                List<SchemaItem> task;
                while (!open.stopped() && (task = tasks.poll()) != null) {
                  again.addAll(together(to, task, meter).keySet());
                }
              }
            },
            () -> progress.accept(meter.look(System.nanoTime())));
    return List.copyOf(again);
  }

  /** A large table's indexes each alone, largest first; small tables' together, by table. */
  private static List<List<SchemaItem>> tasks(List<SchemaItem> items) {
    var tasks = new ArrayList<List<SchemaItem>>();
    var small = new ArrayList<SchemaItem>();
    items.stream()
        .filter(item -> item.bytes() >= LARGE_BYTES)
        .sorted(Comparator.comparingLong(SchemaItem::bytes).reversed())
        .forEach(item -> tasks.add(List.of(item)));
    String table = "";
    for (SchemaItem item : items.stream().filter(each -> each.bytes() < LARGE_BYTES).toList()) {
      if (small.size() >= AT_ONCE && !item.table().equals(table)) {
        tasks.add(List.copyOf(small));
        small.clear();
      }
      table = item.table();
      small.add(item);
    }
    if (!small.isEmpty()) {
      tasks.add(List.copyOf(small));
    }
    return tasks;
  }

  private Connection session() {
    if (open.stopped()) {
      throw new OutsideException(PostgresProblem.COPY, "cannot carry the schema: stopped");
    }
    Connection connection = target.connect("schema");
    open.add(connection);
    try {
      new Catalog(connection).run("SET check_function_bodies = off; " + MEMORY);
    } catch (SQLException e) {
      throw failed("schema", e);
    }
    return connection;
  }

  private static OutsideException failed(String what, SQLException e) {
    return TableCopier.failed(what, e);
  }
}
