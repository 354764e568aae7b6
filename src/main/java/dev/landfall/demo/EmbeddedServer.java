package dev.landfall.demo;

import dev.landfall.problem.OutsideException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real PostgreSQL server from the embedded binaries, on a loopback port; root can start it too.
 *
 * <p>Its superuser is {@code postgres} without a password, from loopback only.
 */
public final class EmbeddedServer implements AutoCloseable {
  /** What replication needs, and the durability that the embedded builder turns off by default. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "wal_level", "logical",
          "synchronous_commit", "on",
          "fsync", "on",
          "full_page_writes", "on",
          "max_replication_slots", "20",
          "max_wal_senders", "20",
          "max_logical_replication_workers", "10",
          "wal_retrieve_retry_interval", "100ms",
          "max_connections", "200",
          "max_prepared_transactions", "10");

  /** How long a server may take to end when it is told to drop everything. */
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  private final EmbeddedPostgres server;
  private final int major;
  private final Path data;

  private EmbeddedServer(EmbeddedPostgres server, int major, Path data) {
    this.server = server;
    this.major = major;
    this.data = data;
  }

  /**
   * Starts a server.
   *
   * @param major 16, 17 or 18: a {@code postgres-N.jar} must lie in {@link #binaries()}
   * @param data the folder for its data; it is kept when the server stops
   * @param port where it listens on loopback; 0 for any free one
   * @param settings server settings that differ from the defaults here
   * @throws OutsideException when this process is root's and cannot leave that behind
   */
  public static EmbeddedServer start(int major, Path data, int port, Map<String, String> settings) {
    Path archive = binaries().resolve("postgres-" + major + ".jar");
    if (!Files.isReadable(archive)) {
      throw new IllegalStateException(
          "cannot start PostgreSQL "
              + major
              + ": there is no "
              + archive
              + "; the build puts it there (./landfall builds on first use)");
    }
    var builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(binaries().resolve("unpacked").toFile())
            .setPGStartupWait(Duration.ofSeconds(60))
            .setPgBinaryResolver((system, architecture) -> binaryIn(archive));
    if (port != 0) {
      builder.setPort(port);
    }
    requireAnotherThanRoot();
    SETTINGS.forEach(builder::setServerConfig);
    settings.forEach(builder::setServerConfig);
    try {
      return new EmbeddedServer(builder.start(), major, data);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL " + major + " in " + data, e);
    }
  }

  /**
   * PostgreSQL does not run as root. The library leaves root behind by a namespace of users, and
   * where none is granted, as in many containers, it says only that {@code initdb} failed.
   *
   * @throws OutsideException when this process is root's and cannot leave that behind
   */
  static void requireAnotherThanRoot() {
    if (!System.getProperty("user.name", "").equals("root")) {
      return;
    }
    String seen;
    try {
      Process tried = new ProcessBuilder("unshare", "-U", "true").redirectErrorStream(true).start();
      seen = new String(tried.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (tried.waitFor() == 0) {
        return;
      }
    } catch (IOException e) {
      seen = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting PostgreSQL", e);
    }
    throw new OutsideException(
        DemoProblem.ROOT,
        "cannot start PostgreSQL as root: it refuses to run so, and this system grants no namespace"
            + " in which root is somebody else ("
            + seen
            + "); run it as an ordinary user, or let root run unshare -U");
  }

  /** Where the builds of PostgreSQL lie: beside the program, or in {@code landfall.postgres}. */
  public static Path binaries() {
    return Path.of(System.getProperty("landfall.postgres", "target/postgres")).toAbsolutePath();
  }

  private static java.io.InputStream binaryIn(Path archive) throws IOException {
    try (var jar = new java.util.zip.ZipFile(archive.toFile())) {
      var entry =
          jar.stream().filter(each -> each.getName().endsWith(".txz")).findFirst().orElseThrow();
      return new java.io.ByteArrayInputStream(jar.getInputStream(entry).readAllBytes());
    }
  }

  public int port() {
    return server.getPort();
  }

  public int major() {
    return major;
  }

  /** The superuser's JDBC address of a database on this server. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database + "?user=postgres";
  }

  /** Stops the server, and waits until it has ended; its data folder stays. */
  @Override
  public void close() {
    Optional<ProcessHandle> postmaster = postmaster(data);
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL on port " + port(), e);
    }
    // The library waits for five seconds and goes on all the same; another server on this folder
    // could not start then.
    postmaster.filter(process -> !hasEnded(process, Duration.ofSeconds(1))).ifPresent(this::drop);
  }

  /**
   * A stop waits for those who send to subscribers, and one of them may go round and round for as
   * long as the subscriber stays: seen with PostgreSQL 18.
   */
  private void drop(ProcessHandle postmaster) {
    try {
      new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster.pid())).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL on port " + port(), e);
    }
    if (!hasEnded(postmaster, STOP_MAX)) {
      throw new IllegalStateException(
          "cannot stop PostgreSQL on port "
              + port()
              + ": its process "
              + postmaster.pid()
              + " has not ended in "
              + STOP_MAX);
    }
  }

  private static boolean hasEnded(ProcessHandle process, Duration patience) {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return !process.isAlive();
    }
  }

  /**
   * The first process of the server that has its data in a folder; all others are its children.
   * Absent when it has ended already.
   */
  public static Optional<ProcessHandle> postmaster(Path data) {
    Path file = data.resolve("postmaster.pid");
    try (var lines = Files.lines(file)) {
      return lines.findFirst().map(String::strip).map(Long::valueOf).flatMap(ProcessHandle::of);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
