package dev.landfall.adapter.sqlite;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The state file of a data folder: makes it, brings its schema up to date, opens connections to it,
 * and says in words what it refuses.
 *
 * <p>The schema's version is SQLite's own {@code user_version}, and each step a numbered script. A
 * migration tool would cost every command line call more than all the rest of opening.
 */
final class SqliteFile {
  /** The file's name in the data folder. */
  static final String NAME = "landfall.db";

  /** "LFAL", SQLite's own field for whose file this is. */
  private static final int APPLICATION_ID = 0x4C46414C;

  private static final List<String> SCRIPTS = List.of("001-journal.sql", "002-leases.sql");

  private final Path path;
  private final Duration busyMax;

  /**
   * @param folder the data folder; made when it is not there
   * @param busyMax how long to wait for another process that holds the file, above zero
   */
  SqliteFile(Path folder, Duration busyMax) {
    this.path = folder.resolve(NAME);
    this.busyMax = busyMax;
  }

  Path path() {
    return path;
  }

  /** A connection to the file, which has the newest schema; the caller closes it. */
  Connection open() {
    create();
    Connection connection = null;
    try {
      connection = connect();
      upgrade(connection);
      return connection;
    } catch (SQLException refused) {
      close(connection, refused);
      throw problem("open", refused);
    } catch (OutsideException refused) {
      close(connection, refused);
      throw refused;
    }
  }

  /** Owner-only from the first moment; SQLite gives its side files the same rights. */
  private void create() {
    if (Files.exists(path)) {
      return;
    }
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      Files.createDirectories(
          path.toAbsolutePath().getParent(), posix ? owner("rwx------") : new FileAttribute<?>[0]);
      Files.createFile(path, posix ? owner("rw-------") : new FileAttribute<?>[0]);
    } catch (FileAlreadyExistsException other) {
      if (!Files.isRegularFile(path)) {
        throw new OutsideException(
            SqliteProblem.UNREADABLE,
            "cannot create journal %s: %s is no folder; choose another data folder"
                .formatted(path, other.getFile()),
            other);
      }
      // Another process was faster by a moment; its file is as good.
    } catch (IOException refused) {
      throw new OutsideException(
          SqliteProblem.READ_ONLY,
          "cannot create journal %s: %s; make the folder writable for this user"
              .formatted(path, refused),
          refused);
    }
  }

  private static FileAttribute<?>[] owner(String rights) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
    };
  }

  private Connection connect() throws SQLException {
    // Not through DriverManager: it would look for every driver on the class path first.
    return JDBC.createConnection(url(), config().toProperties());
  }

  /** Connections to the file, which {@link #open} has made before; each is a new one. */
  DataSource dataSource() {
    var source = new SQLiteDataSource(config());
    source.setUrl(url());
    return source;
  }

  private String url() {
    return "jdbc:sqlite:" + path;
  }

  private SQLiteConfig config() {
    var config = new SQLiteConfig();
    config.setBusyTimeout(Math.toIntExact(busyMax.toMillis()));
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    return config;
  }

  private void upgrade(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int version = number(statement, "PRAGMA user_version");
      if (version == SCRIPTS.size()
          && number(statement, "PRAGMA application_id") == APPLICATION_ID) {
        return;
      }
      makeWriteAhead(statement);
      statement.executeUpdate("BEGIN IMMEDIATE");
      try {
        // Read again: another process may have been upgrading while this one waited for the lock.
        version = number(statement, "PRAGMA user_version");
        refuseForeign(statement, version);
        for (int step = version; step < SCRIPTS.size(); step++) {
          statement.executeUpdate(script(SCRIPTS.get(step)));
        }
        statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
        statement.executeUpdate("PRAGMA user_version = " + SCRIPTS.size());
        statement.executeUpdate("COMMIT");
      } catch (SQLException | OutsideException refused) {
        rollback(statement, refused);
        throw refused;
      }
    }
  }

  private void refuseForeign(Statement statement, int version) throws SQLException {
    boolean ours = number(statement, "PRAGMA application_id") == APPLICATION_ID;
    if (ours && version > SCRIPTS.size()) {
      throw new OutsideException(
          SqliteProblem.NEWER_VERSION,
          ("cannot open journal %s: its format is version %d and this Landfall knows up to %d;"
                  + " use the newer Landfall that wrote it")
              .formatted(path, version, SCRIPTS.size()));
    }
    boolean used = version != 0 || number(statement, "SELECT count(*) FROM sqlite_schema") > 0;
    if (used && !ours) {
      throw new OutsideException(
          SqliteProblem.UNREADABLE,
          "cannot open journal %s: it is another program's database; choose another data folder"
              .formatted(path));
    }
  }

  /**
   * Readers and one writer at once, and one fsync for an append. The mode is kept in the file.
   * SQLite answers "locked" at once, without its usual patience, when two processes make the file
   * at the same moment, so the patience is here.
   */
  private void makeWriteAhead(Statement statement) throws SQLException {
    long end = System.nanoTime() + busyMax.toNanos();
    while (true) {
      try {
        statement.execute("PRAGMA journal_mode = WAL");
        return;
      } catch (SQLException refused) {
        if (!isBusy(refused) || System.nanoTime() - end > 0) {
          throw refused;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while opening the journal", stopped);
    }
  }

  private static int number(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return rows.getInt(1);
    }
  }

  private static String script(String name) {
    try (InputStream in = SqliteFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the script " + name + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException damaged) {
      throw new IllegalStateException("the script " + name + " cannot be read", damaged);
    }
  }

  /** Undoes what is under way; what was wrong in the first place stays the exception. */
  static void rollback(Statement statement, Exception first) {
    try {
      statement.executeUpdate("ROLLBACK");
    } catch (SQLException second) {
      // SQLite has usually rolled back by itself, and says that there is nothing to do.
      first.addSuppressed(second);
    }
  }

  private static void close(@org.jspecify.annotations.Nullable Connection open, Exception first) {
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (SQLException second) {
      first.addSuppressed(second);
    }
  }

  static boolean isBusy(SQLException refused) {
    return refused instanceof SQLiteException coded
        && (primary(coded) == SQLiteErrorCode.SQLITE_BUSY.code
            || primary(coded) == SQLiteErrorCode.SQLITE_LOCKED.code);
  }

  private static int primary(SQLiteException refused) {
    // The lower byte of an extended code is the code that it extends.
    return refused.getResultCode().code & 0xff;
  }

  /**
   * What the file refused, in words.
   *
   * @param verb what was tried: {@code open}, {@code read}, {@code append to}
   */
  OutsideException problem(String verb, SQLException refused) {
    SqliteProblem problem =
        refused instanceof SQLiteException coded ? classify(coded) : SqliteProblem.UNREADABLE;
    String remedy =
        switch (problem) {
          case READ_ONLY -> "make the file and its folder writable for this user";
          case FULL -> "make room on the disk; nothing was lost, and work goes on by itself";
          case BUSY -> "see which other process has it open; waited " + busyMax;
          case NEWER_VERSION -> "use the newer Landfall that wrote it";
          case UNREADABLE, EDITED -> "restore the file from a copy, or choose another data folder";
        };
    return new OutsideException(
        problem,
        "cannot %s journal %s: %s; %s".formatted(verb, path, refused.getMessage(), remedy),
        refused);
  }

  private SqliteProblem classify(SQLiteException refused) {
    int code = primary(refused);
    if (code == SQLiteErrorCode.SQLITE_READONLY.code || code == SQLiteErrorCode.SQLITE_PERM.code) {
      return SqliteProblem.READ_ONLY;
    }
    // The second is what a full disk does to the shared index of the write-ahead log.
    if (code == SQLiteErrorCode.SQLITE_FULL.code
        || refused.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
      return SqliteProblem.FULL;
    }
    if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
      return SqliteProblem.BUSY;
    }
    // SQLite cannot even read a write-ahead database when it may not make its side files.
    boolean writable =
        Files.isWritable(path) && Files.isWritable(path.toAbsolutePath().getParent());
    if (code == SQLiteErrorCode.SQLITE_CANTOPEN.code && Files.exists(path) && !writable) {
      return SqliteProblem.READ_ONLY;
    }
    return SqliteProblem.UNREADABLE;
  }
}
