package dev.landfall.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.workload.CohortKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cohort key as a part of a workload in the journal; the same rules hold. */
final class CohortKeyJson {
  private CohortKeyJson() {}

  static ObjectNode tree(CohortKey key) {
    var tree = JsonNodeFactory.instance.objectNode();
    var columns = tree.putArray("columns");
    key.columns().forEach(columns::add);
    var readOnly = tree.putArray("readOnly");
    key.readOnly().forEach(readOnly::add);
    var appendOnly = tree.putArray("appendOnly");
    key.appendOnly().forEach(appendOnly::add);
    return tree;
  }

  /** What it says; absent when nothing is there. */
  static Optional<CohortKey> read(JsonNode tree) {
    return tree.isObject()
        ? Optional.of(
            new CohortKey(
                texts(tree.path("columns")),
                texts(tree.path("readOnly")),
                texts(tree.path("appendOnly"))))
        : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
