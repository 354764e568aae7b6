package dev.landfall.adapter.classification;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** One way in which something is written. */
record Form(Pattern pattern, Predicate<String> check, Proof proof) {
  /** How much a match tells. */
  enum Proof {
    /** Chance makes no such text. */
    SURE,
    /** Plain digits: some of those that mean something else have the right check digit as well. */
    PLAIN,
    /** Nothing by itself, but something in a column of such a name. */
    NAMED
  }

  private static final Pattern SEPARATORS = Pattern.compile("[ .+-]");

  private static final Map<DataKind, List<Form>> ALL =
      Map.of(
          DataKind.PAYMENT_CARD,
          List.of(
              plain("[2-6]\\d{12,18}", Checksums::card),
              sure("\\d{4}([ -])\\d{4}\\1\\d{4}\\1\\d{4}(?:\\1\\d{3})?", Checksums::card),
              sure("3[47]\\d{2}([ -])\\d{6}\\1\\d{5}", Checksums::card)),
          DataKind.NATIONAL_ID,
          List.of(
              sure("(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}", _ -> true),
              sure("\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}", Checksums::cpf),
              sure("756\\.\\d{4}\\.\\d{4}\\.\\d{2}", Checksums::ahv),
              sure("[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]", _ -> true),
              sure("\\d{6}[-+]\\d{4}", Checksums::personnummer),
              plain("(?:[XYZ]\\d{7}|\\d{8})[A-HJ-NP-TV-Z]", Checksums::dni),
              plain("[12]\\d{14}", Checksums::nir),
              plain(
                  "\\d{11}",
                  digits ->
                      Checksums.pesel(digits)
                          || Checksums.steuerId(digits)
                          || Checksums.cpf(digits)),
              named("\\d{9}", Checksums::bsn)),
          DataKind.BANK_ACCOUNT,
          List.of(
              sure("[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?", Checksums::iban)),
          DataKind.CREDENTIAL,
          List.of(
              anywhere("-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
              // A user and a password in an address; $ and the like stand for one that is
              // elsewhere.
              anywhere("://[^\\s:/@]{1,100}:[^\\s:/@$<{*%][^\\s/@]{0,100}@[A-Za-z0-9]")),
          DataKind.EMAIL,
          List.of(
              sure(
                  "[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,24}",
                  _ -> true)),
          DataKind.PHONE,
          List.of(
              sure("\\+[1-9](?:[ ./()-]{0,2}\\d){7,14}", _ -> true),
              named("\\(?0?\\d(?:[ ./()-]{0,2}\\d){5,13}", _ -> true)));

  /** How a kind is written; empty when only the name of a column tells of it. */
  static List<Form> of(DataKind kind) {
    return ALL.getOrDefault(kind, List.of());
  }

  private static Form sure(String pattern, Predicate<String> check) {
    return new Form(alone(pattern), check, Proof.SURE);
  }

  /** Within longer words as well: nothing else looks so. */
  private static Form anywhere(String pattern) {
    return new Form(Pattern.compile(pattern), _ -> true, Proof.SURE);
  }

  private static Form plain(String pattern, Predicate<String> check) {
    return new Form(alone(pattern), check, Proof.PLAIN);
  }

  private static Form named(String pattern, Predicate<String> check) {
    return new Form(alone(pattern), check, Proof.NAMED);
  }

  /** Not a part of a longer word, of a number with a point or of a UUID. */
  private static Pattern alone(String pattern) {
    return Pattern.compile("(?<![\\w+.-])(?:" + pattern + ")(?![\\w-]|\\.\\d)");
  }

  /** What a check digit is computed from. E-mail addresses and telephone numbers have none. */
  static String bare(String text) {
    return SEPARATORS.matcher(text).replaceAll("");
  }
}
