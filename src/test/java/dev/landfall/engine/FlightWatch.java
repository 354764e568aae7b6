package dev.landfall.engine;

import dev.landfall.promotion.Event;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.Promotion;
import dev.landfall.stats.Arm;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Side;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Checks what must hold of users who fly, against what the journal says (I3). */
final class FlightWatch {
  /**
   * How long after the journal says so users may still be led as before: a second is what is
   * promised where nothing is disturbed.
   */
  private static final long BACK_WITHIN = Scenario.SECOND;

  /** The same where orders are lost and controllers die. */
  private static final long BACK_WITHIN_DISTURBED = 2 * Scenario.SECOND;

  /** Fewer requests than this are no data. */
  private static final long DATA_LEAST = 10;

  /** Where a user was led, by an order of which epoch. */
  private record Seen(Side side, long epoch) {}

  private final Simulation simulation;
  private final Site site;

  private final Map<String, Seen> sides = new HashMap<>();
  private final Map<String, Long> tooMany = new HashMap<>();

  /** Epochs in which somebody or something went back. */
  private final TreeSet<Long> backs = new TreeSet<>();

  private final long backWithin;

  private double countedBefore;
  private long measured;
  private long measuredOfFlight;
  private boolean harmAllTheTime;

  FlightWatch(Simulation simulation, Site site) {
    this.simulation = simulation;
    this.site = site;
    backWithin = simulation.scenario().calm ? BACK_WITHIN : BACK_WITHIN_DISTURBED;
  }

  /** An event was appended, and folded into the site. */
  void appended(Event event) {
    switch (event) {
      // Who crosses is led, and counted, before the flight is said to have begun.
      case Event.UsersCrossed _ -> begun();
      case Event.FlightBegun _ when !site.workload.isTwoWay() -> begun();
      case Event.FlightMeasured tick -> measured(tick);
      case Event.FlightPassed passed when passed.why().isEmpty() -> passed();
      case Event.FlightFailed failed -> failed(failed);
      case Event.FlightsRecalled _ -> wentBack();
      case Event.CutoverAbandoned abandoned -> recalledWithin(abandoned.epoch());
      case Event.OwnerMoved moved when moved.to() == Side.SOURCE -> wentBack();
      case Event.SideGivenUp _ -> wentBack();
      case Event.CutoverBegun cutover when cutover.to() == Side.TARGET -> dataFollows(site.state());
      default -> {}
    }
  }

  /**
   * A recall within a cutover takes two epochs at once. By the first of them a controller without
   * its journal may have led users on to where they were meanwhile.
   */
  private void recalledWithin(long epoch) {
    if (backs.contains(epoch - 1)) {
      backs.add(epoch);
    }
  }

  private void wentBack() {
    backs.add(site.state().epoch());
    begun();
  }

  private void begun() {
    countedBefore = counted();
    measured = 0;
    measuredOfFlight = 0;
    harmAllTheTime = site.harm.at(simulation.time().micros());
  }

  private double counted() {
    return site.planes.stream().mapToDouble(plane -> plane.crowd.movedEver()).sum();
  }

  private void measured(Event.FlightMeasured tick) {
    Arm moved =
        tick.readings().values().stream()
            .findFirst()
            .map(reading -> reading.moved())
            .orElse(Arm.NONE);
    measured += moved.units();
    measuredOfFlight += moved.units();
    harmAllTheTime &= site.harm.at(simulation.time().micros());
    // Each plane rounds each tick, and so may be one ahead.
    if (measured > counted() - countedBefore + site.planes.size()) {
      simulation.violated(
          "a flight is judged by %d requests, and %.1f were counted"
              .formatted(measured, counted() - countedBefore));
    }
  }

  private void passed() {
    boolean known = site.state().flown().judge().filter(j -> !j.elapsed().isZero()).isPresent();
    boolean landed = !Flights.areNext(site.state());
    if (measuredOfFlight < DATA_LEAST && !(known && measuredBefore()) && !landed) {
      simulation.violated("a flight passed by " + measuredOfFlight + " requests");
    }
    if (landed && measuredOfFlight < DATA_LEAST && !measuredBefore()) {
      simulation.violated("the last flight passed by " + measuredOfFlight + " requests");
    }
    if (harmAllTheTime && measuredOfFlight >= DATA_LEAST) {
      simulation.violated("a flight passed that did harm all the time");
    }
  }

  /** Whether the flight was flown before, and is judged on by what was known of it then. */
  private boolean measuredBefore() {
    return site.state().flown().judge().stream()
        .flatMap(judge -> judge.findings().stream())
        .anyMatch(finding -> finding.moved().units() >= DATA_LEAST);
  }

  private void failed(Event.FlightFailed failed) {
    wentBack();
    FlightPlan plan = site.workload.flights().orElseThrow();
    if (plan.onFail() == FlightPlan.OnFail.ZERO && failed.backTo() != 0) {
      simulation.violated("I3: zero was told, and users went back to flight " + failed.backTo());
    }
    boolean stuck = failed.why().contains(" is stuck: ");
    if (!stuck && !site.harm.everUntil(simulation.time().micros())) {
      simulation.violated("a flight failed for nothing: " + failed.why());
    }
  }

  private void dataFollows(Promotion promotion) {
    if (Flights.areNext(promotion)) {
      simulation.violated("I4: the data follows, and flights are left");
    }
  }

  /** A user's request is sent on: nobody flips back unless somebody went back. */
  void led(Plane plane, String user, Side side) {
    long epoch = plane.epochInForce();
    Seen before = sides.put(plane.name + " " + user, new Seen(side, epoch));
    boolean flips = before != null && before.side() == Side.TARGET && side == Side.SOURCE;
    if (flips && !wentBack(before.epoch(), epoch)) {
      simulation.violated("I3: " + user + " flips back at " + plane.name);
    }
  }

  private boolean wentBack(long after, long until) {
    Long next = backs.higher(after);
    return next != null && next <= until;
  }

  /** Time has passed: whoever was called back is back soon. */
  void check() {
    if (site.promotion == null || site.workload.flights().isEmpty()) {
      return;
    }
    long now = simulation.time().micros();
    int allowed = site.orders.shareNow();
    for (Plane plane : site.planes) {
      if (!plane.up() || plane.shareInForce() <= allowed) {
        tooMany.remove(plane.name);
        continue;
      }
      long since = tooMany.computeIfAbsent(plane.name, _ -> now);
      if (now - since > backWithin && !site.excused(Side.TARGET, now)) {
        simulation.violated(
            "I3: users who were called back are still led to the target by " + plane.name);
      }
    }
  }
}
