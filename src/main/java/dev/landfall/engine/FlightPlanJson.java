package dev.landfall.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plan of flights as a part of a workload in the journal; the same rules hold. */
final class FlightPlanJson {
  private FlightPlanJson() {}

  static ObjectNode tree(FlightPlan plan) {
    var tree = JsonNodeFactory.instance.objectNode();
    plan.identity().userHeader().ifPresent(name -> tree.put("userHeader", name));
    plan.identity().userCookie().ifPresent(name -> tree.put("userCookie", name));
    plan.identity().groupHeader().ifPresent(name -> tree.put("groupHeader", name));
    tree.set("kept", tree(plan.kept()));
    var flights = tree.putArray("flights");
    for (Flight flight : plan.flights()) {
      var one = flights.addObject();
      one.put("name", flight.name());
      one.put("share", flight.share());
      one.set("named", tree(flight.named()));
      one.put("timeMin", flight.timeMin().toString());
      one.put("timeMax", flight.timeMax().toString());
      put(one, flight.terms());
    }
    tree.put("margin", plan.margin());
    tree.put("tolerated", plan.tolerated());
    tree.put("onFail", plan.onFail().word());
    // What says no more than its default is left out: a file from before it has the hash it had.
    if (!plan.scrutiny().equals(Scrutiny.STANDARD)) {
      tree.put("latency", plan.scrutiny().latency().word());
      tree.put("slowerBy", plan.scrutiny().slowerBy().toString());
      tree.put("errorsMax", plan.scrutiny().errorsMax());
    }
    plan.scrutiny().excessMax().ifPresent(most -> tree.put("excessMax", most));
    plan.scrutiny().usersMax().ifPresent(most -> tree.put("usersMax", most));
    if (plan.data() != DataPlan.SOURCE_FIRST) {
      tree.put("data", plan.data().word());
    }
    if (plan.conflictsMax() > 0) {
      tree.put("conflictsMax", plan.conflictsMax());
    }
    return tree;
  }

  private static void put(ObjectNode one, Terms terms) {
    terms.margin().ifPresent(margin -> one.put("margin", margin));
    terms.latency().ifPresent(latency -> one.put("latency", latency.word()));
    terms.slowerBy().ifPresent(time -> one.put("slowerBy", time.toString()));
    terms.errorsMax().ifPresent(most -> one.put("errorsMax", most));
    terms.excessMax().ifPresent(most -> one.put("excessMax", most));
    terms.usersMax().ifPresent(most -> one.put("usersMax", most));
  }

  private static ObjectNode tree(Named named) {
    var tree = JsonNodeFactory.instance.objectNode();
    var users = tree.putArray("users");
    named.users().forEach(users::add);
    var groups = tree.putArray("groups");
    named.groups().forEach(groups::add);
    var networks = tree.putArray("networks");
    named.networks().forEach(network -> networks.add(network.text()));
    return tree;
  }

  static FlightPlan plan(JsonNode tree) {
    var flights = new ArrayList<Flight>();
    for (JsonNode one : tree.path("flights")) {
      flights.add(
          new Flight(
              one.path("name").asText(),
              one.path("share").asInt(),
              named(one.path("named")),
              Duration.parse(one.path("timeMin").asText()),
              Duration.parse(one.path("timeMax").asText()),
              terms(one)));
    }
    return new FlightPlan(
        new Identity(
            optional(tree, "userHeader"),
            optional(tree, "userCookie"),
            optional(tree, "groupHeader")),
        named(tree.path("kept")),
        flights,
        tree.path("margin").asDouble(),
        tree.path("tolerated").asDouble(),
        onFail(tree.path("onFail").asText()),
        // What an older program did not know of is as usual.
        terms(tree).over(Scrutiny.STANDARD),
        data(tree.path("data").asText(DataPlan.SOURCE_FIRST.word())),
        tree.path("conflictsMax").asInt(0));
  }

  private static Terms terms(JsonNode tree) {
    return new Terms(
        optional(tree, "margin").map(Double::valueOf),
        optional(tree, "latency").map(FlightPlanJson::latency),
        optional(tree, "slowerBy").map(Duration::parse),
        optional(tree, "errorsMax").map(Double::valueOf),
        optional(tree, "excessMax").map(Integer::valueOf),
        optional(tree, "usersMax").map(Integer::valueOf));
  }

  private static Scrutiny.Latency latency(String word) {
    for (Scrutiny.Latency each : Scrutiny.Latency.values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "cannot read a workload from the journal: latencies are judged by \"" + word + "\"");
  }

  private static DataPlan data(String word) {
    for (DataPlan each : DataPlan.values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "cannot read a workload from the journal: the data of its flights moves \"" + word + "\"");
  }

  private static FlightPlan.OnFail onFail(String word) {
    for (FlightPlan.OnFail each : FlightPlan.OnFail.values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "cannot read a workload from the journal: after a failed flight it goes \"" + word + "\"");
  }

  private static Named named(JsonNode tree) {
    return new Named(
        list(tree, "users"),
        list(tree, "groups"),
        list(tree, "networks").stream().map(Network::parse).toList());
  }

  private static List<String> list(JsonNode tree, String key) {
    var values = new ArrayList<String>();
    tree.path(key).forEach(value -> values.add(value.asText()));
    return values;
  }

  private static Optional<String> optional(JsonNode tree, String key) {
    return tree.hasNonNull(key) ? Optional.of(tree.get(key).asText()) : Optional.empty();
  }
}
