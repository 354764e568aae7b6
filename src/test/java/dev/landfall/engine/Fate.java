package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.workload.Side;
import java.time.Duration;

/**
 * What happens by itself to one workload: outages, maintenance, programs that nobody thought of.
 */
final class Fate {
  /** How long after the other side went down users may still be led to a fenced side. */
  static final long GRACE_OTHER = 4500 * Scenario.MILLI;

  private final Simulation simulation;
  private final Scenario scenario;
  private final VirtualTime time;
  private final Site site;

  Fate(Simulation simulation, Site site) {
    this.simulation = simulation;
    this.site = site;
    scenario = simulation.scenario();
    time = simulation.time();
  }

  void begins() {
    batches();
    outages();
    maintenance();
    stick();
    hinder();
  }

  /** The hosts of an address say for some time that they could not move it. */
  private void hinder() {
    if (scenario.unableEvery > 0) {
      time.after(
          1 + scenario.addressing.nextLong(2 * scenario.unableEvery),
          () -> {
            if (simulation.chaos()) {
              hinder(1 + scenario.addressing.nextLong(4 * Scenario.SECOND));
              hinder();
            }
          });
    }
  }

  private void hinder(long away) {
    for (Plane address : site.addresses) {
      simulation.trace(() -> address.name + " cannot be moved for " + away / 1000 + " ms");
      simulation.excuse(site, away);
      address.refuse(away);
    }
  }

  /** A row is in the way of a link for some time, at times longer than all else goes wrong. */
  private void stick() {
    if (scenario.stuckEvery > 0) {
      time.after(
          1 + scenario.sticking.nextLong(2 * scenario.stuckEvery),
          () -> {
            if (simulation.chaos() && !site.isStuck()) {
              int which = scenario.sticking.nextInt(site.data.size());
              stick(site.data.get(which));
            }
            if (simulation.chaos()) {
              stick();
            }
          });
    }
  }

  private void stick(Site.Pair pair) {
    Side reader = scenario.sticking.nextBoolean() ? Side.SOURCE : Side.TARGET;
    long away = 1 + scenario.sticking.nextLong(scenario.sticking.nextInt(3) == 0 ? 30 : 4);
    simulation.trace(
        () -> "the %s of %s fails to apply for %d s".formatted(reader.word(), pair.name, away));
    pair.stick(reader, true);
    time.after(
        away * Scenario.SECOND,
        () -> {
          if (simulation.chaos()) {
            pair.stick(reader, false);
          }
        });
  }

  /** Programs that come by no route: cron jobs, forgotten ones too. */
  private void batches() {
    if (scenario.batchEvery > 0 && !simulation.usersGone()) {
      time.after(
          scenario.between(1, 2 * scenario.batchEvery),
          () -> {
            batch();
            batches();
          });
    }
  }

  private void batch() {
    if (simulation.usersGone()) {
      return;
    }
    Site.Pair pair = site.data.get(scenario.random.nextInt(site.data.size()));
    int table = scenario.random.nextInt(scenario.tables);
    Side side = scenario.random.nextInt(4) == 0 ? Side.TARGET : Side.SOURCE;
    pair.on(side)
        .begin(table)
        .ifPresent(transaction -> {
          simulation.requestBegins();
          time.after(
              scenario.between(1, simulation.chaos() ? scenario.batchMost : 40 * Scenario.MILLI),
              () -> {
                simulation.requestEnds();
                long key = transaction.nextKey();
                long value = simulation.nextValue();
                switch (transaction.insert(key, value)) {
                  case COMMITTED -> {
                    // Nobody is promised anything of a side that was given up.
                    if (side != site.lost || !site.wentOnAlone) {
                      pair.ledger.committed(table, key, value);
                      pair.ledger.acknowledged(table, key, value, time.instant());
                    }
                    pair.touched();
                  }
                  case DUPLICATE_KEY -> simulation.violated("key " + key + " was there");
                  case ABORTED -> {}
                }
              });
        });
  }

  /** Servers look after their tables, and administrators do; some of it can be called off. */
  private void maintenance() {
    if (scenario.maintenanceEvery > 0) {
      time.after(
          1 + scenario.maintenance.nextLong(2 * scenario.maintenanceEvery),
          () -> {
            if (simulation.chaos()) {
              maintain();
              maintenance();
            }
          });
    }
  }

  private void maintain() {
    Site.Pair pair = site.data.get(scenario.maintenance.nextInt(site.data.size()));
    Side side = scenario.maintenance.nextBoolean() ? Side.SOURCE : Side.TARGET;
    Duration takes = Duration.ofMillis(1 + scenario.maintenance.nextLong(8000));
    boolean yields = scenario.maintenance.nextInt(3) > 0;
    simulation.trace(() ->
        "maintenance of the %s of %s for %d ms, %s be called off"
            .formatted(side.word(), pair.name, takes.toMillis(), yields ? "can" : "cannot"));
    pair.on(side).maintain(takes, yields);
  }

  private void outages() {
    if (scenario.outageEvery > 0) {
      time.after(
          scenario.between(1, 2 * scenario.outageEvery),
          () -> {
            if (simulation.chaos()) {
              outage();
              outages();
            }
          });
    }
  }

  private void outage() {
    long away =
        scenario.random.nextBoolean()
            ? scenario.between(Scenario.MILLI, 300 * Scenario.MILLI)
            : scenario.between(Scenario.MILLI, scenario.outageMost);
    if (scenario.givesUp > 0 && scenario.random.nextInt(3) == 0) {
      Side side = scenario.random.nextBoolean() ? Side.SOURCE : Side.TARGET;
      site.data.forEach(each -> down(each, side, Scenario.SECOND + away));
      return;
    }
    Site.Pair pair = site.data.get(scenario.random.nextInt(site.data.size()));
    Stoppable plane = site.stoppables.get(scenario.random.nextInt(site.stoppables.size()));
    switch (scenario.random.nextInt(4)) {
      case 0 -> down(pair, Side.SOURCE, away);
      case 1 -> down(pair, Side.TARGET, away);
      case 2 -> {
        simulation.trace(() -> "the link of " + pair.name + " is down for " + away / 1000 + " ms");
        pair.link(false);
        time.after(away, () -> pair.link(true));
      }
      default -> {
        if (plane.up()) {
          trouble(plane, away);
        }
      }
    }
  }

  private void trouble(Stoppable plane, long away) {
    if (plane.carriesRequests()) {
      simulation.excuse(site, away);
    }
    switch (scenario.planes.nextInt(4)) {
      case 0 -> {
        simulation.trace(() -> plane.name() + " takes no order for " + away / 1000 + " ms");
        plane.refuse(away);
      }
      case 1 -> {
        long delay = 1 + scenario.planes.nextLong(800 * Scenario.MILLI);
        simulation.trace(
            () -> plane.name() + " is slow for " + away / 1000 + " ms, by " + delay / 1000);
        plane.slow(away, delay);
      }
      default -> {
        simulation.trace(() -> plane.name() + " is down for " + away / 1000 + " ms");
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

  private void down(Site.Pair pair, Side side, long away) {
    MemoryDatabase database = pair.on(side);
    if (!database.up()) {
      return;
    }
    simulation.trace(
        () -> "the " + side.word() + " of " + pair.name + " is down for " + away / 1000 + " ms");
    site.excuse(side, time.micros() + away + Simulation.GRACE);
    site.excuse(side.other(), time.micros() + GRACE_OTHER);
    database.stop();
    time.after(
        away,
        () -> {
          site.start(pair, side);
          pair.touched();
        });
  }
}
