package dev.landfall.adapter.router;

import dev.landfall.routing.Asker;
import dev.landfall.workload.Identity;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends one request. Whoever has no name yet gets one, in a cookie that is to be sent
 * with the answer.
 */
final class Askers {
  /** A year; a flight may last weeks, and whoever forgets is drawn anew. */
  private static final String COOKIE_FORM =
      Identity.OWN_COOKIE + "=%s; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax";

  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private final HttpServerRequest request;
  private final boolean trustForwarded;
  private @Nullable String given;

  /**
   * @param trustForwarded whether a proxy in front says where the request comes from
   */
  Askers(HttpServerRequest request, boolean trustForwarded) {
    this.request = request;
    this.trustForwarded = trustForwarded;
  }

  /** Who asks; from the headers, which nobody changes any more. */
  Asker asker(Identity identity) {
    MultiMap headers = request.headers();
    Optional<String> user =
        identity
            .userHeader()
            .map(headers::get)
            .filter(name -> !name.isBlank())
            .or(() -> identity.userCookie().flatMap(name -> cookie(headers, name)));
    Optional<String> own =
        identity.byNameAlone()
            ? Optional.empty()
            : cookie(headers, Identity.OWN_COOKIE)
                .or(() -> user.isPresent() ? Optional.empty() : Optional.of(give()));
    return new Asker(
        user.or(() -> own),
        own,
        identity.groupHeader().map(name -> groups(headers.getAll(name))).orElse(List.of()),
        Optional.of(address(headers)));
  }

  /** The cookie of whoever had no name; absent when there is nothing to be sent. */
  Optional<String> cookieToSend() {
    return Optional.ofNullable(given).map(COOKIE_FORM::formatted);
  }

  private String give() {
    String name = UUID.randomUUID().toString();
    given = name;
    return name;
  }

  private String address(MultiMap headers) {
    String said = trustForwarded ? headers.get(FORWARDED_FOR) : null;
    return said == null
        ? request.remoteAddress().hostAddress()
        : withoutPort(said.split(",", 2)[0].strip().replace("\"", ""));
  }

  /** Some proxies say the port too: {@code 203.0.113.9:4711}, {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String said) {
    int bracket = said.indexOf(']');
    if (said.startsWith("[") && bracket > 0) {
      return said.substring(1, bracket);
    }
    int colon = said.indexOf(':');
    return colon > 0 && colon == said.lastIndexOf(':') ? said.substring(0, colon) : said;
  }

  private static List<String> groups(List<String> values) {
    var groups = new ArrayList<String>();
    for (String value : values) {
      for (String group : value.split(",", -1)) {
        if (!group.isBlank()) {
          groups.add(group.strip());
        }
      }
    }
    return groups;
  }

  /** After RFC 6265, 4.2.1: pairs between semicolons. The first of a name counts. */
  private static Optional<String> cookie(MultiMap headers, String name) {
    for (String line : headers.getAll(HttpHeaders.COOKIE)) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          String value = pair.substring(equals + 1).strip();
          return value.isEmpty() ? Optional.empty() : Optional.of(value);
        }
      }
    }
    return Optional.empty();
  }
}
