package dev.landfall.adapter.router;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/**
 * Why a request is not sent on at all: two servers could understand it in two ways, or it asks for
 * something that is no matter of a router.
 *
 * @param status what is answered
 * @param words what people read
 */
record Refusal(int status, String words) {
  static final String NO_TUNNEL =
      "cannot leave HTTP: each side accepts the writes of its own users, and no connection could"
          + " follow its user to the other side; send requests instead";

  static final String UNNAMED =
      "cannot send the request on: it may write and does not say who its user is, while each side"
          + " accepts the writes of its own users; sign in first";

  static Optional<Refusal> of(HttpServerRequest request, RouterOptions.Limits limits) {
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (codings.size() > 1 || (codings.size() == 1 && !codings.getFirst().equals("chunked"))) {
      return refuse(400, "cannot read the request: its Transfer-Encoding is not just chunked");
    }
    if (!codings.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
      return refuse(400, "cannot read the request: HTTP/1.0 knows no Transfer-Encoding");
    }
    if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
      return refuse(400, "cannot route the request: it must name one Host");
    }
    if (request.method().equals(HttpMethod.CONNECT) || request.method().equals(HttpMethod.TRACE)) {
      return refuse(405, "cannot route the request: " + request.method() + " is not carried");
    }
    String path = pathOf(request);
    if (!path.startsWith("/") && !path.equals("*")) {
      return refuse(400, "cannot route the request: its target is no path");
    }
    return tooLong(request, limits);
  }

  private static Optional<Refusal> tooLong(HttpServerRequest request, RouterOptions.Limits limits) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || limits.bodyBytesMax().isEmpty()) {
      return Optional.empty();
    }
    long most = limits.bodyBytesMax().getAsLong();
    // A number with more digits than a long holds is too long as well.
    boolean over = length.length() > 18 || Long.parseLong(length) > most;
    return over ? refuse(413, tooLong(most)) : Optional.empty();
  }

  static String tooLong(long bytesMax) {
    return "cannot send the request on: its body is longer than " + bytesMax + " bytes";
  }

  private static Optional<Refusal> refuse(int status, String words) {
    return Optional.of(new Refusal(status, words));
  }

  /** The path of a request; of one in absolute form, as is sent to a proxy, without the host. */
  static String pathOf(HttpServerRequest request) {
    String target = request.uri();
    int scheme = target.indexOf("://");
    if (target.startsWith("/") || scheme < 0) {
      return target;
    }
    int slash = target.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : target.substring(slash);
  }
}
