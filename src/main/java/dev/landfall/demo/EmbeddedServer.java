package dev.landfall.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

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

  private final EmbeddedPostgres server;
  private final int major;

  private EmbeddedServer(EmbeddedPostgres server, int major) {
    this.server = server;
    this.major = major;
  }

  /**
   * Starts a server.
   *
   * @param major 16, 17 or 18: a {@code postgres-N.jar} must lie in {@link #binaries()}
   * @param data the folder for its data; it is kept when the server stops
   * @param port where it listens on loopback; 0 for any free one
   * @param settings server settings that differ from the defaults here
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
    SETTINGS.forEach(builder::setServerConfig);
    settings.forEach(builder::setServerConfig);
    try {
      return new EmbeddedServer(builder.start(), major);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL " + major + " in " + data, e);
    }
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

  /** Stops the server; its data folder stays. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop PostgreSQL on port " + port(), e);
    }
  }
}
