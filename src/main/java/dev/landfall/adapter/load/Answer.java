package dev.landfall.adapter.load;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is compared of an answer, as a word: its status, and where a redirect leads.
 *
 * @param word {@code 200}, or {@code 302 /login}; empty when there was none
 * @param failed whether it counts as a failure whatever the other side answers
 * @param lacking whether it fails as it lacks what is expected
 */
record Answer(String word, boolean failed, boolean lacking) {
  /** Nobody answered in time. */
  static final Answer NONE = new Answer("", true, false);

  static final int FAILED_FROM = 400;

  private static final int REDIRECTS_FROM = 300;
  private static final int PLACE_MAX = 200;

  /** Who signs in, before the host (RFC 3986, 3.2.1); browsers take a backslash for a slash. */
  private static final Pattern USER =
      Pattern.compile("^((?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\\\]{2})[^/\\\\?#]*@");

  /** A part of a path that is long, and has digits: a ticket, a session, a signed word. */
  private static final Pattern TOKEN = Pattern.compile("(?<!/)/(?=[^/]*[0-9])[^/]{20,}");

  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([A-Za-z0-9._:-]{1,40})", Pattern.CASE_INSENSITIVE);

  /** With nothing but a status. */
  static Answer of(int status) {
    return new Answer(String.valueOf(status), status >= FAILED_FROM, false);
  }

  /**
   * Of a side.
   *
   * @param side whose own address in a redirect is left away, as the two sides have different ones
   */
  static Answer of(HttpResponse<byte[]> response, URI side, Optional<Expectation> expected) {
    int status = response.statusCode();
    if (status >= FAILED_FROM) {
      return of(status);
    }
    boolean met = expected.map(each -> each.isMet(response.body(), charset(response))).orElse(true);
    String place =
        status < REDIRECTS_FROM
            ? ""
            : response.headers().firstValue("Location").map(to -> " " + place(to, side)).orElse("");
    return new Answer(status + place, !met, !met);
  }

  /** The status alone. */
  static String status(String word) {
    int space = word.indexOf(' ');
    return space < 0 ? word : word.substring(0, space);
  }

  /**
   * Host and path alone: without what is another one each time, or a secret of somebody. That is
   * who signs in, query and fragment, what stands behind a semicolon, and what in a path can be no
   * name that anybody chose.
   */
  private static String place(String location, URI side) {
    String line = location.strip().replaceAll("\\p{Cc}+", "");
    String plain = USER.matcher(line).replaceFirst("$1").split("[?#;]", 2)[0];
    String own = side.getScheme() + "://" + side.getRawAuthority();
    String place =
        plain.equals(own) || plain.startsWith(own + "/") ? plain.substring(own.length()) : plain;
    String shown = TOKEN.matcher(place.isEmpty() ? "/" : place).replaceAll("/*");
    return shown.length() > PLACE_MAX ? shown.substring(0, PLACE_MAX) : shown;
  }

  private static Charset charset(HttpResponse<byte[]> response) {
    var named = CHARSET.matcher(response.headers().firstValue("Content-Type").orElse(""));
    try {
      return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return StandardCharsets.UTF_8;
    }
  }
}
