package dev.landfall.engine;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.Action;
import dev.landfall.promotion.World;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;

/** The ports of one workload, looked at and ordered together. */
final class Outside implements AutoCloseable {
  private final SequencedMap<String, Replicator> data = new LinkedHashMap<>();
  private final SequencedMap<String, Router> routes = new LinkedHashMap<>();
  private final Workload workload;
  private final Together together;

  /**
   * Makes the ports.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had; nothing stays open
   */
  Outside(Workload workload, Adapters adapters, Together together) {
    this.workload = workload;
    this.together = together;
    try {
      for (Asset.Data asset : workload.data()) {
        data.put(asset.name(), adapters.replicator(workload.name(), asset, workload.limits()));
      }
      for (Route route : workload.routes()) {
        routes.put(route.name(), adapters.router(route));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Works within these limits from now on. */
  void heed(Limits limits) {
    data.values().forEach(replicator -> replicator.heed(limits));
  }

  /** Everything as it is now. */
  World look() {
    var looks = new ArrayList<Callable<Object>>();
    data.values().forEach(replicator -> looks.add(replicator::look));
    routes.values().forEach(router -> looks.add(router::look));
    List<Object> seen = together.all(looks);
    var dataSeen = new LinkedHashMap<String, DataSeen>();
    var routesSeen = new LinkedHashMap<String, RouteSeen>();
    int at = 0;
    for (String name : data.sequencedKeySet()) {
      dataSeen.put(name, (DataSeen) seen.get(at++));
    }
    for (String name : routes.sequencedKeySet()) {
      routesSeen.put(name, (RouteSeen) seen.get(at++));
    }
    return new World(dataSeen, routesSeen);
  }

  /** What keeps a workload from being begun that has given no order yet. */
  List<Finding> preflight() {
    var findings = new ArrayList<>(findings());
    findings.addAll(ForeignOrders.of(workload, look()));
    return findings;
  }

  /** Everything that would break later, with the name of the asset before each subject. */
  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    for (Map.Entry<String, Replicator> entry : data.entrySet()) {
      for (Finding each : entry.getValue().preflight()) {
        findings.add(
            new Finding(
                each.severity(),
                each.code(),
                entry.getKey() + ": " + each.subject(),
                each.seen(),
                each.remedy()));
      }
    }
    for (Map.Entry<String, Router> entry : routes.entrySet()) {
      RouteSeen seen = entry.getValue().look();
      seen.fault()
          .ifPresent(why ->
              findings.add(
                  new Finding(
                      Finding.Severity.BLOCKS,
                      SurveyProblem.UNREACHABLE.id(),
                      "route " + entry.getKey(),
                      why,
                      "start the plane, and check control and token in the workload file")));
    }
    return findings;
  }

  /**
   * Gives one order.
   *
   * @throws dev.landfall.problem.OutsideException when it was refused or not answered
   */
  void carryOut(Action action, long epoch) {
    switch (action) {
      case Action.OnData(String asset, var order) -> port(data, asset).carryOut(order, epoch);
      case Action.OnRoute(String route, var order) -> port(routes, route).order(order);
    }
  }

  private static <T> T port(Map<String, T> ports, String name) {
    T port = ports.get(name);
    if (port == null) {
      throw new IllegalStateException("there is no port named " + name);
    }
    return port;
  }

  @Override
  public void close() {
    data.values().forEach(Replicator::close);
    routes.values().forEach(Router::close);
  }
}
