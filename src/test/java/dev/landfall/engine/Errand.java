package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase.Admission;
import dev.landfall.adapter.memory.MemoryDatabase.Outcome;
import dev.landfall.adapter.memory.MemoryDatabase.Transaction;
import dev.landfall.routing.Asker;
import dev.landfall.workload.Side;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One write that somebody's request needs, by the pool of its database where there is one. */
final class Errand implements Plane.Request {
  private static final long LOCK_PATIENCE = 10 * Scenario.SECOND;

  /** Beyond the hold a service need not wait for an owner; an order takes its time, though. */
  private static final long OWNER_PATIENCE = 500 * Scenario.MILLI;

  /** How a service finds the owner of the data when no pool leads it there. */
  enum Manners {
    /** It writes on its own side, and users are led. */
    LED,
    /** It reaches both sides, and follows the owner. */
    FOLLOWS,
    /** It does, and waits by itself while there is none, as nobody keeps its users waiting. */
    PATIENT;

    static Manners of(Site site) {
      return site.workload.flights().isPresent() && !site.workload.isTwoWay() ? FOLLOWS : LED;
    }
  }

  private final Simulation simulation;
  private final Site site;
  private final VirtualTime time;
  private final SplittableRandom random;
  private final Customer.Visit visit;
  private final Manners manners;
  private final boolean fresh;
  private final Site.Pair pair;
  private final int table;
  private final long value;
  private long key;
  private Side from = Side.SOURCE;
  private @Nullable Plane pool;
  private int generation;
  private long since;
  private boolean followed;
  private Side writtenTo = Side.SOURCE;

  Errand(
      Simulation simulation,
      Site site,
      SplittableRandom random,
      Customer.Row row,
      boolean fresh,
      Manners manners,
      Customer.Visit visit) {
    this.simulation = simulation;
    this.site = site;
    this.random = random;
    this.fresh = fresh;
    this.manners = manners;
    this.visit = visit;
    time = simulation.time();
    pair = row.pair();
    table = row.table();
    key = row.key();
    value = simulation.nextValue();
  }

  /** The service of a side begins with it. */
  void begin(Side side) {
    from = side;
    pool = pair.pool;
    since = time.micros();
    if (pool == null) {
      // Where services reach the owner by themselves, they know where it was the last time.
      write(manners == Manners.LED ? side : site.reached);
      return;
    }
    if (pool.holding() && pool.up() && visit.isUnderWay()) {
      simulation.watch().waitsAnew(site, pool);
    }
    pool.request(this);
  }

  @Override
  public Asker asker() {
    return Asker.UNKNOWN;
  }

  @Override
  public void go(Side side, int begunIn) {
    generation = begunIn;
    since = time.micros();
    site.refuseForgotten(simulation, side);
    write(side);
  }

  @Override
  public void failed() {
    visit.answer("the pool is down", true);
  }

  private void write(Side side) {
    Admission admission = pair.on(side).admission(table);
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
    if (admission == Admission.REFUSED && manners == Manners.PATIENT && pool == null) {
      waitForAnOwner(side);
      return;
    }
    var begun = pair.on(side).begin(table);
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
    return pool == null && manners != Manners.LED && gone && !followed;
  }

  private void waitForAnOwner(Side side) {
    long waited = time.micros() - since;
    long most = site.workload.limits().hold().toNanos() / 1000 + OWNER_PATIENCE;
    if (waited > most) {
      simulation.watch().nobodyOwns(site, pair, waited);
      answer("nobody owns the data", true);
      return;
    }
    followed = false;
    time.after(10 * Scenario.MILLI, () -> write(side));
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
      case COMMITTED -> committed(side);
    }
  }

  private void committed(Side side) {
    writtenTo = side;
    if (!site.isForgotten(side)) {
      pair.ledger.committed(table, key, value);
    }
    pair.touched();
    if (pool != null && !pool.answered(generation)) {
      visit.answer("the pool died", true);
      return;
    }
    visit.written(from);
  }

  /** The user was told: the row is known, unless it went with its side. */
  Optional<Customer.Row> acknowledged() {
    if (site.isForgotten(writtenTo)) {
      return Optional.empty();
    }
    pair.ledger.acknowledged(table, key, value, time.instant());
    return Optional.of(new Customer.Row(pair, table, key));
  }

  private void answer(String why, boolean excused) {
    if (pool != null) {
      pool.answered(generation);
    }
    visit.answer(why, excused);
  }
}
