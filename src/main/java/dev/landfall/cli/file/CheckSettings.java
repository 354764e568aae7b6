package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Gathers what a check needs, key by key; what cannot be read is told and left out. */
final class CheckSettings {
  private final Section section;
  private final Map<String, String> settings = new HashMap<>();

  CheckSettings(Section section) {
    this.section = section;
  }

  /** One text, in whatever form its reader knows. */
  CheckSettings text(String key, Function<Field, Optional<String>> reader) {
    section.field(key).flatMap(reader).ifPresent(text -> settings.put(key, text));
    return this;
  }

  /**
   * A list; none of its texts has a line break in it, so nothing else is needed to tell them apart.
   *
   * @param min how many there must be where the key is given
   * @param max how many there may be
   */
  CheckSettings list(String key, Function<Field, Optional<String>> reader, int min, int max) {
    Optional<Field> field = section.field(key);
    if (field.isEmpty()) {
      return this;
    }
    List<Field> elements = field.get().elements();
    if (elements.size() < min || elements.size() > max) {
      field.get().wrong("there are " + elements.size(), "from " + min + " to " + max);
    }
    List<String> texts = elements.stream().flatMap(each -> reader.apply(each).stream()).toList();
    if (!texts.isEmpty()) {
      settings.put(key, String.join("\n", texts));
    }
    return this;
  }

  CheckSettings time(String key, Duration min, Duration max, Duration usual) {
    Duration time =
        section.field(key).flatMap(field -> GateReader.time(field, min, max)).orElse(usual);
    settings.put(key, time.toString());
    return this;
  }

  CheckSettings number(String key, int min, int max, int usual) {
    Optional<Field> field = section.field(key);
    Optional<String> text = field.flatMap(Field::text);
    Optional<Integer> number =
        text.filter(each -> each.matches("[0-9]{1,9}"))
            .map(Integer::parseInt)
            .filter(each -> each >= min && each <= max);
    if (text.isPresent() && number.isEmpty()) {
      field.get().wrong(Names.shown(text.get()) + " is not allowed");
    }
    settings.put(key, String.valueOf(number.orElse(usual)));
    return this;
  }

  /** What was read of a key; absent when it was not given, or wrong. */
  Optional<String> value(String key) {
    return Optional.ofNullable(settings.get(key));
  }

  /** What was read of a mapping in it, each key behind a prefix. */
  CheckSettings inner(String prefix, CheckSettings inner) {
    inner.settings.forEach((key, value) -> settings.put(prefix + key, value));
    return this;
  }

  /** All of it, with the time that the section gives. */
  GateCheck check(String kind) {
    return new GateCheck(kind, CheckReader.timeout(section), settings);
  }
}
