package dev.landfall.engine;

import dev.landfall.access.AccessControl;
import dev.landfall.adapter.memory.MemoryReplicator;
import dev.landfall.adapter.memory.Wire;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A controller process that drives one workload, on a machine and a network as they are: it is
 * killed anywhere, sleeps anywhere, believes that it holds a lease that it has lost, and what it
 * sends is lost, late, repeated, or done without an answer.
 *
 * <p>Longer than the rule, because it answers every port of the product with the faults of each.
 */
final class Machine {
  /** The process is gone. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
      super("crash", null, false, false);
    }
  }

  /** How long a lease lasts that is not renewed. */
  private static final long LEASE = 600 * Scenario.MILLI;

  private final Simulation simulation;
  private final Site site;
  private final String name;
  private final VirtualTime time;
  private final Scenario scenario;
  private final List<MemoryReplicator> open = new ArrayList<>();
  private boolean retired;
  private long believesUntil;

  Machine(Simulation simulation, Site site, String name) {
    this.simulation = simulation;
    this.site = site;
    this.name = name;
    time = simulation.time();
    scenario = simulation.scenario();
  }

  /** Lets it no longer begin a turn. */
  void retire() {
    retired = true;
  }

  void live() {
    while (!retired) {
      try {
        drive();
      } catch (Crash _) {
        die();
      }
    }
  }

  /**
   * Whether it holds the lease, gets it now, or believes to hold it still: like a process that was
   * asleep when it ran out, and does not look at its clock before every step.
   */
  private boolean mayDrive() {
    long now = time.micros();
    if (!equals(site.leaseOf) && now > site.leaseUntil) {
      simulation.trace(() -> name + " takes the lease");
      site.leaseOf = this;
      believesUntil = 0;
    }
    if (equals(site.leaseOf)) {
      site.leaseUntil = now + LEASE;
    }
    return equals(site.leaseOf) || (simulation.chaos() && now < believesUntil);
  }

  private long believed() {
    return scenario.random.nextBoolean()
        ? time.micros() + scenario.between(Scenario.MILLI, 5 * Scenario.SECOND)
        : 0;
  }

  /** Drives until the lease is lost; the next begins with a driver that knows nothing. */
  private void drive() {
    if (!mayDrive()) {
      time.sleep(scenario.between(10 * Scenario.MILLI, 200 * Scenario.MILLI));
      return;
    }
    Driver driver =
        new Driver(
            site.workload.name(),
            new FaultyJournal(),
            new FaultyAdapters(),
            Together.inTurn(),
            Optional.empty(),
            site.clock(name, time),
            name,
            simulation.flaw().rules().get());
    try (driver) {
      while (!retired && mayDrive()) {
        turn(driver);
        if (simulation.happens(scenario.leaseLost)) {
          simulation.trace(() -> name + " loses its lease");
          site.leaseUntil = 0;
          believesUntil = believed();
        }
      }
    }
  }

  private void turn(Driver driver) {
    site.gates.ifPresent(house -> house.forget(name));
    boundary();
    long wait = 100 * Scenario.MILLI;
    try {
      wait =
          driver
              .turn()
              .map(each -> Math.max(200, each.toNanos() / 1000))
              .orElse(500 * Scenario.MILLI);
    } catch (OutsideException e) {
      simulation.trace(() -> name + " has trouble: " + e.getMessage());
    } catch (RuntimeException e) {
      simulation.violated("a controller failed: " + e + " at " + e.getStackTrace()[0]);
    }
    time.sleep(wait);
  }

  private void die() {
    long away = scenario.between(5 * Scenario.MILLI, 4 * Scenario.SECOND);
    simulation.trace(() -> name + " is killed");
    simulation.excuse(site, away);
    believesUntil = 0;
    open.forEach(MemoryReplicator::close);
    open.clear();
    time.sleep(away);
  }

  /** A point where the process may die or sleep. */
  private void boundary() {
    if (simulation.happens(scenario.crash)) {
      throw new Crash();
    }
    if (simulation.happens(scenario.stall)) {
      long away = scenario.between(5 * Scenario.MILLI, 6 * Scenario.SECOND);
      simulation.trace(() -> name + " sleeps for " + away / 1000 + " ms");
      simulation.excuse(site, away);
      time.sleep(away);
      believesUntil = believed();
    }
  }

  private long latency() {
    return scenario.between(scenario.latency / 4, scenario.latency);
  }

  private OutsideException silence(String what) {
    long timeout = scenario.between(50 * Scenario.MILLI, 500 * Scenario.MILLI);
    simulation.excuse(site, timeout);
    time.sleep(timeout);
    return new OutsideException(
        Fault.UNREACHABLE, "cannot " + what + ": no answer in time; try again");
  }

  private <T> T ask(String what, Supplier<T> question) {
    boundary();
    time.sleep(latency());
    if (simulation.happens(scenario.loseLook)) {
      throw silence(what);
    }
    T answer = question.get();
    time.sleep(latency());
    return answer;
  }

  private <T> T tell(String what, Supplier<T> statement) {
    boundary();
    if (simulation.happens(scenario.loseOrder)) {
      simulation.trace(() -> name + ": lost: " + what);
      throw silence(what);
    }
    if (simulation.happens(scenario.late)) {
      deliverLate(what, statement);
      throw silence(what);
    }
    time.sleep(latency());
    if (simulation.happens(scenario.crash)) {
      if (simulation.happens(0.5)) {
        deliverLate(what, statement);
      }
      throw new Crash();
    }
    T answer = statement.get();
    simulation.trace(() -> name + ": " + what);
    simulation.happened(site);
    if (simulation.happens(scenario.loseAnswer)) {
      simulation.trace(() -> name + ": no answer to: " + what);
      throw silence(what);
    }
    boundary();
    time.sleep(latency());
    return answer;
  }

  private <T> void deliverLate(String what, Supplier<T> statement) {
    // Soon in half of the cases: what is late within the same attempt does the most harm.
    long most = scenario.random.nextBoolean() ? 300 * Scenario.MILLI : 9 * Scenario.SECOND;
    time.after(
        scenario.between(Scenario.MILLI, most),
        () -> {
          try {
            T unheard = statement.get();
            simulation.trace(() -> name + ": late: " + what + ", answering " + unheard);
            simulation.happened(site);
          } catch (OutsideException e) {
            simulation.trace(() -> name + ": late and refused: " + what + ": " + e.getMessage());
          }
        });
  }

  private final class FaultyAdapters implements Adapters {
    @Override
    public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
      return new FaultyReplicator(site.pair(asset.name()), limits);
    }

    @Override
    public Router router(Route route) {
      return route.traits().slow()
          ? namePort(site.name(route.name()))
          : planePort(site.plane(route.name()));
    }

    @Override
    public Optional<Inspector> inspector(Workload workload, Asset asset) {
      return asset instanceof Asset.Data
          ? Optional.of(site.inspector(name, asset.name(), Machine.this::ask))
          : Optional.empty();
    }

    @Override
    public Optional<AccessControl> access(Workload workload, Access access) {
      return Optional.of(site.target.access(Machine.this::ask, Machine.this::tell));
    }
  }

  private final class FaultyReplicator implements Replicator {
    private final Site.Pair pair;
    private final MemoryReplicator real;
    private boolean working;

    FaultyReplicator(Site.Pair pair, Limits limits) {
      this.pair = pair;
      real =
          new MemoryReplicator(
              pair.source, pair.target, scenario.links, limits, new FaultyWire(), time);
      open.add(real);
    }

    private final class FaultyWire implements Wire {
      @Override
      public <T> T ask(Side side, Supplier<T> statement) {
        boolean hangs = !pair.on(side).up() && scenario.random.nextInt(4) == 0;
        if (hangs) {
          throw silence("ask the " + side.word() + " of " + pair.name);
        }
        return Machine.this.ask("ask the " + side.word(), statement);
      }

      @Override
      public <T> T tell(Side side, Supplier<T> statement) {
        return Machine.this.tell(doing + " (" + side.word() + " of " + pair.name + ")", statement);
      }

      @Override
      public void pause(Duration pause) {
        time.sleep(pause.toNanos() / 1000);
      }
    }

    private String doing = "";

    @Override
    public List<Finding> preflight() {
      return real.preflight();
    }

    @Override
    public CopySize size() {
      return real.size();
    }

    @Override
    public DataSeen look() {
      work();
      return real.look();
    }

    private void work() {
      if (!working && open.contains(real)) {
        working = true;
        time.after(
            20 * Scenario.MILLI,
            () -> {
              working = false;
              if (open.contains(real) && real.work()) {
                simulation.happened(site);
                work();
              }
            });
      }
    }

    @Override
    public void carryOut(DataOrder order, long epoch) {
      long given =
          simulation.flaw().comparesEpochs()
              ? epoch
              : Math.max(epoch, Math.max(pair.source.epoch(), pair.target.epoch()));
      doing = order + " of epoch " + epoch;
      real.carryOut(order, given);
      if (simulation.happens(scenario.repeat)) {
        real.carryOut(order, given);
      }
    }

    @Override
    public void heed(Limits limits) {
      real.heed(limits);
    }

    @Override
    public void close() {
      real.close();
      open.remove(real);
    }
  }

  /** Blind to epochs, a name is changed by whoever comes. */
  private NamePort namePort(Name name) {
    return new NamePort(
        name,
        time,
        slowed(name.trouble, this::ask),
        slowed(name.trouble, this::tell),
        this::healthy,
        (order, before) -> site.orders.taken(name.name, order, before),
        simulation.flaw().comparesEpochs());
  }

  private boolean healthy(Side side) {
    return site.data.stream().allMatch(pair -> pair.on(side).up());
  }

  private PlanePort planePort(Plane plane) {
    return new PlanePort(
        plane,
        slowed(plane.trouble, this::ask),
        slowed(plane.trouble, this::tellPlane),
        this::healthy,
        (order, before) -> site.orders.taken(plane.name, order, before),
        simulation.flaw().comparesEpochs());
  }

  /** An order to a plane comes twice at times. */
  private <T> T tellPlane(String what, Supplier<T> order) {
    T answer = tell(what, order);
    if (simulation.happens(scenario.repeat)) {
      deliverLate("again " + what, order);
    }
    return answer;
  }

  /** The same way, to somebody who may be slow. */
  private StagedTarget.Way slowed(Trouble trouble, StagedTarget.Way way) {
    return new StagedTarget.Way() {
      @Override
      public <T> T call(String what, Supplier<T> statement) {
        if (trouble.delay() > 0) {
          time.sleep(trouble.delay());
        }
        return way.call(what, statement);
      }
    };
  }

  private final class FaultyJournal implements Journal {
    @Override
    public List<Entry> read(String workload, long after) {
      return simulation.version(site) == after
          ? List.of()
          : simulation.journal().read(workload, after);
    }

    @Override
    public List<Entry> append(String workload, long expectedVersion, List<Draft> drafts)
        throws VersionConflict {
      boundary();
      time.sleep(latency());
      if (simulation.happens(scenario.journalRefuses)) {
        throw silence("append to the journal");
      }
      long expected =
          simulation.flaw().comparesAndSets() ? expectedVersion : simulation.version(site);
      List<Entry> entries = simulation.append(site, expected, drafts, name);
      if (simulation.happens(scenario.journalRefuses)) {
        throw silence("hear from the journal");
      }
      boundary();
      return entries;
    }

    @Override
    public List<String> workloads() {
      return simulation.journal().workloads();
    }

    @Override
    public Audit audit() {
      return simulation.journal().audit();
    }

    @Override
    public void close() {}
  }
}
