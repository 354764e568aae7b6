package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A server that lets nobody of ours in is there all the same, and may serve others. */
class RefusingSideIT {
  private static final Optional<String> RIGHT = Optional.of(TestServers.PASSWORD);

  private final int port = TestServers.port(18, false);
  private final String database = newDatabase();

  private String newDatabase() {
    try {
      return TestServers.newDatabase(port);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private PostgresServer server(String name, Optional<String> password, Map<String, String> tls) {
    return new PostgresServer("127.0.0.1", port, name, "migrator", password, tls);
  }

  /** The target as it is seen when it is reached so. */
  private static SideSeen seen(PostgresServer target) {
    try (var replicator =
        PostgresReplicator.of(
            "shop",
            "orders",
            false,
            new Peer(Side.SOURCE, target),
            new Peer(Side.TARGET, target),
            Limits.DEFAULTS)) {
      return replicator.look().target();
    }
  }

  @Test
  void whatAServerSaysOfItselfIsAnAnswer() throws Exception {
    SideSeen well = seen(server(database, RIGHT, Map.of()));
    assertThat(well.fault()).isEmpty();
    assertThat(well.spoke()).isTrue();
    refuses(server(database, Optional.of("wrong"), Map.of()), "password authentication failed");
    refuses(server("nowhere", RIGHT, Map.of()), "does not exist");
    refuses(server(database, RIGHT, Map.of("sslmode", "require")), "SSL");
    try (var admin = TestServers.admin(port, "postgres")) {
      Links.execute(admin, "ALTER DATABASE " + database + " CONNECTION LIMIT 0");
      refuses(server(database, RIGHT, Map.of()), "too many connections");
    }
  }

  @Test
  void aPortThatNobodyListensOnDoesNotAnswer() throws IOException {
    try (var nobody = new Ports.Unanswered()) {
      SideSeen gone =
          seen(
              new PostgresServer(
                  "127.0.0.1", nobody.port(), database, "migrator", RIGHT, Map.of()));
      assertThat(gone.fault()).isPresent();
      assertThat(gone.spoke()).isFalse();
    }
  }

  @Test
  void aServerThatAcceptsConnectionsAndIsSilentDoesNotAnswer() throws IOException {
    try (var silent = new ServerSocket(0)) {
      SideSeen frozen =
          seen(
              new PostgresServer(
                  "127.0.0.1", silent.getLocalPort(), database, "migrator", RIGHT, Map.of()));
      assertThat(frozen.fault()).isPresent();
      assertThat(frozen.spoke()).isFalse();
    }
  }

  private static void refuses(PostgresServer target, String why) {
    SideSeen seen = seen(target);
    assertThat(seen.fault()).hasValueSatisfying(fault -> assertThat(fault).contains(why));
    assertThat(seen.spoke()).as(why).isTrue();
  }
}
