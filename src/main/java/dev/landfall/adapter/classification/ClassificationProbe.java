package dev.landfall.adapter.classification;

import static dev.landfall.adapter.classification.Notes.shown;

import dev.landfall.adapter.classification.Place.Column;
import dev.landfall.engine.Probe;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A check that databases and files hold nothing more sensitive than is declared, and that what is
 * sensitive is protected. Samples are read; what is said and kept of them are places and counts
 * alone.
 *
 * <p>What a server says of an error may quote a value, so that of an error only its code is told.
 */
public final class ClassificationProbe implements Probe {
  private final Map<String, Opening> databases;
  private final List<Path> files;
  private final Declared declared;
  private final Bounds bounds;

  /** Signs in to one database. */
  public interface Opening {
    /**
     * A new session, which is the caller's to close.
     *
     * @throws OutsideException when there is none to be had
     */
    Connection open();
  }

  /**
   * How far a look goes.
   *
   * @param rowsMax rows that are read of each table; 1 or more
   * @param tls whether the connection must be encrypted where data is confidential or restricted
   * @param timeout for all of it
   */
  public record Bounds(int rowsMax, boolean tls, Duration timeout) {}

  /**
   * A check of some databases, and of some files.
   *
   * @param databases by their names in the workload
   * @param files whole paths of folders and of single files, as this machine has them
   */
  public ClassificationProbe(
      Map<String, Opening> databases, List<Path> files, Declared declared, Bounds bounds) {
    this.databases = new TreeMap<>(databases);
    this.files = List.copyOf(files);
    this.declared = declared;
    this.bounds = bounds;
  }

  @Override
  public Observation look() {
    var notes = new Notes();
    long deadline = System.nanoTime() + bounds.timeout().toNanos();
    databases.forEach((name, database) -> look(name, database, deadline, notes));
    new FileLook(declared, deadline, notes).look(files);
    if (databases.isEmpty() && files.isEmpty()) {
      notes.fault("the workload has no database to look at, and files names none");
    }
    List<String> unknown =
        declared.unknown(notes.places()).stream()
            .filter(name -> Place.Kept.isPath(name) ? notes.whole() : tablesAreKnown(notes))
            .toList();
    if (!unknown.isEmpty()) {
      notes.fault("nothing is called " + shown(unknown));
    }
    notes.faults().forEach(fault -> notes.line("fault: " + fault));
    return new Observation(
        notes.faults().isEmpty(),
        String.join("; ", notes.faults()),
        String.join("\n", notes.lines()) + "\n");
  }

  /** Of databases that could not be looked at nothing is known. */
  private boolean tablesAreKnown(Notes notes) {
    return databases.isEmpty() || notes.places().stream().anyMatch(Column.class::isInstance);
  }

  private void look(String name, Opening database, long deadline, Notes notes) {
    try (Connection connection = database.open()) {
      connection.setReadOnly(true);
      try (var statement = connection.createStatement()) {
        statement.execute("SET row_security = off");
        statement.execute("SET lock_timeout = '5s'");
      }
      connection.setAutoCommit(false);
      var scan = new Scan(connection, bounds.rowsMax(), deadline);
      scan.run();
      judge(name, scan, new Protections(connection, declared.readers()), notes);
      connection.rollback();
    } catch (SQLException e) {
      notes.fault("%s cannot be looked at to the end: %s".formatted(name, words(e)));
    } catch (OutsideException e) {
      notes.fault("%s cannot be looked at: %s".formatted(name, e.getMessage()));
    }
  }

  private void judge(String name, Scan scan, Protections protections, Notes notes)
      throws SQLException {
    var tallies = scan.tallies();
    notes.line(
        "%s: %d columns of %d tables, %d values, at most %d rows of a table; %d columns are of a type that is not looked into"
            .formatted(
                name,
                tallies.size(),
                tallies.keySet().stream()
                    .map(each -> each.schema() + "." + each.table())
                    .distinct()
                    .count(),
                tallies.values().stream().mapToInt(ColumnTally::values).sum(),
                bounds.rowsMax(),
                scan.unread()));
    if (tallies.isEmpty()) {
      notes.fault(name + " has no table, so nothing was looked at");
    }
    unseen(name, scan, notes);
    for (String each : scan.skipped()) {
      notes.line("%s: %s is not looked into".formatted(name, each));
    }
    var sensitive = new Judging(declared, notes).sensitive(name, "column", tallies);
    protect(name, sensitive, protections, notes);
  }

  /** Of a column without a value nothing is known but its name. */
  private static void unseen(String name, Scan scan, Notes notes) {
    List<Column> empty = scan.unseen();
    empty.forEach(
        place -> notes.line("%s: %s is unseen, no value was read".formatted(name, place)));
    if (!empty.isEmpty() && empty.size() == scan.looked().size()) {
      notes.fault("no value was read in " + name + ", so nothing was looked at; is it empty?");
    }
  }

  private void protect(
      String name, Map<Column, DataClass> sensitive, Protections protections, Notes notes)
      throws SQLException {
    if (sensitive.isEmpty()) {
      notes.line(name + ": nothing is confidential or restricted, so no protection is asked for");
      return;
    }
    String tls = protections.tls();
    notes.line(name + ": the connection " + (tls.isEmpty() ? "is not encrypted" : "has " + tls));
    notes.line(name + ": whether others can connect without TLS is not visible from here");
    notes.line(name + ": whether its disks are encrypted is not visible from here");
    if (tls.isEmpty() && bounds.tls()) {
      notes.fault("the connection to " + name + " is not encrypted");
    }
    var open = new TreeSet<String>();
    var readable = new TreeSet<String>();
    var roles = new TreeSet<String>();
    for (var each : sensitive.entrySet()) {
      String table = each.getKey().schema() + "." + each.getKey().table();
      if (protections.isOpenToAll(each.getKey())) {
        open.add(table);
      } else if (each.getValue() == DataClass.RESTRICTED) {
        List<String> unexpected = protections.unexpectedReaders(each.getKey());
        if (!unexpected.isEmpty()) {
          readable.add(each.getKey().toString());
          roles.addAll(unexpected);
        }
      }
    }
    if (!open.isEmpty()) {
      notes.fault(
          "everybody (PUBLIC) may read %s of %s, or a view of it".formatted(shown(open), name));
    }
    if (!readable.isEmpty()) {
      notes.fault(
          "%s of %s can be read by %s, whom readers does not name"
              .formatted(shown(readable), name, shown(roles)));
    }
    notes.line(
        "%s: %d columns are confidential or restricted; %d tables are open to everybody, %d columns to roles that nothing names"
            .formatted(name, sensitive.size(), open.size(), readable.size()));
  }

  private static String words(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return switch (state) {
      case "57014" -> "its time was up; give it more with timeout, or read fewer rows";
      case "42501" ->
          "a table may not be read, or a policy hides rows (42501); the role needs SELECT on all,"
              + " and BYPASSRLS where there are policies";
      case "55P03" -> "a table is locked by somebody else (55P03); try again";
      default -> "PostgreSQL answered " + state;
    };
  }
}
