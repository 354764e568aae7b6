package dev.landfall.adapter.classification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Tells the texts of a file apart, with the names that they have there, as its own name says that
 * it is written: a table, JSON, settings, or else lines. What is not written so, is lines.
 */
final class FileTexts {
  private static final Pattern ENV = Pattern.compile("(?:.*\\.)?env(?:\\..*)?");

  private static final char[] DELIMITERS = {',', ';', '\t', '|'};

  /** A key, wherever it stands in a line; its value goes on to the next one. */
  private static final Pattern KEY =
      Pattern.compile("(?<![\\w.-])[\"']?([\\w.-]{1,64})[\"']?\\s{0,20}[:=]");

  /** The first line of a table that says what it is written with. */
  private static final Pattern SEPARATOR = Pattern.compile("(?i)\"?sep=(.)\"?\\s*");

  /** Much that is no JSON by its book is written as such. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .build();

  private final FileTally tally;
  private char delimiter = ',';
  private List<String> columns = List.of();

  private FileTexts(FileTally tally) {
    this.tally = tally;
  }

  /**
   * Counts what a file holds.
   *
   * @param name of the file, without its folders
   */
  static void count(String name, Sample sample, FileTally tally) {
    var texts = new FileTexts(tally);
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("\\.gz$", "");
    String kind =
        ENV.matcher(plain).matches() ? "env" : plain.substring(plain.lastIndexOf('.') + 1);
    for (int i = 0; i < sample.parts().size(); i++) {
      String part = sample.parts().get(i);
      switch (kind) {
        case "csv", "tsv", "psv", "tab" -> texts.table(kind, part, i == 0);
        case "jsonl", "ndjson" -> part.lines().forEach(texts::json);
        case "json", "geojson" -> texts.json(part);
        case "env", "properties", "ini", "conf", "cfg", "yaml", "yml", "toml" ->
            part.lines().forEach(texts::setting);
        default -> texts.lines(part);
      }
    }
  }

  private void lines(String text) {
    text.lines().forEach(tally::add);
  }

  /** Keys and values, and what stands before the first key. */
  private void setting(String line) {
    var matcher = KEY.matcher(line);
    String key = "";
    int begin = 0;
    while (matcher.find()) {
      tally.add(key, line.substring(begin, matcher.start()));
      key = key(matcher.group(1));
      begin = matcher.end();
    }
    tally.add(key, line.substring(begin));
  }

  /** The last part of a key is what the value is called. A key can be data as well. */
  private String key(String whole) {
    String last = whole.substring(whole.lastIndexOf('.') + 1);
    if (FileTally.isName(last) && (last.equals(whole) || FileTally.kinds(whole).isEmpty())) {
      tally.name(last);
      return last;
    }
    tally.add(whole);
    return "";
  }

  /** As far as it is JSON, one value after the other; the rest is read as settings are. */
  private void json(String text) {
    int counted = 0;
    try (JsonParser parser = JSON.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          tally.name(parser.currentName());
        } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
          tally.add(field(parser.getParsingContext()), parser.getText());
          counted = (int) parser.currentLocation().getCharOffset();
        }
      }
    } catch (IOException _) {
      // A part of a longer file is no whole JSON, and what only looks so is none at all.
      text.substring(counted).lines().forEach(this::setting);
    }
  }

  /** What a value is called; in a list, what the list is called. */
  private static String field(JsonStreamContext where) {
    JsonStreamContext each = where;
    while (each.getCurrentName() == null && each.getParent() != null) {
      each = each.getParent();
    }
    return Objects.requireNonNullElse(each.getCurrentName(), "");
  }

  private void table(String kind, String part, boolean first) {
    String text = part;
    if (first) {
      text = begun(kind, withoutBlankLines(part));
    } else {
      // Another part begins within a record, whose columns nobody knows.
      int end = part.indexOf('\n') + 1;
      lines(part.substring(0, end));
      text = part.substring(end);
    }
    List<List<String>> records = records(text, delimiter);
    int begin = 0;
    if (first && !records.isEmpty() && isHeader(records.getFirst())) {
      columns = records.getFirst().stream().map(String::strip).toList();
      columns.forEach(tally::name);
      begin = 1;
    }
    for (List<String> each : records.subList(begin, records.size())) {
      for (int i = 0; i < each.size(); i++) {
        tally.add(i < columns.size() ? columns.get(i) : "", each.get(i));
      }
    }
  }

  /** Finds out what parts the cells; returns the table without a line that says so. */
  private String begun(String kind, String text) {
    String first = text.lines().findFirst().orElse("");
    var separator = SEPARATOR.matcher(first);
    if (separator.matches()) {
      delimiter = separator.group(1).charAt(0);
      return withoutBlankLines(text.substring(first.length()));
    }
    delimiter =
        switch (kind) {
          case "tsv", "tab" -> '\t';
          case "psv" -> '|';
          default -> most(first);
        };
    return text;
  }

  /** From the first line on that has something; a blank cell at its beginning is a cell. */
  private static String withoutBlankLines(String text) {
    int begin = 0;
    while (begin < text.length()) {
      int next = text.indexOf('\n', begin) + 1;
      int end = next == 0 ? text.length() : next;
      if (!text.substring(begin, end).isBlank()) {
        break;
      }
      begin = end;
    }
    return text.substring(begin);
  }

  /** What a line has most of, outside quotes. */
  private static char most(String line) {
    String bare = line.replaceAll("\"[^\"]*\"", "");
    char most = ',';
    long seen = 0;
    for (char each : DELIMITERS) {
      long count = bare.chars().filter(sign -> sign == each).count();
      if (count > seen) {
        most = each;
        seen = count;
      }
    }
    return most;
  }

  /** Names are worth it where one of them tells something, and else where all of them are names. */
  private static boolean isHeader(List<String> cells) {
    return cells.stream().anyMatch(cell -> FileTally.tells(cell.strip()))
        || cells.stream().map(String::strip).allMatch(FileTally::isName);
  }

  /** As RFC 4180 has them, with any delimiter; a quote that is never closed ends with the text. */
  private static List<List<String>> records(String text, char delimiter) {
    var records = new ArrayList<List<String>>();
    List<String> record = new ArrayList<>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char sign = text.charAt(i);
      boolean doubled = quoted && sign == '"' && text.startsWith("\"\"", i);
      if (doubled) {
        i++;
        cell.append(sign);
      } else if (sign == '"' && (quoted || cell.isEmpty())) {
        quoted = !quoted;
      } else if (!quoted && sign == delimiter) {
        record.add(cell.toString());
        cell.setLength(0);
      } else if (!quoted && (sign == '\n' || sign == '\r')) {
        record.add(cell.toString());
        cell.setLength(0);
        add(record, records);
        record = new ArrayList<>();
      } else {
        cell.append(sign);
      }
    }
    record.add(cell.toString());
    add(record, records);
    return records;
  }

  private static void add(List<String> record, List<List<String>> records) {
    if (!record.stream().allMatch(String::isBlank)) {
      records.add(record);
    }
  }
}
