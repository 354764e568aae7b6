package dev.landfall.cli;

import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Values as JSON: maps, lists, records by their components, texts, numbers. A library would take
 * longer to load than the verbs take to answer.
 */
final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /** One line, without a line break at its end. Absent values are left out of objects. */
  static String of(Object value) {
    var json = new Json();
    json.value(value);
    return json.out.toString();
  }

  private void value(Object value) {
    switch (value) {
      case Boolean truth -> out.append(truth);
      case Double number -> out.append(Double.isFinite(number) ? number.toString() : "null");
      case Number number -> out.append(number);
      case Map<?, ?> map -> map(map);
      case Iterable<?> items -> list(items.iterator());
      case Record record -> record(record);
      case Optional<?> optional -> optional.ifPresentOrElse(this::value, () -> out.append("null"));
      default -> text(value.toString());
    }
  }

  private void map(Map<?, ?> map) {
    out.append('{');
    String separator = "";
    for (var entry : map.entrySet()) {
      if (entry.getValue() instanceof Optional<?> optional && optional.isEmpty()) {
        continue;
      }
      out.append(separator);
      text(entry.getKey().toString());
      out.append(':');
      value(entry.getValue());
      separator = ",";
    }
    out.append('}');
  }

  private void list(Iterator<?> items) {
    out.append('[');
    while (items.hasNext()) {
      value(items.next());
      out.append(items.hasNext() ? "," : "");
    }
    out.append(']');
  }

  private void record(Record record) {
    var fields = new LinkedHashMap<String, Object>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        fields.put(component.getName(), component.getAccessor().invoke(record));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component + " of a public record", e);
      }
    }
    map(fields);
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
