package dev.landfall.adapter.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sockets that end in the handshake when the server's certificate is not for the host that was
 * asked for (RFC 4513, 3.1.3). The library's own check is for some connections alone, and takes an
 * address for a name that leads to it.
 */
final class NamedSockets extends SSLSocketFactory {
  /** As the JDK knows the rules of RFC 2830 and its successors. */
  private static final String RULES = "LDAPS";

  private final SSLSocketFactory sockets;
  private final String host;

  NamedSockets(SSLSocketFactory sockets, String host) {
    this.sockets = sockets;
    this.host = host;
  }

  private static Socket strict(Socket socket) {
    var secure = (SSLSocket) socket;
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(RULES);
    secure.setSSLParameters(parameters);
    return secure;
  }

  /** The one way by which a connection that is there already becomes a secure one. */
  @Override
  public Socket createSocket(Socket socket, String named, int port, boolean closes)
      throws IOException {
    return strict(sockets.createSocket(socket, host, port, closes));
  }

  @Override
  public Socket createSocket() throws IOException {
    return strict(sockets.createSocket());
  }

  @Override
  public Socket createSocket(String named, int port) throws IOException {
    return strict(sockets.createSocket(named, port));
  }

  @Override
  public Socket createSocket(String named, int port, InetAddress local, int localPort)
      throws IOException {
    return strict(sockets.createSocket(named, port, local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return strict(sockets.createSocket(address, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
      throws IOException {
    return strict(sockets.createSocket(address, port, local, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
