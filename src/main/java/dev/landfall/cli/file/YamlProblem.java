package dev.landfall.cli.file;

import java.util.List;

/**
 * What the YAML parser complains of, in words that help, and without its own text: that may repeat
 * a piece of the file, and an unquoted password that begins with {@code *} would be shown.
 *
 * @param found what was found
 * @param allowed what to do
 */
record YamlProblem(String found, String allowed) {
  private record Known(String begins, YamlProblem meaning) {}

  private static final String QUOTE = "put quotes around a text that holds it";

  private static final List<Known> KNOWN =
      List.of(
          known("found character '\\t", "a tab", "indent with spaces"),
          known(
              "found undefined alias",
              "an alias (*) without its anchor (&) before it",
              "put quotes around a text that begins with *"),
          known(
              "found undefined tag handle",
              "a tag (!)",
              "no tags; put quotes around a text that begins with !"),
          known("found character", "a character that no plain text begins with", QUOTE),
          known("mapping values are not allowed here", "a \":\" where no key can be", QUOTE),
          known(
              "could not find expected ':'",
              "a line without a \":\" after its key",
              "write key: value, with a space after the colon"),
          known("found unexpected end of stream", "a quote that is not closed", "close it"),
          known(
              "found unknown escape character",
              "a \\ with an unknown letter after it",
              "use single quotes, or write \\\\"),
          known(
              "expected <block end>",
              "a line that does not continue the ones before it",
              "indent all keys of one mapping alike"),
          known(
              "expected the node content",
              "a sign where a value should be",
              "write a value, in quotes when it begins with a sign"));

  private static final YamlProblem OTHER =
      new YamlProblem("text that is not YAML", "compare it with examples/shop.yaml");

  private static Known known(String begins, String found, String allowed) {
    return new Known(begins, new YamlProblem(found, allowed));
  }

  static YamlProblem of(String problem) {
    return KNOWN.stream()
        .filter(known -> problem.startsWith(known.begins()))
        .map(Known::meaning)
        .findFirst()
        .orElse(OTHER);
  }
}
