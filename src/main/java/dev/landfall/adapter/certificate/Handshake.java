package dev.landfall.adapter.certificate;

import dev.landfall.control.TrustedRoots;
import dev.landfall.problem.OneLine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/** Asks a server by a name, as a browser does, and remembers what it was shown. */
final class Handshake {
  private static final String[] OFFERED = {TlsVersion.TLS_1_2.word(), TlsVersion.TLS_1_3.word()};

  private final InetSocketAddress server;
  private final int millis;
  private final X509TrustManager trust;

  /**
   * @param millis how long the connection, and again each answer, may take
   */
  Handshake(InetSocketAddress server, int millis, TrustedRoots roots) {
    this.server = server;
    this.millis = millis;
    this.trust = roots.manager();
  }

  /**
   * What a server showed.
   *
   * @param version in Java's word
   * @param chain the certificates, its own first
   * @param fault why the chain is not trusted; absent when it is
   */
  record Shown(String version, String suite, List<X509Certificate> chain, Optional<String> fault) {}

  Shown with(String name) throws IOException, GeneralSecurityException {
    var witness = new Witness(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {witness}, null);
    try (var plain = new Socket()) {
      plain.connect(server, millis);
      plain.setSoTimeout(millis);
      var socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, name, server.getPort(), true);
      try (socket) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setProtocols(OFFERED);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new Shown(
            socket.getSession().getProtocol(),
            socket.getSession().getCipherSuite(),
            witness.chain,
            witness.fault);
      }
    }
  }

  static String oneLine(Exception e) {
    return OneLine.of(String.valueOf(e));
  }

  /** Remembers what it was shown, and lets the handshake go on: a wrong chain is a finding. */
  private static final class Witness implements X509TrustManager {
    private final X509TrustManager delegate;
    private List<X509Certificate> chain = List.of();
    private Optional<String> fault = Optional.empty();

    Witness(X509TrustManager delegate) {
      this.delegate = delegate;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String method) {
      chain = List.of(shown);
      try {
        delegate.checkServerTrusted(shown, method);
      } catch (GeneralSecurityException e) {
        fault = Optional.of(gap().orElse(oneLine(e)));
      }
    }

    /** Where the chain ends, which Java does not tell; absent when it ends at a trusted root. */
    private Optional<String> gap() {
      X509Certificate last = chain.getFirst();
      for (int step = 1; step < chain.size(); step++) {
        X500Principal issuer = last.getIssuerX500Principal();
        last =
            chain.stream()
                .filter(each -> each.getSubjectX500Principal().equals(issuer))
                .findFirst()
                .orElse(last);
      }
      X500Principal issuer = last.getIssuerX500Principal();
      if (Arrays.stream(delegate.getAcceptedIssuers())
          .anyMatch(root -> root.getSubjectX500Principal().equals(issuer))) {
        return Optional.empty();
      }
      return Optional.of(
          issuer.equals(last.getSubjectX500Principal())
              ? "its root %s is none of those to trust".formatted(issuer)
              : "%s was issued by %s, which the server does not show and which is no root to trust"
                  .formatted(last.getSubjectX500Principal(), issuer));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String method) {
      throw new IllegalStateException("nobody signs in here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return delegate.getAcceptedIssuers();
    }
  }
}
