package dev.landfall.adapter.classification;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;

/** The check digits of numbers that people are known by. All take the number without separators. */
final class Checksums {
  private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

  /** Lengths by country, ISO 13616 registry. Others are no IBAN. */
  private static final Map<String, Integer> IBAN_LENGTHS =
      Map.ofEntries(
          Map.entry("AD", 24),
          Map.entry("AE", 23),
          Map.entry("AT", 20),
          Map.entry("BE", 16),
          Map.entry("BG", 22),
          Map.entry("CH", 21),
          Map.entry("CY", 28),
          Map.entry("CZ", 24),
          Map.entry("DE", 22),
          Map.entry("DK", 18),
          Map.entry("EE", 20),
          Map.entry("ES", 24),
          Map.entry("FI", 18),
          Map.entry("FR", 27),
          Map.entry("GB", 22),
          Map.entry("GI", 23),
          Map.entry("GR", 27),
          Map.entry("HR", 21),
          Map.entry("HU", 28),
          Map.entry("IE", 22),
          Map.entry("IL", 23),
          Map.entry("IS", 26),
          Map.entry("IT", 27),
          Map.entry("LI", 21),
          Map.entry("LT", 20),
          Map.entry("LU", 20),
          Map.entry("LV", 21),
          Map.entry("MC", 27),
          Map.entry("MT", 31),
          Map.entry("NL", 18),
          Map.entry("NO", 15),
          Map.entry("PL", 28),
          Map.entry("PT", 25),
          Map.entry("RO", 24),
          Map.entry("SA", 24),
          Map.entry("SE", 24),
          Map.entry("SI", 19),
          Map.entry("SK", 24),
          Map.entry("SM", 27),
          Map.entry("TR", 26));

  private Checksums() {}

  /** ISO/IEC 7812-1, annex B. */
  static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 1 ? 2 * digit : digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 == 0;
  }

  /**
   * A number that a payment scheme could have issued: its range, its length and its check digit.
   */
  static boolean card(String digits) {
    return inRangeOfScheme(digits) && digits.chars().distinct().count() > 1 && luhn(digits);
  }

  private static boolean inRangeOfScheme(String digits) {
    int length = digits.length();
    if (length < 13 || length > 19) {
      return false;
    }
    int two = Integer.parseInt(digits.substring(0, 2));
    int four = Integer.parseInt(digits.substring(0, 4));
    boolean ofSixteen =
        isIn(two, 51, 55)
            || isIn(four, 2221, 2720)
            || isIn(four, 3528, 3589)
            || isIn(four, 6440, 6499)
            || four == 6011
            || two == 65;
    return switch (length) {
      case 13 -> digits.charAt(0) == '4';
      case 14 -> isIn(four, 3000, 3059) || two == 36 || two == 38;
      case 15 -> two == 34 || two == 37;
      case 16 -> digits.charAt(0) == '4' || ofSixteen || two == 62;
      case 19 -> digits.charAt(0) == '4' || two == 62;
      default -> two == 62 && length > 16;
    };
  }

  private static boolean isIn(int number, int first, int last) {
    return number >= first && number <= last;
  }

  /** ISO 13616: the length of its country, and ISO 7064 mod 97-10. */
  static boolean iban(String text) {
    Integer length = text.length() < 4 ? null : IBAN_LENGTHS.get(text.substring(0, 2));
    return length != null
        && length == text.length()
        && mod97(text.substring(4) + text.substring(0, 4)) == 1;
  }

  private static int mod97(String text) {
    int rest = 0;
    for (int i = 0; i < text.length(); i++) {
      int value = Character.digit(text.charAt(i), 36);
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    return rest;
  }

  /** Spain: the letter of the number of a citizen, or of a foreigner (X, Y or Z before it). */
  static boolean dni(String text) {
    String digits =
        text.substring(0, text.length() - 1).replace('X', '0').replace('Y', '1').replace('Z', '2');
    return DNI_LETTERS.charAt(Integer.parseInt(digits) % 23) == text.charAt(text.length() - 1);
  }

  /** France: 13 digits and a key of two. */
  static boolean nir(String digits) {
    int month = Integer.parseInt(digits.substring(3, 5));
    return (digits.charAt(0) == '1' || digits.charAt(0) == '2')
        && month >= 1
        && (month <= 12 || month >= 20)
        && 97 - Long.parseLong(digits.substring(0, 13)) % 97
            == Long.parseLong(digits.substring(13));
  }

  /** Germany: ISO 7064 mod 11,10; one digit of the first ten comes twice or three times. */
  static boolean steuerId(String digits) {
    int product = 10;
    for (int i = 0; i < 10; i++) {
      int sum = (digits.charAt(i) - '0' + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    long distinct = digits.substring(0, 10).chars().distinct().count();
    return digits.charAt(0) != '0'
        && (distinct == 9 || distinct == 8)
        && (11 - product) % 10 == digits.charAt(10) - '0';
  }

  /** Poland: a day of birth, and weights 1, 3, 7, 9. */
  static boolean pesel(String digits) {
    int[] weights = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
    return (10 - weighed(digits, weights) % 10) % 10 == digits.charAt(10) - '0'
        && date(
            digits.substring(0, 2),
            Integer.parseInt(digits.substring(2, 4)) % 20,
            digits.substring(4, 6));
  }

  /** Sweden: a day of birth, and Luhn over ten digits. */
  static boolean personnummer(String digits) {
    return luhn(digits)
        && date(
            digits.substring(0, 2),
            Integer.parseInt(digits.substring(2, 4)),
            digits.substring(4, 6));
  }

  /** Brazil: two check digits. */
  static boolean cpf(String digits) {
    int[] first = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    int[] second = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits.chars().distinct().count() > 1
        && weighed(digits, first) * 10 % 11 % 10 == digits.charAt(9) - '0'
        && weighed(digits, second) * 10 % 11 % 10 == digits.charAt(10) - '0';
  }

  /** The Netherlands: the test of eleven. */
  static boolean bsn(String digits) {
    int[] weights = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    return digits.chars().distinct().count() > 1 && weighed(digits, weights) % 11 == 0;
  }

  /** Switzerland: the check digit of EAN-13. */
  static boolean ahv(String digits) {
    int[] weights = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3};
    return (10 - weighed(digits, weights) % 10) % 10 == digits.charAt(12) - '0';
  }

  private static int weighed(String digits, int[] weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * (digits.charAt(i) - '0');
    }
    return sum;
  }

  /** Whether there is such a day in some year of that ending; 2000 was a leap year. */
  private static boolean date(String year, int month, String day) {
    try {
      var _ = LocalDate.of(2000 + Integer.parseInt(year), month, Integer.parseInt(day));
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }
}
