package dev.landfall.cli.file;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Times and sizes as people write them. */
public final class Quantities {
  // Nine digits keep every product inside a long.
  private static final Pattern TIME =
      Pattern.compile(
          "(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) ?([kMGT]B|[KMGT]iB|B)");

  private Quantities() {}

  /** Reads {@code 500ms}, {@code 5s}, {@code 1h30m}, {@code 2d}; empty when it is none of these. */
  public static Optional<Duration> time(String text) {
    var matcher = TIME.matcher(text.strip());
    if (text.isBlank() || !matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofDays(part(matcher, 1))
            .plusHours(part(matcher, 2))
            .plusMinutes(part(matcher, 3))
            .plusSeconds(part(matcher, 4))
            .plusMillis(part(matcher, 5)));
  }

  private static long part(MatchResult match, int group) {
    String digits = match.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** Reads {@code 10 GiB} or {@code 500 MB}; the answer is in bytes. */
  static OptionalLong size(String text) {
    var matcher = SIZE.matcher(text.strip());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    String unit = matcher.group(2);
    long base = unit.endsWith("iB") ? 1024 : 1000;
    int power = "BkMGT".indexOf(unit.replace('K', 'k').charAt(0));
    long factor = 1;
    for (int i = 0; i < power; i++) {
      factor *= base;
    }
    try {
      return OptionalLong.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
    } catch (ArithmeticException e) {
      return OptionalLong.empty(); // beyond what a long can count: no disk is as large
    }
  }

  /** The form that {@link #time} reads, the largest units first. */
  static String write(Duration time) {
    var text = new StringBuilder();
    append(text, time.toDays(), "d");
    append(text, time.toHoursPart(), "h");
    append(text, time.toMinutesPart(), "m");
    append(text, time.toSecondsPart(), "s");
    append(text, time.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount > 0) {
      text.append(amount).append(unit);
    }
  }
}
