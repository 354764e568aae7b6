package dev.landfall.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A workload as JSON, for the journal: kept for ever, so fields are added and never renamed, and
 * one that is missing reads as its default. Secrets appear as references only.
 */
public final class WorkloadJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WorkloadJson() {}

  /** One line, its fields always in the same order. */
  public static String write(Workload workload) {
    return tree(workload).toString();
  }

  /**
   * Reads what {@link #write} wrote, now or in an earlier version.
   *
   * @throws IllegalArgumentException when the text is something else
   */
  public static Workload read(String json) {
    try {
      return workload(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot read a workload from the journal: not JSON", e);
    }
  }

  /**
   * SHA-256, in lower-case hexadecimal, over everything that makes one plan another. Evidence and
   * sign-offs are about a plan with one hash (I4). Comments and the order of a file do not count,
   * and neither does the bandwidth, which may change while a promotion runs.
   */
  public static String planHash(Workload workload) {
    var sorted = new ArrayList<Asset>(workload.assets());
    sorted.sort(Comparator.comparing(Asset::name));
    var routes = new ArrayList<>(workload.routes());
    routes.sort(Comparator.comparing(Route::name));
    var canonical =
        new Workload(
            workload.name(),
            workload.owner(),
            workload.model(),
            sorted.stream().map(WorkloadJson::withSortedNeeds).toList(),
            routes,
            workload.limits(),
            workload.flights(),
            workload.rehearsalRequired(),
            workload.access().stream()
                .sorted(Comparator.comparing(Access::name))
                .map(WorkloadJson::withSortedRoles)
                .toList(),
            workload.gates().map(GatePlanJson::sorted));
    ObjectNode tree = tree(canonical);
    tree.withObject("/limits").remove("bandwidth");
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Asset withSortedNeeds(Asset asset) {
    List<String> needs = asset.needs().stream().sorted().toList();
    return switch (asset) {
      case Asset.Data(var name, var kind, var source, var target, _, var given, var key) ->
          new Asset.Data(name, kind, source, target, needs, given, key);
      case Asset.Service(var name, var kind, var source, var target, _, var health) ->
          new Asset.Service(name, kind, source, target, needs, health);
    };
  }

  private static Access withSortedRoles(Access access) {
    return new Access(
        access.name(), access.kind(), access.asset(), access.roles().stream().sorted().toList());
  }

  private static ObjectNode tree(Workload workload) {
    var tree = JSON.createObjectNode();
    tree.put("name", workload.name());
    tree.put("owner", workload.owner());
    tree.put("model", workload.model().word());
    var assets = tree.putArray("assets");
    workload.assets().forEach(asset -> assets.add(tree(asset)));
    var routes = tree.putArray("routes");
    workload.routes().forEach(route -> routes.add(tree(route)));
    tree.set("limits", tree(workload.limits()));
    workload.flights().ifPresent(plan -> tree.set("flights", FlightPlanJson.tree(plan)));
    // Left out as long as they say nothing: what was signed before they came keeps its hash.
    if (workload.rehearsalRequired()) {
      tree.put("rehearsalRequired", true);
    }
    if (!workload.access().isEmpty()) {
      var access = tree.putArray("access");
      workload.access().forEach(each -> access.add(tree(each)));
    }
    workload.gates().ifPresent(plan -> tree.set("gates", GatePlanJson.tree(plan)));
    return tree;
  }

  private static ObjectNode tree(Asset asset) {
    var tree = JSON.createObjectNode();
    tree.put("name", asset.name());
    tree.put("kind", asset.kind());
    tree.set("source", tree(asset.source()));
    tree.set("target", tree(asset.target()));
    var needs = tree.putArray("needs");
    asset.needs().forEach(needs::add);
    switch (asset) {
      case Asset.Data data -> {
        tree.put("holds", "data").put("schemaGiven", data.schemaGiven());
        data.cohortKey().ifPresent(key -> tree.set("cohortKey", CohortKeyJson.tree(key)));
      }
      case Asset.Service service -> {
        tree.put("holds", "nothing");
        service.health().ifPresent(path -> tree.put("health", path));
      }
    }
    return tree;
  }

  private static ObjectNode tree(Endpoint endpoint) {
    var tree = JSON.createObjectNode();
    tree.put("url", endpoint.url());
    endpoint.user().ifPresent(user -> tree.put("user", user));
    endpoint.password().ifPresent(secret -> tree.put("password", secret.toString()));
    var options = tree.putObject("options");
    new TreeMap<>(endpoint.options()).forEach(options::put);
    return tree;
  }

  private static ObjectNode tree(Route route) {
    var tree = JSON.createObjectNode();
    tree.put("name", route.name());
    tree.put("kind", route.kind());
    tree.put("service", route.asset());
    tree.put("control", route.control());
    route.token().ifPresent(secret -> tree.put("token", secret.toString()));
    if (!route.traits().equals(Route.Traits.OF_REQUESTS)) {
      var traits = tree.putObject("traits");
      traits.put("holds", route.traits().holds());
      traits.put("knowsUsers", route.traits().knowsUsers());
      traits.put("slow", route.traits().slow());
    }
    if (!route.settings().isEmpty()) {
      new TreeMap<>(route.settings()).forEach(tree.putObject("settings")::put);
    }
    return tree;
  }

  private static ObjectNode tree(Access access) {
    var tree = JSON.createObjectNode();
    tree.put("name", access.name());
    tree.put("kind", access.kind());
    tree.put("asset", access.asset());
    var roles = tree.putArray("roles");
    access.roles().forEach(roles::add);
    return tree;
  }

  private static ObjectNode tree(Limits limits) {
    var tree = JSON.createObjectNode();
    tree.put("hold", limits.hold().toString());
    tree.put("settle", limits.settle().toString());
    tree.put("lockWait", limits.lockWait().toString());
    tree.put("lagMax", limits.lagMax().toString());
    tree.put("retryPause", limits.retryPause().toString());
    tree.put("cutoverAttemptsMax", limits.cutoverAttemptsMax());
    tree.put("soak", limits.soak().toString());
    limits.bandwidth().ifPresent(cap -> tree.put("bandwidth", cap.bitsPerSecond()));
    tree.put("retainedBytesMax", limits.retainedBytesMax());
    tree.put("sequenceMargin", limits.sequenceMargin());
    return tree;
  }

  private static Workload workload(JsonNode tree) {
    var assets = new ArrayList<Asset>();
    tree.path("assets").forEach(asset -> assets.add(asset(asset)));
    var routes = new ArrayList<Route>();
    tree.path("routes").forEach(route -> routes.add(route(route)));
    return new Workload(
        text(tree, "name"),
        text(tree, "owner"),
        model(text(tree, "model")),
        assets,
        routes,
        limits(tree.path("limits")),
        tree.has("flights")
            ? Optional.of(FlightPlanJson.plan(tree.get("flights")))
            : Optional.empty(),
        tree.path("rehearsalRequired").asBoolean(false),
        access(tree.path("access")),
        tree.has("gates") ? Optional.of(GatePlanJson.plan(tree.get("gates"))) : Optional.empty());
  }

  private static List<Access> access(JsonNode tree) {
    var access = new ArrayList<Access>();
    for (JsonNode each : tree) {
      var roles = new ArrayList<String>();
      each.path("roles").forEach(role -> roles.add(role.asText()));
      access.add(new Access(text(each, "name"), text(each, "kind"), text(each, "asset"), roles));
    }
    return access;
  }

  private static Model model(String word) {
    for (Model model : Model.values()) {
      if (model.word().equals(word)) {
        return model;
      }
    }
    throw new IllegalArgumentException(
        "cannot read a workload from the journal: its model is \""
            + word
            + "\"; a newer version of Landfall may know it");
  }

  private static Asset asset(JsonNode tree) {
    String name = text(tree, "name");
    String kind = text(tree, "kind");
    Endpoint source = endpoint(tree.path("source"));
    Endpoint target = endpoint(tree.path("target"));
    var needs = new ArrayList<String>();
    tree.path("needs").forEach(need -> needs.add(need.asText()));
    return switch (text(tree, "holds")) {
      case "data" ->
          new Asset.Data(
              name,
              kind,
              source,
              target,
              needs,
              tree.path("schemaGiven").asBoolean(false),
              CohortKeyJson.read(tree.path("cohortKey")));
      case "nothing" ->
          new Asset.Service(name, kind, source, target, needs, optional(tree, "health"));
      default ->
          throw new IllegalArgumentException(
              "cannot read a workload from the journal: asset " + name + " holds something new");
    };
  }

  private static Endpoint endpoint(JsonNode tree) {
    Map<String, String> options = new HashMap<>();
    tree.path("options").properties().forEach(e -> options.put(e.getKey(), e.getValue().asText()));
    return new Endpoint(
        text(tree, "url"),
        optional(tree, "user"),
        optional(tree, "password").map(SecretRef::parse),
        options);
  }

  private static Route route(JsonNode tree) {
    var settings = new HashMap<String, String>();
    tree.path("settings")
        .properties()
        .forEach(each -> settings.put(each.getKey(), each.getValue().textValue()));
    return new Route(
        text(tree, "name"),
        text(tree, "kind"),
        text(tree, "service"),
        text(tree, "control"),
        optional(tree, "token").map(SecretRef::parse),
        traits(tree.path("traits")),
        settings);
  }

  /** A route without them was written when every plane was one of requests. */
  private static Route.Traits traits(JsonNode tree) {
    return tree.isMissingNode()
        ? Route.Traits.OF_REQUESTS
        : new Route.Traits(
            tree.path("holds").booleanValue(),
            tree.path("knowsUsers").booleanValue(),
            tree.path("slow").booleanValue());
  }

  private static Limits limits(JsonNode tree) {
    var usual = Limits.DEFAULTS;
    return new Limits(
        time(tree, "hold", usual.hold()),
        time(tree, "settle", usual.settle()),
        time(tree, "lockWait", usual.lockWait()),
        time(tree, "lagMax", usual.lagMax()),
        time(tree, "retryPause", usual.retryPause()),
        tree.path("cutoverAttemptsMax").asInt(usual.cutoverAttemptsMax()),
        time(tree, "soak", usual.soak()),
        Optional.of(tree.path("bandwidth").asLong(0)).filter(b -> b > 0).map(Bandwidth::new),
        tree.path("retainedBytesMax").asLong(usual.retainedBytesMax()),
        tree.path("sequenceMargin").asLong(usual.sequenceMargin()));
  }

  private static Duration time(JsonNode tree, String key, Duration usual) {
    return optional(tree, key).map(Duration::parse).orElse(usual);
  }

  private static Optional<String> optional(JsonNode tree, String key) {
    return tree.hasNonNull(key) ? Optional.of(tree.get(key).asText()) : Optional.empty();
  }

  private static String text(JsonNode tree, String key) {
    return optional(tree, key)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "cannot read a workload from the journal: it has no \"" + key + "\""));
  }
}
