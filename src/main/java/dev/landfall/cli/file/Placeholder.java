package dev.landfall.cli.file;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What people write where they have nothing to say yet: it is there, and says nothing. */
final class Placeholder {
  /** Signs alone, and what stands around a word: {@code [tbd]}. */
  private static final Pattern AROUND = Pattern.compile("^[^\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+$");

  private static final Set<String> WORDS =
      Set.of(
          "tbd",
          "t.b.d",
          "tba",
          "tbc",
          "todo",
          "to do",
          "to-do",
          "to be announced",
          "to be confirmed",
          "to be decided",
          "to be defined",
          "to be determined",
          "to be done",
          "fixme",
          "xxx",
          "n/a",
          "n.a",
          "null",
          "nil",
          "undefined");

  private static final Pattern NOTE = Pattern.compile("(todo|tbd|tba|tbc|fixme)\\s*:.*");

  /** Where somebody or something has to be named, these name nobody. */
  private static final Set<String> NAMES =
      Set.of("by", "approved-by", "who", "contact", "audience", "item", "workaround");

  private static final Set<String> NOBODY =
      Set.of("none", "nobody", "no one", "noone", "nothing", "no", "not yet");

  private Placeholder() {}

  /**
   * Whether a text says something.
   *
   * @param key under which it stands
   */
  static boolean says(String key, String text) {
    String plain = AROUND.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return !plain.isEmpty()
        && !WORDS.contains(plain)
        && !NOTE.matcher(plain).matches()
        && !(NAMES.contains(key) && NOBODY.contains(plain));
  }
}
