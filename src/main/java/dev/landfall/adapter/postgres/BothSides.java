package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.KeyedTable.Watch;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.problem.OutsideException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A session on each side, asked at the same time. */
final class BothSides implements AutoCloseable {
  /** What one side is asked. */
  interface Question<T> {
    T ask(SideReader side) throws SQLException;
  }

  /** What both answered. */
  record Answers<T>(T source, T target) {
    boolean equal() {
      return java.util.Objects.equals(source, target);
    }
  }

  /** A connection that was dropped on the way answers nothing, ever. */
  private static final Duration OPENING = Duration.ofSeconds(10);

  private final SideReader source;
  private final SideReader target;
  private final ExecutorService second = Executors.newVirtualThreadPerTaskExecutor();

  private final Pseudonyms names;

  private BothSides(SideReader source, SideReader target, Pseudonyms names) {
    this.source = source;
    this.target = target;
    this.names = names;
  }

  /**
   * Signs in on both sides and finds out whether they hash alike.
   *
   * @param timeout how long each side may take for an answer from then on; until then at most ten
   *     seconds
   */
  static BothSides open(PostgresServer source, PostgresServer target, Duration timeout)
      throws SQLException {
    Duration first = timeout.compareTo(OPENING) < 0 ? timeout : OPENING;
    var onSource = new SideReader(source, first);
    SideReader onTarget;
    try {
      onTarget = new SideReader(target, first);
    } catch (SQLException | RuntimeException e) {
      onSource.close();
      throw e;
    }
    var sides = new BothSides(onSource, onTarget, source.names());
    try {
      var digests = new DigestSql(sides.ask(SideReader::probe).equal());
      sides.source.use(digests);
      sides.target.use(digests);
      sides.answerWithin(timeout);
      return sides;
    } catch (SQLException | RuntimeException e) {
      sides.close();
      throw e;
    }
  }

  /** A row, for people; see {@link KeyedTable#describe}. */
  String describe(KeyedTable table, List<String> key) {
    return table.describe(key, names);
  }

  SideReader source() {
    return source;
  }

  SideReader target() {
    return target;
  }

  <T> Answers<T> ask(Question<T> question) throws SQLException {
    Callable<T> there = () -> question.ask(target);
    var other = second.submit(there);
    T here;
    try {
      here = question.ask(source);
    } finally {
      awaitQuietly(other);
    }
    try {
      return new Answers<>(here, other.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OwnSqlException("it was stopped", "57014", e);
    }
  }

  /** Both sessions must be at rest before either is used again. */
  private static void awaitQuietly(java.util.concurrent.Future<?> other) {
    while (!other.isDone()) {
      try {
        Thread.sleep(Duration.ofNanos(200_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  void answerWithin(Duration timeout) throws SQLException {
    source.answersWithin(timeout);
    target.answersWithin(timeout);
  }

  /**
   * The tables as both sides must be read.
   *
   * @throws OutsideException when a side lacks one, or a column of it
   */
  Map<TableName, KeyedTable> tables(Set<TableName> names) throws SQLException {
    var found = ask(side -> side.tables(names));
    var agreed = new LinkedHashMap<TableName, KeyedTable>();
    for (TableName name : new java.util.TreeSet<>(names)) {
      KeyedTable here = found.source().get(name);
      KeyedTable there = found.target().get(name);
      if (here == null || there == null) {
        throw unlike(name, "the " + (here == null ? "source" : "target") + " has no such table");
      }
      try {
        agreed.put(name, here.agreedWith(there));
      } catch (IllegalArgumentException e) {
        throw unlike(name, String.valueOf(e.getMessage()));
      }
    }
    return agreed;
  }

  private static OutsideException unlike(TableName name, String why) {
    return new OutsideException(
        PostgresProblem.LINK,
        "cannot compare " + name + ": " + why + "; make both sides alike again");
  }

  /** Whether every write of the table is known from the log of either side. */
  static boolean watched(KeyedTable table) {
    return table.watch() != Watch.NOTHING;
  }

  @Override
  public void close() throws SQLException {
    second.close();
    try {
      source.close();
    } finally {
      target.close();
    }
  }
}
