package dev.landfall.adapter.haproxy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Text in the alphabet of RFC 4648, 5, without padding: no file of a map and no command of HAProxy
 * finds anything in it that it would cut at, and its converters {@code ub64enc} and {@code ub64dec}
 * make the same.
 */
final class Words {
  private static final String ABSENT = "-";
  private static final String PRESENT = "+";

  private Words() {}

  static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(Optional<String> text) {
    return text.map(there -> PRESENT + encode(there)).orElse(ABSENT);
  }

  /** Reads what was encoded, or throws an {@link IllegalArgumentException}. */
  static String decode(String word) {
    return new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
  }

  static Optional<String> decodeOptional(String word) {
    return word.equals(ABSENT)
        ? Optional.empty()
        : Optional.of(decode(word.substring(PRESENT.length())));
  }
}
