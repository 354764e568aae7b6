package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryDatabase;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Phase;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Checks what must hold, after everything that happens. */
final class Watch {
  /** A timer and an order in the same instant are no violation. */
  private static final long TOLERANCE = Scenario.MILLI;

  /** How old maintenance must be to have been seen by whoever looked before he decided. */
  private static final long KNOWN_MILLIS = 1000;

  /** Between a look at the target and the event that is decided on it. */
  private static final long LOOKED = 500 * Scenario.MILLI;

  private final Simulation simulation;

  Watch(Simulation simulation) {
    this.simulation = simulation;
  }

  /** What can only be broken by an order, an event or a portion of background work. */
  void checkData(Site site) {
    for (Site.Pair pair : site.data) {
      accepting(site, pair);
      epochs(pair);
    }
  }

  /** What can be broken by the passing of time. */
  void checkPlanes(List<Site> sites) {
    for (Site site : sites) {
      site.flights.check();
      for (Plane plane : site.holding) {
        long limit = site.workload.limits().hold().toNanos() / 1000;
        if (plane.longestWait() > limit + TOLERANCE) {
          simulation.violated("I8: a request waits at " + plane.name + " beyond the hold");
        }
      }
    }
  }

  private void accepting(Site site, Site.Pair pair) {
    boolean source = pair.source.accepts();
    boolean target = pair.target.accepts();
    boolean shared = site.promotion != null && site.promotion.sharing().isOpen();
    if (source && target && site.lost == null && !shared) {
      simulation.violated("I1: both sides of " + pair.name + " accept writes");
    }
    for (Side side : Side.values()) {
      boolean accepts = side == Side.SOURCE ? source : target;
      // A lost side that comes back is open until it has been fenced: the one deliberate exception.
      if (!accepts || site.promotion == null || side == site.lost) {
        continue;
      }
      if (site.promotion.owner() != side && !shared) {
        simulation.violated(
            "I1: the "
                + side.word()
                + " of "
                + pair.name
                + " accepts writes and does not own them");
      }
      if (pair.source.linked() && !site.severing && !pair.on(side).keeps()) {
        simulation.violated(
            "I1: the " + side.word() + " of " + pair.name + " accepts writes that nobody keeps");
      }
    }
  }

  private void epochs(Site.Pair pair) {
    if (pair.source.epoch() < pair.sourceEpoch || pair.target.epoch() < pair.targetEpoch) {
      simulation.violated("I9: an older order was taken by " + pair.name);
    }
    pair.sourceEpoch = pair.source.epoch();
    pair.targetEpoch = pair.target.epoch();
  }

  /** A request leaves a plane after it was held. */
  void left(Site site, long held) {
    if (held > site.workload.limits().hold().toNanos() / 1000 + TOLERANCE) {
      simulation.violated("I8: a request was held for " + held / 1000 + " ms");
    }
  }

  /** Who has passed the front is on the way to a database, and must not find its door closed. */
  void waitsAnew(Site site, Plane pool) {
    long now = simulation.time().micros();
    if (!site.excused(Side.SOURCE, now) && !site.excused(Side.TARGET, now)) {
      simulation.violated("I2: a request under way has to wait at " + pool.name);
    }
  }

  /** A service waits for the owner of the data, which nobody has been for so long. */
  void nobodyOwns(Site site, Site.Pair pair, long waited) {
    long now = simulation.time().micros();
    boolean away = !pair.source.up() || !pair.target.up() || site.lost != null;
    if (!away && !site.excused(Side.SOURCE, now) && !site.excused(Side.TARGET, now)) {
      simulation.violated(
          "I2: neither side of " + pair.name + " accepts writes for " + waited / 1000 + " ms");
    }
  }

  /** A user's request met a fence. */
  void refused(Site site, Site.Pair pair, Side side) {
    if (!site.excused(side, simulation.time().micros())) {
      simulation.violated(
          "I2: a request was led to the fenced " + side.word() + " of " + pair.name);
    }
  }

  /** A user's request failed for another reason. */
  void failed(String why, boolean excused) {
    if (!excused) {
      simulation.violated("a request failed: " + why);
    }
  }

  /** An event was appended, and folded into the site. */
  void appended(Site site, Event event) {
    site.orders.appended();
    site.flights.appended(event);
    site.naming.appended(event);
    switch (event) {
      case Event.ConflictFound found ->
          simulation.violated("a row was written on both sides: " + found.conflict().words());
      case Event.CutoverBegun begun -> {
        site.cutoverSince = simulation.time().micros();
        begun(site);
        rehearsed(site, begun.to());
      }
      case Event.AccessEnded _ -> accessEnded(site);
      case Event.Fenced _ -> fenced(site);
      case Event.Drained _ -> drained(site);
      case Event.OwnerMoved moved -> {
        complete(site, moved.to());
        led(site);
      }
      case Event.SideGivenUp given -> givenUp(site, given);
      case Event.WentOnAlone alone -> wentOnAlone(site, alone.survivor());
      case Event.Severed severed -> severed(site, severed.owner());
      case Event.ParkedFor parked when isExhausted(site) ->
          simulation.trace(() -> "parked: " + parked.why());
      case Event.ParkedFor parked when isStuck(parked.why()) ->
          simulation.trace(() -> "parked: " + parked.why());
      case Event.ParkedFor parked -> simulation.violated("parked for nothing: " + parked.why());
      case Event.CutoverAbandoned abandoned when abandoned.park() && !isStuck(abandoned.why()) ->
          simulation.violated("stopped for nothing: " + abandoned.why());
      default -> {}
    }
  }

  private static boolean isStuck(String why) {
    return why.contains(" is stuck: ");
  }

  /** Who could not change sides for long enough is left to people, while both accept writes. */
  private boolean isExhausted(Site site) {
    return site.state().sharing().isOpen()
        && site.state().phase() instanceof Phase.Parked(Phase.Resting was, _, _)
        && was.attempts() >= site.workload.limits().cutoverAttemptsMax();
  }

  /** Users are not asked to wait for what was bound to keep them waiting. */
  private void begun(Site site) {
    Instant known = simulation.time().instant().minusMillis(KNOWN_MILLIS);
    for (Site.Pair pair : site.data) {
      for (Side side : fencedNext(site)) {
        if (pair.on(side).occupiedSince().filter(known::isAfter).isPresent()
            && !site.excused(side, simulation.time().micros())) {
          simulation.violated(
              "I8: a cutover begins while a fence of the "
                  + side.word()
                  + " of "
                  + pair.name
                  + " has to wait");
        }
      }
    }
  }

  private static List<Side> fencedNext(Site site) {
    return isReturn(site) ? List.of(Side.TARGET) : List.of(Side.values());
  }

  /** Whether everybody comes back from a target that has accepted writes of its own. */
  private static boolean isReturn(Site site) {
    return site.state().sharing().isOpen()
        && site.state().phase() instanceof Phase.CuttingOver(var cutover, _)
        && cutover.to() == Side.SOURCE;
  }

  /** Nobody is cut over by an address that said all the time that it would not be moved. */
  private void led(Site site) {
    for (Plane address : site.addresses) {
      if (address.trouble.refusesSince(site.cutoverSince)) {
        simulation.violated(
            "I2: users were cut over, and " + address.name + " said that it cannot lead them");
      }
    }
  }

  /** Users leave only for what was rehearsed; what is changed behind the last look is excused. */
  private void rehearsed(Site site, Side to) {
    boolean required = to == Side.TARGET && site.workload.rehearsalRequired();
    boolean asItWas =
        site.state()
            .rehearsals()
            .passed()
            .filter(passed -> passed.found().changesTo(site.configuration()).isEmpty())
            .isPresent();
    boolean seen =
        site.target.isSettledFor(LOOKED) && !site.excused(Side.TARGET, simulation.time().micros());
    if (required && !asItWas && seen) {
      simulation.violated("R27: users are to move to what was not rehearsed");
    }
  }

  private void accessEnded(Site site) {
    if (site.target.teamMaySignIn()) {
      simulation.violated("R21: access was said to have ended, and has not");
    }
  }

  private void givenUp(Site site, Event.SideGivenUp given) {
    // Whoever was on the lost side comes now to the other, which is open in a moment.
    site.excuse(given.lost().other(), simulation.time().micros() + Fate.GRACE_OTHER);
    for (Event.Heard each : given.heard()) {
      Site.Pair pair = site.pair(each.asset());
      boolean unknowable = !pair.on(given.lost().other()).hasHeard();
      // Nothing was promised of a side that nothing has arrived at since its copy.
      pair.heard = each.until().isEmpty() && unknowable ? Optional.of(Instant.MIN) : each.until();
    }
    if (given.heard().isEmpty()) {
      complete(site, given.lost().other());
    }
  }

  /** From here on everything is as ever, for the side that is left. */
  private void wentOnAlone(Site site, Side survivor) {
    site.wentOnAlone = true;
    for (Site.Pair pair : site.data) {
      if (!pair.on(survivor).accepts()) {
        simulation.violated("I2: the " + survivor.word() + " of " + pair.name + " is not open");
      }
      pair.ledger
          .lose(pair.on(survivor), pair.heard)
          .ifPresent(what ->
              simulation.violated("I1: " + pair.name + " lost more than was said: " + what));
    }
  }

  private void severed(Site site, Side owner) {
    for (Site.Pair pair : site.data) {
      if (pair.on(owner.other()).accepts()) {
        simulation.violated("I1: " + pair.name + " is severed, and both sides accept writes");
      }
    }
  }

  private void fenced(Site site) {
    for (Site.Pair pair : site.data) {
      if (fencedNext(site).stream().anyMatch(side -> pair.on(side).accepts())) {
        simulation.violated("I1: " + pair.name + " was called fenced and is not");
      }
    }
  }

  private void drained(Site site) {
    if (!(site.state().phase() instanceof Phase.CuttingOver(var cutover, _))) {
      return;
    }
    boolean bothWays = site.state().sharing().isOpen() && cutover.to() == Side.TARGET;
    for (Site.Pair pair : site.data) {
      boolean there = pair.on(cutover.to()).hasAllOf(pair.on(cutover.from()));
      boolean back = pair.on(cutover.from()).hasAllOf(pair.on(cutover.to()));
      if (!there || (bothWays && !back)) {
        simulation.violated("I1: " + pair.name + " was called drained and is not");
      }
    }
  }

  private void complete(Site site, Side owner) {
    for (Site.Pair pair : site.data) {
      MemoryDatabase database = pair.on(owner);
      pair.ledger
          .missing(database)
          .ifPresent(what ->
              simulation.violated(
                  "I1: " + pair.name + " moved to the " + owner.word() + " without " + what));
    }
  }

  /** Everything must be at rest and equal. */
  void atTheEnd(Site site) {
    Side owner = site.state().owner();
    for (Site.Pair pair : site.data) {
      for (Side side : site.severing ? List.of(owner) : List.of(Side.values())) {
        pair.ledger
            .missing(pair.on(side))
            .or(() -> pair.ledger.invented(pair.on(side)))
            .ifPresent(what ->
                simulation.violated(
                    "I1, I6: the " + side.word() + " of " + pair.name + " in the end: " + what));
      }
    }
    for (Plane address : site.addresses) {
      if (address.leadsTo() != owner) {
        simulation.violated("I2: " + address.name + " leads to a side that is fenced in the end");
      }
    }
    for (Plane plane : site.holding) {
      if (plane.waiting() > 0) {
        simulation.violated("I8: somebody still waits at " + plane.name);
      }
    }
  }
}
