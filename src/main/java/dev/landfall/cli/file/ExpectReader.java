package dev.landfall.cli.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What must be in the answers to some of the paths that a check asks for. */
final class ExpectReader {
  private static final int LENGTH_MAX = 200;

  private ExpectReader() {}

  /**
   * A line for each: the path, a space, and what is expected.
   *
   * @param paths that are asked for, a line each; others are mistakes
   */
  static List<String> lines(Field field, String paths) {
    var lines = new ArrayList<String>();
    if (!(field.node() instanceof MappingNode mapping)) {
      field.wrong(field.sort() + " stands here");
      return lines;
    }
    List<String> known = paths.lines().toList();
    for (NodeTuple tuple : mapping.getValue()) {
      String path = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
      var value =
          new Field(field.where(), tuple.getValueNode(), "a text of one line", field.mistakes());
      if (known.contains(path)) {
        expected(value).ifPresent(text -> lines.add(path + " " + text));
      } else {
        value.wrong("it is of no path that is asked for", "one of paths stands before the colon");
      }
    }
    return lines;
  }

  private static Optional<String> expected(Field field) {
    Optional<String> text = field.text();
    if (text.filter(each -> each.length() > LENGTH_MAX || each.matches("(?s).*\\p{Cc}.*"))
        .isPresent()) {
      field.wrong("it has a line break, or more than " + LENGTH_MAX + " characters");
      return Optional.empty();
    }
    try {
      // Between slashes it is a regular expression, as the check reads it.
      text.filter(each -> each.length() > 2 && each.startsWith("/") && each.endsWith("/"))
          .ifPresent(each -> Pattern.compile(each.substring(1, each.length() - 1)));
      return text;
    } catch (PatternSyntaxException e) {
      field.wrong("it is no regular expression: " + e.getDescription());
      return Optional.empty();
    }
  }
}
