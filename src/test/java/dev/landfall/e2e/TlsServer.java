package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server that shows a certificate for {@code localhost}: one that is valid, or one that was. */
final class TlsServer implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final ServerSocket server;
  private final SSLContext valid;
  private final SSLContext expired;
  private volatile SSLContext shown;

  private TlsServer(ServerSocket server, SSLContext valid, SSLContext expired) {
    this.server = server;
    this.valid = valid;
    this.expired = expired;
    this.shown = valid;
  }

  /**
   * Starts one.
   *
   * @param folder for its keys, and for {@code roots.pem}, which a check trusts
   */
  static TlsServer start(Path folder) throws Exception {
    KeyStore good = certificate(folder.resolve("valid.p12"), "-1d", "200");
    KeyStore bad = certificate(folder.resolve("expired.p12"), "-20d", "10");
    Files.writeString(roots(folder), pem(good) + pem(bad));
    var socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    var made = new TlsServer(socket, context(good), context(bad));
    Thread.ofVirtual().start(made::serve);
    return made;
  }

  static Path roots(Path folder) {
    return folder.resolve("roots.pem");
  }

  private static KeyStore certificate(Path file, String from, String days) throws Exception {
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-startdate",
                from,
                "-validity",
                days,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(made.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static String pem(KeyStore store) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private static SSLContext context(KeyStore store) throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket plain = server.accept();
          var socket =
              (SSLSocket)
                  shown.getSocketFactory().createSocket(plain, null, plain.getPort(), true)) {
        socket.setUseClientMode(false);
        socket.startHandshake();
        socket.getInputStream().read();
      } catch (IOException e) {
        // Whoever does not like the certificate leaves; the next one may like it.
      }
    }
  }

  /** From now on its certificate is one that has expired, or the valid one again. */
  void expired(boolean now) {
    shown = now ? expired : valid;
  }

  String place() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
