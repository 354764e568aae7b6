package dev.landfall.engine;

import dev.landfall.gate.Break;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** People who try whatever a command lets them try, at any moment, until nothing goes wrong. */
final class Mischief {
  private static final List<Cast> THEY = List.of(Cast.MAX, Cast.MIA, Cast.OLGA, Cast.CY, Cast.MAX);

  private static final long LOOKS_EVERY = 40 * Scenario.MILLI;

  private final Simulation simulation;
  private final Site site;
  private final Gatehouse house;
  private final Committee committee;
  private final VirtualTime time;
  private final SplittableRandom dice;
  private final List<Signed> kept = new ArrayList<>();

  Mischief(Simulation simulation, Site site, Gatehouse house) {
    this.simulation = simulation;
    this.site = site;
    this.house = house;
    committee = new Committee(simulation, site, house);
    time = simulation.time();
    dice = house.dice();
  }

  void live() {
    long every = 200 * Scenario.MILLI + dice.nextLong(4 * Scenario.SECOND);
    while (simulation.chaos()) {
      boolean moved = waits(dice.nextLong(10 * Scenario.MILLI, every));
      if (simulation.chaos() && moved) {
        spoil();
      } else if (simulation.chaos()) {
        act(THEY.get(dice.nextInt(THEY.size())));
      }
    }
  }

  /** Whether users were moved meanwhile: then it is over at once. */
  private boolean waits(long micros) {
    int before = house.moves;
    long until = time.micros() + micros;
    while (time.micros() < until && simulation.chaos() && house.moves == before) {
      time.sleep(LOOKS_EVERY);
    }
    return house.moves > before && dice.nextBoolean();
  }

  /** Just now all was well, and what moves next finds it otherwise. */
  private void spoil() {
    List<Gate> gates = committee.counter().inForce().gates().map(GatePlan::gates).orElseThrow();
    Gate gate = gates.get(dice.nextInt(gates.size()));
    switch (dice.nextInt(4)) {
      case 0 -> site.target.tune();
      case 1 -> say(Cast.MIA, Verb.DECLINE, gate.id());
      case 2 -> say(gate.owner().equals("ciso") ? Cast.CY : Cast.AMY, Verb.WITHDRAW, gate.id());
      default -> say(Cast.MAX, Verb.DECLINE, gate.id());
    }
  }

  private void act(Cast who) {
    List<Gate> gates = committee.counter().inForce().gates().map(GatePlan::gates).orElseThrow();
    String gate = gates.get(dice.nextInt(gates.size())).id();
    switch (dice.nextInt(18)) {
      case 0, 1 -> give();
      case 2 -> house.sound(dice.nextInt(3) > 0);
      case 3 -> site.target.tune();
      case 4 -> committee.run(any(who), gate);
      case 5 -> committee.attach(any(who), gate, dice.nextBoolean());
      case 6, 7 -> say(who, Verb.APPROVE, gate);
      case 8 -> say(who, Verb.DECLINE, gate);
      case 9 -> say(who, Verb.WITHDRAW, gate);
      case 10 -> say(who, Verb.WAIVE, gate);
      case 11 -> say(who, Verb.NOT_APPLICABLE, gate);
      case 12 -> say(who, Verb.BREAK_GLASS, Break.GATE);
      case 13 -> say(who, Verb.REVIEW, Break.GATE);
      case 14 -> forge(who, gate);
      case 15 -> again();
      case 16 -> endWhatIsDead(any(who), gate);
      default -> order(any(who));
    }
  }

  /** A program that was taken for dead comes back, and tells what it saw. */
  private void endWhatIsDead(String account, String gate) {
    String token = "check-" + dice.nextInt(4);
    boolean lives =
        site.state().gates().of(gate).run().filter(run -> run.token().equals(token)).isPresent();
    if (!lives) {
      committee.counter().ask(account, new Ask.EndCheck(gate, token, true, "", List.of()));
    }
  }

  private void order(String account) {
    committee.counter().ask(account, new Ask.Reach(Goal.PROMOTED, Optional.of(account)));
  }

  private String any(Cast who) {
    return switch (dice.nextInt(5)) {
      case 0 -> "tony";
      case 1 -> "max-admin";
      case 2 -> "stranger";
      // There is one of them, and whoever tests approves nothing.
      default -> who == Cast.CY || who == Cast.OLGA ? "mia" : who.account();
    };
  }

  private void give() {
    String account = List.of("gail", "gail", "root", "max", "stranger").get(dice.nextInt(5));
    Workload file = committee.anyFile();
    committee.counter().give(account, file, dice.nextBoolean() ? Goal.PROMOTED : Goal.STAGED);
  }

  /** At once, later, or much later; and perhaps twice. */
  private void say(Cast who, Verb verb, String gate) {
    Signed signed = who.sign(committee.statement(who, verb, gate, "for a reason"));
    kept.add(signed);
    long delay = dice.nextInt(3) == 0 ? dice.nextLong(6 * Scenario.SECOND) : 0;
    if (delay > 0) {
      time.sleep(delay);
    }
    committee.counter().ask(who.account(), new Ask.Sign(signed));
  }

  /** What was signed once is brought again. */
  private void again() {
    if (!kept.isEmpty()) {
      committee.counter().ask("stranger", new Ask.Sign(kept.get(dice.nextInt(kept.size()))));
    }
  }

  /** Something is not as it should be, and nobody says so. */
  private void forge(Cast who, String gate) {
    Statement said = committee.statement(who, Verb.APPROVE, gate, "");
    Statement other =
        new Statement(
            said.verb(),
            said.workload(),
            dice.nextInt(4) == 0 ? Break.GATE : said.gate(),
            dice.nextInt(4) == 0 ? "another" : said.plan(),
            said.target(),
            dice.nextInt(4) == 0 ? Statement.NOTHING : said.evidence(),
            dice.nextInt(3) == 0 ? "amy" : said.by(),
            dice.nextInt(4) == 0 ? "ciso" : said.role(),
            said.at().plusSeconds(dice.nextInt(-20, 20)),
            said.until().plusSeconds(dice.nextInt(-20, 60)),
            said.reason());
    Signed signed = who.sign(other);
    Signed brought =
        dice.nextInt(3) == 0 ? new Signed(said, signed.key(), signed.signature()) : signed;
    committee.counter().ask("stranger", new Ask.Sign(brought));
  }
}
