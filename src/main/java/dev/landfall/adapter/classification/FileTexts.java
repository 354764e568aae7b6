package dev.landfall.adapter.classification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};

  private static final Pattern SETTING =
      Pattern.compile("\\s*(?:-\\s+|export\\s+)?[\"']?([\\w.-]{1,64})[\"']?\\s*[:=]\\s*(.*)");

  private static final JsonFactory JSON = new JsonFactory();

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
    String kind = plain.substring(plain.lastIndexOf('.') + 1);
    for (int i = 0; i < sample.parts().size(); i++) {
      String part = sample.parts().get(i);
      switch (kind) {
        case "csv", "tsv", "psv", "tab" -> texts.table(part, i == 0);
        case "json", "geojson", "jsonl", "ndjson" -> texts.json(part);
        case "env", "properties", "ini", "conf", "cfg", "yaml", "yml", "toml" ->
            part.lines().forEach(texts::setting);
        default -> texts.lines(part);
      }
    }
  }

  private void lines(String text) {
    text.lines().forEach(tally::add);
  }

  private void setting(String line) {
    var matcher = SETTING.matcher(line);
    if (matcher.matches()) {
      String name = matcher.group(1);
      tally.add(name.substring(name.lastIndexOf('.') + 1), matcher.group(2));
    } else {
      tally.add(line);
    }
  }

  /** As far as it is JSON, one value after the other; the rest is lines. */
  private void json(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      try {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token == JsonToken.FIELD_NAME) {
            tally.name(parser.currentName());
          } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            tally.add(field(parser.getParsingContext()), parser.getText());
          }
        }
      } catch (JsonProcessingException _) {
        // A part of a longer file is no whole JSON, and what only looks so is none at all.
        lines(text.substring((int) Math.max(0, parser.currentLocation().getCharOffset())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be read", e);
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

  private void table(String text, boolean first) {
    if (first) {
      delimiter = delimiter(text);
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

  /** A first record with anything in it that is no name is a record of data. */
  private static boolean isHeader(List<String> cells) {
    return cells.stream().map(String::strip).allMatch(FileTally::isName);
  }

  /** What the first line has most of. */
  private static char delimiter(String text) {
    String first = text.lines().findFirst().orElse("");
    char most = ',';
    long seen = 0;
    for (char each : DELIMITERS) {
      long count = first.chars().filter(sign -> sign == each).count();
      if (count > seen) {
        most = each;
        seen = count;
      }
    }
    return most;
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
