package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.reach.ScriptedAgent;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Gates that really look, by the program alone: each fails for its reason, and then passes. */
@Tag("long")
class ProbedIT {
  private static final String LIMITS = "hold: 10s, retry-pause: 100ms, soak: 1s";
  private static final String TOKEN = "a token for the end to end tests";
  private static final String MOVER = "e2e_mover";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private String gates(int agent, int open, int forbidden, String witness) {
    return """
    gates:
      catalogue: chosen
      people:
        tom: { roles: [power-user] }
        mike: { roles: [migration-engineer] }
        rita: { roles: [project-manager] }
      each:
        isolation:
          check:
            kind: isolation
            from: [here, "http://127.0.0.1:%1$d"]
            witness: "%7$s"
            refused: accepted
            token: "file:%2$s"
            closed: ["127.0.0.1:%3$d"]
            open: ["127.0.0.1:%4$d"]
        user-routing:
          check:
            kind: routing
            from: ["http://127.0.0.1:%1$d"]
            token: "file:%2$s"
            names: [localhost]
            leads-to: [127.0.0.1, "::1"]
            source: "127.0.0.1:%4$d"
            target: "127.0.0.1:%3$d"
            slower-by: 1s
        identity-alignment:
          check: { kind: identity, databases: [db], users: [%5$s] }
        reports:
          title: The tests on the target are green
          owner: tester
          check: { kind: junit, file: %6$s, tests-min: 2 }
    """
        .formatted(agent, token(), forbidden, open, MOVER, report(), witness);
  }

  private Path token() {
    return folder.resolve("token");
  }

  private Path report() {
    return folder.resolve("report.xml");
  }

  private static void passed(World world, String gate) throws Exception {
    var ended = check(world, gate);
    assertThat(ended.code()).as(ended.toString()).isZero();
  }

  private static Landfall.Ended check(World world, String gate) throws Exception {
    return world
        .landfall
        .through("env", "LANDFALL_USER=tom")
        .run("gate", "run", World.WORKLOAD, gate, "--json");
  }

  private static void failed(World world, String gate, String reason) throws Exception {
    var ended = check(world, gate);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(2);
    assertThat(ended.problem()).isEqualTo("gate-check-failed");
    assertThat(ended.message()).contains(reason);
  }

  private static void listening(int port) throws Exception {
    Instant until = Instant.now().plusSeconds(60);
    while (true) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (ConnectException e) {
        assertThat(Instant.now()).as(e.toString()).isBefore(until);
        Thread.sleep(50);
      }
    }
  }

  @Test
  void eachCheckFailsForItsReasonAndPassesOnceThatIsMended() throws Exception {
    Files.writeString(token(), TOKEN + "\n");
    int agent = Ports.free();
    int forbidden = Ports.free();
    try (var world = World.between(folder, LIMITS);
        var server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        var witness = ScriptedAgent.reaching()) {
      for (Server side : new Server[] {world.source, world.target}) {
        side.execute("postgres", "DROP ROLE IF EXISTS " + MOVER, "CREATE ROLE " + MOVER + " LOGIN");
      }
      Files.writeString(
          world.file(),
          world.yaml(LIMITS) + gates(agent, server.getLocalPort(), forbidden, witness.url()));
      Landfall rita = world.landfall.through("env", "LANDFALL_USER=rita");
      World.done(rita.run(world.promote("--until", "staged")), "staged");

      world.target.execute(world.database, "GRANT SELECT ON ballast TO " + MOVER);
      failed(world, "identity-alignment", "db: 1 of 1 users may do more on the target");
      world.target.execute(world.database, "REVOKE SELECT ON ballast FROM " + MOVER);
      world.source.execute(world.database, "GRANT SELECT ON ballast TO " + MOVER);
      failed(world, "identity-alignment", "db: 1 of 1 users may do less on the target");
      world.source.execute(world.database, "REVOKE SELECT ON ballast FROM " + MOVER);
      passed(world, "identity-alignment");

      failed(world, "isolation", "the agent does not answer");
      try (var running = world.landfall.probeAgent(agent, token())) {
        listening(agent);
        passed(world, "isolation");
        failed(world, "user-routing", "no connection to 127.0.0.1:" + forbidden + " was made");
        try (var reached = new ServerSocket(forbidden, 200, InetAddress.getLoopbackAddress())) {
          assertThat(reached.isBound()).isTrue();
          failed(world, "isolation", "127.0.0.1:" + forbidden + " can be reached");
          passed(world, "user-routing");
        }
        passed(world, "isolation");
        assertThat(running.running()).isTrue();
      }

      failed(world, "reports", "there is none");
      String green =
          "<testsuite timestamp='%s'><testcase name='a'/><testcase name='b'/></testsuite>";
      Files.writeString(report(), green.formatted("2020-01-01T00:00:00Z"));
      failed(world, "reports", "its tests were begun at 2020-01-01T00:00:00Z");
      Files.writeString(report(), green.formatted(Instant.now()));
      passed(world, "reports");

      int checked = 0;
      for (var event : world.landfall.run("history", World.WORKLOAD, "--json").json()) {
        if (event.path("type").asText().equals("GateChecked")) {
          checked++;
          assertThat(event.toString()).doesNotContain(MOVER, TOKEN);
        }
      }
      assertThat(checked).isEqualTo(12);
      World.done(
          world.landfall.through("env", "LANDFALL_USER=mike").run(world.promote()), "promoted");
      assertThat(world.landfall.run("audit", "verify").code()).isZero();
      for (Server side : new Server[] {world.source, world.target}) {
        side.execute("postgres", "DROP ROLE " + MOVER);
      }
    }
  }
}
