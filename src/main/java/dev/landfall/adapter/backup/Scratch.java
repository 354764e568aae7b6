package dev.landfall.adapter.backup;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * A database and a folder of our own that last as long as one check, or as the process. Their name
 * follows from what is checked, so that the next run finds and removes what a killed one has left;
 * a lock on the server, which ends with its session, keeps two of them apart. Locks are of one
 * database, so all runs sign in to the same; and the folder has the server in its name, as runs on
 * two servers know nothing of each other.
 */
final class Scratch implements AutoCloseable {
  static final String PREFIX = "landfall_scratch_";

  /** Where runs lock each other out; every server has it unless somebody took it away. */
  static final String LOCKED_IN = "postgres";

  private static final int NAME_BYTES = 6;

  private final Connection server;
  private final String name;
  private final Path folder;
  private final Thread hook = new Thread(this::leave, "remove a copy of production");

  private Scratch(Connection server, String name, Path folder) {
    this.server = server;
    this.name = name;
    this.folder = folder;
  }

  /** The name of what belongs to one check. */
  static String name(String whose) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(whose.getBytes(StandardCharsets.UTF_8));
      return PREFIX + HexFormat.of().formatHex(hash, 0, NAME_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Takes the place of what was left by an earlier run.
   *
   * @param server a session in {@link #LOCKED_IN} of the scratch server, which is closed with this
   * @param identifier the number of that server
   * @param among the folder in which ours is made
   * @throws OutsideException when another run is at it
   */
  static Scratch begin(Connection server, String identifier, String name, Path among)
      throws SQLException, IOException {
    try (var statement = server.prepareStatement("SELECT pg_try_advisory_lock(hashtext(?))")) {
      statement.setString(1, name);
      try (var rows = statement.executeQuery()) {
        if (!rows.next() || !rows.getBoolean(1)) {
          throw new OutsideException(
              BackupProblem.BUSY,
              "cannot restore into %s: another run of this check is at it; wait for its end"
                  .formatted(name));
        }
      }
    }
    var scratch = new Scratch(server, name, among.resolve(name + "_" + identifier));
    scratch.remove();
    Runtime.getRuntime().addShutdownHook(scratch.hook);
    Files.createDirectory(
        scratch.folder,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return scratch;
  }

  String name() {
    return name;
  }

  Path folder() {
    return folder;
  }

  /**
   * Makes the empty database.
   *
   * @param likeness encoding, collation and character type of the one that was backed up
   */
  void create(List<String> likeness) throws SQLException {
    execute(
        "CREATE DATABASE %s TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s"
            .formatted(
                name,
                literal(likeness.get(0)),
                literal(likeness.get(1)),
                literal(likeness.get(2))));
  }

  /**
   * Removes both; nothing happens when they are not there. The folder is first: it needs no server,
   * and goes also when the session is gone.
   */
  void remove() throws SQLException, IOException {
    try {
      erase();
    } finally {
      execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
  }

  private void erase() throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** The process was told to end in the middle of it. */
  private void leave() {
    try {
      remove();
    } catch (SQLException | IOException e) {
      System.getLogger(Scratch.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "cannot remove the copy of a backup: drop database %s, and remove %s"
                  .formatted(name, folder));
    }
  }

  private void execute(String sql) throws SQLException {
    try (var statement = server.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** Gives up the lock. */
  @Override
  public void close() throws SQLException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending already, and the hook is at it or was; the lock ends with it.
      return;
    }
    server.close();
  }
}
