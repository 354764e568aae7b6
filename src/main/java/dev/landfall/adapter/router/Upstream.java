package dev.landfall.adapter.router;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * A service that requests are sent on to.
 *
 * @param side which side it is of
 * @param host its name or address
 * @param port its port
 * @param tls whether it is spoken to by TLS
 */
record Upstream(Side side, String host, int port, boolean tls) {

  /** Reads {@code http://host:port}, {@code https://host:port} or {@code host:port}. */
  static Upstream parse(Side side, String text) {
    try {
      var uri = new URI(text.contains("://") ? text : "http://" + text);
      String scheme = String.valueOf(uri.getScheme());
      boolean tls = scheme.equals("https");
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      boolean plain = path.isEmpty() || path.equals("/");
      if (uri.getHost() != null && plain && (tls || scheme.equals("http"))) {
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        return new Upstream(side, uri.getHost(), port, tls);
      }
    } catch (URISyntaxException e) {
      throw unreadable(side, text);
    }
    throw unreadable(side, text);
  }

  private static OutsideException unreadable(Side side, String text) {
    return new OutsideException(
        RouterProblem.REFUSED,
        "cannot route to the %s: \"%s\" is no address of a service; give http://host:port"
            .formatted(side.word(), text));
  }

  /** How people are told of it. */
  String words() {
    return side.word() + " " + host + ":" + port;
  }
}
