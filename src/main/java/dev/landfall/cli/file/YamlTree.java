package dev.landfall.cli.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Bytes to YAML nodes, within bounds that no honest file meets. */
final class YamlTree {
  static final int BYTES_MAX = 1 << 20;
  private static final int DEPTH_MAX = 20;
  private static final int ALIASES_MAX = 100;
  private static final int EVENTS_MAX = 100_000;

  private final Mistakes mistakes;

  YamlTree(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** The root of the only document; empty when there is a mistake, which has been added. */
  Optional<Node> read(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      mistakes.addWhole("it is larger than 1 MiB", "a workload file has at most 1 MiB");
      return Optional.empty();
    }
    return decode(bytes).flatMap(this::compose);
  }

  private Optional<String> decode(byte[] bytes) {
    var out = CharBuffer.allocate(bytes.length);
    var in = ByteBuffer.wrap(bytes);
    var result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      addAt(text, text.length(), "bytes that are not UTF-8", "save the file as UTF-8");
      return Optional.empty();
    }
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (int i = 0; i < plain.length(); i += Character.charCount(plain.codePointAt(i))) {
      int c = plain.codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        addAt(plain, i, String.format("the control character U+%04X", c), "remove it");
        return Optional.empty();
      }
    }
    return Optional.of(plain);
  }

  private void addAt(String text, int offset, String found, String allowed) {
    String before = text.substring(0, offset);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int lineStart = before.lastIndexOf('\n') + 1;
    int column = 1 + before.codePointCount(lineStart, offset);
    mistakes.add(line, column, "the file", found, allowed);
  }

  private Optional<Node> compose(String text) {
    try {
      var settings = settings(text);
      if (!withinBounds(text, settings)) {
        return Optional.empty();
      }
      var root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        mistakes.addWhole("it is empty", "see examples/shop.yaml for one that works");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      var mark = e.getProblemMark().or(e::getContextMark);
      int line = mark.map(m -> m.getLine() + 1).orElse(0);
      int column = mark.map(m -> m.getColumn() + 1).orElse(0);
      var problem = YamlProblem.of(e.getProblem());
      mistakes.add(line, column, "the file", problem.found(), problem.allowed());
      return Optional.empty();
    } catch (YamlEngineException | NumberFormatException e) {
      // Without a place and with a text that may repeat the file's, this is all that can be said.
      // The second is how the parser (3.0.1) answers a text that ends in the middle of "\x".
      mistakes.addWhole("it is not YAML", "compare it with examples/shop.yaml");
      return Optional.empty();
    }
  }

  /**
   * One buffer for the whole text: at the end of a smaller one the parser (3.0.1) reads beyond its
   * bounds when a character outside the basic plane falls on the edge.
   */
  private static LoadSettings settings(String text) {
    return LoadSettings.builder()
        .setLabel(Mistakes.WORKLOAD)
        .setBufferSize(text.length() + 16)
        .build();
  }

  /**
   * Looks at the flat stream of events first. Composing recurses into nested collections, so their
   * depth must be known before; and what a tag or an alias could do is cut off here.
   */
  private boolean withinBounds(String text, LoadSettings settings) {
    int depth = 0;
    int aliases = 0;
    int documents = 0;
    int events = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      events++;
      if (event instanceof AliasEvent) {
        aliases++;
      } else if (event instanceof DocumentStartEvent) {
        documents++;
      } else if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
      if (depth > DEPTH_MAX) {
        return beyond(event, "nesting deeper than 20", "at most 20 levels");
      }
      if (aliases > ALIASES_MAX) {
        return beyond(event, "more than 100 aliases (*)", "at most 100");
      }
      if (documents > 1) {
        return beyond(event, "a second document (---)", "one workload in each file");
      }
      if (events > EVENTS_MAX) {
        return beyond(event, "more than 100000 values", "at most 100000");
      }
      if (hasTag(event)) {
        return beyond(event, "a tag (!)", "no tags; put quotes around a text that begins with !");
      }
    }
    return true;
  }

  private static boolean hasTag(Event event) {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag().isPresent();
      case CollectionStartEvent start -> start.getTag().isPresent();
      default -> false;
    };
  }

  private boolean beyond(Event event, String found, String allowed) {
    int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    int column = event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
    mistakes.add(line, column, "the file", found, allowed);
    return false;
  }
}
