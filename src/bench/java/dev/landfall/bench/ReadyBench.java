package dev.landfall.bench;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.GateOutlook;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Promotion;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Person;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * How long {@code landfall ready} thinks, without what it reads: the state out of events that were
 * read, how each gate stands, and who can do what.
 *
 * <p>Budget: 50 ms for a workload of 1,000 gates, which is less than anybody sees; and 2 s for a
 * portfolio of 10,000 workloads with as many gates as the catalogue has, for a page that shows all.
 *
 * <p>A third of the gates is passed, a third waits for an approval, and of a third nothing is
 * known. Warmed up first. Options: {@code --windows N} (default 5), {@code --people N} (default
 * 100).
 */
final class ReadyBench {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String PLAN = "0123456789abcdef".repeat(4);
  private static final int GATES = 1_000;
  private static final int PORTFOLIO = 10_000;
  private static final int CATALOGUE = 25;
  private static final double GATES_MILLIS_MAX = 50;
  private static final double PORTFOLIO_MILLIS_MAX = 2_000;
  private static final long WARM_NANOS = 3_000_000_000L;
  private static int sink;

  private ReadyBench() {}

  static void run(Options options, Findings findings) {
    int people = (int) options.number("people", 100);
    findings.head("what", "ms, median", "min", "max", "budget", "verdict");
    Workload large = workload(GATES, people);
    List<Event> told = told(GATES);
    Promotion promotion = replayed(large, told);
    measure(
        options,
        findings,
        "%,d gates, %d people: how they stand and who can do what".formatted(GATES, people),
        GATES_MILLIS_MAX,
        () -> ready(promotion));
    measure(
        options,
        findings,
        "the same, and the state out of its %,d events".formatted(told.size() + 1),
        GATES_MILLIS_MAX,
        () -> ready(replayed(large, told)));
    Workload usual = workload(CATALOGUE, 10);
    List<Event> little = told(CATALOGUE);
    measure(
        options,
        findings,
        "%,d workloads of %d gates, each out of its %d events"
            .formatted(PORTFOLIO, CATALOGUE, little.size() + 1),
        PORTFOLIO_MILLIS_MAX,
        () -> portfolio(usual, little));
  }

  private static int portfolio(Workload workload, List<Event> told) {
    int ready = 0;
    for (int at = 0; at < PORTFOLIO; at++) {
      ready += ready(replayed(workload, told));
    }
    return ready;
  }

  private static int ready(Promotion promotion) {
    GatePlan plan = promotion.workload().gates().orElseThrow();
    var outlook = GateOutlook.of(promotion, plan, Subject.ofPlan(PLAN), NOW);
    return outlook.percent() + outlook.items().size();
  }

  private static Promotion replayed(Workload workload, List<Event> told) {
    Promotion promotion =
        Evolver.begin(new Event.Registered(workload, PLAN, Goal.STAGED, Optional.of("person-0")));
    for (Event event : told) {
      promotion = Evolver.evolve(promotion, event);
    }
    return promotion;
  }

  private static List<Event> told(int gates) {
    var told = new ArrayList<Event>();
    for (int at = 0; at < gates; at++) {
      if (at % 3 > 0) {
        var evidence = new Evidence(Evidence.Kind.FILE, "report.pdf", "%064x".formatted(at), 7);
        told.add(
            new Event.GateAttached(
                "gate-" + at, "person-1", Subject.ofPlan(PLAN), NOW, true, "", List.of(evidence)));
        if (at % 3 == 1) {
          told.add(approval(at, evidence.sha256()));
        }
      }
    }
    return told;
  }

  private static Event approval(int gate, String evidence) {
    var statement =
        new Statement(
            Verb.APPROVE,
            "shop",
            "gate-" + gate,
            PLAN,
            Optional.empty(),
            evidence,
            "person-2",
            "business-owner",
            NOW,
            NOW.plus(Duration.ofDays(3)),
            "");
    return new Event.GateSigned(new Signed(statement, "key", "signature"), NOW);
  }

  private static Workload workload(int gates, int people) {
    var all = new ArrayList<Gate>();
    for (int at = 0; at < gates; at++) {
      all.add(gate("gate-" + at));
    }
    var named = new ArrayList<Person>();
    for (int at = 0; at < people; at++) {
      String name = "person-" + at;
      named.add(new Person(name, List.of("business-owner"), Optional.of("key of " + name)));
    }
    var asset =
        new Asset.Data(
            "orders",
            "postgres",
            Endpoint.of("postgresql://127.0.0.1:1/shop"),
            Endpoint.of("postgresql://127.0.0.1:2/shop"),
            List.of(),
            false);
    return new Workload(
            "shop", "bench", Model.SINGLE_STEP, List.of(asset), List.of(), Limits.DEFAULTS)
        .behind(Optional.of(new GatePlan(all, named, GatePlan.Policy.STANDARD)));
  }

  private static Gate gate(String id) {
    return new Gate(
        id,
        "It is so",
        List.of("R28"),
        "operations",
        List.of("business-owner"),
        1,
        Set.of(Flag.values()),
        Set.of(Gate.Step.PROMOTE),
        Duration.ofDays(9),
        Gate.About.PLAN,
        Gate.Kind.PERSON,
        Optional.empty());
  }

  private static void measure(
      Options options, Findings findings, String what, double budget, IntSupplier work) {
    long warm = System.nanoTime() + WARM_NANOS;
    do {
      sink += work.getAsInt();
    } while (System.nanoTime() < warm);
    var millis = new ArrayList<Double>();
    for (long window = 0; window < options.number("windows", 5); window++) {
      long begun = System.nanoTime();
      sink += work.getAsInt();
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    Sample sample = Sample.of(millis);
    findings.row(
        what,
        millis(sample.median()),
        millis(sample.min()),
        millis(sample.max()),
        millis(budget),
        sample.median() <= budget ? "met" : "not met");
    Findings.tell("consumed %d", sink);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }
}
