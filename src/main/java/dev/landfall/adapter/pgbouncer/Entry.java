package dev.landfall.adapter.pgbouncer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One line of PgBouncer's section {@code [databases]}.
 *
 * @param name by which clients ask for it
 * @param place where it leads
 * @param rest what else the line says, in its order: pool sizes, users; kept as it is
 */
record Entry(String name, Place place, Map<String, String> rest) {
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_.-]{1,63})\\s*=\\s*(.*)");

  /** A value with spaces or quotes stands in quotes, which are doubled within. */
  private static final Pattern PAIR =
      Pattern.compile("([a-z_]+)\\s*=\\s*(?:'((?:[^']|'')*)'|([^'\\s]+))(?:\\s+|$)");

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it is none, with what was seen
   */
  static Entry parse(String line) {
    Matcher whole = LINE.matcher(line.strip());
    if (!whole.matches()) {
      throw new IllegalArgumentException("\"" + line + "\" is no database of a plain name");
    }
    var words = new LinkedHashMap<String, String>();
    String text = whole.group(2).strip();
    Matcher pair = PAIR.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!pair.find(at) || pair.start() != at) {
        throw new IllegalArgumentException("\"" + line + "\" has more than key=value pairs");
      }
      String value = pair.group(2) == null ? pair.group(3) : pair.group(2).replace("''", "'");
      words.put(pair.group(1), value);
      at = pair.end();
    }
    String name = whole.group(1);
    var place =
        new Place(
            words.getOrDefault("host", ""),
            port(words.getOrDefault("port", "5432")),
            words.getOrDefault("dbname", name));
    words.keySet().removeAll(Set.of("host", "port", "dbname"));
    return new Entry(name, place, words);
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("\"" + text + "\" is no port");
    }
    return Integer.parseInt(text);
  }

  /** The same, leading there. */
  Entry to(Place other) {
    return new Entry(name, other, rest);
  }

  /** The line that says so. */
  String line() {
    String more =
        rest.entrySet().stream()
            .map(each -> " " + each.getKey() + "=" + quoted(each.getValue()))
            .collect(Collectors.joining());
    return "%s = host=%s port=%d dbname=%s%s"
        .formatted(name, quoted(place.host()), place.port(), quoted(place.database()), more);
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
