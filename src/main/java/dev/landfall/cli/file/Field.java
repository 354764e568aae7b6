package dev.landfall.cli.file;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One value of the file and its place. What cannot be read is added to the mistakes, and empty.
 *
 * @param where the place in the workload's own terms
 * @param form what is allowed there, as a phrase
 */
record Field(String where, Node node, String form, Mistakes mistakes) {
  private static final int LENGTH_MAX = 1000;

  void wrong(String found) {
    wrong(found, "allowed: " + form);
  }

  void wrong(String found, String allowed) {
    mistakes.add(node, where, found, allowed);
  }

  /** What kind of YAML stands here; never the content, which may be a secret. */
  String sort() {
    return switch (node) {
      case MappingNode _ -> "a mapping";
      case SequenceNode _ -> "a list";
      case ScalarNode scalar when isNothing(scalar) -> "nothing";
      default -> "a text";
    };
  }

  private static boolean isNothing(ScalarNode scalar) {
    return scalar.isPlain() && (scalar.getTag().equals(Tag.NULL) || scalar.getValue().isBlank());
  }

  /** A text that is not blank, without the spaces around it. */
  Optional<String> text() {
    if (!(node instanceof ScalarNode scalar) || isNothing(scalar)) {
      wrong(sort() + " stands here");
      return Optional.empty();
    }
    if (scalar.getValue().isBlank()) {
      wrong("an empty text stands here");
      return Optional.empty();
    }
    if (scalar.getValue().length() > LENGTH_MAX) {
      wrong("a text of more than " + LENGTH_MAX + " characters stands here");
      return Optional.empty();
    }
    return Optional.of(scalar.getValue().strip());
  }

  /** A text of one line: what is journaled and shown with others, or handed to other programs. */
  Optional<String> line() {
    var text = text();
    if (text.isPresent() && text.get().chars().anyMatch(Character::isISOControl)) {
      wrong("there is a line break or another control character in it");
      return Optional.empty();
    }
    return text;
  }

  /**
   * A text of a form.
   *
   * @param complaint what is said of a text that is not
   */
  Optional<String> text(Pattern like, UnaryOperator<String> complaint) {
    var text = text();
    if (text.isPresent() && !like.matcher(text.get()).matches()) {
      wrong(complaint.apply(text.get()));
      return Optional.empty();
    }
    return text;
  }

  /** One of a few words. */
  Optional<String> word(Collection<String> known) {
    var text = text();
    if (text.isPresent() && !known.contains(text.get())) {
      wrong(Names.shown(text.get()) + " is not known", Names.correction(text.get(), known));
      return Optional.empty();
    }
    return text;
  }

  /** Only complains: for a word whose reader has no choice left. */
  void checkWord(Collection<String> known) {
    var _ = word(known);
  }

  Optional<String> name() {
    var text = text();
    if (text.isPresent() && !Names.NAME.matcher(text.get()).matches()) {
      wrong(Names.shown(text.get()) + " is not a name", "a name has " + Names.FORM);
      return Optional.empty();
    }
    return text;
  }

  /** The elements of a list. */
  List<Field> elements() {
    if (!(node instanceof SequenceNode sequence)) {
      wrong(sort() + " stands here");
      return List.of();
    }
    var fields = new ArrayList<Field>();
    for (Node element : sequence.getValue()) {
      fields.add(new Field(where, element, form, mistakes));
    }
    return fields;
  }
}
