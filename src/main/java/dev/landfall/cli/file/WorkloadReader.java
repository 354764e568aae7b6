package dev.landfall.cli.file;

import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** YAML nodes to a workload. The result counts only when there is no mistake. */
final class WorkloadReader {
  private static final int ASSETS_MAX = 1000;
  private static final int ROUTES_MAX = 1000;
  private static final List<String> VERSIONS = List.of("1");
  private static final List<String> MODELS =
      Arrays.stream(Model.values()).map(Model::word).toList();

  private final Mistakes mistakes;

  WorkloadReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  Optional<Workload> read(Node root) {
    var whole = new Field("the file", root, "a mapping with the key \"landfall\" first", mistakes);
    var section = Section.of(whole, "", Vocabulary.FILE);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    var file = section.get();
    file.field("landfall").ifPresent(WorkloadReader::checkVersion);
    String name = file.field("workload").flatMap(Field::name).orElse("");
    String owner = file.field("owner").flatMap(Field::text).orElse("");
    Model model =
        file.field("model")
            .flatMap(field -> field.word(MODELS))
            .flatMap(WorkloadReader::model)
            .orElse(Model.SINGLE_STEP);
    Map<String, Field> assetFields =
        file.field("assets")
            .map(field -> Section.named(field, "a mapping with a kind", ASSETS_MAX))
            .orElse(Map.of());
    if (assetFields.isEmpty()) {
      file.field("assets")
          .ifPresent(field -> field.wrong("there is no asset", "name at least one"));
    }
    List<Asset> assets = assets(assetFields);
    List<Route> routes =
        file.field("routes").map(field -> routes(field, assetFields)).orElse(List.of());
    var limits = LimitsReader.read(file.field("limits"));
    Optional<FlightPlan> flights = file.field("flights").flatMap(FlightsReader::read);
    checkFlights(file, model, routes);
    TwoWayCheck.check(file, flights, assets, assetFields, routes);
    boolean rehearsed =
        file.field("rehearsal")
            .flatMap(field -> field.word(List.of("required", "optional")))
            .map("required"::equals)
            .orElse(model == Model.STAGED);
    List<Access> access =
        file.field("access").map(field -> AccessReader.read(field, assets)).orElse(List.of());
    Optional<GatePlan> gates = GatesReader.read(file.field("gates"), model);
    gates.ifPresent(plan ->
        file.field("gates").ifPresent(at -> GateReferences.check(at, plan, assets, flights)));
    return mistakes.isEmpty()
        ? Optional.of(
            new Workload(
                name, owner, model, assets, routes, limits, flights, rehearsed, access, gates))
        : Optional.empty();
  }

  private static Optional<Model> model(String word) {
    return Arrays.stream(Model.values()).filter(each -> each.word().equals(word)).findFirst();
  }

  private static void checkFlights(Section file, Model model, List<Route> routes) {
    Optional<Field> flights = file.field("flights");
    if (model != Model.FLIGHT) {
      flights.ifPresent(field ->
          field.wrong(
              "there are flights, and the model is " + model.word(),
              "say model: flight, or take the flights away"));
    } else if (flights.isEmpty()) {
      file.wrong("there are no flights", "add flights: with their steps");
    } else if (routes.isEmpty()) {
      file.wrong("there is no route", "users fly by a route that knows them: add one");
    } else if (routes.stream().noneMatch(route -> route.traits().knowsUsers())) {
      file.wrong(
          "no route tells users apart: %s is of kind %s, which moves everybody at once"
              .formatted(routes.getFirst().name(), routes.getFirst().kind()),
          "fly them by a route of kind router or haproxy beside it, or say model: single-step");
    }
  }

  private static void checkVersion(Field field) {
    var text = field.text();
    if (text.isPresent() && !VERSIONS.contains(text.get())) {
      field.wrong(
          "version " + Names.shown(text.get()) + " is not known",
          "this program knows version " + String.join(", ", VERSIONS));
    }
  }

  private List<Asset> assets(Map<String, Field> fields) {
    var reader = new AssetReader();
    var assets = new ArrayList<Asset>();
    fields.forEach((name, field) -> reader.read(name, field).ifPresent(assets::add));
    for (Asset asset : assets) {
      for (String need : asset.needs()) {
        if (!fields.containsKey(need)) {
          mistakes.add(
              place(fields, asset.name(), need),
              "assets." + asset.name() + ".needs",
              "there is no asset " + Names.shown(need),
              Names.correction(need, fields.keySet()));
        }
      }
    }
    Needs.cycle(assets)
        .ifPresent(cycle ->
            mistakes.add(
                place(fields, cycle.getFirst(), cycle.get(1)),
                "assets." + cycle.getFirst() + ".needs",
                "assets need each other in a circle: " + String.join(" > ", cycle),
                "one of them must be able to start alone"));
    return assets;
  }

  /** Where the file says that one asset needs another. */
  private static Node place(Map<String, Field> fields, String asset, String need) {
    var field = fields.get(asset);
    if (field == null) {
      throw new IllegalStateException("asset " + asset + " was read and is not in the file");
    }
    return Nodes.value(field.node(), "needs")
        .filter(SequenceNode.class::isInstance)
        .flatMap(list ->
            ((SequenceNode) list)
                .getValue().stream().filter(node -> Nodes.isText(node, need)).findFirst())
        .orElse(field.node());
  }

  private List<Route> routes(Field field, Map<String, Field> assets) {
    var reader = new RouteReader(assets);
    var routes = new ArrayList<Route>();
    Section.named(field, "a mapping with a kind", ROUTES_MAX)
        .forEach((name, route) -> reader.read(name, route).ifPresent(routes::add));
    return routes;
  }
}
