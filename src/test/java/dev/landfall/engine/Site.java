package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Promotion;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Instant;
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
    private final VirtualTime time;
    private final long latency;
    private boolean linkUp = true;
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

    void link(boolean up) {
      linkUp = up;
      touched();
    }
  }

  final Workload workload;
  final List<Pair> data = new ArrayList<>();
  final List<Plane> planes = new ArrayList<>();
  final StagedTarget target;

  /** When the services of the target do harm. */
  final Crowd.Harm harm;

  final FlightWatch flights;

  /** The side that the services of both sides last found to accept writes, while users fly. */
  Side reached = Side.SOURCE;

  /** Until when a refused request on a side has an excuse. */
  private final Map<Side, Long> excusedUntil = new EnumMap<>(Side.class);

  @Nullable Promotion promotion;
  boolean severing;

  /** The side that was given up; it may be there all the same. */
  @Nullable Side lost;

  /** Whether what it did to the ledger has been settled. */
  boolean wentOnAlone;

  /** Who holds the lease, and until when, unless it is renewed. */
  @Nullable Machine leaseOf;

  long leaseUntil;

  Site(Workload workload, Simulation simulation) {
    VirtualTime time = simulation.time();
    Scenario scenario = simulation.scenario();
    Watch watch = simulation.watch();
    this.workload = workload;
    harm = new Crowd.Harm(scenario.harmFrom, scenario.harmUntil);
    flights = new FlightWatch(simulation, this);
    this.target = new StagedTarget(time);
    for (Asset.Data asset : workload.data()) {
      data.add(new Pair(asset.name(), scenario.tables, time, scenario.linkLatency));
    }
    for (Route route : workload.routes()) {
      var crowd = new Crowd(harm, scenario.crowdsCome);
      planes.add(new Plane(route.name(), time, held -> watch.left(this, held), crowd));
    }
  }

  Pair pair(String name) {
    return data.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  Plane plane(String name) {
    return planes.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
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

  /** What a look at the target finds. */
  Configuration configuration() {
    Configuration all = Configuration.NONE;
    for (Pair pair : data) {
      all = all.with(pair.name + ": ", target.configuration());
    }
    return all;
  }

  /** Whether all servers of a side are down. */
  boolean isDown(Side side) {
    return data.stream().noneMatch(pair -> pair.on(side).up());
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
