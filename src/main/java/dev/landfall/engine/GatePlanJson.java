package dev.landfall.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.GatePlan.Pair;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.Person;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Gates as a part of a workload in the journal; the same rules hold. */
final class GatePlanJson {
  private GatePlanJson() {}

  /** With the order of a file taken out: it says nothing. */
  static GatePlan sorted(GatePlan plan) {
    return new GatePlan(
        plan.gates().stream().sorted(Comparator.comparing(Gate::id)).toList(),
        plan.people().stream().sorted(Comparator.comparing(Person::name)).toList(),
        plan.policy(),
        plan.calendar().map(CalendarJson::sorted));
  }

  static ObjectNode tree(GatePlan plan) {
    var tree = JsonNodeFactory.instance.objectNode();
    var gates = tree.putArray("gates");
    plan.gates().forEach(gate -> gates.add(tree(gate)));
    var people = tree.putArray("people");
    for (Person person : plan.people()) {
      var one = people.addObject();
      one.put("name", person.name());
      texts(one.putArray("roles"), person.roles());
      person.key().ifPresent(key -> one.put("key", key));
      if (!person.accounts().isEmpty()) {
        texts(one.putArray("accounts"), person.accounts());
      }
    }
    var policy = tree.putObject("policy");
    texts(
        policy.putArray("separate"),
        plan.policy().separate().stream().map(Pair::word).sorted().toList());
    texts(policy.putArray("waivers"), plan.policy().waivers());
    policy.put("waiverMax", plan.policy().waiverMax().toString());
    policy.put("approvalMax", plan.policy().approvalMax().toString());
    plan.calendar().ifPresent(calendar -> tree.set("calendar", CalendarJson.tree(calendar)));
    if (!plan.policy().breakers().equals(Policy.BREAKERS)) {
      texts(policy.putArray("breakers"), plan.policy().breakers());
    }
    return tree;
  }

  private static ObjectNode tree(Gate gate) {
    var tree = JsonNodeFactory.instance.objectNode();
    tree.put("id", gate.id());
    tree.put("title", gate.title());
    texts(tree.putArray("requirements"), gate.requirements());
    tree.put("owner", gate.owner());
    texts(tree.putArray("approvers"), gate.approvers());
    tree.put("quorum", gate.quorum());
    texts(tree.putArray("needs"), gate.needs().stream().map(Flag::word).sorted().toList());
    texts(tree.putArray("binds"), gate.binds().stream().map(Step::word).sorted().toList());
    tree.put("validity", gate.validity().toString());
    tree.put("about", gate.about().word());
    tree.put("kind", gate.kind().word());
    gate.check()
        .ifPresent(check -> {
          var one = tree.putObject("check");
          one.put("kind", check.kind());
          one.put("timeout", check.timeout().toString());
          var settings = one.putObject("settings");
          new TreeMap<>(check.settings()).forEach(settings::put);
        });
    return tree;
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  static GatePlan plan(JsonNode tree) {
    var gates = new ArrayList<Gate>();
    tree.path("gates").forEach(gate -> gates.add(gate(gate)));
    var people = new ArrayList<Person>();
    for (JsonNode each : tree.path("people")) {
      people.add(
          new Person(
              each.path("name").asText(),
              texts(each.path("roles")),
              optional(each, "key"),
              texts(each.path("accounts"))));
    }
    JsonNode policy = tree.path("policy");
    var pairs = new HashSet<Pair>();
    for (String word : texts(policy.path("separate"))) {
      String[] duties = word.split("-", 2);
      pairs.add(new Pair(known(Duty.of(duties[0]), word), known(Duty.of(duties[1]), word)));
    }
    return new GatePlan(
        gates,
        people,
        new Policy(
            pairs,
            texts(policy.path("waivers")),
            Duration.parse(policy.path("waiverMax").asText()),
            Duration.parse(policy.path("approvalMax").asText()),
            policy.has("breakers") ? texts(policy.path("breakers")) : Policy.BREAKERS),
        tree.has("calendar")
            ? Optional.of(CalendarJson.calendar(tree.path("calendar")))
            : Optional.empty());
  }

  private static Gate gate(JsonNode tree) {
    var needs = new HashSet<Flag>();
    texts(tree.path("needs")).forEach(word -> needs.add(known(Flag.of(word), word)));
    var binds = new HashSet<Step>();
    texts(tree.path("binds")).forEach(word -> binds.add(known(Step.of(word), word)));
    String about = tree.path("about").asText();
    String kind = tree.path("kind").asText();
    return new Gate(
        tree.path("id").asText(),
        tree.path("title").asText(),
        texts(tree.path("requirements")),
        tree.path("owner").asText(),
        texts(tree.path("approvers")),
        tree.path("quorum").asInt(1),
        needs,
        binds,
        Duration.parse(tree.path("validity").asText()),
        known(Gate.About.of(about), about),
        known(Gate.Kind.of(kind), kind),
        tree.has("check") ? Optional.of(check(tree.path("check"))) : Optional.empty());
  }

  private static GateCheck check(JsonNode tree) {
    var settings = new HashMap<String, String>();
    tree.path("settings")
        .properties()
        .forEach(each -> settings.put(each.getKey(), each.getValue().textValue()));
    return new GateCheck(
        tree.path("kind").asText(), Duration.parse(tree.path("timeout").asText()), settings);
  }

  private static Optional<String> optional(JsonNode tree, String key) {
    return tree.hasNonNull(key) ? Optional.of(tree.get(key).asText()) : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static <T> T known(Optional<T> found, String word) {
    return found.orElseThrow(() ->
        new IllegalArgumentException(
            "cannot read gates from the journal: \""
                + word
                + "\" is not known; a newer version of Landfall may know it"));
  }
}
