package dev.landfall.adapter.router;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers go on, and which are said anew. After RFC 9110, 7.6.1, and RFC 9112, 6. */
final class Headers {
  /** They speak of one connection only. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /** They frame the message or lead it; naming them in Connection does not take them away. */
  private static final Set<String> ALWAYS_KEPT = Set.of("host", "content-length");

  private static final String FOR = "X-Forwarded-For";
  private static final String HOST = "X-Forwarded-Host";
  private static final String PROTO = "X-Forwarded-Proto";

  private Headers() {}

  /** Copies what is meant for the other end, and leaves what was meant for this connection. */
  static void copyEndToEnd(MultiMap from, MultiMap to) {
    Set<String> named = namedByConnection(from);
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name) && !named.contains(name)) {
        to.add(header.getKey(), header.getValue());
      }
    }
  }

  private static Set<String> namedByConnection(MultiMap headers) {
    List<String> values = headers.getAll("Connection");
    if (values.isEmpty()) {
      return Set.of();
    }
    var named = new HashSet<String>();
    for (String value : values) {
      for (String name : value.split(",", -1)) {
        named.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    named.removeAll(ALWAYS_KEPT);
    return named;
  }

  /** Says who asked, by which name and how. What a stranger says of that is not passed on. */
  static void forwarded(HttpServerRequest request, MultiMap to, boolean trusted) {
    String peer = request.remoteAddress().hostAddress();
    if (trusted) {
      List<String> earlier = to.getAll(FOR);
      to.set(FOR, earlier.isEmpty() ? peer : String.join(", ", earlier) + ", " + peer);
    } else {
      to.set(FOR, peer).remove("Forwarded");
      to.remove("X-Real-IP").remove(HOST).remove(PROTO).remove("X-Forwarded-Port");
    }
    if (!to.contains(PROTO)) {
      to.set(PROTO, request.isSSL() ? "https" : "http");
    }
    String host = request.getHeader("Host");
    if (!to.contains(HOST) && host != null) {
      to.set(HOST, host);
    }
  }

  /**
   * Whether the sender wants to leave HTTP on this connection, with a protocol that is carried. An
   * upgrade to HTTP/2 is not: its requests would pass by the gate unseen.
   */
  static boolean wantsTunnel(HttpServerRequest request) {
    String protocol = request.getHeader("Upgrade");
    return protocol != null
        && !protocol.toLowerCase(Locale.ROOT).contains("h2c")
        && namedByConnection(request.headers()).contains("upgrade");
  }

  /** Whether the connection is to be closed after the answer, in however long a list it says so. */
  static boolean asksToClose(HttpServerRequest request) {
    return namedByConnection(request.headers()).contains("close");
  }

  /** Whether a body follows the header of a request. */
  static boolean announceBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.headers().contains("Transfer-Encoding") || (length != null && !isZero(length));
  }

  private static boolean isZero(String length) {
    return length.chars().allMatch(digit -> digit == '0');
  }
}
