package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.reach.ScriptedAgent;
import dev.landfall.cli.file.WorkloadFile;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a workload file says of a check is what is looked at. */
class ProbesTest {
  private static final String FILE =
      """
      landfall: 1
      workload: shop
      owner: retail-apps
      model: staged
      assets:
        web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
      gates:
        catalogue: chosen
        people: { ann: { roles: [business-owner] } }
        each:
          isolation:
            check: %s
      """;

  @TempDir private Path folder;

  private static Observation look(String check) {
    String file = FILE.formatted(check);
    var read = WorkloadFile.parse("x", file.getBytes(StandardCharsets.UTF_8));
    assertThat(read).isInstanceOf(WorkloadFile.Right.class);
    Workload workload = ((WorkloadFile.Right) read).workload();
    Gate gate = workload.gates().orElseThrow().gate("isolation").orElseThrow();
    return new Products(
            new Secrets(Map.of("LDAP", "secret"), warning -> {}), Pseudonyms.withoutKey())
        .probe(workload, "hash", gate)
        .orElseThrow()
        .look();
  }

  @Test
  void placesThatMustBeClosedAndOpen() throws Exception {
    String check =
        "{ kind: isolation, from: [here], witness: \"%s\", token: \"env:LDAP\", wait: 1s,"
            + " closed: [\"127.0.0.1:%d\"], open: [\"127.0.0.1:%d\"]%s }";
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var witness = ScriptedAgent.reaching()) {
      int port = server.getLocalPort();
      Observation seen = look(check.formatted(witness.url(), 1, port, ", refused: accepted"));
      assertThat(seen.passed()).as(seen.reason()).isTrue();
      assertThat(look(check.formatted(witness.url(), 1, port, "")).reason()).contains("refuses");
      assertThat(look(check.formatted(witness.url(), port, port, "")).passed()).isFalse();
    }
  }

  @Test
  void aReportOfTests() throws Exception {
    Path report = folder.resolve("report.xml");
    Files.writeString(report, "<testsuite><testcase name='a'/></testsuite>");
    String check = "{ kind: junit, file: %s, undated: accepted, tests-min: %d }";
    assertThat(look(check.formatted(report, 1)).passed()).isTrue();
    assertThat(look("{ kind: junit, file: %s }".formatted(report)).passed()).isFalse();
    assertThat(look(check.formatted(report, 2)).reason())
        .isEqualTo("1 tests were run, and 2 are wanted");
  }

  @Test
  void aDirectoryThatIsAskedWithASecretByReference() {
    String check =
        "{ kind: directory, url: \"ldaps://127.0.0.1:1\", user: \"cn=a\", password: \"env:%s\","
            + " base: \"dc=corp\", names: [web] }";
    assertThat(look(check.formatted("LDAP")).reason())
        .startsWith("ldaps://127.0.0.1:1 cannot be asked")
        .doesNotContain("secret");
    assertThatThrownBy(() -> look(check.formatted("NONE")))
        .hasMessageContaining("cannot read the secret env:NONE");
  }

  /** Tells everybody who greets it that it has no such version (alert 70). */
  private static void refuse(ServerSocket server) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        if (socket.getInputStream().read(new byte[4096]) > 0) {
          socket.getOutputStream().write(new byte[] {21, 3, 1, 0, 2, 2, 70});
        }
      } catch (IOException e) {
        System.getLogger("test").log(System.Logger.Level.DEBUG, "a client left", e);
      }
    }
  }

  @Test
  void theOldestVersionOfTls() throws Exception {
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuse(server));
      String check = "{ kind: certificate, at: \"127.0.0.1:%d\", names: [shop.example]%s }";
      int port = server.getLocalPort();
      assertThat(look(check.formatted(port, "")).raw())
          .contains("asked for TLSv1.1: refused, alert 70");
      assertThat(look(check.formatted(port, ", tls-min: TLSv1.3")).raw())
          .contains("asked for TLSv1.2: refused, alert 70");
    }
  }
}
