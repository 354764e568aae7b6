package dev.landfall.adapter.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.certificate.CertificateProbe.Wanted;
import dev.landfall.engine.Probe.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server shows real certificates, and each fault of them is found. */
class CertificateProbeTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir private Path folder;
  private final List<SSLServerSocket> servers = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (SSLServerSocket server : servers) {
      server.close();
    }
  }

  /** Serves with a certificate of these names until the test ends. */
  private int serve(String names, int days) throws Exception {
    return serve(names, days, Integer.MAX_VALUE);
  }

  /** One that closes on everybody once so many have come. */
  private int serve(String names, int days, int most) throws Exception {
    Path store = folder.resolve("server.p12");
    keytool(
        "-genkeypair -alias server -keyalg EC -groupname secp256r1 -dname CN=shop -validity "
            + days
            + " -ext san="
            + names
            + " -storetype PKCS12 -storepass changeit -keystore "
            + store);
    keytool(
        "-exportcert -rfc -alias server -storepass changeit -keystore "
            + store
            + " -file "
            + folder.resolve("roots.pem"));
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    var server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread.ofVirtual().start(() -> answer(server, most));
    return server.getLocalPort();
  }

  private static void answer(SSLServerSocket server, int most) {
    for (int number = 0; !server.isClosed(); number++) {
      try (var socket = (SSLSocket) server.accept()) {
        if (number < most) {
          socket.startHandshake();
        }
      } catch (IOException e) {
        System.getLogger("test").log(System.Logger.Level.DEBUG, "a client left", e);
      }
    }
  }

  private void keytool(String arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    Path log = folder.resolve("keytool.log");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
  }

  private Observation look(int port, Optional<Path> roots, Duration left, String... names) {
    var wanted = new Wanted("127.0.0.1", port, List.of(names), roots, left);
    return new CertificateProbe(wanted, SOON, InstantSource.system()).look();
  }

  private Optional<Path> roots() {
    return Optional.of(folder.resolve("roots.pem"));
  }

  @Test
  void aCertificateThatIsRightPassesAndIsTheEvidence() throws Exception {
    int port = serve("dns:shop.example,dns:*.shop.example", 100);
    Duration left = Duration.ofDays(14);
    Observation seen = look(port, roots(), left, "shop.example", "www.shop.example");
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw())
        .contains("protocol: TLSv1.3", "certificate: CN=shop", "names: *.shop.example");
    assertThat(look(port, roots(), left, "shop.example", "www.shop.example").raw())
        .as("the same again is the same evidence")
        .isEqualTo(seen.raw());
  }

  @Test
  void aNameThatItIsNotForIsFound() throws Exception {
    int port = serve("dns:staging.example", 100);
    Observation seen = look(port, roots(), Duration.ofDays(14), "shop.example");
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).isEqualTo("the certificate is not for shop.example");
  }

  @Test
  void oneThatExpiresTooSoonIsFound() throws Exception {
    int port = serve("dns:shop.example", 10);
    Observation seen = look(port, roots(), Duration.ofDays(14), "shop.example");
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).contains("and 14 days are wanted");
  }

  @Test
  void aChainThatNobodyTrustsIsFound() throws Exception {
    int port = serve("dns:shop.example", 100);
    Observation seen = look(port, Optional.empty(), Duration.ofDays(14), "shop.example");
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).startsWith("the chain is not trusted: ");
  }

  @Test
  void aServerThatIsNotThereHasNotPassed() throws Exception {
    serve("dns:shop.example", 100);
    try (var nobody = new Ports.Unanswered()) {
      Observation seen = look(nobody.port(), roots(), Duration.ofDays(14), "shop.example");
      assertThat(seen.passed()).isFalse();
      assertThat(seen.reason()).startsWith("the server cannot be asked: ");
    }
  }

  /** As one does behind a guard against floods, which closes on old and new versions alike. */
  @Test
  void aServerThatSoonClosesOnEverybodyHasRefusedNothing() throws Exception {
    int port = serve("dns:shop.example", 100, 1);
    Observation seen = look(port, roots(), Duration.ofDays(14), "shop.example");
    assertThat(seen.raw()).contains("asked for TLSv1.1: it closes the connection\n");
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).startsWith("the server answers nobody any more");
  }

  @Test
  void eachAddressOfTheServerIsAskedAndToldApart() throws Exception {
    int port = serve("dns:shop.example", 100);
    var wanted =
        new Wanted("shop.internal", port, List.of("shop.example"), roots(), Duration.ofDays(14));
    InetAddress[] both = {
      InetAddress.ofLiteral("127.0.0.2"), InetAddress.getLoopbackAddress(),
    };
    var probe = new CertificateProbe(wanted, SOON, InstantSource.system(), _ -> both);
    Observation seen = probe.look();
    assertThat(seen.reason())
        .startsWith("the server cannot be asked: ")
        .endsWith(" (asked for shop.example at 127.0.0.2)");
    assertThat(seen.raw()).contains("asked for: shop.example at 127.0.0.1\nprotocol: TLSv1.3\n");
  }

  @Test
  void aWildcardStandsForOneLabel() {
    assertThat(CertificateProbe.covers("*.shop.example", "www.shop.example")).isTrue();
    assertThat(CertificateProbe.covers("*.shop.example", "WWW.shop.example")).isTrue();
    assertThat(CertificateProbe.covers("*.shop.example", "a.www.shop.example")).isFalse();
    assertThat(CertificateProbe.covers("*.shop.example", "shop.example")).isFalse();
    assertThat(CertificateProbe.covers("shop.example", "notshop.example")).isFalse();
  }
}
