package dev.landfall.engine;

import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Refusal;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where people bring what they want of gates, each by a program of their own that may be killed
 * anywhere, and whose journal may refuse, or take what it is given and not say so.
 */
final class GateCounter {
  /** What became of it. */
  sealed interface Answer {
    /** It was taken, or was so already; the promotion is as it was left then. */
    record Taken(Promotion promotion) implements Answer {}

    record Refused(Refusal refusal, String why) implements Answer {}

    /** Nobody knows: the program was killed, or heard nothing. */
    record Unheard() implements Answer {}
  }

  private static final double KILLED = 0.03;
  private static final int ATTEMPTS_MOST = 50;

  private final Simulation simulation;
  private final Site site;
  private final Gatehouse house;
  private final VirtualTime time;
  private final Scenario scenario;

  GateCounter(Simulation simulation, Site site, Gatehouse house) {
    this.simulation = simulation;
    this.site = site;
    this.house = house;
    time = simulation.time();
    scenario = simulation.scenario();
  }

  /** Asks by the rules of this world, or at times by the desk of the product as it is. */
  Answer ask(String account, Ask ask) {
    return house.dice().nextInt(12) == 0 && simulation.flaw().equals(Flaw.NONE)
        ? byDesk(account, ask)
        : byRules(account, ask);
  }

  private Answer byRules(String account, Ask ask) {
    for (int attempt = 0; attempt < ATTEMPTS_MOST; attempt++) {
      Promotion before = site.state();
      long version = simulation.version(site);
      if (ask instanceof Ask.Sign(var signed) && !Signatures.holds(signed)) {
        return refused(account, ask, Refusal.STATEMENT, "the signature is not that of the key");
      }
      Instant now = house.clock(account).instant();
      switch (simulation.flaw().rules().get().deciding().decide(before, ask, now)) {
        case Decision.Refused(Refusal refusal, String why) -> {
          return refused(account, ask, refusal, why);
        }
        case Decision.Events(List<Event> events) when events.isEmpty() -> {
          return new Answer.Taken(before);
        }
        case Decision.Events(List<Event> events) -> {
          time.sleep(scenario.latency);
          if (simulation.happens(KILLED)) {
            return new Answer.Unheard();
          }
          if (append(account, version, events, now)) {
            return simulation.happens(KILLED)
                ? new Answer.Unheard()
                : new Answer.Taken(site.state());
          }
        }
      }
    }
    throw new IllegalStateException("others kept changing it");
  }

  private boolean append(String account, long version, List<Event> events, Instant now) {
    house.asking(account);
    try {
      simulation.append(
          site,
          version,
          events.stream()
              .map(event ->
                  new Draft(EventCodec.type(event), EventCodec.payload(event), now, account, ""))
              .toList(),
          account);
      return true;
    } catch (VersionConflict _) {
      return false;
    } finally {
      house.asking(null);
    }
  }

  private Answer byDesk(String account, Ask ask) {
    var desk = new Desk(new Shaky(account), house.clock(account));
    try {
      return desk.ask(site.workload.name(), ask, account, "")
          .<Answer>map(answer -> new Answer.Taken(answer.promotion()))
          .orElseGet(Answer.Unheard::new);
    } catch (RefusedException e) {
      return refused(account, ask, e.refusal(), String.valueOf(e.getMessage()));
    } catch (OutsideException _) {
      return new Answer.Unheard();
    }
  }

  /** Gives a file, as {@code landfall promote} does. */
  Answer give(String account, Workload file, Goal goal) {
    var desk = new Desk(new Shaky(account), house.clock(account));
    simulation.trace(() -> account + " gives a file, to reach " + goal);
    try {
      return new Answer.Taken(
          desk.reach(file, WorkloadJson.planHash(file), goal, account, "").promotion());
    } catch (RefusedException e) {
      simulation.trace(() -> account + " is refused: " + e.getMessage());
      return new Answer.Refused(e.refusal(), String.valueOf(e.getMessage()));
    } catch (OutsideException _) {
      return new Answer.Unheard();
    } finally {
      house.referee().given(account);
    }
  }

  private Answer refused(String account, Ask ask, Refusal refusal, String why) {
    simulation.trace(() -> account + " asks for " + ask + ": refused: " + why);
    return new Answer.Refused(refusal, why);
  }

  /** The journal as the program of somebody reaches it. */
  private final class Shaky implements Journal {
    private final String account;

    Shaky(String account) {
      this.account = account;
    }

    @Override
    public List<Entry> read(String workload, long after) {
      return simulation.journal().read(workload, after);
    }

    @Override
    public List<Entry> append(String workload, long expectedVersion, List<Draft> drafts)
        throws VersionConflict {
      time.sleep(scenario.latency);
      if (simulation.happens(KILLED)) {
        throw new OutsideException(Fault.UNREACHABLE, "cannot append: no answer; try again");
      }
      List<Entry> entries;
      house.asking(account);
      try {
        entries = simulation.append(site, expectedVersion, drafts, account);
      } finally {
        house.asking(null);
      }
      if (simulation.happens(KILLED)) {
        throw new OutsideException(Fault.UNREACHABLE, "cannot hear: no answer; try again");
      }
      return entries;
    }

    @Override
    public List<String> workloads() {
      return simulation.journal().workloads();
    }

    @Override
    public Audit audit() {
      return simulation.journal().audit();
    }

    @Override
    public void close() {}
  }

  /** The file that is in force. */
  Workload inForce() {
    return Optional.ofNullable(site.promotion).map(Promotion::workload).orElse(site.workload);
  }
}
