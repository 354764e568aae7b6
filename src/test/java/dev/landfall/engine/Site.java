package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Promotion;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One workload as it really is, which nobody in the simulated world can see as a whole. */
final class Site {
  /** One data asset. */
  static final class Pair {
    final String name;
    final MemoryDatabase source;
    final MemoryDatabase target;
    final Ledger ledger;

    /** What services and others reach it by; null when they do so without. */
    @Nullable Plane pool;

    private final VirtualTime time;
    private final long latency;
    private boolean linkUp = true;
    private boolean stuck;
    private boolean carrying;
    Optional<Instant> heard = Optional.empty();
    long sourceEpoch;
    long targetEpoch;

    Pair(String name, int tables, VirtualTime time, long latency) {
      this.name = name;
      this.time = time;
      this.latency = latency;
      source = MemoryDatabase.inUse(Side.SOURCE, tables, time);
      target = MemoryDatabase.empty(Side.TARGET, tables, time);
      ledger = new Ledger(tables);
    }

    MemoryDatabase on(Side side) {
      return side == Side.SOURCE ? source : target;
    }

    /** Something may be there to be carried over: it arrives a little later. */
    void touched() {
      if (!carrying && linkUp) {
        carrying = true;
        time.after(latency, this::carry);
      }
    }

    private void carry() {
      carrying = false;
      if (linkUp) {
        int taken = target.pull(source, 50) + source.pull(target, 50);
        if (taken > 0) {
          touched();
        }
      }
    }

    /** A row is in the way of what one side takes, or has been mended. */
    void stick(Side reader, boolean fails) {
      on(reader).failToApply(fails);
      stuck = fails;
      touched();
    }

    void link(boolean up) {
      linkUp = up;
      touched();
    }
  }

  final Workload workload;
  final List<Pair> data = new ArrayList<>();

  /** What users' requests pass. */
  final List<Plane> planes = new ArrayList<>();

  /** These, and the pools of databases. */
  final List<Plane> holding = new ArrayList<>();

  /** Whatever is reached by a pool. */
  final List<Pair> pooled = new ArrayList<>();

  final List<Name> names = new ArrayList<>();

  /** Planes that hold nobody, and lead everybody at once. */
  final List<Plane> addresses = new ArrayList<>();

  /** All of them, in the order of the file. */
  final List<Stoppable> stoppables = new ArrayList<>();

  final StagedTarget target;

  /** When the services of the target do harm. */
  final Crowd.Harm harm;

  /** What there is of gates; absent where the file has none. */
  final Optional<Gatehouse> gates;

  final FlightWatch flights;
  final OrderWatch orders;
  final NameWatch naming;

  /** The side that the services of both sides last found to accept writes, while users fly. */
  Side reached = Side.SOURCE;

  /** Until when a refused request on a side has an excuse. */
  private final Map<Side, Long> excusedUntil = new EnumMap<>(Side.class);

  @Nullable Promotion promotion;

  /** When the last cutover began. */
  long cutoverSince;

  boolean severing;

  /** The side that was given up; it may be there all the same. */
  @Nullable Side lost;

  /** Whether what it did to the ledger has been settled. */
  boolean wentOnAlone;

  /** Who holds the lease, and until when, unless it is renewed. */
  @Nullable Machine leaseOf;

  long leaseUntil;

  private final boolean lostComeBack;

  Site(Workload ungated, Simulation simulation) {
    VirtualTime time = simulation.time();
    Scenario scenario = simulation.scenario();
    Watch watch = simulation.watch();
    gates =
        scenario.gated ? Optional.of(new Gatehouse(simulation, this, ungated)) : Optional.empty();
    workload = gates.map(house -> house.files().getFirst()).orElse(ungated);
    lostComeBack = scenario.lostComeBack;
    harm = new Crowd.Harm(scenario.harmFrom, scenario.harmUntil);
    flights = new FlightWatch(simulation, this);
    orders = new OrderWatch(simulation, this);
    naming = new NameWatch(simulation, this);
    this.target = new StagedTarget(time);
    for (Asset.Data asset : workload.data()) {
      data.add(new Pair(asset.name(), scenario.tables, time, scenario.linkLatency));
    }
    for (Route route : workload.routes()) {
      if (route.traits().slow()) {
        var name = new Name(route.name(), time, scenario.times, scenario.planes.split());
        names.add(name);
        stoppables.add(name);
      } else {
        plane(route, time, watch, new Crowd(harm, scenario.crowdsCome));
      }
    }
  }

  private void plane(Route route, VirtualTime time, Watch watch, Crowd coming) {
    boolean ofData = workload.isOfData(route);
    boolean counts = !ofData && route.traits().holds();
    Crowd crowd = counts ? coming : Crowd.none();
    boolean address = !ofData && !route.traits().holds();
    var plane = new Plane(route.name(), time, held -> watch.left(this, held), crowd, address);
    holding.add(plane);
    stoppables.add(plane);
    if (ofData) {
      Pair pair = pair(route.asset());
      pair.pool = plane;
      pooled.add(pair);
    } else if (address) {
      addresses.add(plane);
    } else {
      planes.add(plane);
    }
  }

  Pair pair(String name) {
    return data.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  Name name(String name) {
    return names.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  Plane plane(String name) {
    return holding.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  void fold(Event event) {
    promotion =
        event instanceof Event.Registered registered
            ? Evolver.begin(registered)
            : Evolver.evolve(state(), event);
    severing |= event instanceof Event.SeveringBegun;
    if (event instanceof Event.SideGivenUp given) {
      severing = true;
      lost = given.lost();
    }
  }

  Promotion state() {
    if (promotion == null) {
      throw new IllegalStateException("nothing is registered");
    }
    return promotion;
  }

  /** The clock of whoever bears this name: all are right where nobody looks for more. */
  InstantSource clock(String who, InstantSource right) {
    return gates.map(house -> house.clock(who)).orElse(right);
  }

  /** The target's configuration as a machine is told of it. */
  Inspector inspector(String machine, String asset, StagedTarget.Way ask) {
    Inspector real = target.inspector(ask);
    return gates.map(house -> house.watched(machine, asset, real)).orElse(real);
  }

  /** What a look at the target finds. */
  Configuration configuration() {
    Configuration all = Configuration.NONE;
    for (Pair pair : data) {
      all = all.with(pair.name + ": ", target.configuration());
    }
    return all;
  }

  boolean isStuck() {
    return data.stream().anyMatch(pair -> pair.stuck);
  }

  /** A person has mended every row that was in the way. */
  void mend() {
    for (Pair pair : data) {
      pair.stick(Side.SOURCE, false);
      pair.stick(Side.TARGET, false);
    }
  }

  /** Whether all servers of a side are down. */
  boolean isDown(Side side) {
    return data.stream().noneMatch(pair -> pair.on(side).up());
  }

  /** Whether what is under way on a side goes with it, as it has been said. */
  boolean isForgotten(Side side) {
    return wentOnAlone && side == lost;
  }

  /** Nobody is sent to a side that has been said to be gone. */
  void refuseForgotten(Simulation simulation, Side side) {
    if (isForgotten(side)) {
      simulation.violated("I2: a user is led to the " + side.word() + ", which was given up");
    }
  }

  /** A server comes back; what was given up does so only in some lives. */
  void start(Pair pair, Side side) {
    if (side != lost || lostComeBack) {
      pair.on(side).start();
    }
  }

  void excuse(Side side, long until) {
    excusedUntil.merge(side, until, Math::max);
  }

  void excuse(long until) {
    excuse(Side.SOURCE, until);
    excuse(Side.TARGET, until);
  }

  boolean excused(Side side, long now) {
    return now <= excusedUntil.getOrDefault(side, 0L);
  }
}
