package dev.landfall.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** What is wrong with a version of the shop, on purpose and from some moment on. */
enum Fault {
  NOTHING(0, Duration.ZERO, "nothing is wrong"),
  /** One request in four is answered with an error. */
  ERRORS(0.25, Duration.ZERO, "one request in four fails on the new side"),
  /** One request in a hundred is answered with an error: no user sees more than a few. */
  SPARSE_ERRORS(0.01, Duration.ZERO, "one request in a hundred fails on the new side"),
  /** Every answer comes late. */
  SLOW(1, Duration.ofSeconds(1), "every answer of the new side takes 1 s longer"),
  /** Few answers come very late: the mean hardly moves, the median not at all. */
  TAIL(0.05, Duration.ofSeconds(3), "one answer in twenty of the new side takes 3 s longer");

  /** How many of the requests it strikes, from 0 to 1. */
  private final double share;

  /** How much longer an answer takes that it strikes; zero when it is an error instead. */
  private final Duration delay;

  private final String words;

  Fault(double share, Duration delay, String words) {
    this.share = share;
    this.delay = delay;
    this.words = words;
  }

  /**
   * Whether it strikes a request.
   *
   * @param drawn for this request, from 0 to below 1
   */
  boolean strikes(double drawn) {
    return drawn < share;
  }

  /** Whether whom it strikes gets an error, and not only a late answer. */
  boolean isAnError() {
    return delay.isZero();
  }

  Duration delay() {
    return delay;
  }

  /** For people. */
  String words() {
    return words;
  }

  /** As in {@code --break}: {@code sparse-errors}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads {@link #word}.
   *
   * @throws IllegalArgumentException when there is none such
   */
  static Fault parse(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no fault " + word));
  }
}
