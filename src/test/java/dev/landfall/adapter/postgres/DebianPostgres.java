package dev.landfall.adapter.postgres;

import dev.landfall.LastingFolders;
import dev.landfall.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of Debian's PostgreSQL 15, for which there is no embedded build. It refuses to run as
 * root, so root runs it as the user {@code postgres}, whom the package makes.
 */
final class DebianPostgres implements AutoCloseable {
  private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");

  private final Path folder;
  private final int port;

  private DebianPostgres(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Whether it is installed: {@code apt-get install postgresql-15}. */
  static boolean installed() {
    return Files.isExecutable(BINARIES.resolve("postgres"));
  }

  /**
   * Starts one in a folder of its own, on a free loopback port; superuser postgres, no password.
   *
   * @param settings lines of postgresql.conf on top of what replication needs
   */
  static DebianPostgres start(String... settings) throws IOException, InterruptedException {
    Path folder = LastingFolders.make("landfall-postgres15-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    int port = Ports.free();
    var server = new DebianPostgres(folder, port);
    server.run("initdb", "-D", server.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8");
    var options =
        new StringBuilder(
            "-c listen_addresses=127.0.0.1 -c wal_level=logical -c max_connections=100"
                + " -c max_prepared_transactions=10 -c wal_retrieve_retry_interval=100ms -p "
                + port
                + " -k "
                + folder);
    for (String setting : settings) {
      options.append(" -c ").append(setting);
    }
    server.run(
        "pg_ctl",
        "-D",
        server.data(),
        "-w",
        "-l",
        folder + "/log",
        "-o",
        options.toString(),
        "start");
    return server;
  }

  int port() {
    return port;
  }

  /** Ends it at once and removes its folder. */
  @Override
  public void close() throws IOException, InterruptedException {
    run("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private String data() {
    return folder + "/data";
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(BINARIES.resolve(program).toString());
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("landfall", ".log");
    int exit =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    String said = Files.readString(log);
    Files.delete(log);
    if (exit != 0) {
      throw new IOException(program + " ended with " + exit + ": " + said);
    }
  }
}
