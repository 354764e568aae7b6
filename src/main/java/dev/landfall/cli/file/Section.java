package dev.landfall.cli.file;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A mapping whose keys are known: everything else in it is a mistake. */
final class Section {
  private final Node node;
  private final String where;
  private final Mistakes mistakes;
  private final Map<String, Field> fields = new LinkedHashMap<>();

  private Section(Node node, String where, Mistakes mistakes) {
    this.node = node;
    this.where = where;
    this.mistakes = mistakes;
  }

  /**
   * Reads the keys and complains of unknown, doubled and missing ones.
   *
   * @param path what stands before a key in messages; empty at the top
   */
  static Optional<Section> of(Field field, String path, Vocabulary.Shape shape) {
    if (!(field.node() instanceof MappingNode mapping)) {
      field.wrong(field.sort() + " stands here");
      return Optional.empty();
    }
    var section = new Section(mapping, field.where(), field.mistakes());
    for (var entry : entries(field, mapping).entrySet()) {
      section.accept(entry.getKey(), entry.getValue(), path, shape);
    }
    for (var key : shape.keys()) {
      if (key.required() && !section.fields.containsKey(key.name())) {
        section.wrong(
            "the key \"" + key.name() + "\" is missing", "add " + key.name() + ": " + key.form());
      }
    }
    return Optional.of(section);
  }

  private void accept(String name, Pair pair, String path, Vocabulary.Shape shape) {
    var known = shape.key(name);
    if (known.isPresent()) {
      fields.put(name, new Field(path + name, pair.value(), known.get().form(), mistakes));
    } else {
      mistakes.add(
          pair.key(),
          where,
          "the key " + Names.shown(name) + " is not known",
          Names.correction(name, shape.names()));
    }
  }

  /**
   * Reads a mapping whose keys are names that the file's author chose.
   *
   * @param countMax how many there may be
   */
  static Map<String, Field> named(Field field, String form, int countMax) {
    var result = new LinkedHashMap<String, Field>();
    if (!(field.node() instanceof MappingNode mapping)) {
      field.wrong(field.sort() + " stands here");
      return result;
    }
    if (mapping.getValue().size() > countMax) {
      field.wrong("there are " + mapping.getValue().size(), "at most " + countMax);
      return result;
    }
    entries(field, mapping)
        .forEach((name, pair) -> {
          String where = field.where() + "." + name;
          if (Names.NAME.matcher(name).matches()) {
            result.put(name, new Field(where, pair.value(), form, field.mistakes()));
          } else {
            field
                .mistakes()
                .add(
                    pair.key(),
                    field.where(),
                    Names.shown(name) + " is not a name",
                    "a name has " + Names.FORM);
          }
        });
    return result;
  }

  private record Pair(Node key, Node value) {}

  private static Map<String, Pair> entries(Field field, MappingNode mapping) {
    var result = new LinkedHashMap<String, Pair>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        field.mistakes().add(key, field.where(), "a key that is no text", "keys are plain words");
      } else if (result.containsKey(scalar.getValue())) {
        String name = Names.shown(scalar.getValue());
        String first =
            line(result.get(scalar.getValue()).key()).stream()
                .mapToObj(line -> " (first in line " + line + ")")
                .findFirst()
                .orElse("");
        field
            .mistakes()
            .add(key, field.where(), "the key " + name + " stands twice" + first, "each key once");
      } else {
        result.put(scalar.getValue(), new Pair(key, tuple.getValueNode()));
      }
    }
    return result;
  }

  private static OptionalInt line(Node node) {
    return node.getStartMark().stream().mapToInt(mark -> mark.getLine() + 1).findFirst();
  }

  /** Its place in the workload's own terms. */
  String where() {
    return where;
  }

  Optional<Field> field(String key) {
    return Optional.ofNullable(fields.get(key));
  }

  /** A complaint about the mapping as a whole. */
  void wrong(String found, String allowed) {
    mistakes.add(node, where, found, allowed);
  }
}
