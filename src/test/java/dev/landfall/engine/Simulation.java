package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.adapter.memory.MemoryReplicator;
import dev.landfall.adapter.memory.Wire;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.World;
import dev.landfall.replication.DataSeen;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
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
  private static final long GRACE = 1500 * Scenario.MILLI;

  /** How long after the other side went down users may still be led to a fenced side. */
  private static final long GRACE_OTHER = 4500 * Scenario.MILLI;

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

  private Simulation(long seed, Flaw flaw, boolean traced) {
    scenario = new Scenario(seed);
    this.flaw = flaw;
    this.traced = traced;
  }

  /** Runs one seed on the calling thread. */
  static Result run(long seed, Flaw flaw, boolean traced) {
    var simulation = new Simulation(seed, flaw, traced);
    return simulation.run();
  }

  private Result run() {
    for (Workload workload : scenario.workloads) {
      var site = new Site(workload, this);
      sites.add(site);
      for (int i = 0; i < scenario.customers; i++) {
        new Customer(this, site, "user-" + i).think();
      }
      batches(site);
      outages(site);
      maintenance(site);
      var controllers = new ArrayList<Machine>();
      for (int i = 0; i < scenario.controllers; i++) {
        var controller = new Machine(this, site, "controller-" + (i + 1));
        controllers.add(controller);
        time.begin(workload.name() + " controller-" + (i + 1), controller::live);
      }
      time.begin(workload.name() + " people", new People(this, site, controllers)::live);
    }
    time.runUntilStopped();
    if (violation == null) {
      journal.audit().fault().ifPresent(fault -> violated("I10: " + fault));
    }
    return new Result(Optional.ofNullable(violation), List.copyOf(trace), time.happened());
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
        start(site, pair, Side.SOURCE);
        start(site, pair, Side.TARGET);
        pair.link(true);
      }
      site.planes.stream().filter(plane -> !plane.up()).forEach(Plane::start);
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
      try {
        site.fold(event);
      } catch (IllegalStateException e) {
        violated("I9: " + e.getMessage());
      }
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
    for (Plane plane : site.planes) {
      routes.put(plane.name, plane.look(true, true));
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

  // What happens by itself.

  /** Programs that come by no route: cron jobs, forgotten ones too. */
  private void batches(Site site) {
    if (scenario.batchEvery > 0 && !usersGone) {
      time.after(
          scenario.between(1, 2 * scenario.batchEvery),
          () -> {
            batch(site);
            batches(site);
          });
    }
  }

  private void batch(Site site) {
    if (usersGone) {
      return;
    }
    Site.Pair pair = site.data.get(scenario.random.nextInt(site.data.size()));
    int table = scenario.random.nextInt(scenario.tables);
    Side side = scenario.random.nextInt(4) == 0 ? Side.TARGET : Side.SOURCE;
    pair.on(side)
        .begin(table)
        .ifPresent(transaction -> {
          requests++;
          time.after(
              scenario.between(1, chaos ? scenario.batchMost : 40 * Scenario.MILLI),
              () -> {
                requests--;
                long key = transaction.nextKey();
                long value = nextValue();
                switch (transaction.insert(key, value)) {
                  case COMMITTED -> {
                    // Nobody is promised anything of a side that was given up.
                    if (side != site.lost || !site.wentOnAlone) {
                      pair.ledger.committed(table, key, value);
                      pair.ledger.acknowledged(table, key, value, time.instant());
                    }
                    pair.touched();
                  }
                  case DUPLICATE_KEY -> violated("key " + key + " was there");
                  case ABORTED -> {}
                }
              });
        });
  }

  /** Servers look after their tables, and administrators do; some of it can be called off. */
  private void maintenance(Site site) {
    if (scenario.maintenanceEvery > 0) {
      time.after(
          1 + scenario.maintenance.nextLong(2 * scenario.maintenanceEvery),
          () -> {
            if (chaos) {
              maintain(site);
              maintenance(site);
            }
          });
    }
  }

  private void maintain(Site site) {
    Site.Pair pair = site.data.get(scenario.maintenance.nextInt(site.data.size()));
    Side side = scenario.maintenance.nextBoolean() ? Side.SOURCE : Side.TARGET;
    Duration takes = Duration.ofMillis(1 + scenario.maintenance.nextLong(8000));
    boolean yields = scenario.maintenance.nextInt(3) > 0;
    trace(() ->
        "maintenance of the %s of %s for %d ms, %s be called off"
            .formatted(side.word(), pair.name, takes.toMillis(), yields ? "can" : "cannot"));
    pair.on(side).maintain(takes, yields);
  }

  private void outages(Site site) {
    if (scenario.outageEvery > 0) {
      time.after(
          scenario.between(1, 2 * scenario.outageEvery),
          () -> {
            if (chaos) {
              outage(site);
              outages(site);
            }
          });
    }
  }

  private void outage(Site site) {
    long away =
        scenario.random.nextBoolean()
            ? scenario.between(Scenario.MILLI, 300 * Scenario.MILLI)
            : scenario.between(Scenario.MILLI, scenario.outageMost);
    if (scenario.givesUp > 0 && scenario.random.nextInt(3) == 0) {
      Side side = scenario.random.nextBoolean() ? Side.SOURCE : Side.TARGET;
      site.data.forEach(each -> down(site, each, side, Scenario.SECOND + away));
      return;
    }
    Site.Pair pair = site.data.get(scenario.random.nextInt(site.data.size()));
    Plane plane = site.planes.get(scenario.random.nextInt(site.planes.size()));
    switch (scenario.random.nextInt(4)) {
      case 0 -> down(site, pair, Side.SOURCE, away);
      case 1 -> down(site, pair, Side.TARGET, away);
      case 2 -> {
        trace(() -> "the link of " + pair.name + " is down for " + away / 1000 + " ms");
        pair.link(false);
        time.after(away, () -> pair.link(true));
      }
      default -> {
        if (plane.up()) {
          trace(() -> plane.name + " is down for " + away / 1000 + " ms");
          excuse(site, away);
          plane.stop();
          time.after(
              away,
              () -> {
                if (!plane.up()) {
                  plane.start();
                }
              });
        }
      }
    }
  }

  private void down(Site site, Site.Pair pair, Side side, long away) {
    MemoryDatabase database = pair.on(side);
    if (!database.up()) {
      return;
    }
    trace(() -> "the " + side.word() + " of " + pair.name + " is down for " + away / 1000 + " ms");
    site.excuse(side, time.micros() + away + GRACE);
    site.excuse(side.other(), time.micros() + GRACE_OTHER);
    database.stop();
    time.after(
        away,
        () -> {
          start(site, pair, side);
          pair.touched();
        });
  }

  /** What was given up comes back only in some lives. */
  private void start(Site site, Site.Pair pair, Side side) {
    if (side != site.lost || scenario.lostComeBack) {
      pair.on(side).start();
    }
  }
}
