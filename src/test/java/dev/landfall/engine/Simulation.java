package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.adapter.memory.MemoryReplicator;
import dev.landfall.adapter.memory.Wire;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.replication.DataSeen;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The whole control plane in virtual time, from one seed: the same seed gives the same run.
 *
 * <p>Real are the driver, the journal in memory with its chain, and the replicator in memory;
 * simulated are users, planes, networks and machines.
 */
final class Simulation {
  /** How long after a fault has ended users may still be led to a fenced side. */
  static final long GRACE = 1500 * Scenario.MILLI;

  private static final long STEPS_MOST = 3_000_000;
  private static final int TRACED = 60;

  /**
   * How a run ended.
   *
   * @param violation the first thing that must not be; absent when all went well
   * @param trace the last steps before it; empty unless traced
   * @param steps how many things happened
   */
  record Result(Optional<String> violation, List<String> trace, long steps) {}

  private final Scenario scenario;
  private final Flaw flaw;
  private final boolean traced;
  private final MemoryJournal journal = new MemoryJournal();
  private final List<Site> sites = new ArrayList<>();
  private final Watch watch = new Watch(this);
  private final VirtualTime time = new VirtualTime(this::afterEach);
  private final ArrayDeque<String> trace = new ArrayDeque<>();
  private final Map<String, Long> versions = new HashMap<>();
  private @Nullable String violation;
  private boolean chaos = true;
  private boolean usersGone;
  private long values;
  private int arrived;
  private int requests;

  private Simulation(long seed, boolean gated, Flaw flaw, boolean traced) {
    scenario = new Scenario(seed, gated);
    this.flaw = flaw;
    this.traced = traced;
  }

  /** Runs one seed on the calling thread. */
  static Result run(long seed, Flaw flaw, boolean traced) {
    var simulation = new Simulation(seed, false, flaw, traced);
    return simulation.run();
  }

  /** The same where the workload's file has gates. */
  static Result gated(long seed, Flaw flaw, boolean traced) {
    var simulation = new Simulation(seed, true, flaw, traced);
    return simulation.run();
  }

  private Result run() {
    for (Workload workload : scenario.workloads) {
      var site = new Site(workload, this);
      sites.add(site);
      for (int i = 0; i < scenario.customers; i++) {
        new Customer(this, site, "user-" + i).think();
      }
      new Fate(this, site).begins();
      var controllers = new ArrayList<Machine>();
      for (int i = 0; i < scenario.controllers; i++) {
        var controller = new Machine(this, site, "controller-" + (i + 1));
        controllers.add(controller);
        time.begin(workload.name() + " controller-" + (i + 1), controller::live);
      }
      time.begin(workload.name() + " people", new People(this, site, controllers)::live);
      site.gates.ifPresent(house -> {
        time.begin(workload.name() + " committee", new Committee(this, site, house)::live);
        time.begin(workload.name() + " mischief", new Mischief(this, site, house)::live);
      });
    }
    time.runUntilStopped();
    if (violation == null) {
      journal.audit().fault().ifPresent(fault -> violated("I10: " + fault));
      sites.forEach(this::auditGates);
    }
    return new Result(Optional.ofNullable(violation), List.copyOf(trace), time.happened());
  }

  private void auditGates(Site site) {
    site.gates
        .flatMap(house -> GateAudit.fault(journal.read(site.workload.name(), 0), house.store()))
        .ifPresent(fault -> violated("I10: " + fault));
  }

  private void afterEach() {
    watch.checkPlanes(sites);
    if (time.happened() > STEPS_MOST) {
      violated("it goes on for ever");
    }
  }

  // What the parts of the world need.

  VirtualTime time() {
    return time;
  }

  Scenario scenario() {
    return scenario;
  }

  Flaw flaw() {
    return flaw;
  }

  Watch watch() {
    return watch;
  }

  MemoryJournal journal() {
    return journal;
  }

  long nextValue() {
    return ++values;
  }

  void requestBegins() {
    requests++;
  }

  void requestEnds() {
    requests--;
  }

  boolean usersGone() {
    return usersGone;
  }

  /** Whether something goes wrong now. */
  boolean happens(double chance) {
    return chaos && scenario.happens(chance);
  }

  boolean chaos() {
    return chaos;
  }

  /** Nothing more goes wrong. */
  void calmDown() {
    chaos = false;
    trace(() -> "nothing more goes wrong");
    for (Site site : sites) {
      for (Site.Pair pair : site.data) {
        site.start(pair, Side.SOURCE);
        site.start(pair, Side.TARGET);
        pair.link(true);
      }
      site.stoppables.stream().filter(each -> !each.up()).forEach(Stoppable::start);
      site.stoppables.forEach(each -> each.refuse(0));
      site.stoppables.forEach(each -> each.slow(0, 0));
      site.planes.forEach(plane -> plane.crowd.come());
      site.harm.end(time.micros());
      excuse(site, 0);
    }
  }

  /** Controllers are hindered for a time: users of this workload may meet a fence. */
  void excuse(Site site, long micros) {
    site.excuse(time.micros() + micros + GRACE);
  }

  void violated(String what) {
    if (violation == null) {
      violation = what;
      trace(() -> "VIOLATION " + what);
      time.stop();
    }
  }

  void trace(Supplier<String> line) {
    if (traced) {
      if (trace.size() == TRACED) {
        trace.poll();
      }
      trace.add("%10.3f ms  %s".formatted(time.micros() / 1000.0, line.get()));
    }
  }

  /** Something was changed by an order. */
  void happened(Site site) {
    site.data.forEach(Site.Pair::touched);
    watch.checkData(site);
  }

  long version(Site site) {
    return versions.getOrDefault(site.workload.name(), 0L);
  }

  List<Entry> append(Site site, long expected, List<Draft> drafts, String who)
      throws VersionConflict {
    List<Entry> entries = journal.append(site.workload.name(), expected, drafts);
    versions.put(site.workload.name(), entries.getLast().version());
    for (Entry entry : entries) {
      Event event = EventCodec.read(entry.draft().type(), entry.draft().payload());
      trace(() -> who + " appends " + brief(event));
      Promotion before = site.promotion;
      try {
        site.fold(event);
      } catch (IllegalStateException e) {
        violated("I9: " + e.getMessage());
      }
      site.gates.ifPresent(house -> house.appended(before, event, who));
      watch.appended(site, event);
    }
    watch.checkData(site);
    return entries;
  }

  private static String brief(Event event) {
    String text = event.toString();
    return text.length() > 160 ? text.substring(0, 160) : text;
  }

  /** The outside as it really is at this moment. */
  World truth(Site site) {
    var data = new LinkedHashMap<String, DataSeen>();
    for (Site.Pair pair : site.data) {
      var replicator =
          new MemoryReplicator(
              pair.source,
              pair.target,
              scenario.links,
              site.workload.limits(),
              Wire.direct(),
              time);
      data.put(pair.name, replicator.look());
    }
    var routes = new LinkedHashMap<String, RouteSeen>();
    for (Plane plane : site.holding) {
      routes.put(plane.name, plane.look(true, true));
    }
    for (Name name : site.names) {
      routes.put(name.name, NamePort.truth(name));
    }
    return new World(data, routes);
  }

  /** A workload has reached its goal; the last one turns the lights off, on its own fiber. */
  void arrived(Site site) {
    trace(() -> site.workload.name() + " is where it should be");
    arrived++;
    if (arrived < sites.size()) {
      return;
    }
    usersGone = true;
    long deadline = time.micros() + 20 * Scenario.SECOND;
    while (requests > 0 || !sites.stream().allMatch(Simulation::inStep)) {
      if (time.micros() > deadline) {
        violated("requests or links do not come to an end: " + requests + " requests");
      }
      time.sleep(50 * Scenario.MILLI);
    }
    sites.forEach(watch::atTheEnd);
    time.stop();
  }

  private static boolean inStep(Site site) {
    return site.data.stream()
        .allMatch(pair ->
            site.severing
                || (carried(pair.source, pair.target) && carried(pair.target, pair.source)));
  }

  private static boolean carried(MemoryDatabase from, MemoryDatabase to) {
    return !from.keeps() || to.hasAllOf(from);
  }
}
