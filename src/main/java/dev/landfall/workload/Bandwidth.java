package dev.landfall.workload;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A cap on what replication may take from the network.
 *
 * @param bitsPerSecond above zero
 */
public record Bandwidth(long bitsPerSecond) {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(k|M|G)?bit/s");

  public Bandwidth {
    if (bitsPerSecond <= 0) {
      throw new IllegalArgumentException("a bandwidth is above zero, not " + bitsPerSecond);
    }
  }

  /** Reads {@code 200 Mbit/s}; the prefixes k, M and G are decimal, as networks count. */
  public static Bandwidth parse(String text) {
    var matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a bandwidth looks like \"200 Mbit/s\", not \"" + text + "\"");
    }
    String prefix = matcher.group(2);
    double factor =
        prefix == null
            ? 1
            : switch (prefix) {
              case "k" -> 1e3;
              case "M" -> 1e6;
              default -> 1e9;
            };
    return new Bandwidth(Math.round(Double.parseDouble(matcher.group(1)) * factor));
  }

  public double bytesPerSecond() {
    return bitsPerSecond / 8.0;
  }

  @Override
  public String toString() {
    if (bitsPerSecond >= 1_000_000_000) {
      return String.format(Locale.ROOT, "%.3g Gbit/s", bitsPerSecond / 1e9);
    }
    return bitsPerSecond >= 1_000_000
        ? String.format(Locale.ROOT, "%.3g Mbit/s", bitsPerSecond / 1e6)
        : String.format(Locale.ROOT, "%.3g kbit/s", bitsPerSecond / 1e3);
  }
}
