package dev.landfall.cli.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names as the file may give them, and how a wrong one is shown and corrected. */
final class Names {
  static final String FORM = "lower-case letters, digits and dashes, at most 40";
  static final String SECRET_FORM = "env:NAME, or file:/PATH with a path that begins with /";
  static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

  private static final int SHOWN_MAX = 60;

  private Names() {}

  /** In quotes, on one line, and short. Not for values that may be secret. */
  static String shown(String text) {
    var plain = new StringBuilder("\"");
    text.codePoints()
        .limit(SHOWN_MAX)
        .forEach(c -> plain.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return plain
        .append(text.codePointCount(0, text.length()) > SHOWN_MAX ? "...\"" : "\"")
        .toString();
  }

  /** The known name that was probably meant; empty when none is near. */
  static Optional<String> nearest(String found, Collection<String> known) {
    if (found.length() > SHOWN_MAX) {
      return Optional.empty();
    }
    String plain = plain(found);
    int near = Math.max(1, plain.length() / 2);
    return known.stream()
        .filter(name -> distance(plain, plain(name)) <= near)
        .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
  }

  /** A clause for a message: {@code did you mean "user"? allowed: ...}. */
  static String correction(String found, Collection<String> known) {
    if (known.isEmpty()) {
      return "the file has none that would do";
    }
    String allowed = "allowed: " + String.join(", ", known);
    return nearest(found, known)
        .map(name -> "did you mean \"" + name + "\"? " + allowed)
        .orElse(allowed);
  }

  /** So that {@code lockWait} and {@code lock_wait} are as near to {@code lock-wait} as can be. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Edits of one letter, a swap of neighbours counting as one (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
