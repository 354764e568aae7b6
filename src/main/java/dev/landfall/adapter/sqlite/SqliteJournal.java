package dev.landfall.adapter.sqlite;

import dev.landfall.engine.Chain;
import dev.landfall.engine.Journal;
import dev.landfall.problem.OutsideException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The journal in one SQLite file, {@code landfall.db} in the data folder: one row an event, on disk
 * when {@link #append} returns.
 *
 * <p>Any number of threads may share an instance, and any number of processes the file. There is
 * one connection: appends take turns anyway, and a pool would cost more than it serves.
 *
 * <p>The encoding of the chain is told in {@link Chain}; each of its fields is a column of the
 * table {@code entry}, texts as UTF-8, {@code at} as text. The recorded head is the one row of the
 * table {@code head}.
 */
public final class SqliteJournal implements Journal {
  /** How long another process may hold the file before {@code journal-busy} is answered. */
  public static final Duration BUSY_MAX = Duration.ofSeconds(5);

  private static final String COLUMNS =
      "sequence, workload, version, type, payload, at, \"by\", why, previous_hash, hash";

  private final ReentrantLock lock = new ReentrantLock();
  private final SqliteFile file;
  private final Connection connection;

  private SqliteJournal(SqliteFile file) {
    this.file = file;
    this.connection = file.open();
  }

  /**
   * Opens the journal of a data folder, and makes both when they are not there: the file readable
   * by its owner alone.
   *
   * @throws OutsideException with a code of {@link SqliteProblem}
   */
  public static SqliteJournal open(Path folder) {
    return open(folder, BUSY_MAX);
  }

  /**
   * As {@link #open(Path)}, with another patience.
   *
   * @param busyMax how long another process may hold the file, above zero
   */
  public static SqliteJournal open(Path folder, Duration busyMax) {
    return new SqliteJournal(new SqliteFile(folder, busyMax));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The hash of each entry and the order of their versions are checked on the way, so that
   * nothing is ever decided on an edited history.
   */
  @Override
  public List<Entry> read(String workload, long after) {
    return locked("read", () -> select(workload, after));
  }

  private List<Entry> select(String workload, long after) throws SQLException, EditedEntry {
    String query =
        "SELECT " + COLUMNS + " FROM entry WHERE workload = ? AND version > ? ORDER BY version";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, workload);
      statement.setLong(2, after);
      var entries = new ArrayList<Entry>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Entry entry = entry(rows);
          long expected = after + entries.size() + 1;
          if (entry.version() != expected || !Chain.holds(entry)) {
            throw edited(entry.sequence(), "it is not what was written");
          }
          entries.add(entry);
        }
      }
      return List.copyOf(entries);
    }
  }

  @Override
  public List<Entry> append(String workload, long expectedVersion, List<Draft> drafts)
      throws VersionConflict {
    lock.lock();
    try (Statement statement = connection.createStatement()) {
      // The write lock is taken before the version is read, so nobody can come in between.
      statement.executeUpdate("BEGIN IMMEDIATE");
      try {
        List<Entry> entries = insert(workload, expectedVersion, drafts);
        statement.executeUpdate("COMMIT");
        return entries;
      } catch (SQLException | EditedEntry | VersionConflict | RuntimeException refused) {
        SqliteFile.rollback(statement, refused);
        throw refused;
      }
    } catch (SQLException refused) {
      throw file.problem("append to", refused);
    } catch (EditedEntry edited) {
      throw problem(edited);
    } finally {
      lock.unlock();
    }
  }

  private List<Entry> insert(String workload, long expectedVersion, List<Draft> drafts)
      throws SQLException, EditedEntry, VersionConflict {
    long version = version(workload);
    if (version != expectedVersion) {
      throw new VersionConflict(workload, expectedVersion, version);
    }
    if (drafts.isEmpty()) {
      return List.of();
    }
    Chain.Head head = head().orElseThrow(() -> edited(0, "the recorded head is gone"));
    var entries = new ArrayList<Entry>();
    String insert = "INSERT INTO entry (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (Draft draft : drafts) {
        Entry entry = Chain.next(head, workload, ++version, draft);
        bind(statement, entry);
        statement.executeUpdate();
        entries.add(entry);
        head = Chain.Head.of(entry);
      }
    }
    try (PreparedStatement advance =
        connection.prepareStatement("UPDATE head SET sequence = ?, hash = ?")) {
      advance.setLong(1, head.sequence());
      advance.setString(2, head.hash());
      advance.executeUpdate();
    }
    return List.copyOf(entries);
  }

  private static void bind(PreparedStatement statement, Entry entry) throws SQLException {
    statement.setLong(1, entry.sequence());
    statement.setString(2, entry.workload());
    statement.setLong(3, entry.version());
    statement.setString(4, entry.draft().type());
    statement.setString(5, entry.draft().payload());
    statement.setString(6, entry.draft().at().toString());
    statement.setString(7, entry.draft().by());
    statement.setString(8, entry.draft().why());
    statement.setString(9, entry.previousHash());
    statement.setString(10, entry.hash());
  }

  private long version(String workload) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT max(version) FROM entry WHERE workload = ?")) {
      statement.setString(1, workload);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.getLong(1);
      }
    }
  }

  private Optional<Chain.Head> head() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT sequence, hash FROM head")) {
      return rows.next()
          ? Optional.of(new Chain.Head(rows.getLong(1), rows.getString(2)))
          : Optional.empty();
    }
  }

  @Override
  public List<String> workloads() {
    return locked(
        "read",
        () -> {
          var names = new ArrayList<String>();
          try (Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery(
                      "SELECT workload FROM entry GROUP BY workload ORDER BY min(sequence)")) {
            while (rows.next()) {
              names.add(rows.getString(1));
            }
          }
          return List.copyOf(names);
        });
  }

  @Override
  public Audit audit() {
    return locked(
        "read",
        () -> {
          try (Statement statement = connection.createStatement()) {
            // One snapshot for entries and head: appends by others go on meanwhile.
            statement.executeUpdate("BEGIN");
            try {
              return verify(statement);
            } finally {
              statement.executeUpdate("ROLLBACK");
            }
          }
        });
  }

  private Audit verify(Statement statement) throws SQLException {
    var verifier = new Chain.Verifier();
    try (ResultSet rows =
        statement.executeQuery("SELECT " + COLUMNS + " FROM entry ORDER BY sequence")) {
      while (rows.next()) {
        try {
          verifier.accept(entry(rows));
        } catch (EditedEntry edited) {
          verifier.unreadable(edited.seen);
        }
      }
    }
    return verifier.finish(head());
  }

  @Override
  public void close() {
    locked(
        "close",
        () -> {
          connection.close();
          return true;
        });
  }

  private static Entry entry(ResultSet rows) throws SQLException, EditedEntry {
    long sequence = rows.getLong(1);
    String at = text(rows, sequence, 6);
    Draft draft =
        new Draft(
            text(rows, sequence, 4),
            text(rows, sequence, 5),
            instant(sequence, at),
            text(rows, sequence, 7),
            text(rows, sequence, 8));
    return new Entry(
        sequence,
        text(rows, sequence, 2),
        rows.getLong(3),
        draft,
        text(rows, sequence, 9),
        text(rows, sequence, 10));
  }

  /** The driver would put a placeholder for bytes that are no UTF-8, and hide an edit with it. */
  private static String text(ResultSet rows, long sequence, int column)
      throws SQLException, EditedEntry {
    byte[] bytes = rows.getBytes(column);
    if (bytes == null) {
      throw edited(sequence, "column " + column + " is empty");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw edited(sequence, "column " + column + " is not UTF-8");
    }
  }

  /** Only the one way of writing an instant is taken, for the hash is over the text. */
  private static Instant instant(long sequence, String text) throws EditedEntry {
    try {
      Instant at = Instant.parse(text);
      if (at.toString().equals(text)) {
        return at;
      }
    } catch (DateTimeException notTime) {
      throw edited(sequence, "its time reads \"" + text + "\"");
    }
    throw edited(sequence, "its time reads \"" + text + "\"");
  }

  private static EditedEntry edited(long sequence, String seen) {
    return new EditedEntry("entry " + sequence + ": " + seen);
  }

  /** A row that this program cannot have written. */
  private static final class EditedEntry extends Exception {
    private static final long serialVersionUID = 1;
    private final String seen;

    private EditedEntry(String seen) {
      super(seen);
      this.seen = seen;
    }
  }

  private OutsideException problem(EditedEntry edited) {
    return new OutsideException(
        SqliteProblem.EDITED,
        ("cannot read journal %s: %s; find who edited the file (landfall audit verify)"
                + " and restore it from a copy")
            .formatted(file.path(), edited.seen),
        edited);
  }

  private interface Work<T> {
    T run() throws SQLException, EditedEntry;
  }

  private <T> T locked(String verb, Work<T> work) {
    lock.lock();
    try {
      return work.run();
    } catch (SQLException refused) {
      throw file.problem(verb, refused);
    } catch (EditedEntry edited) {
      throw problem(edited);
    } finally {
      lock.unlock();
    }
  }
}
