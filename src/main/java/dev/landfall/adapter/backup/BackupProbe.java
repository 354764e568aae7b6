package dev.landfall.adapter.backup;

import dev.landfall.adapter.backup.Database.Compared;
import dev.landfall.engine.Probe;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A check that a backup can be restored, in time, and to what it was taken of: one snapshot is
 * backed up, and compared with the copy.
 *
 * <p>What a program or a server says of an error may quote rows, in any language and form, so that
 * none of it is told: only how a program ended, and where PostgreSQL's own are known to say why.
 */
public final class BackupProbe implements Probe {
  private static final int SHOWN_MAX = 10;
  private static final String LOCKED = "55P03";

  private final Asked asked;
  private final Database source;
  private final Database scratch;
  private final Map<String, Database> production;
  private final Tools tools;
  private final Runner runner;

  /**
   * What is wanted.
   *
   * @param whose tells this check from others: workload, gate and asset
   * @param rpo how much may be lost at most
   * @param rto how long a restore may take at most
   * @param every how often backups are made
   * @param folder where the backup lies meanwhile
   * @param told what programs of the user's own are told, by the names of variables
   * @param timeout for all of it
   */
  public record Asked(
      String whose,
      Duration rpo,
      Duration rto,
      Duration every,
      Path folder,
      Map<String, String> told,
      Duration timeout) {
    /** Takes a copy. */
    public Asked {
      told = Map.copyOf(told);
    }
  }

  /** Runs a program to its end. */
  public interface Runner {
    /**
     * How it ended.
     *
     * @param complaint the beginning of what it wrote to standard error, on one line; may have rows
     */
    record End(int code, String complaint) {}

    /**
     * Runs it without a shell.
     *
     * @param environment all of it
     * @throws OutsideException when it cannot be started, or takes too long
     */
    End run(List<String> words, Map<String, String> environment, Duration limit);
  }

  /**
   * A check of one database.
   *
   * @param scratch a database of the server for the copy, to sign in to
   * @param production every side of the workload, by what it is: the copy may be on none of them
   */
  public BackupProbe(
      Asked asked,
      Database source,
      Database scratch,
      Map<String, Database> production,
      Tools tools,
      Runner runner) {
    this.asked = asked;
    this.source = source;
    this.scratch = scratch;
    this.production = new TreeMap<>(production);
    this.tools = tools;
    this.runner = runner;
  }

  /** What was found so far, and until when there is time. */
  private record Notes(List<String> faults, List<String> lines, long deadline) {
    Duration left() {
      return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }
  }

  @Override
  public Observation look() {
    long deadline = System.nanoTime() + asked.timeout().toNanos();
    var notes = new Notes(new ArrayList<>(), new ArrayList<>(), deadline);
    try (Connection server = scratch.on(Scratch.LOCKED_IN).connect()) {
      String identifier = refuseProduction(server);
      try (Scratch place =
          Scratch.begin(server, identifier, Scratch.name(asked.whose()), asked.folder())) {
        tryOut(place, notes);
      }
    } catch (OutsideException e) {
      notes.faults().add(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      notes
          .faults()
          .add(
              LOCKED.equals(e.getSQLState())
                  ? "a table is locked by somebody else (55P03); try again"
                  : "PostgreSQL answered " + e.getSQLState());
    } catch (IOException e) {
      notes
          .faults()
          .add("the folder of the backup cannot be used: " + e.getClass().getSimpleName());
    }
    notes.faults().forEach(fault -> notes.lines().add("fault: " + fault));
    return new Observation(
        notes.faults().isEmpty(),
        String.join("; ", notes.faults()),
        String.join("\n", notes.lines()) + "\n");
  }

  /** By the number that every cluster gets when it is made; a standby has that of its primary. */
  private String refuseProduction(Connection server) throws SQLException {
    String ours =
        text(server, "SELECT system_identifier::text FROM pg_control_system()").getFirst();
    for (var each : production.entrySet()) {
      try (Connection side = each.getValue().connect()) {
        String theirs =
            text(side, "SELECT system_identifier::text FROM pg_control_system()").getFirst();
        if (theirs.equals(ours)) {
          throw new OutsideException(
              BackupProblem.PRODUCTION,
              "cannot restore a backup: the server for the copy is that of %s, or a standby of it; name another under scratch"
                  .formatted(each.getKey()));
        }
      }
    }
    return ours;
  }

  private void tryOut(Scratch place, Notes notes) throws SQLException, IOException {
    try (Connection snapshot = source.connect()) {
      snapshot.setAutoCommit(false);
      snapshot.setReadOnly(true);
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (var statement = snapshot.createStatement()) {
        // Whoever waits for a lock keeps all others waiting behind.
        statement.execute("SET lock_timeout = '5s'");
      }
      String id = text(snapshot, "SELECT pg_export_snapshot()").getFirst();
      long point = System.nanoTime();
      Database.Witness witness = source.witness(snapshot);
      take(place, id, notes);
      recoveryPoint(Duration.ofNanos(System.nanoTime() - point), notes);
      long begun = System.nanoTime();
      Database copy = restore(place, likeness(snapshot), notes);
      try (Connection restored = copy.connect()) {
        restored.setAutoCommit(false);
        text(restored, "SELECT count(*)::text FROM pg_class");
        recoveryTime(Duration.ofNanos(System.nanoTime() - begun), notes);
        compare(witness, restored, notes);
      }
    } finally {
      remove(place, notes);
    }
  }

  private static List<String> likeness(Connection snapshot) throws SQLException {
    return text(
        snapshot,
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
            + " WHERE datname = current_database()");
  }

  private void take(Scratch place, String snapshot, Notes notes) throws IOException {
    var more = new HashMap<>(source.environment());
    more.put("LANDFALL_SNAPSHOT", snapshot);
    run(tools.taking(snapshot, place.folder()), more, place, "the backup cannot be taken", notes);
    long bytes;
    try (var files = Files.walk(place.folder())) {
      bytes = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
    notes.lines().add("the backup has %d bytes".formatted(bytes));
  }

  private Database restore(Scratch place, List<String> likeness, Notes notes) throws SQLException {
    place.create(likeness);
    Database copy = scratch.on(place.name());
    run(
        tools.restoring(place.name(), place.folder()),
        new HashMap<>(copy.environment()),
        place,
        "the backup cannot be restored",
        notes);
    return copy;
  }

  private void run(
      List<String> words, Map<String, String> variables, Scratch place, String what, Notes notes) {
    variables.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    variables.put("LANG", "C.UTF-8");
    variables.put("LANDFALL_FOLDER", place.folder().toString());
    variables.putAll(asked.told());
    Runner.End end = end(words, variables, what, notes.left());
    if (end.code() != 0) {
      throw new OutsideException(
          BackupProblem.FAILED,
          "%s: %s ended with %d%s; run it by hand to see what it says"
              .formatted(what, words.getFirst(), end.code(), tools.why(end.complaint())));
    }
  }

  /** What a program said until its time was up is as little fit to be told. */
  private Runner.End end(
      List<String> words, Map<String, String> variables, String what, Duration left) {
    try {
      return runner.run(words, variables, left);
    } catch (OutsideException e) {
      throw new OutsideException(
          e.code(),
          "%s: %s could not be started, or had not ended when the time of the check was up"
              .formatted(what, words.getFirst()),
          e);
    }
  }

  private void recoveryPoint(Duration took, Notes notes) {
    Duration lost = took.plus(asked.every());
    notes
        .lines()
        .add(
            "the backup was whole %s after its point; at most %s can be lost, and %s may be"
                .formatted(seconds(took), seconds(lost), seconds(asked.rpo())));
    if (lost.compareTo(asked.rpo()) > 0) {
      notes
          .faults()
          .add(
              "up to %s can be lost, and %s may be (rpo)"
                  .formatted(seconds(lost), seconds(asked.rpo())));
    }
  }

  private void recoveryTime(Duration took, Notes notes) {
    notes
        .lines()
        .add("restored in %s, and it may take %s".formatted(seconds(took), seconds(asked.rto())));
    if (took.compareTo(asked.rto()) > 0) {
      notes
          .faults()
          .add(
              "the restore took %s, and it may take %s (rto)"
                  .formatted(seconds(took), seconds(asked.rto())));
    }
  }

  private static void compare(Database.Witness witness, Connection restored, Notes notes)
      throws SQLException {
    Compared found = witness.compare(restored, notes.left());
    restored.rollback();
    notes.lines().addAll(found.lines());
    notes.lines().add("%d rows of %d tables compared".formatted(found.rows(), found.tables()));
    if (found.tables() == 0) {
      notes.faults().add("there is no table, so a restore proves nothing");
    } else if (found.rows() == 0) {
      notes.faults().add("no table has a row, so a restore proves nothing");
    }
    List<String> differences = found.differences();
    if (!differences.isEmpty()) {
      notes.lines().addAll(differences);
      notes
          .faults()
          .add(
              "the restored copy is not what was backed up: "
                  + differences.stream().limit(SHOWN_MAX).collect(Collectors.joining(", "))
                  + (differences.size() > SHOWN_MAX
                      ? " and %d more".formatted(differences.size() - SHOWN_MAX)
                      : ""));
    }
  }

  private static void remove(Scratch place, Notes notes) {
    try {
      place.remove();
    } catch (SQLException | IOException e) {
      notes
          .faults()
          .add(
              "the copy in %s cannot be removed; drop that database, and %s"
                  .formatted(place.name(), place.folder()));
    }
  }

  private static List<String> text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      rows.next();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        values.add(String.valueOf(rows.getString(i)));
      }
      return values;
    }
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }
}
