package dev.landfall.cli.file;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Addresses that are kept as evidence, or stand in it: whoever looks must be able to follow them,
 * and no password is kept with them.
 */
public final class EvidenceLink {
  private static final String AUTHORITY = "://";
  private static final String FILE = "file:/";

  /** What ends the part of an address that has the host. */
  private static final String ENDS = "/?#\\\"'`<>()[]{},;|";

  private static final Pattern SECRET =
      Pattern.compile(
          "[?&](password|passwd|pwd|token|access_token|api_key|apikey|secret|sig)=",
          Pattern.CASE_INSENSITIVE);

  /**
   * What is wrong in a text.
   *
   * @param at where, counted from 0
   * @param words a clause without the address
   */
  record Fault(int at, String words) {}

  private EvidenceLink() {}

  /** Why an address cannot be kept, as a clause without the address; absent when it can. */
  public static Optional<String> fault(String link) {
    return first(link).map(Fault::words);
  }

  /** The first address in a text that cannot be kept; absent when all can. */
  static Optional<Fault> first(String text) {
    OptionalInt named = named(text);
    if (named.isPresent()) {
      return Optional.of(
          new Fault(named.getAsInt(), "an address has a name or a password in it (not shown)"));
    }
    var secret = SECRET.matcher(text);
    if (secret.find()) {
      return Optional.of(new Fault(secret.start(), "an address has a secret in it (not shown)"));
    }
    String plain = text.toLowerCase(Locale.ROOT);
    for (int at = plain.indexOf(FILE); at >= 0; at = plain.indexOf(FILE, at + 1)) {
      if (at == 0 || !Character.isLetterOrDigit(plain.charAt(at - 1))) {
        return Optional.of(new Fault(at, "an address leads to a file that nobody else has"));
      }
    }
    return Optional.empty();
  }

  private static OptionalInt named(String text) {
    for (int at = text.indexOf(AUTHORITY); at >= 0; at = text.indexOf(AUTHORITY, at + 1)) {
      int end = at + AUTHORITY.length();
      while (end < text.length() && !isEnd(text.charAt(end))) {
        if (text.charAt(end) == '@') {
          return OptionalInt.of(at);
        }
        end++;
      }
    }
    return OptionalInt.empty();
  }

  private static boolean isEnd(char sign) {
    return Character.isWhitespace(sign) || ENDS.indexOf(sign) >= 0;
  }
}
