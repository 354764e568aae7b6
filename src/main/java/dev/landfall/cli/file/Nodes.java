package dev.landfall.cli.file;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Looks into YAML nodes without a complaint: for places, and for what decides what to read. */
final class Nodes {
  private Nodes() {}

  /** The value of a key, the first when there are several; empty when the node has none. */
  static Optional<Node> value(Node node, String key) {
    if (!(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    return mapping.getValue().stream()
        .filter(tuple -> isText(tuple.getKeyNode(), key))
        .map(tuple -> tuple.getValueNode())
        .findFirst();
  }

  static boolean isText(Node node, String text) {
    return node instanceof ScalarNode scalar && scalar.getValue().strip().equals(text);
  }
}
