package dev.landfall.adapter.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What is told of a value that is a part of a row's key. A key is told so that people find the row,
 * in alarms, the journal and archives, and these are for good: what could be somebody's e-mail
 * address, name, telephone, card, account or identity number is told by its hash, by which whoever
 * may read the table finds it as well.
 */
final class TellableKey {
  /** Enough to find a row in a table of millions, and too little to be sure whose it is. */
  private static final int HASH_BYTES = 4;

  /** Telephone numbers, accounts and identity numbers have as many digits, and most keys fewer. */
  private static final int DIGITS_MAX = 8;

  /** What a payment card (ISO/IEC 7812-1) or an identity number can be has 11 to 19. */
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,10}|-?\\d{20,}");

  private static final Pattern LONG_NUMBER = Pattern.compile("\\d{12,19}");

  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private static final Pattern TIME =
      Pattern.compile(
          "\\d{4,6}-\\d\\d-\\d\\d([ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([+-]\\d\\d(:\\d\\d)?|Z)?)?");

  /** A word, as of products and codes: no blank, as between the names of a person, and no @. */
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_.:/-]{1,64}");

  private TellableKey() {}

  /** The value, or {@code sha256:} and the first 8 digits of the hash of its text in UTF-8. */
  static String of(String value) {
    return isTellable(value) ? value : "sha256:" + hash(value);
  }

  private static boolean isTellable(String value) {
    if (NUMBER.matcher(value).matches()
        || UUID.matcher(value).matches()
        || TIME.matcher(value).matches()) {
      return true;
    }
    if (LONG_NUMBER.matcher(value).matches()) {
      return !hasCheckDigit(value);
    }
    return WORD.matcher(value).matches()
        && value.chars().filter(Character::isDigit).count() <= DIGITS_MAX;
  }

  /** Luhn's formula (ISO/IEC 7812-1, annex B). */
  private static boolean hasCheckDigit(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  private static String hash(String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
