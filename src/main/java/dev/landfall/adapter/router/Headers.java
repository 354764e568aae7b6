package dev.landfall.adapter.router;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers go on, and which are said anew. After RFC 9110, 7.6.1, and RFC 9112, 6. */
final class Headers {
  /** They frame the message or lead it; naming them in Connection does not take them away. */
  private static final Set<String> ALWAYS_KEPT = Set.of("host", "content-length");

  private static final String CACHE_CONTROL = "cache-control";
  private static final String FOR_ONE_USER = "private, no-cache=\"Set-Cookie\"";

  // Made once, so that they need not be hashed and encoded for every request.
  private static final CharSequence FOR = HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence HOST = HttpHeaders.createOptimized("X-Forwarded-Host");
  private static final CharSequence PROTO = HttpHeaders.createOptimized("X-Forwarded-Proto");
  private static final CharSequence PORT = HttpHeaders.createOptimized("X-Forwarded-Port");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
  private static final CharSequence REAL_IP = HttpHeaders.createOptimized("X-Real-IP");

  private Headers() {}

  /** Copies what is meant for the other end, and leaves what was meant for this connection. */
  static void copyEndToEnd(MultiMap from, MultiMap to) {
    Set<String> named = namedByConnection(from);
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey();
      boolean stays =
          ofOneConnection(name)
              || (!named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT)));
      if (!stays) {
        to.add(name, header.getValue());
      }
    }
  }

  /** By length first, as this is asked for each header of each message. */
  private static boolean ofOneConnection(String name) {
    return switch (name.length()) {
      case 2 -> name.equalsIgnoreCase("te");
      case 7 -> name.equalsIgnoreCase("upgrade") || name.equalsIgnoreCase("trailer");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 14 -> name.equalsIgnoreCase("http2-settings");
      case 16 -> name.equalsIgnoreCase("proxy-connection");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      case 18 -> name.equalsIgnoreCase("proxy-authenticate");
      case 19 -> name.equalsIgnoreCase("proxy-authorization");
      default -> false;
    };
  }

  private static Set<String> namedByConnection(MultiMap headers) {
    List<String> values = headers.getAll(HttpHeaders.CONNECTION);
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
      to.set(FOR, peer).remove(FORWARDED).remove(REAL_IP);
      to.remove(HOST).remove(PROTO).remove(PORT);
    }
    if (!to.contains(PROTO)) {
      to.set(PROTO, request.isSSL() ? "https" : "http");
    }
    String host = request.getHeader(HttpHeaders.HOST);
    if (!to.contains(HOST) && host != null) {
      to.set(HOST, host);
    }
  }

  /**
   * Adds a cookie that is one user's alone, and keeps shared caches from giving it to others.
   *
   * <p>A cookie does not stop a cache (RFC 9111, 7.3). {@code private} does, whatever else is said:
   * without it is one of the conditions for storing that all must hold (3), so what the service
   * said can stay and goes on to lead the user's own cache. An answer that only freshens what a
   * shared cache has already, as 304 and that to HEAD do (4.3.4, 4.3.5), is merged without those
   * conditions (3.2); there {@code no-cache="Set-Cookie"} keeps this field out (3.1). A header for
   * some caches alone goes before Cache-Control (RFC 9213, 2.2), so each gets the same.
   */
  static void addCookie(String cookie, MultiMap to) {
    to.add(HttpHeaders.SET_COOKIE, cookie);
    to.names().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> name.endsWith("-" + CACHE_CONTROL) || name.equals(CACHE_CONTROL))
        .distinct()
        .filter(name -> !isForOneUser(to.getAll(name)))
        .toList()
        .forEach(name -> to.add(name, FOR_ONE_USER));
    if (!to.contains(CACHE_CONTROL)) {
      to.add(CACHE_CONTROL, FOR_ONE_USER);
    }
  }

  /** Without what is quoted: a name in there is that of a field and no directive. */
  private static boolean isForOneUser(List<String> values) {
    for (String value : values) {
      for (String directive : value.replaceAll("\"[^\"]*\"", "\"\"").split(",", -1)) {
        String word = directive.strip().toLowerCase(Locale.ROOT);
        if (word.equals("private") || word.equals("no-store")) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether the sender wants to leave HTTP on this connection, with a protocol that is carried. An
   * upgrade to HTTP/2 is not: its requests would pass by the gate unseen.
   */
  static boolean wantsTunnel(HttpServerRequest request) {
    String protocol = request.getHeader(HttpHeaders.UPGRADE);
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
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !isZero(length));
  }

  /** How long the body is; -1 when that is not said. */
  static long length(MultiMap headers) {
    String length = headers.get(HttpHeaders.CONTENT_LENGTH);
    // The decoder takes only numbers; one of more digits is left to the end of the body.
    boolean number = length != null && length.length() <= 18 && !length.isEmpty();
    return number && length.chars().allMatch(digit -> digit >= '0' && digit <= '9')
        ? Long.parseLong(length)
        : -1;
  }

  private static boolean isZero(String length) {
    return length.chars().allMatch(digit -> digit == '0');
  }
}
