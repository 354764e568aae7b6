package dev.landfall.adapter.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.certificate.CertificateProbe.Wanted;
import dev.landfall.adapter.certificate.OldHello.Answer;
import dev.landfall.engine.Probe.Observation;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that take an old version of TLS of some clients alone are seen, whichever those are. */
class OldHelloTest {
  private static final int SOON = 2_000;
  private static final byte[] ALERT_70 = {21, 3, 1, 0, 2, 2, 70};
  private static final byte[] CLOSES = {};
  private static final int RSA_AES_128 = 0x002F;
  private static final int ECDHE_ECDSA_AES_128 = 0xC009;
  private static final int SIGNATURES = 13;

  private final List<ServerSocket> servers = new ArrayList<>();
  private final List<Hello> heard = new CopyOnWriteArrayList<>();
  private final List<Socket> waiting = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
    for (Socket socket : waiting) {
      socket.close();
    }
  }

  /** The first message of a client, as a server reads it. */
  private record Hello(int version, Set<Integer> suites, Set<Integer> extensions) {
    static Hello read(InputStream stream) throws IOException {
      var whole = new DataInputStream(stream);
      whole.skipNBytes(3);
      byte[] record = whole.readNBytes(whole.readUnsignedShort());
      var in = new DataInputStream(new ByteArrayInputStream(record));
      in.skipNBytes(4);
      int version = in.readUnsignedShort();
      in.skipNBytes(32);
      in.skipNBytes(in.readUnsignedByte());
      var suites = new HashSet<Integer>();
      for (int left = in.readUnsignedShort(); left > 0; left -= 2) {
        suites.add(in.readUnsignedShort());
      }
      in.skipNBytes(2);
      var extensions = new HashSet<Integer>();
      if (in.available() > 0) {
        for (int left = in.readUnsignedShort(); left > 0; ) {
          extensions.add(in.readUnsignedShort());
          int length = in.readUnsignedShort();
          in.skipNBytes(length);
          left -= 4 + length;
        }
      }
      return new Hello(version, suites, extensions);
    }

    boolean isNamed() {
      return extensions.contains(0);
    }
  }

  private static byte[] greeting(int version) {
    return new byte[] {22, 3, 1, 0, 6, 2, 0, 0, 2, (byte) (version >> 8), (byte) version};
  }

  /** A server that reads what it is told, answers with bytes, and leaves. */
  private InetSocketAddress serve(Function<Hello, byte[]> answers) throws IOException {
    var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (var socket = server.accept()) {
              Hello hello = Hello.read(socket.getInputStream());
              heard.add(hello);
              socket.getOutputStream().write(answers.apply(hello));
            } catch (IOException e) {
              System.getLogger("test").log(System.Logger.Level.DEBUG, "a client left", e);
            }
          }
        });
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  private Answer ask(Function<Hello, byte[]> answers) throws IOException {
    return OldHello.ask(serve(answers), "shop.example", TlsVersion.TLS_1_0, SOON);
  }

  @Test
  void whoeverAServerTakesItOfItIsSeen() throws Exception {
    List<Predicate<Hello>> choosy =
        List.of(
            Hello::isNamed,
            hello -> !hello.isNamed(),
            hello -> !hello.suites().contains(ECDHE_ECDSA_AES_128),
            hello -> !hello.suites().contains(RSA_AES_128),
            hello -> hello.extensions().contains(SIGNATURES),
            hello -> !hello.extensions().contains(SIGNATURES),
            hello -> hello.extensions().isEmpty(),
            hello -> hello.isNamed() && hello.extensions().size() == 1,
            hello -> !hello.isNamed() && hello.extensions().contains(SIGNATURES));
    for (var choice : choosy) {
      Answer answer = ask(hello -> choice.test(hello) ? greeting(hello.version()) : ALERT_70);
      assertThat(answer).isInstanceOf(Answer.Taken.class);
    }
  }

  @Test
  void whatIsRefusedInEachWayIsRefused() throws Exception {
    assertThat(ask(_ -> ALERT_70)).isEqualTo(new Answer.Refused("refused, alert 70"));
    assertThat(heard).hasSize(4).allMatch(hello -> hello.version() == 0x0301);
    assertThat(ask(hello -> hello.isNamed() ? ALERT_70 : CLOSES).words())
        .isEqualTo(
            "refused, alert 70, asked as browsers ask or with keys by RSA and the name alone;"
                + " it closes the connection, asked with keys by RSA and no name or with keys by"
                + " ECDHE and no extensions");
  }

  @Test
  void anOlderVersionThanWasAskedForIsTakenAndANewerOneIsNoAnswer() throws Exception {
    assertThat(ask(_ -> greeting(0x0300)))
        .isEqualTo(new Answer.Taken("SSLv3", "SSLv3, asked as browsers ask"));
    assertThat(ask(_ -> greeting(0x0303))).isInstanceOf(Answer.Unseen.class);
  }

  @Test
  void aWarningIsNoRefusal() throws Exception {
    byte[] warned = {21, 3, 1, 0, 2, 1, 112, 22, 3, 1, 0, 6, 2, 0, 0, 2, 3, 1};
    assertThat(ask(_ -> warned)).isInstanceOf(Answer.Taken.class);
    byte[] left = {21, 3, 1, 0, 2, 1, 112};
    assertThat(ask(_ -> left)).isEqualTo(new Answer.Refused("it closes the connection"));
  }

  @Test
  void whatIsNoAnswerOfTlsIsNoRefusal() throws Exception {
    byte[] page = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(ask(_ -> page))
        .isEqualTo(new Answer.Unseen("its answer is none of TLS, asked as browsers ask"));
  }

  @Test
  void silenceIsNoRefusalAndTheCheckHasNotPassed() throws Exception {
    var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    servers.add(silent);
    int port = silent.getLocalPort();
    assertThat(
            OldHello.ask(
                new InetSocketAddress(silent.getInetAddress(), port),
                "shop.example",
                TlsVersion.TLS_1_0,
                100))
        .isEqualTo(new Answer.Unseen("it says nothing, asked as browsers ask"));
    Thread.ofVirtual().start(() -> refuseTodaysAndKeepOthersWaiting(silent));
    var wanted =
        new Wanted(
            "127.0.0.1", port, List.of("shop.example"), Optional.empty(), Duration.ofDays(1));
    Observation seen =
        new CertificateProbe(wanted, Duration.ofSeconds(2), InstantSource.system()).look();
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .endsWith(
            "; whether the server takes TLSv1.1 or older cannot be seen: it says nothing, asked as"
                + " browsers ask; have it refuse, as no answer is no refusal");
  }

  private void refuseTodaysAndKeepOthersWaiting(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        waiting.add(socket);
        Hello hello = Hello.read(socket.getInputStream());
        if (hello.version() == TlsVersion.TLS_1_2.number()) {
          socket.getOutputStream().write(ALERT_70);
        }
      } catch (IOException e) {
        System.getLogger("test").log(System.Logger.Level.DEBUG, "a client left", e);
      }
    }
  }
}
