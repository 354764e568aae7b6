package dev.landfall.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.engine.Journal;
import dev.landfall.engine.JournalContract;
import dev.landfall.problem.OutsideException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest extends JournalContract {
  @TempDir Path folder;

  @Override
  protected Journal open() {
    return SqliteJournal.open(folder, Duration.ofSeconds(5));
  }

  @Test
  void theFileAndItsSideFilesAreReadableByTheirOwnerAlone() throws Exception {
    try (Journal journal = SqliteJournal.open(folder.resolve("new/deep"))) {
      journal.append("shop", 0, List.of(draft(1)));
      try (var files = Files.list(folder.resolve("new/deep"))) {
        assertThat(files.toList())
            .hasSize(3)
            .allSatisfy(file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void whatWasAppendedIsThereAfterOpeningAgain() throws Exception {
    List<Journal.Entry> written;
    try (Journal journal = open()) {
      written = journal.append("shop", 0, List.of(draft(1)));
    }
    try (Journal journal = open()) {
      assertThat(journal.read("shop", 0)).isEqualTo(written);
      assertThat(journal.append("shop", 1, List.of(draft(2)))).hasSize(1);
      assertThat(journal.audit().fault()).isEmpty();
    }
  }

  @Test
  void accidentsInSqlAreRefused() throws Exception {
    try (Journal journal = open();
        Connection connection = behind();
        Statement statement = connection.createStatement()) {
      journal.append("shop", 0, List.of(draft(1), draft(2)));
      for (String accident :
          List.of(
              "UPDATE entry SET why = 'x'",
              "DELETE FROM entry",
              "DELETE FROM entry WHERE sequence = 2",
              "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE sequence = 1",
              "INSERT INTO entry SELECT 9, workload, 9, type, payload, at, \"by\", why,"
                  + " previous_hash, hash FROM entry LIMIT 1",
              "UPDATE head SET sequence = 1",
              "DELETE FROM head")) {
        assertThatThrownBy(() -> statement.executeUpdate(accident))
            .as(accident)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("the history");
      }
      assertThat(journal.audit().fault()).isEmpty();
    }
  }

  @Test
  void anEditedEntryIsNotEvenRead() throws Exception {
    try (Journal journal = open();
        Connection connection = behind();
        Statement statement = connection.createStatement()) {
      journal.append("shop", 0, List.of(draft(1), draft(2), draft(3)));
      statement.executeUpdate("DROP TRIGGER entry_is_never_changed");
      statement.executeUpdate("UPDATE entry SET payload = '{}' WHERE sequence = 2");
      refused(() -> journal.read("shop", 0), SqliteProblem.EDITED, "entry 2");
      assertThat(journal.read("shop", 2)).hasSize(1);
    }
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndLeftAlone() throws Exception {
    Path file = folder.resolve("landfall.db");
    Files.writeString(file, "Dear diary, ".repeat(1000));
    refused(this::open, SqliteProblem.UNREADABLE, file.toString());
    assertThat(Files.readString(file)).startsWith("Dear diary");
  }

  @Test
  void anotherProgramsDatabaseIsRefusedAndLeftAlone() throws Exception {
    try (Connection connection = behind();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE recipe (name TEXT)");
      refused(this::open, SqliteProblem.UNREADABLE, "another program's database");
      statement.executeUpdate("PRAGMA user_version = 1");
      refused(this::open, SqliteProblem.UNREADABLE, "another program's database");
    }
  }

  @Test
  void aFileOfANewerVersionIsRefused() throws Exception {
    open().close();
    try (Connection connection = behind();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 99");
    }
    refused(this::open, SqliteProblem.NEWER_VERSION, "its format is version 99");
  }

  @Test
  void aFileThatSomebodyHoldsTooLongIsReportedAndNothingIsAppended() throws Exception {
    try (Journal journal = SqliteJournal.open(folder, Duration.ofMillis(50));
        Connection connection = behind();
        Statement statement = connection.createStatement()) {
      journal.append("shop", 0, List.of(draft(1)));
      statement.executeUpdate("BEGIN IMMEDIATE");
      refused(
          () -> journal.append("shop", 1, List.of(draft(2))), SqliteProblem.BUSY, "other process");
      assertThat(journal.read("shop", 0)).as("reading goes on").hasSize(1);
      statement.executeUpdate("ROLLBACK");
      assertThat(journal.append("shop", 1, List.of(draft(2)))).hasSize(1);
    }
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> SqliteJournal.open(file))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("cannot create journal");
  }

  private Connection behind() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("landfall.db"));
  }

  private interface Attempt {
    Object run() throws Exception;
  }

  private static void refused(Attempt attempt, SqliteProblem problem, String part) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code()).isEqualTo(problem))
        .hasMessageStartingWith("cannot ")
        .hasMessageContaining(part);
  }
}
