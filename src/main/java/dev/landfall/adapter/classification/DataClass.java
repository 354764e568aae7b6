package dev.landfall.adapter.classification;

import java.util.Locale;

/** How sensitive data is, from the least to the most; the words are those of the workload file. */
enum DataClass {
  PUBLIC,
  INTERNAL,
  CONFIDENTIAL,
  RESTRICTED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a word.
   *
   * @throws IllegalArgumentException when it is none of them
   */
  static DataClass of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
