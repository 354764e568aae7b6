package dev.landfall.adapter.address;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.control.RouteJson;
import java.util.Optional;

/** What an agent is told, keeps and tells, as JSON; the order in it in the form of all planes. */
final class AgentJson {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VERSION = 1;

  private AgentJson() {}

  static String ofOrder(AgentOrder order) {
    return node(order).toString();
  }

  private static ObjectNode node(AgentOrder order) {
    ObjectNode node = JSON.createObjectNode();
    node.put("version", VERSION);
    node.put("has", order.has());
    node.put("unsure", order.unsure());
    node.set("order", tree(RouteJson.ofOrder(order.order())));
    return node;
  }

  /** Reads it back, or throws an {@link IllegalArgumentException} that says what is wrong. */
  static AgentOrder order(String json) {
    return order(tree(json));
  }

  private static AgentOrder order(JsonNode node) {
    if (node.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException("it is of version " + node.path("version").asText("none"));
    }
    return new AgentOrder(
        RouteJson.order(node.path("order").toString()), flag(node, "has"), flag(node, "unsure"));
  }

  static String ofSeen(AgentSeen seen) {
    ObjectNode node = JSON.createObjectNode();
    node.put("version", VERSION);
    node.put("address", seen.address());
    node.put("present", seen.present());
    node.put("gone", seen.gone());
    seen.kept().ifPresent(kept -> node.set("kept", node(kept)));
    seen.cannotTake().ifPresent(why -> node.put("cannotTake", why));
    seen.cannotLeave().ifPresent(why -> node.put("cannotLeave", why));
    seen.trouble().ifPresent(trouble -> node.put("trouble", trouble));
    return node.toString();
  }

  static AgentSeen seen(String json) {
    JsonNode node = tree(json);
    return new AgentSeen(
        node.path("address").asText(),
        node.has("kept") ? Optional.of(order(node.get("kept"))) : Optional.empty(),
        flag(node, "present"),
        flag(node, "gone"),
        text(node, "cannotTake"),
        text(node, "cannotLeave"),
        text(node, "trouble"));
  }

  private static Optional<String> text(JsonNode node, String key) {
    return node.has(key) ? Optional.of(node.get(key).asText()) : Optional.empty();
  }

  private static boolean flag(JsonNode node, String key) {
    if (!node.path(key).isBoolean()) {
      throw new IllegalArgumentException("it does not say whether \"" + key + "\"");
    }
    return node.get(key).asBoolean();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }
}
