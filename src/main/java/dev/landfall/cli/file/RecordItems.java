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

/**
 * The parts of a record, and what they lack. That is told by the place of a part ({@code cases[3]},
 * counted from 1) and never by what stands there: it goes into the journal, and people wrote it.
 */
final class RecordItems {
  private static final int ITEMS_MAX = 10_000;
  private static final int TOLD_MAX = 5;

  /** No plan is for later, and none tells of what was earlier: it is a slip of the hand. */
  private static final int YEARS_MAX = 10;

  private final RecordFile.Days days;
  private final List<String> lacks = new ArrayList<>();
  private final List<String> blank = new ArrayList<>();

  RecordItems(RecordFile.Days days) {
    this.days = days;
  }

  /** Why the record does not count as fulfilled, a clause each. */
  List<String> lacks() {
    var all = new ArrayList<String>();
    if (!blank.isEmpty()) {
      all.add("%d left blank: %s".formatted(blank.size(), some(blank)));
    }
    all.addAll(lacks);
    return all;
  }

  void lack(String what) {
    lacks.add(what);
  }

  /** Says of which parts something is true that stands in the way. */
  void lack(List<Section> items, Predicate<Section> wrong, String what) {
    lack(items.stream().filter(wrong).map(Section::where).toList(), what);
  }

  /** Says what stands in the way, by its places; nothing where there are none. */
  void lack(List<String> places, String what) {
    if (!places.isEmpty()) {
      lacks.add("%d %s: %s".formatted(places.size(), what, some(places)));
    }
  }

  /** The first few of many places. */
  private static String some(List<String> places) {
    int more = places.size() - TOLD_MAX;
    return String.join(", ", places.subList(0, Math.min(places.size(), TOLD_MAX)))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** Whether a day of a part is over. */
  Predicate<Section> over(String key) {
    return item -> day(item, key).filter(each -> each.isBefore(days.today())).isPresent();
  }

  /** Whether a day of a part is today, or was before. */
  Predicate<Section> come(String key) {
    return item -> day(item, key).filter(each -> !each.isAfter(days.today())).isPresent();
  }

  /** Whether a day of a part is still to come. */
  Predicate<Section> toCome(String key) {
    return item -> day(item, key).filter(each -> each.isAfter(days.today())).isPresent();
  }

  /** The first day that counts: what was done before it was done too long ago. */
  LocalDate since() {
    return days.since();
  }

  /** Whether a day of a part is so long ago that what was done on it counts no more. */
  Predicate<Section> old(String key) {
    return item -> day(item, key).filter(each -> each.isBefore(days.since())).isPresent();
  }

  /** The parts of a list, each with all of its texts looked at. */
  List<Section> items(Section record, String key, Shape shape) {
    var items = new ArrayList<Section>();
    for (Field each : elements(record, key)) {
      Section.of(each, each.where() + ".", shape).ifPresent(items::add);
    }
    items.forEach(each -> require(each, each.where() + ".", shape));
    return items;
  }

  /** The elements of a list, each with its place in it. */
  static List<Field> elements(Section record, String key) {
    Optional<Field> field = record.field(key);
    List<Field> elements = field.map(Field::elements).orElse(List.of());
    if (elements.size() > ITEMS_MAX) {
      field.orElseThrow().wrong("there are " + elements.size(), "at most " + ITEMS_MAX);
      return List.of();
    }
    var placed = new ArrayList<Field>();
    for (Field each : elements) {
      String place = "%s[%d]".formatted(key, placed.size() + 1);
      placed.add(new Field(place, each.node(), each.form(), each.mistakes()));
    }
    return placed;
  }

  /**
   * Complains of every empty text, and notes which must be there and say nothing.
   *
   * @param path what stands before a key; empty at the top
   */
  void require(Section part, String path, Shape shape) {
    for (Vocabulary.Key key : shape.keys()) {
      if (RecordVocabulary.PARTS.contains(key.name())) {
        continue;
      }
      Optional<String> text = part.field(key.name()).flatMap(Field::text);
      if (key.required() && text.filter(each -> !Placeholder.says(key.name(), each)).isPresent()) {
        blank.add(path + key.name());
      }
    }
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

  /** What is said under a key; absent when it is not there, or nobody has said anything yet. */
  static Optional<String> text(Section item, String key) {
    return item.field(key).flatMap(Field::text).filter(text -> Placeholder.says(key, text));
  }

  static List<String> texts(List<Section> items, String key) {
    return items.stream().flatMap(each -> text(each, key).stream()).toList();
  }

  static Predicate<Section> is(String key, String word) {
    return item -> text(item, key).filter(word::equals).isPresent();
  }

  static Predicate<Section> lacking(String key) {
    return item -> text(item, key).isEmpty();
  }

  Optional<LocalDate> day(Section item, String key) {
    return time(item, key, LocalDate::parse, Function.identity(), "no day");
  }

  Optional<OffsetDateTime> time(Section item, String key) {
    return time(
        item, key, OffsetDateTime::parse, OffsetDateTime::toLocalDate, "no time with its offset");
  }

  private <T> Optional<T> time(
      Section item,
      String key,
      Function<String, T> parser,
      Function<T, LocalDate> dayOf,
      String complaint) {
    Optional<Field> field = item.field(key);
    Optional<String> text = field.flatMap(Field::text);
    try {
      Optional<T> time = text.map(parser);
      if (time.map(dayOf).filter(this::isFar).isPresent()) {
        field.orElseThrow().wrong("it is more than %d years from today".formatted(YEARS_MAX));
        return Optional.empty();
      }
      return time;
    } catch (DateTimeException _) {
      field.orElseThrow().wrong(Names.shown(text.orElseThrow()) + " is " + complaint);
      return Optional.empty();
    }
  }

  private boolean isFar(LocalDate day) {
    return day.isBefore(days.today().minusYears(YEARS_MAX))
        || day.isAfter(days.today().plusYears(YEARS_MAX));
  }
}
