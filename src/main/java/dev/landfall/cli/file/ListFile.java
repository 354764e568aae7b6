package dev.landfall.cli.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Lists of users, groups and networks that stand in files of their own, one name on each line.
 *
 * <p>They are put in the place of {@code file:PATH} before anything else is read, so a list from a
 * file is checked, journaled and hashed as if it stood in the workload file: who is moved never
 * depends on what became of the file since.
 */
final class ListFile {
  static final List<String> KEYS = List.of("users", "groups", "networks");

  private static final String SCHEME = "file:";
  private static final String NEXT =
      "name a file of UTF-8 text with one name on each line; a path that does not begin with /"
          + " begins at the workload file";
  private static final int[] NO_TEXT = {};

  private final Path workload;
  private final Mistakes mistakes;

  /**
   * @param workload the workload file, beside which a path begins that does not begin at the root
   */
  ListFile(Path workload, Mistakes mistakes) {
    this.workload = workload;
    this.mistakes = mistakes;
  }

  /** Puts the names of every file that is named where users fly in its place. */
  Node inlined(Node root) {
    Optional<Node> flights = Nodes.value(root, "flights");
    flights
        .flatMap(node -> Nodes.value(node, "keep"))
        .ifPresent(keep -> inline(keep, "flights.keep."));
    flights
        .flatMap(node -> Nodes.value(node, "steps"))
        .filter(SequenceNode.class::isInstance)
        .ifPresent(steps ->
            ((SequenceNode) steps).getValue().forEach(step -> inline(step, "flights.steps.")));
    return root;
  }

  private void inline(Node holder, String path) {
    if (holder instanceof MappingNode mapping) {
      var tuples = new ArrayList<NodeTuple>();
      for (NodeTuple tuple : mapping.getValue()) {
        tuples.add(new NodeTuple(tuple.getKeyNode(), list(tuple, path)));
      }
      mapping.setValue(tuples);
    }
  }

  private Node list(NodeTuple tuple, String path) {
    Node list = tuple.getValueNode();
    if (!(tuple.getKeyNode() instanceof ScalarNode key) || !KEYS.contains(key.getValue())) {
      return list;
    }
    String where = path + key.getValue();
    if (list instanceof ScalarNode scalar && scalar.getValue().strip().startsWith(SCHEME)) {
      return read(scalar, where);
    }
    if (list instanceof SequenceNode sequence) {
      for (Node name : sequence.getValue()) {
        // Nobody is called so: it would move nobody, without a word.
        if (name instanceof ScalarNode text && text.getValue().strip().startsWith(SCHEME)) {
          mistakes.add(
              name,
              where,
              "a file stands among names",
              "a file is the whole list: " + key.getValue() + ": file:PATH");
        }
      }
    }
    return list;
  }

  private Node read(ScalarNode scalar, String where) {
    String written = scalar.getValue().strip().substring(SCHEME.length());
    var names = new ArrayList<Node>();
    try {
      Path path = workload.resolveSibling(written);
      if (written.isBlank()) {
        mistakes.add(scalar, where, "no path stands behind file:", NEXT);
      } else if (Files.exists(path) && !Files.isRegularFile(path)) {
        mistakes.add(scalar, where, Names.shown(path.toString()) + " is no plain file", NEXT);
      } else {
        names.addAll(names(path, scalar, where));
      }
    } catch (InvalidPathException e) {
      mistakes.add(scalar, where, Names.shown(written) + " is no path", NEXT);
    }
    return new SequenceNode(
        Tag.SEQ, true, names, FlowStyle.FLOW, scalar.getStartMark(), scalar.getEndMark());
  }

  private List<Node> names(Path path, ScalarNode scalar, String where) {
    try (var in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(NamedCheck.BYTES_MAX + 1);
      if (content.length > NamedCheck.BYTES_MAX) {
        mistakes.add(
            scalar,
            where,
            Names.shown(path.toString()) + " has more than 1 MiB",
            "name groups or networks in place of users");
        return List.of();
      }
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      List<Node> names = names(path, text, where);
      if (names.isEmpty()) {
        mistakes.add(scalar, where, Names.shown(path.toString()) + " names nobody", NEXT);
      }
      return names;
    } catch (NoSuchFileException e) {
      mistakes.add(scalar, where, "there is no file " + Names.shown(path.toString()), NEXT);
    } catch (CharacterCodingException e) {
      mistakes.add(scalar, where, Names.shown(path.toString()) + " is not UTF-8", NEXT);
    } catch (IOException e) {
      mistakes.add(
          scalar,
          where,
          Names.shown(path.toString()) + " cannot be opened: " + e.getClass().getSimpleName(),
          "may this user read it?");
    }
    return List.of();
  }

  /** Each name knows its own file and line, so that a mistake in it is found there. */
  private List<Node> names(Path path, String text, String where) {
    var names = new ArrayList<Node>();
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    int number = 0;
    for (String line : plain.lines().toList()) {
      String name = line.strip();
      var mark = new Mark(path.toString(), 0, number, 0, NO_TEXT, 0);
      number++;
      if (name.isEmpty() || name.startsWith("#")) {
        continue;
      }
      var node =
          new ScalarNode(
              Tag.STR, true, name, ScalarStyle.DOUBLE_QUOTED, Optional.of(mark), Optional.of(mark));
      if (name.codePoints().anyMatch(Character::isISOControl)) {
        mistakes.add(node, where, "a control character", "one name on each line");
      } else if (name.startsWith(SCHEME)) {
        mistakes.add(node, where, "a file stands in a file", "one name on each line");
      } else {
        names.add(node);
      }
    }
    return names;
  }
}
