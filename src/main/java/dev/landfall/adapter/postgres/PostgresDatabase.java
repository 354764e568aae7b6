package dev.landfall.adapter.postgres;

import dev.landfall.workload.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One database, for checks that have nothing to do with replication. */
public final class PostgresDatabase {
  private final PostgresServer server;

  private PostgresDatabase(PostgresServer server) {
    this.server = server;
  }

  /**
   * What a comparison with a restored copy found.
   *
   * @param tables that were compared
   * @param rows of them in the snapshot
   * @param lines what was compared, with counts and no values
   * @param differences a clause each; empty when the copy is whole
   */
  public record Compared(int tables, long rows, List<String> lines, List<String> differences) {
    /** Takes copies. */
    public Compared {
      lines = List.copyOf(lines);
      differences = List.copyOf(differences);
    }
  }

  /** Compares a restored copy with the snapshot that a session holds. */
  public interface Witness {
    /**
     * Reads all rows of both.
     *
     * @param restored a session in a transaction
     * @param lasting how long all of it may take
     */
    Compared compare(Connection restored, Duration lasting) throws SQLException;
  }

  /**
   * The database of an endpoint.
   *
   * @param password empty when the server asks for none
   * @throws IllegalArgumentException when the endpoint's address has another form, or no user
   */
  public static PostgresDatabase of(Endpoint endpoint, Optional<String> password) {
    return new PostgresDatabase(PostgresServer.of(endpoint, password));
  }

  /** Another database of the same server. */
  public PostgresDatabase on(String name) {
    return new PostgresDatabase(server.on(name));
  }

  /**
   * A new session, which is the caller's to close. Nothing is found by an unqualified name in it,
   * save what is PostgreSQL's own.
   *
   * @throws dev.landfall.problem.OutsideException when the server lets nobody in
   */
  public Connection connect(String purpose) {
    return server.connect(purpose);
  }

  /**
   * Remembers what a snapshot has no memory of, to be called when a restored copy is there.
   *
   * @param snapshot a session in a transaction of isolation level repeatable read
   */
  public static Witness witness(Connection snapshot) throws SQLException {
    List<Sequences.Position> sequences = Sequences.read(snapshot);
    return (restored, lasting) -> new RestoredCopy(snapshot, restored, lasting).compare(sequences);
  }

  /** By which PostgreSQL's own programs find the database; has the password, so never shown. */
  public Map<String, String> environment() {
    var variables = new HashMap<String, String>();
    String host = server.host();
    variables.put("PGHOST", host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    variables.put("PGPORT", String.valueOf(server.port()));
    variables.put("PGDATABASE", server.database());
    variables.put("PGUSER", server.user());
    server.password().ifPresent(password -> variables.put("PGPASSWORD", password));
    Optional.ofNullable(server.tls().get("sslmode"))
        .ifPresent(mode -> variables.put("PGSSLMODE", mode));
    Optional.ofNullable(server.tls().get("sslrootcert"))
        .ifPresent(file -> variables.put("PGSSLROOTCERT", file));
    variables.put("PGCONNECT_TIMEOUT", "10");
    return variables;
  }

  /** For people: without the password. */
  @Override
  public String toString() {
    return server.toString();
  }
}
