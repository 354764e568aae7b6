package dev.landfall.cli.file;

import dev.landfall.workload.Asset;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether what checks name is elsewhere in the file. */
final class GateReferences {
  /** The kind of the asset that a check of a kind looks at. */
  private static final Map<String, String> LOOKED_AT =
      Map.of(PerformanceCheckReader.KIND, "http", BackupCheckReader.KIND, "postgres");

  private GateReferences() {}

  static void check(
      Field gates, GatePlan plan, List<? extends Asset> assets, Optional<FlightPlan> flights) {
    List<String> databases =
        assets.stream().filter(Asset.Data.class::isInstance).map(Asset::name).toList();
    List<String> cohorts =
        flights.map(FlightPlan::flights).orElse(List.of()).stream()
            .filter(flight -> !flight.named().users().isEmpty())
            .map(Flight::name)
            .toList();
    for (Gate gate : plan.gates()) {
      gate.check().ifPresent(check -> asset(gates, gate.id(), check, assets));
      Optional<GateCheck> check = gate.check().filter(each -> each.kind().equals("identity"));
      gate.check().flatMap(each -> each.setting("databases")).stream()
          .flatMap(String::lines)
          .filter(name -> !databases.contains(name))
          .forEach(name ->
              gates.wrong(
                  "the check of %s names %s, which is no asset of kind postgres"
                      .formatted(gate.id(), Names.shown(name)),
                  Names.correction(name, databases)));
      check
          .flatMap(each -> each.setting("flight"))
          .filter(name -> !cohorts.contains(name))
          .ifPresent(name ->
              gates.wrong(
                  "the check of %s names %s, which is no flight that names users"
                      .formatted(gate.id(), Names.shown(name)),
                  Names.correction(name, cohorts)));
    }
  }

  private static void asset(
      Field gates, String gate, GateCheck check, List<? extends Asset> assets) {
    String kind = LOOKED_AT.get(check.kind());
    List<String> known =
        assets.stream().filter(asset -> asset.kind().equals(kind)).map(Asset::name).toList();
    if (kind == null || check.setting("asset").filter(name -> !known.contains(name)).isEmpty()) {
      return;
    }
    Nodes.value(gates.node(), "each")
        .flatMap(each -> Nodes.value(each, gate))
        .flatMap(each -> Nodes.value(each, "check"))
        .flatMap(each -> Nodes.value(each, "asset"))
        .ifPresent(node -> {
          String name = check.setting("asset").orElse("");
          new Field("gates.each." + gate + ".check.asset", node, "", gates.mistakes())
              .wrong(
                  Names.shown(name) + " is no asset of kind " + kind,
                  Names.correction(name, known));
        });
  }
}
