package dev.landfall.engine;

import dev.landfall.promotion.Phase;
import dev.landfall.routing.Asker;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who writes, one request after the other, and keeps in the ledger what was answered: by a
 * plane in front, by a name, or as a program that comes to the pool of a database itself.
 */
final class Customer {
  /** A row that this user made, or is about to make. */
  record Row(Site.Pair pair, int table, long key) {}

  private final Simulation simulation;
  private final Site site;
  private final String name;
  private final SplittableRandom random;
  private final VirtualTime time;
  private final List<Row> rows = new ArrayList<>();

  Customer(Simulation simulation, Site site, String name) {
    this.name = name;
    this.simulation = simulation;
    this.site = site;
    random = simulation.scenario().random.split();
    time = simulation.time();
  }

  void think() {
    if (simulation.usersGone()) {
      return;
    }
    boolean moving = site.promotion != null && !(site.promotion.phase() instanceof Phase.Resting);
    long most = (moving ? 40 : 400) * Scenario.MILLI;
    time.after(random.nextLong(1, most), this::act);
  }

  private void act() {
    simulation.requestBegins();
    List<Site.Pair> pools = site.pooled;
    int behind = site.planes.size() + site.names.size() + (pools.isEmpty() ? 0 : 1);
    int door = random.nextInt(behind + site.addresses.size());
    if (door >= behind) {
      byAddress(site.addresses.get(door - behind));
    } else if (door < site.planes.size()) {
      Plane plane = site.planes.get(door);
      plane.request(new Visit(plane, Errand.Manners.of(site), site.data));
    } else if (door < site.planes.size() + site.names.size()) {
      byName(site.names.getFirst());
    } else {
      new Visit(null, Errand.Manners.LED, pools).serve(site.state().owner());
    }
  }

  /** Whoever comes by it is at one of two hosts, and only the host knows whether to wait. */
  private void byAddress(Plane address) {
    var visit = new Visit(null, Errand.Manners.PATIENT, site.data);
    if (address.up()) {
      visit.serve(address.leadsTo());
    } else {
      visit.failed();
    }
  }

  private void byName(Name led) {
    int resolver = led.resolverOf(name);
    Optional<Side> side = led.resolve(resolver);
    var visit = new Visit(null, Errand.Manners.PATIENT, site.data);
    if (side.isEmpty()) {
      visit.failed();
      return;
    }
    if (led.isHonest(resolver)) {
      site.naming.led(led, side.get());
    }
    visit.serve(side.get());
  }

  /** A row that cannot be reached by the door that was chosen is left for another time. */
  private Errand errand(List<Site.Pair> among, Errand.Manners manners, Visit visit) {
    if (!rows.isEmpty() && random.nextInt(3) > 0) {
      int which = random.nextInt(rows.size());
      if (among.contains(rows.get(which).pair)) {
        Row row = rows.remove(which);
        return new Errand(simulation, site, random, row, false, manners, visit);
      }
    }
    Site.Pair pair = among.get(random.nextInt(among.size()));
    var row = new Row(pair, random.nextInt(pair.source.tableCount()), 0);
    return new Errand(simulation, site, random, row, true, manners, visit);
  }

  /** One request, which may write several times, one after the other. */
  final class Visit implements Plane.Request {
    private final @Nullable Plane front;
    private final List<Errand> errands = new ArrayList<>();
    private int generation;
    private int done;

    /** Whether nothing is known of it where it passed, or it was let through as a hold ran out. */
    private boolean slipped;

    Visit(@Nullable Plane front, Errand.Manners manners, List<Site.Pair> among) {
      this.front = front;
      int count = random.nextInt(4) == 0 ? 2 : 1;
      for (int i = 0; i < count; i++) {
        errands.add(errand(among, manners, this));
      }
    }

    @Override
    public Asker asker() {
      return new Asker(Optional.of(name), List.of(), Optional.empty());
    }

    @Override
    public void failed() {
      end("nobody answers", true);
    }

    @Override
    public void go(Side side, int begunIn) {
      generation = begunIn;
      if (front != null) {
        slipped = front.ranOut();
        site.flights.led(front, name, side);
      }
      site.refuseForgotten(simulation, side);
      serve(side);
    }

    /** The service of a side sets to work. */
    void serve(Side side) {
      long most = done == 0 ? 3 * Scenario.MILLI : 20 * Scenario.MILLI;
      time.after(random.nextLong(300, most), () -> errands.get(done).begin(side));
    }

    /** Whether it has passed a front that knows of it, and should not be kept waiting behind. */
    boolean isUnderWay() {
      return front != null && !slipped && front.knows(generation);
    }

    /** One of its writes was made, on a side that its service reached from this one. */
    void written(Side from) {
      done++;
      if (done < errands.size()) {
        serve(from);
      } else {
        time.after(random.nextLong(100, 2000), this::acknowledge);
      }
    }

    private void acknowledge() {
      if (front == null || front.answered(generation)) {
        errands.forEach(errand -> errand.acknowledged().ifPresent(rows::add));
      }
      simulation.requestEnds();
      think();
    }

    /** It could not be done. */
    void answer(String why, boolean excused) {
      if (front != null) {
        front.answered(generation);
      }
      end(why, excused);
    }

    private void end(String why, boolean excused) {
      simulation.watch().failed(why, excused && !simulation.scenario().calm);
      simulation.requestEnds();
      think();
    }
  }
}
