package dev.landfall.cli.file;

import dev.landfall.cli.file.Vocabulary.Shape;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The parts of a record, and what they lack. */
final class RecordItems {
  private static final int ITEMS_MAX = 10_000;
  private static final int TOLD_MAX = 5;

  private final LocalDate today;
  private final List<String> lacks = new ArrayList<>();

  /**
   * @param today what lies before it is over
   */
  RecordItems(LocalDate today) {
    this.today = today;
  }

  /** Why the record does not count as fulfilled, a clause each. */
  List<String> lacks() {
    return lacks;
  }

  void lack(String what) {
    lacks.add(what);
  }

  /** Says of which parts something is true that stands in the way. */
  void lack(List<Section> items, Predicate<Section> wrong, String key, String what) {
    lack(texts(items.stream().filter(wrong).toList(), key), what);
  }

  /** Says what stands in the way, by its names; nothing where there are none. */
  void lack(List<String> names, String what) {
    if (!names.isEmpty()) {
      lacks.add("%d %s: %s".formatted(names.size(), what, some(names)));
    }
  }

  /** The first few of many names. */
  static String some(List<String> names) {
    int more = names.size() - TOLD_MAX;
    return String.join(", ", names.subList(0, Math.min(names.size(), TOLD_MAX)))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** Whether a day of a part is over. */
  Predicate<Section> over(String key) {
    return item -> day(item, key).filter(each -> each.isBefore(today)).isPresent();
  }

  /** Whether a day of a part is today, or was before. */
  Predicate<Section> come(String key) {
    return item -> day(item, key).filter(each -> !each.isAfter(today)).isPresent();
  }

  static List<Section> items(Section record, String key, Shape shape) {
    var items = new ArrayList<Section>();
    record
        .field(key)
        .ifPresent(field -> {
          List<Field> elements = field.elements();
          if (elements.size() > ITEMS_MAX) {
            field.wrong("there are " + elements.size(), "at most " + ITEMS_MAX);
            return;
          }
          elements.forEach(each -> Section.of(each, key + ".", shape).ifPresent(items::add));
        });
    return items;
  }

  /** How often each word comes, the words in their order. */
  static String counted(Map<String, Integer> counts) {
    var words = new ArrayList<String>();
    counts.forEach((word, count) -> words.add(count + " " + word));
    return words.isEmpty() ? "" : ": " + String.join(", ", words);
  }

  static Optional<String> word(Section item, String key, List<String> known) {
    return item.field(key).flatMap(field -> field.word(known));
  }

  static Optional<String> text(Section item, String key) {
    return item.field(key).flatMap(Field::text);
  }

  static List<String> texts(List<Section> items, String key) {
    return items.stream().flatMap(each -> text(each, key).stream()).toList();
  }

  static Predicate<Section> is(String key, String word) {
    return item -> text(item, key).filter(word::equals).isPresent();
  }

  static Predicate<Section> lacking(String key) {
    return item -> item.field(key).isEmpty();
  }

  static Optional<LocalDate> day(Section item, String key) {
    return time(item, key, LocalDate::parse, "no day");
  }

  static Optional<OffsetDateTime> time(Section item, String key) {
    return time(item, key, OffsetDateTime::parse, "no time with its offset");
  }

  private static <T> Optional<T> time(
      Section item, String key, Function<String, T> parser, String complaint) {
    Optional<Field> field = item.field(key);
    Optional<String> text = field.flatMap(Field::text);
    try {
      return text.map(parser);
    } catch (DateTimeException _) {
      field.orElseThrow().wrong(Names.shown(text.orElseThrow()) + " is " + complaint);
      return Optional.empty();
    }
  }
}
