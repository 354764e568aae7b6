package dev.landfall.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Names under which values are told that could be somebody's, such as the key of a row: what is
 * told is kept for good, in the journal and in archives. The name is always the same for the same
 * value, and too long for two values to share one.
 *
 * <p>It begins with {@code keyed:} where there is a key: then only who has the key finds the value
 * by trying all that it could be. Without one it begins with {@code sha256:}, and anybody who
 * guesses an e-mail address or a day of birth can see that the guess is right.
 */
public final class Pseudonyms {
  /** Sixteen digits: two of a million rows share them with a probability of 3 in 100 million. */
  private static final int BYTES = 8;

  private static final Pseudonyms WITHOUT_KEY = new Pseudonyms("sha256:", () -> "");

  private final String prefix;
  private final Supplier<String> key;

  private Pseudonyms(String prefix, Supplier<String> key) {
    this.prefix = prefix;
    this.key = key;
  }

  /** Where there is no key. */
  public static Pseudonyms withoutKey() {
    return WITHOUT_KEY;
  }

  /**
   * By a key.
   *
   * @param key the same each time; asked for with each value, and not before
   */
  public static Pseudonyms keyed(Supplier<String> key) {
    return new Pseudonyms("keyed:", key);
  }

  /**
   * The name of a value: the first 16 hexadecimal digits, in lower case, of the SHA-256 of the key,
   * if there is one, and the value behind it, in UTF-8.
   *
   * @throws dev.landfall.problem.OutsideException when the key cannot be had
   */
  public String of(String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((key.get() + value).getBytes(StandardCharsets.UTF_8));
      return prefix + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
