package dev.landfall.cli.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Whether those who are named in flights can be told in a request, and are few enough for an order
 * to carry them. A name that no request has would move nobody, or keep nobody, without a word.
 */
final class NamedCheck {
  /** Of all names together, those of an alias each time; a router takes orders of so many. */
  static final int BYTES_MAX = 1024 * 1024;

  private NamedCheck() {}

  static void check(Section flights) {
    var holders = new ArrayList<Field>();
    flights.field("keep").ifPresent(holders::add);
    flights
        .field("steps")
        .filter(steps -> steps.node() instanceof SequenceNode)
        .ifPresent(steps -> holders.addAll(steps.elements()));
    long bytes = 0;
    for (Field holder : holders) {
      for (Field list : lists(holder)) {
        String what = list.form();
        List<String> names = names(list.node());
        bytes += names.stream().mapToLong(NamedCheck::bytes).sum();
        String place = what.equals("users") ? "user" : "group";
        boolean told = what.equals("networks") || flights.field(place).isPresent();
        if (!names.isEmpty() && !told) {
          list.wrong(
              "%s are named, and flights.%s does not say where a request has its %s"
                  .formatted(what, place, what.equals("users") ? "user" : "groups"),
              "add "
                  + place
                  + ": "
                  + (what.equals("users") ? "header:NAME or cookie:NAME" : "header:NAME"));
        }
      }
    }
    if (bytes > BYTES_MAX) {
      flights.wrong(
          "all names together have " + bytes + " bytes",
          "at most " + BYTES_MAX + "; name groups or networks in place of users");
    }
  }

  private static List<Field> lists(Field holder) {
    var lists = new ArrayList<Field>();
    if (holder.node() instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key
            && ListFile.KEYS.contains(key.getValue())) {
          String name = key.getValue();
          lists.add(
              new Field(
                  holder.where() + "." + name, tuple.getValueNode(), name, holder.mistakes()));
        }
      }
    }
    return lists;
  }

  private static List<String> names(Node node) {
    var names = new ArrayList<String>();
    if (node instanceof SequenceNode sequence) {
      for (Node element : sequence.getValue()) {
        if (element instanceof ScalarNode name) {
          names.add(name.getValue());
        }
      }
    }
    return names;
  }

  private static long bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
