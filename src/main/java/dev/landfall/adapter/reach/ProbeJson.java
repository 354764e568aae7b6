package dev.landfall.adapter.reach;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import dev.landfall.adapter.reach.Sight.Resolved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Errands and sights as JSON. What is read throws an {@link IllegalArgumentException}. */
final class ProbeJson {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VERSION = 1;
  private static final Pattern PLACE =
      Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,253}");

  private ProbeJson() {}

  static String ofErrand(Errand errand) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("version", VERSION);
    errand.places().forEach(tree.putArray("places")::add);
    tree.put("tries", errand.tries());
    tree.put("patienceMillis", errand.patience().toMillis());
    tree.put("timeoutMillis", errand.timeout().toMillis());
    errand.names().forEach(tree.putArray("names")::add);
    errand.servers().forEach(tree.putArray("servers")::add);
    return tree.toString();
  }

  static Errand errand(String json) {
    JsonNode tree = tree(json);
    return new Errand(
        each(tree, "places", node -> form(node, PLACE)),
        tree.path("tries").asInt(),
        Duration.ofMillis(tree.path("patienceMillis").asLong()),
        Duration.ofMillis(tree.path("timeoutMillis").asLong()),
        each(tree, "names", node -> form(node, NAME)),
        each(tree, "servers", node -> form(node, NAME)));
  }

  private static String form(JsonNode node, Pattern form) {
    if (!form.matcher(node.asText()).matches()) {
      throw new IllegalArgumentException("a place or a name in it is none");
    }
    return node.asText();
  }

  static String ofSight(Sight sight) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("version", VERSION);
    var places = tree.putArray("places");
    for (Reached each : sight.places()) {
      var place = places.addObject().put("place", each.place());
      var attempts = place.putArray("attempts");
      for (Attempt one : each.attempts()) {
        attempts
            .addObject()
            .put("address", one.address())
            .put("outcome", one.outcome().name())
            .put("nanos", one.took().toNanos())
            .put("detail", one.detail());
      }
    }
    var names = tree.putArray("names");
    for (Resolved each : sight.names()) {
      var name = names.addObject().put("name", each.name()).put("server", each.server());
      each.addresses().forEach(name.putArray("addresses")::add);
      each.fault().ifPresent(fault -> name.put("fault", fault));
    }
    return tree.toString();
  }

  static Sight sight(String json) {
    JsonNode tree = tree(json);
    return new Sight(
        each(
            tree,
            "places",
            node ->
                new Reached(
                    node.path("place").asText(), each(node, "attempts", ProbeJson::attempt))),
        each(
            tree,
            "names",
            node ->
                new Resolved(
                    node.path("name").asText(),
                    node.path("server").asText(),
                    each(node, "addresses", JsonNode::asText),
                    node.has("fault")
                        ? Optional.of(node.path("fault").asText())
                        : Optional.empty())));
  }

  private static Attempt attempt(JsonNode node) {
    return new Attempt(
        node.path("address").asText(),
        Outcome.valueOf(node.path("outcome").asText()),
        Duration.ofNanos(node.path("nanos").asLong()),
        node.path("detail").asText());
  }

  private static <T> List<T> each(JsonNode tree, String key, Function<JsonNode, T> reader) {
    if (!tree.path(key).isArray()) {
      throw new IllegalArgumentException("it has no " + key);
    }
    var list = new ArrayList<T>();
    tree.path(key).forEach(node -> list.add(reader.apply(node)));
    return list;
  }

  private static JsonNode tree(String json) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree.path("version").asInt() != VERSION) {
        throw new IllegalArgumentException(
            "it is of version " + tree.path("version").asText("none"));
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no JSON", e);
    }
  }
}
