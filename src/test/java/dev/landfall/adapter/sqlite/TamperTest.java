package dev.landfall.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Journal.Audit;
import dev.landfall.engine.Journal.Draft;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I10: whatever is done to the rows behind the journal's back, its audit finds it. */
class TamperTest {
  private static final int ENTRIES = 24;
  private static final int TRIALS = 4000;
  private static final List<String> COLUMNS =
      List.of(
          "sequence",
          "workload",
          "version",
          "type",
          "payload",
          "at",
          "\"by\"",
          "why",
          "previous_hash",
          "hash");

  @TempDir Path folder;
  private SqliteJournal journal;
  private Connection behind;

  @BeforeEach
  void writeAHistoryAndTakeTheGuardsAway() throws Exception {
    journal = SqliteJournal.open(folder);
    var random = new SplittableRandom(1);
    var versions = new int[3];
    for (int i = 0; i < ENTRIES; i++) {
      int workload = random.nextInt(3);
      var draft =
          new Draft(
              "Type" + random.nextInt(4),
              "{\"€\":" + random.nextInt(5) + "}",
              Instant.ofEpochSecond(1_780_000_000L + i, random.nextInt(2) * 500_000_000L),
              "ann",
              random.nextBoolean() ? "" : "\ufffd so");
      journal.append("workload-" + workload, versions[workload]++, List.of(draft));
    }
    behind = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("landfall.db"));
    run("PRAGMA synchronous = OFF");
    for (String trigger :
        List.of(
            "entry_is_never_changed",
            "entry_is_never_dropped",
            "entry_is_only_appended",
            "head_only_advances",
            "head_is_never_dropped")) {
      run("DROP TRIGGER " + trigger);
    }
    run("CREATE TABLE entry_before AS SELECT * FROM entry");
    run("CREATE TABLE head_before AS SELECT * FROM head");
    // The guard of SQLite itself would stop some edits; a determined hand takes it away as well.
    run("ALTER TABLE entry RENAME TO strict_entry");
    run("CREATE TABLE entry (" + String.join(", ", COLUMNS) + ")");
    restore();
  }

  @AfterEach
  void close() throws Exception {
    behind.close();
    journal.close();
  }

  @Test
  void theAuditFindsEveryEditInThousandsOfTrials() throws Exception {
    assertThat(journal.audit().fault()).as("before any edit").isEmpty();
    long seed = Long.getLong("landfall.seed", 42);
    var random = new SplittableRandom(seed);
    for (int trial = 0; trial < TRIALS; trial++) {
      String edit = tamper(random);
      Audit audit = journal.audit();
      assertThat(audit.fault()).as("seed %d, trial %d: %s", seed, trial, edit).isPresent();
      restore();
    }
    assertThat(journal.audit().fault()).as("after the last was undone").isEmpty();
  }

  private String tamper(SplittableRandom random) throws SQLException {
    int first = 1 + random.nextInt(ENTRIES);
    int second = 1 + (first + random.nextInt(ENTRIES - 1)) % ENTRIES;
    return switch (random.nextInt(9)) {
      case 0 -> run("DELETE FROM entry WHERE sequence = " + first);
      case 1 -> run("DELETE FROM entry WHERE sequence >= " + first);
      case 2 -> dropAndClose(first);
      case 3 -> swap(first, second);
      case 4 -> run("INSERT INTO entry SELECT * FROM entry WHERE sequence = " + first);
      case 5 -> headOf(random);
      default -> changeByte(random, first);
    };
  }

  /** The later ones move up, so that no number is missing. */
  private String dropAndClose(int sequence) throws SQLException {
    run("DELETE FROM entry WHERE sequence = " + sequence);
    return run("UPDATE entry SET sequence = sequence - 1 WHERE sequence > " + sequence)
        + " after a drop";
  }

  private String swap(int first, int second) throws SQLException {
    return run(
        "UPDATE entry SET sequence = CASE sequence WHEN %1$d THEN %2$d ELSE %1$d END"
                .formatted(first, second)
            + " WHERE sequence IN (%d, %d)".formatted(first, second));
  }

  private String headOf(SplittableRandom random) throws SQLException {
    return switch (random.nextInt(4)) {
      case 0 -> run("DELETE FROM head");
      case 1 -> run("UPDATE head SET sequence = " + random.nextInt(ENTRIES));
      case 2 -> run("UPDATE head SET hash = '" + random.nextInt() + "'");
      default ->
          run(
              "UPDATE head SET (sequence, hash) = (SELECT sequence, hash FROM entry WHERE sequence"
                  + " = "
                  + (1 + random.nextInt(ENTRIES - 1))
                  + ")");
    };
  }

  /** Replaces, inserts or removes one byte of one column of one row; the column keeps its type. */
  private String changeByte(SplittableRandom random, int sequence) throws SQLException {
    String column = COLUMNS.get(random.nextInt(COLUMNS.size()));
    boolean number = column.equals("sequence") || column.equals("version");
    if (number) {
      long delta = random.nextBoolean() ? 1L << random.nextInt(62) : -(1L << random.nextInt(62));
      return run(
          "UPDATE entry SET %s = %s + %d WHERE sequence = %d"
              .formatted(column, column, delta, sequence));
    }
    byte[] before = value(column, sequence);
    byte[] after = mutate(random, before);
    try (PreparedStatement update =
        behind.prepareStatement(
            "UPDATE entry SET " + column + " = CAST(? AS TEXT) WHERE sequence = " + sequence)) {
      update.setBytes(1, after);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
    return "%s of entry %d: %s became %s".formatted(column, sequence, text(before), text(after));
  }

  private static byte[] mutate(SplittableRandom random, byte[] before) {
    int kind = before.length == 0 ? 1 : random.nextInt(3);
    int at = random.nextInt(before.length + (kind == 1 ? 1 : 0));
    byte[] after = new byte[before.length + (kind == 1 ? 1 : kind == 2 ? -1 : 0)];
    System.arraycopy(before, 0, after, 0, at);
    switch (kind) {
      case 0 -> {
        System.arraycopy(before, at, after, at, before.length - at);
        after[at] ^= (byte) (1 + random.nextInt(255));
      }
      case 1 -> {
        after[at] = (byte) random.nextInt(256);
        System.arraycopy(before, at, after, at + 1, before.length - at);
      }
      default -> System.arraycopy(before, at + 1, after, at, before.length - at - 1);
    }
    return after;
  }

  private byte[] value(String column, int sequence) throws SQLException {
    try (Statement statement = behind.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT " + column + " FROM entry WHERE sequence = " + sequence)) {
      return rows.getBytes(1);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void restore() throws SQLException {
    run("BEGIN");
    run("DELETE FROM entry");
    run("INSERT INTO entry SELECT * FROM entry_before");
    run("DELETE FROM head");
    run("INSERT INTO head SELECT * FROM head_before");
    run("COMMIT");
  }

  private String run(String sql) throws SQLException {
    try (Statement statement = behind.createStatement()) {
      statement.executeUpdate(sql);
    }
    return sql;
  }
}
