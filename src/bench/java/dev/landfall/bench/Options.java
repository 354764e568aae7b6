package dev.landfall.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of a bench, each a word after two dashes and a value. */
record Options(Map<String, String> values) {
  static Options of(String... args) {
    var values = new HashMap<String, String>();
    for (int at = 1; at < args.length; at += 2) {
      if (!args[at].startsWith("--") || at + 1 == args.length) {
        throw new IllegalArgumentException("an option looks like --name value, not " + args[at]);
      }
      values.put(args[at].substring(2), args[at + 1]);
    }
    return new Options(values);
  }

  Options {
    values = Map.copyOf(values);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  long number(String name, long otherwise) {
    return text(name).map(each -> Long.parseLong(each.replace("_", ""))).orElse(otherwise);
  }

  /** Numbers separated by commas. */
  List<Long> numbers(String name, Long... otherwise) {
    return text(name)
        .map(all -> List.of(all.replace("_", "").split(",")).stream().map(Long::valueOf).toList())
        .orElse(List.of(otherwise));
  }
}
