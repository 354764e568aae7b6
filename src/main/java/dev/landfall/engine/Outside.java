package dev.landfall.engine;

import dev.landfall.access.AccessControl;
import dev.landfall.access.AccessSeen;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Action;
import dev.landfall.promotion.World;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Arrivals;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** The ports of one workload, looked at and ordered together. */
final class Outside implements AutoCloseable {
  /** Longer than any port takes to say that it has no answer. */
  static final Duration LOOK_MAX = Duration.ofSeconds(30);

  /** So long after it came the last answer of a plane that does not hold is shown. */
  private static final Duration LATE_MAX = Duration.ofSeconds(10);

  private final SequencedMap<String, Replicator> data = new LinkedHashMap<>();
  private final SequencedMap<String, AccessControl> access = new LinkedHashMap<>();
  private final SequencedMap<String, Router> routes = new LinkedHashMap<>();
  private final Map<String, Question<RouteSeen>> routeLooks = new LinkedHashMap<>();
  private final Workload workload;
  private final Adapters adapters;
  private final Together together;

  /**
   * Makes the ports.
   *
   * @throws OutsideException when a secret cannot be had; nothing stays open
   */
  Outside(Workload workload, Adapters adapters, Together together) {
    this.workload = workload;
    this.adapters = adapters;
    this.together = together;
    try {
      for (Asset.Data asset : workload.data()) {
        data.put(asset.name(), adapters.replicator(workload.name(), asset, workload.limits()));
      }
      for (Access each : workload.access()) {
        access.put(each.name(), adapters.access(workload, each).orElseThrow(() -> unknown(each)));
      }
      for (Route route : workload.routes()) {
        Router router = adapters.router(route);
        routes.put(route.name(), router);
        routeLooks.put(route.name(), new Question<>(router::look, together));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The reader of workload files knows the same kinds, so this is a bug. */
  private static IllegalStateException unknown(Access access) {
    return new IllegalStateException(
        "access " + access.name() + " is of kind " + access.kind() + ", which nothing here serves");
  }

  /** Works within these limits from now on. */
  void heed(Limits limits) {
    data.values().forEach(replicator -> replicator.heed(limits));
  }

  /**
   * Everything as it is now.
   *
   * @param patience how long to wait for a plane that does not answer; it is reported as such. Data
   *     assets have bounds of their own.
   */
  World look(Duration patience) {
    routeLooks.values().forEach(Question::put);
    List<DataSeen> seen =
        together.all(
            data.values().stream()
                .map(replicator -> (Callable<DataSeen>) () -> look(replicator))
                .toList());
    var dataSeen = new LinkedHashMap<String, DataSeen>();
    int at = 0;
    for (String name : data.sequencedKeySet()) {
      dataSeen.put(name, seen.get(at++));
    }
    var routesSeen = new LinkedHashMap<String, RouteSeen>();
    var late = new LinkedHashMap<String, Duration>();
    for (Route route : workload.routes()) {
      routesSeen.put(
          route.name(),
          answer(route, question(route), patience, since -> late.put(route.name(), since)));
    }
    return new World(dataSeen, routesSeen).withLate(late);
  }

  /**
   * A port says itself what does not answer. Should it fail in that, all others are still to be
   * seen and ordered, or users would wait behind a fence that one of them keeps closed.
   */
  private static DataSeen look(Replicator replicator) {
    try {
      return replicator.look();
    } catch (OutsideException e) {
      return DataSeen.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private Question<RouteSeen> question(Route route) {
    return Objects.requireNonNull(routeLooks.get(route.name()), "made for each route");
  }

  /**
   * A plane that does not hold is not in a hurry: where nobody's requests wait in it, what it
   * answered last is shown while its next answer takes a little longer than a turn, and else it
   * would be silent in nearly all turns of a cutover.
   *
   * @param late is told how long ago what is shown was asked for, when it is no answer of now
   */
  private static RouteSeen answer(
      Route route, Question<RouteSeen> question, Duration patience, Consumer<Duration> late) {
    try {
      return question
          .answer(patience)
          .or(() -> route.traits().holds() ? Optional.empty() : last(question, late))
          .orElseGet(() -> RouteSeen.unreachable("it has not answered in time"));
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<RouteSeen> last(Question<RouteSeen> question, Consumer<Duration> late) {
    Optional<Question.Late<RouteSeen>> last = question.last(LATE_MAX);
    last.filter(known -> known.answer().fault().isEmpty())
        .ifPresent(known -> late.accept(known.age()));
    return last.map(Question.Late::answer);
  }

  /**
   * What the target runs on.
   *
   * @throws OutsideException when somebody did not answer, or refused
   */
  Configuration inspect() {
    return Survey.inspect(workload, adapters);
  }

  /** The hashes of the records that gates are about. */
  Map<String, String> records(String planHash) {
    return Survey.records(workload, planHash, adapters);
  }

  /** What is left of the adoption team's access. */
  Map<String, AccessSeen> access() {
    var seen = new LinkedHashMap<String, AccessSeen>();
    access.forEach((name, port) -> {
      try {
        seen.put(name, port.look());
      } catch (OutsideException e) {
        seen.put(name, AccessSeen.unreachable(String.valueOf(e.getMessage())));
      }
    });
    return seen;
  }

  /** What keeps a workload from being begun that has given no order yet. */
  List<Finding> preflight() {
    var findings = new ArrayList<>(findings());
    findings.addAll(ForeignOrders.of(workload, look(LOOK_MAX)));
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
    for (AccessControl each : access.values()) {
      findings.addAll(access(each));
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
      for (Side side : Side.values()) {
        seen.unable(side)
            .ifPresent(why ->
                findings.add(
                    new Finding(
                        Finding.Severity.BLOCKS,
                        SurveyProblem.UNABLE_ROUTE.id(),
                        "route " + entry.getKey() + ": " + side.word(),
                        why,
                        "mend it; no promotion moves users there before")));
      }
      seen.uncounted()
          .ifPresent(why ->
              findings.add(
                  new Finding(
                      Finding.Severity.WARNS,
                      SurveyProblem.UNCOUNTED_ROUTE.id(),
                      "route " + entry.getKey(),
                      why,
                      "no flight passes while its requests are not counted")));
      seen.arrivals()
          .filter(_ -> seen.order().isEmpty())
          .flatMap(Arrivals::whyNot)
          .ifPresent(why ->
              findings.add(
                  new Finding(
                      Finding.Severity.WARNS,
                      SurveyProblem.UNCOUNTED_ROUTE.id(),
                      "route " + entry.getKey(),
                      why,
                      "nobody will tell who still comes to the side that users leave")));
    }
    return findings;
  }

  private static List<Finding> access(AccessControl port) {
    try {
      return port.preflight();
    } catch (OutsideException e) {
      return List.of(
          new Finding(
              Finding.Severity.BLOCKS,
              e.code().id(),
              "access",
              String.valueOf(e.getMessage()),
              "mend it"));
    }
  }

  /**
   * Gives one order, and waits so long for it.
   *
   * @return false when it did not come to an end in time; it may still be carried out
   * @throws OutsideException when it was refused or not answered
   */
  boolean carryOut(Action action, long epoch, Duration patience) {
    return together.within(patience, () -> carryOut(action, epoch));
  }

  /**
   * Gives one order.
   *
   * @throws OutsideException when it was refused or not answered
   */
  void carryOut(Action action, long epoch) {
    switch (action) {
      case Action.OnData(String asset, var order) -> port(data, asset).carryOut(order, epoch);
      case Action.OnRoute(String route, var order) -> port(routes, route).order(order);
      case Action.OnAccess ended -> port(access, ended.access()).revoke();
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
    access.values().forEach(AccessControl::close);
  }
}
