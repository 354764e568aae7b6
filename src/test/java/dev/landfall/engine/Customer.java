package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.adapter.memory.MemoryDatabase.Admission;
import dev.landfall.adapter.memory.MemoryDatabase.Outcome;
import dev.landfall.adapter.memory.MemoryDatabase.Transaction;
import dev.landfall.promotion.Phase;
import dev.landfall.routing.Asker;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A user who writes, one request after the other, and keeps in the ledger what was answered. */
final class Customer {
  private static final long LOCK_PATIENCE = 10 * Scenario.SECOND;

  /** A row that this user made. */
  private record Row(Site.Pair pair, int table, long key) {}

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
    Plane plane = site.planes.get(random.nextInt(site.planes.size()));
    simulation.requestBegins();
    plane.request(new Visit(plane));
  }

  /** One request. */
  private final class Visit implements Plane.Request {
    private final Plane plane;
    private final boolean fresh;
    private final Site.Pair pair;
    private final int table;
    private final long value;
    private long key;
    private int generation;
    private long since;
    private boolean followed;

    Visit(Plane plane) {
      this.plane = plane;
      value = simulation.nextValue();
      fresh = rows.isEmpty() || random.nextInt(3) == 0;
      if (fresh) {
        pair = site.data.get(random.nextInt(site.data.size()));
        table = random.nextInt(pair.source.tableCount());
      } else {
        Row row = rows.remove(random.nextInt(rows.size()));
        pair = row.pair;
        table = row.table;
        key = row.key;
      }
    }

    @Override
    public Asker asker() {
      return new Asker(Optional.of(name), List.of(), Optional.empty());
    }

    @Override
    public void failed() {
      end("the plane is down", true);
    }

    @Override
    public void go(Side side, int begunIn) {
      generation = begunIn;
      if (isForgotten(side)) {
        simulation.violated("I2: a user is led to the " + side.word() + ", which was given up");
      }
      site.flights.led(plane, name, side);
      // Where users fly, the services of both sides reach the owner of the data.
      Side at = site.workload.flights().isPresent() ? site.reached : side;
      since = time.micros() + random.nextLong(300, 3000);
      time.after(since - time.micros(), () -> write(at));
    }

    private void write(Side side) {
      MemoryDatabase database = pair.on(side);
      Admission admission = database.admission(table);
      if (admission == Admission.WAITS && time.micros() - since < LOCK_PATIENCE) {
        time.after(2 * Scenario.MILLI, () -> write(side));
        return;
      }
      if (follows(side, admission)) {
        followed = true;
        site.reached = side.other();
        write(side.other());
        return;
      }
      var begun = database.begin(table);
      switch (admission) {
        case DOWN -> answer("the " + side.word() + " is down", true);
        case REFUSED -> {
          simulation.trace(() -> "a request meets the fence of the " + side.word());
          simulation.watch().refused(site, pair, side);
          answer("fenced", true);
        }
        case WAITS -> answer("a lock was waited for too long", false);
        case ADMITTED ->
            time.after(random.nextLong(200, 5000), () -> commit(side, begun.orElseThrow()));
      }
    }

    /** Whether the service goes to the other side: once, when this one no longer owns the data. */
    private boolean follows(Side side, Admission admission) {
      boolean gone =
          admission == Admission.REFUSED || (admission == Admission.DOWN && side == site.lost);
      return site.workload.flights().isPresent() && gone && !followed;
    }

    private void commit(Side side, Transaction transaction) {
      // A row that went with a lost side is no row to change: it is as if it had never been.
      boolean insert = fresh || (site.lost != null && pair.on(side).row(table, key).isEmpty());
      if (insert) {
        key = transaction.nextKey();
      }
      Outcome outcome = insert ? transaction.insert(key, value) : transaction.update(key, value);
      switch (outcome) {
        case ABORTED -> answer("the server died", true);
        case DUPLICATE_KEY -> answer("key " + key + " of table " + table + " was there", false);
        case COMMITTED -> {
          if (!isForgotten(side)) {
            pair.ledger.committed(table, key, value);
          }
          pair.touched();
          time.after(random.nextLong(100, 2000), () -> acknowledge(side));
        }
      }
    }

    /** Whether what is under way on this side goes with it, as it has been said. */
    private boolean isForgotten(Side side) {
      return site.wentOnAlone && side == site.lost;
    }

    private void acknowledge(Side side) {
      if (plane.answered(generation) && !isForgotten(side)) {
        pair.ledger.acknowledged(table, key, value, time.instant());
        rows.add(new Row(pair, table, key));
      }
      simulation.requestEnds();
      think();
    }

    private void answer(String why, boolean excused) {
      plane.answered(generation);
      end(why, excused);
    }

    private void end(String why, boolean excused) {
      simulation.watch().failed(why, excused && !calmly(why));
      simulation.requestEnds();
      think();
    }

    private boolean calmly(String why) {
      return simulation.scenario().calm && !why.isEmpty();
    }
  }
}
