package dev.landfall.adapter.classification;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Counts what the values of one file look like, each field of it by itself; keeps none of them. */
final class FileTally implements Tally {
  /** Keys that are made of data have no end; what is behind these counts without a name. */
  private static final int FIELDS_MAX = 1_000;

  /** Longer than a number or an address is. */
  private static final int WORD_MAX = 200;

  /** What numbers and addresses have within them, beside letters and digits. */
  private static final String INNER = " ._%+-@/()";

  private static final String NAMELESS = "";

  private static final int NAME_MAX = 64;

  /** What fields are called; with anything else in it a name is a value as well. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_ ./()-]{0,63}");

  private final Map<String, ColumnTally> fields = new HashMap<>();
  private final long deadline;

  /** The time of the check is up. */
  static final class TimeUpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TimeUpException() {
      super("the time of the check is up");
    }
  }

  /**
   * @param deadline by the clock of {@link System#nanoTime}; whoever adds later is refused by a
   *     {@link TimeUpException}
   */
  FileTally(long deadline) {
    this.deadline = deadline;
  }

  /** What kind of data a text is or has in it, whatever it is called; empty for none. */
  static List<DataKind> kinds(String text) {
    var tally = new ColumnTally(NAMELESS);
    tally.add(cut(text));
    return tally.findings().stream().map(Finding::kind).toList();
  }

  /** Whether a text is what a field may be called, and no data itself. */
  static boolean isName(String text) {
    return (NAME.matcher(text).matches() || tells(text)) && kinds(text).isEmpty();
  }

  /** Whether what is called so is sensitive by that alone, or could be by it. */
  static boolean tells(String name) {
    return name.length() <= NAME_MAX && kindOf(name).isPresent();
  }

  private static Optional<DataKind> kindOf(String name) {
    return Arrays.stream(DataKind.values()).filter(kind -> kind.named(name)).findFirst();
  }

  /** A text that has no name. */
  void add(String text) {
    add(NAMELESS, text);
  }

  /** A field is there, whether or not it has a value. What cannot be a name is a value as well. */
  void name(String field) {
    if (fields.containsKey(field)) {
      return;
    }
    if (isName(field)) {
      field(field);
    } else {
      add(field);
    }
  }

  /** The value of a field; of a blank one nothing can be told. */
  void add(String field, String value) {
    if (System.nanoTime() > deadline) {
      throw new TimeUpException();
    }
    ColumnTally tally = field(field);
    for (String rest = value.strip(); !rest.isEmpty(); ) {
      String piece = piece(rest);
      tally.add(piece);
      rest = rest.substring(piece.length());
    }
  }

  /** Names that tell something have a place, however many others there are. */
  private ColumnTally field(String name) {
    ColumnTally known = fields.get(name);
    if (known != null) {
      return known;
    }
    boolean isName = isName(name);
    if (isName && fields.size() < FIELDS_MAX) {
      return fields.computeIfAbsent(name, ColumnTally::new);
    }
    Optional<DataKind> kind = isName ? kindOf(name) : Optional.empty();
    return kind.isPresent()
        ? fields.computeIfAbsent("\0" + kind.get(), _ -> new ColumnTally(name))
        : fields.computeIfAbsent(NAMELESS, ColumnTally::new);
  }

  /** The same counts alone, which take less room. */
  Tally sums() {
    record Sums(int values, List<Finding> findings, int byChance) implements Tally {}
    return new Sums(values(), findings(), byChance());
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), ColumnTally.CHARACTERS_MAX));
  }

  /** The beginning of a text, which ends where no number and no address is torn, if it can. */
  private static String piece(String text) {
    if (text.length() <= ColumnTally.CHARACTERS_MAX) {
      return text;
    }
    int space = -1;
    for (int end = ColumnTally.CHARACTERS_MAX; end > ColumnTally.CHARACTERS_MAX - WORD_MAX; end--) {
      char last = text.charAt(end - 1);
      if (!Character.isLetterOrDigit(last) && INNER.indexOf(last) < 0) {
        return text.substring(0, end);
      }
      space = space < 0 && last == ' ' ? end : space;
    }
    return text.substring(0, space < 0 ? ColumnTally.CHARACTERS_MAX : space);
  }

  @Override
  public int values() {
    return fields.values().stream().mapToInt(ColumnTally::values).sum();
  }

  @Override
  public List<Finding> findings() {
    var counts = new EnumMap<DataKind, Integer>(DataKind.class);
    for (ColumnTally field : fields.values()) {
      field.findings().forEach(each -> counts.merge(each.kind(), each.values(), Integer::sum));
    }
    return counts.entrySet().stream()
        .map(each -> new Finding(each.getKey(), each.getValue()))
        .toList();
  }

  @Override
  public int byChance() {
    return fields.values().stream().mapToInt(ColumnTally::byChance).sum();
  }
}
