package dev.landfall.engine;

import dev.landfall.engine.Leases.Lease;
import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Drives promotions in this process, each in a thread of its own, as far as nobody else holds them.
 *
 * <p>A lease is kept as long as the process lives: the ports work in the background between two
 * turns, and two controllers' heartbeats and watchers would be in each other's way.
 */
public final class Controller implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Controller.class.getName());
  private static final Duration LEASE_CHECK = Duration.ofMillis(500);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
  private static final Duration DISCOVERY = Duration.ofSeconds(1);

  private final Journal journal;
  private final Leases leases;
  private final Adapters adapters;
  private final Board board;
  private final InstantSource clock;
  private final String name;
  private final Set<String> driven = ConcurrentHashMap.newKeySet();

  /**
   * @param name who this is in the journal: {@code controller 4711 on host x}
   */
  public Controller(
      Journal journal,
      Leases leases,
      Adapters adapters,
      Board board,
      InstantSource clock,
      String name) {
    this.journal = journal;
    this.leases = leases;
    this.adapters = adapters;
    this.board = board;
    this.clock = clock;
    this.name = name;
  }

  /** Drives one workload whenever its lease can be had, until this is closed. Returns at once. */
  public void drive(String workload) {
    if (driven.add(workload)) {
      leases.drive(workload, lease -> work(workload, lease));
    }
  }

  /** Drives every workload that the journal knows or comes to know, until interrupted. */
  public void driveAll() throws InterruptedException {
    while (true) {
      try {
        journal.workloads().forEach(this::drive);
      } catch (OutsideException e) {
        LOG.log(Level.WARNING, "cannot look for new workloads: {0}", e.getMessage());
      }
      Thread.sleep(DISCOVERY);
    }
  }

  private Optional<Instant> work(String workload, Lease lease) throws InterruptedException {
    try (var driver =
        new Driver(workload, journal, adapters, Together.atOnce(), board, clock, name)) {
      Instant nextLeaseCheck = Instant.MIN;
      while (true) {
        if (!clock.instant().isBefore(nextLeaseCheck)) {
          if (!lease.stillHeld()) {
            return Optional.of(clock.instant().plus(AFTER_TROUBLE));
          }
          nextLeaseCheck = clock.instant().plus(LEASE_CHECK);
        }
        Optional<Duration> wait = turn(driver, workload);
        if (wait.isEmpty()) {
          return Optional.empty();
        }
        if (wait.get().isPositive()) {
          Thread.sleep(wait.get());
        }
      }
    }
  }

  private Optional<Duration> turn(Driver driver, String workload) throws InterruptedException {
    try {
      return driver.turn();
    } catch (OutsideException e) {
      LOG.log(
          Level.WARNING, "cannot drive {0} for now: {1}", new Object[] {workload, e.getMessage()});
      return Optional.of(AFTER_TROUBLE);
    } catch (RuntimeException bug) {
      if (Thread.currentThread().isInterrupted()) {
        // What a call makes of being interrupted is no bug, and must not park the promotion.
        LOG.fine(() -> "closing while driving " + workload + "\n" + trace(bug));
        throw new InterruptedException("closing while driving " + workload);
      }
      LOG.severe(() -> "a bug, met while driving " + workload + "\n" + trace(bug));
      return crashed(driver, workload, bug);
    }
  }

  /** A bug parks the one promotion that met it and leaves the others running. */
  private static Optional<Duration> crashed(Driver driver, String workload, RuntimeException bug) {
    try {
      driver.crashed(bug);
    } catch (RuntimeException again) {
      LOG.severe(() -> "cannot even park " + workload + "\n" + trace(again));
    }
    return Optional.of(AFTER_TROUBLE);
  }

  private static String trace(RuntimeException bug) {
    return String.join("\n", Fault.trace(bug));
  }

  @Override
  public void close() {
    leases.close();
  }
}
