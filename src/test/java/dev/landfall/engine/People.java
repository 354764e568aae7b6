package dev.landfall.engine;

import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Refusal;
import dev.landfall.promotion.Rehearsals;
import dev.landfall.promotion.Revocation;
import dev.landfall.promotion.World;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Timing;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * People who ask for this and that while things go wrong, and in the end for one thing that must
 * then be reached.
 */
final class People {
  private static final long REACHED_WITHIN = 60 * Scenario.SECOND;

  /** A check that was killed is waited for for a minute, and what is mended gets too old again. */
  private static final long MENDED_WITHIN = 300 * Scenario.SECOND;

  private static final Set<Refusal> OF_GATES =
      Set.of(
          Refusal.NO_GATE,
          Refusal.NOT_ENTITLED,
          Refusal.NOT_SEPARATE,
          Refusal.STATEMENT,
          Refusal.UNREVIEWED,
          Refusal.NOTHING_TO_VALIDATE,
          Refusal.CHECK);

  private final Simulation simulation;
  private final Site site;
  private final List<Machine> controllers;
  private final VirtualTime time;
  private final Scenario scenario;

  /** Those who mend what holds users back; absent where nothing does. */
  private final Optional<Committee> committee;

  People(Simulation simulation, Site site, List<Machine> controllers) {
    this.simulation = simulation;
    this.site = site;
    this.controllers = controllers;
    time = simulation.time();
    scenario = simulation.scenario();
    committee = site.gates.map(house -> new Committee(simulation, site, house));
  }

  void live() {
    register();
    while (time.micros() < scenario.chaosEnds) {
      time.sleep(scenario.between(100 * Scenario.MILLI, 5 * Scenario.SECOND));
      ask(something());
      if (site.workload.rehearsalRequired()) {
        stage();
      }
      for (Side side : Side.values()) {
        if (scenario.givesUp > 0 && (site.isDown(side) || scenario.happens(0.1))) {
          giveUp(side);
        }
      }
    }
    if (simulation.chaos()) {
      simulation.calmDown();
    }
    // Leases do their work again: one controller goes on.
    int stays = scenario.random.nextInt(controllers.size());
    for (int i = 0; i < controllers.size(); i++) {
      if (i != stays) {
        controllers.get(i).retire();
      }
    }
    time.sleep(Scenario.SECOND);
    if (site.isStuck()) {
      // Nobody mends it for a while: that keeps users from moving, and from nothing else.
      within("come to rest while a link is stuck", this::isStill);
      site.mend();
    }
    end();
    simulation.arrived(site);
  }

  private void register() {
    Goal goal = scenario.random.nextBoolean() ? Goal.PROMOTED : Goal.STAGED;
    Optional<String> by = site.gates.map(house -> house.dice().nextBoolean() ? "gail" : "root");
    String plan = by.isPresent() ? WorkloadJson.planHash(site.workload) : "plan";
    append(by, 0, List.of(new Event.Registered(site.workload, plan, goal, by)));
  }

  /** Who asks: mostly the one whose work it is. */
  private Optional<String> asker() {
    return site.gates.map(house -> {
      int dice = simulation.chaos() ? house.dice().nextInt(12) : 11;
      return switch (dice) {
        case 0 -> "max";
        case 1 -> "mia";
        case 2 -> "stranger";
        case 3 -> "gail";
        default -> "ed";
      };
    });
  }

  private static Ask by(Optional<String> who, Ask ask) {
    return switch (ask) {
      case Ask.Reach(Goal goal, _) -> new Ask.Reach(goal, who);
      case Ask.Resume _ -> new Ask.Resume(who);
      case Ask.Fly(Optional<String> flight, String why, _) -> new Ask.Fly(flight, why, who);
      case Ask.GoOn(String flight, String why, _) -> new Ask.GoOn(flight, why, who);
      case Ask.GiveUp(Side lost, World world, _) -> new Ask.GiveUp(lost, world, who);
      default -> ask;
    };
  }

  /** The wish bears what was seen, and things have changed until it is decided. */
  private void giveUp(Side side) {
    if (!scenario.happens(Math.min(1, scenario.givesUp))) {
      return;
    }
    var giving = new Ask.GiveUp(side, simulation.truth(site));
    boolean already = site.lost != null;
    boolean down = site.isDown(side);
    time.sleep(scenario.latency);
    ask(giving);
    if (!down && side == site.lost && !already) {
      simulation.violated("a side was given up that answered");
    }
  }

  /** What people do with a workload that is migrated and not promoted. */
  private void stage() {
    switch (scenario.staging.nextInt(6)) {
      case 0, 1, 2 -> rehearse();
      case 3 -> {
        long delay = scenario.staging.nextLong(2 * Scenario.SECOND);
        if (time.micros() + delay < scenario.chaosEnds) {
          time.after(delay, site.target::tune);
        }
      }
      case 4 -> {
        if (site.state().owner() == Side.SOURCE) {
          site.target.letTeamIn();
        }
      }
      default -> {}
    }
  }

  private void rehearse() {
    ask(new Ask.Rehearse(site.state().planHash()));
    Optional<Rehearsals.Underway> underway = site.state().rehearsals().underway();
    if (underway.isEmpty()) {
      return;
    }
    Configuration before = site.configuration();
    time.sleep(scenario.staging.nextLong(Scenario.SECOND));
    String token = underway.get().token();
    ask(
        before.equals(site.configuration())
            ? new Ask.Rehearsed(token, before, Timing.NONE, Timing.NONE)
            : new Ask.RehearsalFailed(token, "it was tuned"));
  }

  private Ask something() {
    Optional<FlightPlan> plan = site.workload.flights();
    if (plan.isPresent() && scenario.flying.nextInt(3) == 0) {
      return ofFlights(plan.get());
    }
    return switch (scenario.random.nextInt(12)) {
      case 0, 1, 2, 3 -> new Ask.Reach(Goal.PROMOTED);
      case 4, 5, 6 -> new Ask.Reach(Goal.ROLLED_BACK);
      case 7 -> new Ask.Reach(Goal.STAGED);
      case 8 -> new Ask.Pause();
      case 9, 10 -> new Ask.Resume();
      default -> new Ask.Reach(Goal.COMPLETED);
    };
  }

  private Ask ofFlights(FlightPlan plan) {
    List<String> names = plan.flights().stream().map(Flight::name).toList();
    String any = names.get(scenario.flying.nextInt(names.size()));
    return switch (scenario.flying.nextInt(8)) {
      case 0, 1, 2 -> new Ask.Fly(Optional.of(any), "for a reason");
      case 3 -> new Ask.Fly(Optional.empty(), "for a reason");
      case 4, 5 -> new Ask.GoOn(any, "for a reason");
      default -> new Ask.Resume();
    };
  }

  /** Where users fly, people look after it: they resume what has failed, and decide in doubt. */
  private void nudge(Goal goal) {
    Promotion now = site.state();
    if (site.workload.flights().isEmpty() || site.severing || goal != Goal.PROMOTED) {
      return;
    }
    if (now.paused() || now.phase() instanceof Phase.Parked) {
      ask(new Ask.Resume());
    } else if (now.goal() != goal) {
      ask(new Ask.Reach(goal));
    } else if (now.flown().undecided().isPresent()) {
      var flight = site.workload.flights().get().flights().get(now.flown().number() - 1);
      ask(new Ask.GoOn(flight.name(), "nothing is wrong any more"));
    }
  }

  /** Asks for something that can be reached, and waits until it is. */
  private void end() {
    Promotion now = site.state();
    if (now.paused() || now.phase() instanceof Phase.Parked) {
      ask(new Ask.Resume());
    }
    int wish = scenario.random.nextInt(4);
    if (!site.severing && wish == 0) {
      reach(Goal.PROMOTED);
      // No sooner than they may, and not always later.
      long soak = site.workload.limits().soak().toNanos() / 1000;
      long skew = committee.isPresent() ? 7 * Scenario.SECOND : 0;
      time.sleep(soak + skew + scenario.planes.nextLong(1, 500 * Scenario.MILLI));
      reach(Goal.COMPLETED);
    } else if (!site.severing && wish == 1) {
      ask(new Ask.Reach(now.owner() == Side.SOURCE ? Goal.STAGED : Goal.ROLLED_BACK));
      if (site.state().owner() == Side.TARGET) {
        // It was committed while they asked for it to stay, and they do as the refusal says.
        ask(new Ask.Reach(Goal.ROLLED_BACK));
      }
      within(
          "come to rest at the source",
          () -> {
            if (site.state().phase() instanceof Phase.Parked && site.workload.isTwoWay()) {
              ask(new Ask.Resume());
            }
            return rests(Side.SOURCE);
          });
    } else {
      reach(site.severing ? Goal.COMPLETED : Goal.PROMOTED);
    }
    if (site.severing) {
      ask(new Ask.Reach(Goal.ROLLED_BACK));
      ask(new Ask.Reach(Goal.PROMOTED));
    }
  }

  private void reach(Goal goal) {
    ask(new Ask.Reach(goal));
    if (committee.isPresent() && goal == Goal.PROMOTED) {
      reachGated(committee.get());
      return;
    }
    if (site.workload.rehearsalRequired() && goal == Goal.PROMOTED) {
      within("be rehearsed or promoted", () -> isWithheld() || isPromoted());
      if (isWithheld()) {
        rehearse();
        ask(new Ask.Reach(goal));
      }
    }
    within(
        "reach " + goal,
        () -> {
          nudge(goal);
          return goal == Goal.COMPLETED ? isOver() : isPromoted();
        });
  }

  /**
   * Whatever keeps users back is mended as it is told, and ordered again, until they have moved.
   */
  private void reachGated(Committee those) {
    long deadline = time.micros() + MENDED_WITHIN;
    while (!isPromoted() && time.micros() < deadline) {
      within(
          "be promoted or withheld",
          () -> {
            nudge(site.state().goal());
            return isPromoted() || site.state().rehearsals().withheld().isPresent();
          });
      if (!isPromoted()) {
        those.mend();
        if (site.workload.rehearsalRequired()) {
          rehearse();
        }
        ask(new Ask.Reach(Goal.PROMOTED));
        time.sleep(100 * Scenario.MILLI);
      }
    }
    if (!isPromoted()) {
      simulation.violated(
          "it is not promoted however often all is mended: "
              + site.state().rehearsals().withheld());
    }
  }

  /** Whether nothing is half done. */
  private boolean isStill() {
    return switch (site.state().phase()) {
      case Phase.CuttingOver _, Phase.Undoing _, Phase.Severing _, Phase.GivingUp _ -> false;
      default -> true;
    };
  }

  private boolean isWithheld() {
    return site.state().rehearsals().withheld().isPresent() && site.state().goal() != Goal.PROMOTED;
  }

  private boolean isPromoted() {
    return rests(Side.TARGET) && Revocation.isDone(site.state());
  }

  private boolean isOver() {
    return site.state().phase() instanceof Phase.Completed
        || (site.state().phase() instanceof Phase.GivenUp && !scenario.lostComeBack);
  }

  private boolean rests(Side owner) {
    return site.state().phase() instanceof Phase.Resting
        && site.state().owner() == owner
        && !site.state().sharing().isOpen()
        && !(owner == Side.TARGET && Flights.areNext(site.state()))
        && Course.reached(site.state(), simulation.truth(site));
  }

  private void within(String what, BooleanSupplier reached) {
    long deadline = time.micros() + REACHED_WITHIN;
    while (!reached.getAsBoolean()) {
      if (time.micros() > deadline) {
        simulation.violated(
            "it does not "
                + what
                + ", though nothing goes wrong; it is "
                + site.state().stateWord()
                + ", and waits for "
                + Readiness.waits(site.state(), simulation.truth(site)));
      }
      time.sleep(150 * Scenario.MILLI);
    }
  }

  private void ask(Ask wish) {
    Optional<String> who = asker();
    Ask ask = by(who, wish);
    while (true) {
      Promotion before = site.state();
      long version = simulation.version(site);
      Decision decision = simulation.flaw().rules().get().deciding().decide(before, ask, now(who));
      boolean severed = site.severing;
      switch (decision) {
        case Decision.Refused refused -> {
          simulation.trace(() -> "people ask for " + ask + ": refused: " + refused.message());
          if (severed && ask instanceof Ask.Reach && refused.refusal() != Refusal.SEVERED) {
            simulation.violated("I7: refused, but not because it is severed");
          }
          if (isWayBack(ask) && OF_GATES.contains(refused.refusal())) {
            simulation.violated("the way back is barred by gates: " + refused.message());
          }
          return;
        }
        case Decision.Events(List<Event> events) -> {
          if (severed && ask instanceof Ask.Reach(Goal goal, _) && goal != Goal.COMPLETED) {
            simulation.violated("I7: " + goal + " was granted after the link was severed");
          }
          simulation.trace(() -> "people ask for " + ask);
          time.sleep(scenario.latency);
          if (events.isEmpty() || append(who, version, events)) {
            return;
          }
        }
      }
    }
  }

  private Instant now(Optional<String> who) {
    return site.clock(who.orElse("people"), time).instant();
  }

  private static boolean isWayBack(Ask ask) {
    return switch (ask) {
      case Ask.Reach(Goal goal, _) -> goal == Goal.ROLLED_BACK || goal == Goal.STAGED;
      case Ask.Fly(Optional<String> flight, _, _) -> flight.isEmpty();
      case Ask.Pause _ -> true;
      default -> false;
    };
  }

  private boolean append(Optional<String> who, long version, List<Event> events) {
    Instant now = now(who);
    site.gates.ifPresent(house -> house.asking(who.orElse(null)));
    try {
      simulation.append(
          site,
          version,
          events.stream()
              .map(event ->
                  new Journal.Draft(
                      EventCodec.type(event), EventCodec.payload(event), now, "people", ""))
              .toList(),
          "people");
      return true;
    } catch (VersionConflict e) {
      simulation.trace(() -> "people must ask again: " + e.getMessage());
      return false;
    } finally {
      site.gates.ifPresent(house -> house.asking(null));
    }
  }
}
