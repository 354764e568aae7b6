package dev.landfall.engine;

import dev.landfall.engine.GateCounter.Answer;
import dev.landfall.gate.Break;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Remedy;
import dev.landfall.gate.Standing;
import dev.landfall.gate.State;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.GateOutlook;
import dev.landfall.promotion.GateOutlook.Item;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Promotion;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.About;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The people who do what {@code landfall ready} tells them, each what they may. */
final class Committee {
  private static final Set<Cast> TESTERS = Set.of(Cast.TESS, Cast.TONY);
  private static final Set<Cast> APPROVERS = Set.of(Cast.AMY, Cast.BEA, Cast.OLGA, Cast.CY);
  private static final int ROUNDS_MOST = 200;
  private static final double KILLED = 0.03;

  private final Simulation simulation;
  private final Site site;
  private final Gatehouse house;
  private final VirtualTime time;
  private final GateCounter counter;

  Committee(Simulation simulation, Site site, Gatehouse house) {
    this.simulation = simulation;
    this.site = site;
    this.house = house;
    time = simulation.time();
    counter = new GateCounter(simulation, site, house);
  }

  GateCounter counter() {
    return counter;
  }

  /** While things go wrong they do their work all the same, now and then. */
  void live() {
    while (simulation.chaos()) {
      time.sleep(house.dice().nextLong(20 * Scenario.MILLI, 1500 * Scenario.MILLI));
      List<Item> lacking = lacking();
      if (!lacking.isEmpty() && simulation.chaos()) {
        Item item = lacking.get(house.dice().nextInt(lacking.size()));
        follow(item.standing(), item.todo().getFirst());
      }
    }
  }

  private GateOutlook outlook() {
    Promotion promotion = site.state();
    GatePlan plan = promotion.workload().gates().orElseThrow();
    var subject = new Subject(promotion.planHash(), Optional.of(house.target()));
    return GateOutlook.of(promotion, plan, subject, house.clock("committee").instant());
  }

  private List<Item> lacking() {
    return outlook().items().stream()
        .filter(item -> item.binds() && !item.todo().isEmpty())
        .toList();
  }

  /** Does all that is to be done, until nothing holds users back but that nobody has ordered it. */
  void mend() {
    house.sound(true);
    for (int round = 0; round < ROUNDS_MOST; round++) {
      if (isGivenBySomebodyUnknown()) {
        counter.give("gail", GateFiles.named(counter.inForce()), Goal.STAGED);
        time.sleep(500 * Scenario.MILLI);
      }
      List<Item> lacking = lacking();
      if (lacking.isEmpty()) {
        return;
      }
      Item item = lacking.getFirst();
      follow(item.standing(), item.todo().getFirst());
      // What was signed by a clock that is behind is taken once that clock says that it is later.
      time.sleep(round < lacking.size() ? Scenario.MILLI : 100 * Scenario.MILLI);
    }
    simulation.violated(
        "whoever does what ready says comes to no end: "
            + lacking().stream().map(item -> item.standing().words() + item.todo()).toList());
  }

  private boolean isGivenBySomebodyUnknown() {
    GatePlan plan = site.state().workload().gates().orElseThrow();
    return site.state().gates().givers().stream().anyMatch(each -> plan.whoIs(each).isEmpty());
  }

  private void follow(Standing standing, Remedy remedy) {
    String gate = standing.gate().id();
    if (standing.state() == State.CLOSED || standing.state() == State.RUNNING) {
      Instant until = standing.until().orElseThrow();
      Duration wait = Duration.between(house.clock("committee").instant(), until);
      // Clocks differ, and in the worst of times nobody waits for so long.
      long most = simulation.chaos() ? Scenario.SECOND : Long.MAX_VALUE;
      time.sleep(Math.clamp(wait.toNanos() / 1000 + Scenario.MILLI, 1, most));
    } else if (remedy.what().contains("gate run")) {
      run(account(remedy, TESTERS), gate);
    } else if (remedy.what().contains("gate attach")) {
      attach(account(remedy, TESTERS), gate, remedy.what().contains("--executed"));
    } else if (remedy.what().contains("withdraw")) {
      for (String who : remedy.who()) {
        say(Cast.of(who), Verb.WITHDRAW, gate, "it is mended");
      }
    } else {
      for (String who : remedy.who()) {
        if (APPROVERS.contains(Cast.of(who))) {
          say(Cast.of(who), Verb.APPROVE, gate, "");
        }
      }
      account(remedy, APPROVERS);
    }
  }

  /** One of those whom it names; there is always one of those who do nothing else. */
  private String account(Remedy remedy, Set<Cast> usual) {
    Optional<String> who =
        remedy.who().stream().filter(each -> usual.contains(Cast.of(each))).findFirst();
    if (who.isEmpty() && !simulation.chaos()) {
      simulation.violated("ready names nobody of " + usual + " for " + remedy);
    }
    return who.orElse("tess");
  }

  private Gate gate(Promotion promotion, String id) {
    return promotion.workload().gates().flatMap(plan -> plan.gate(id)).orElseThrow();
  }

  /** What it would be about; whoever looks at the target needs a while. */
  Subject subject(String gate) {
    Promotion promotion = site.state();
    boolean looks =
        promotion.workload().gates().flatMap(plan -> plan.gate(gate)).stream()
            .anyMatch(each -> each.about() == About.TARGET);
    Optional<String> target = looks ? Optional.of(house.target()) : Optional.empty();
    if (looks) {
      time.sleep(simulation.scenario().latency);
    }
    return new Subject(promotion.planHash(), target);
  }

  private Evidence kept(Evidence.Kind kind, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Evidence(kind, "it", house.store().keep(bytes), bytes.length);
  }

  /** {@code landfall gate run}: killed anywhere. */
  void run(String account, String gate) {
    if (!(counter.ask(account, new Ask.BeginCheck(gate, account, subject(gate)))
        instanceof Answer.Taken(Promotion begun))) {
      return;
    }
    String token = begun.gates().of(gate).run().orElseThrow().token();
    long takes = house.dice().nextLong(1200 * Scenario.MILLI);
    time.sleep(simulation.chaos() ? takes : takes / 10);
    if (simulation.happens(KILLED)) {
      return;
    }
    boolean passed = house.look(token);
    Evidence seen = kept(Evidence.Kind.OBSERVATION, passed ? "it is so" : "it is not so");
    if (simulation.happens(KILLED)) {
      return;
    }
    var end = new Ask.EndCheck(gate, token, passed, passed ? "" : "it is not so", List.of(seen));
    if (counter.ask(account, end) instanceof Answer.Unheard && house.dice().nextBoolean()) {
      counter.ask(account, end);
    }
  }

  /** {@code landfall gate attach}. */
  void attach(String account, String gate, boolean executed) {
    Subject about = subject(gate);
    Evidence file = kept(Evidence.Kind.FILE, "report " + house.dice().nextInt(3));
    counter.ask(account, new Ask.Attach(gate, account, about, executed, "", List.of(file)));
  }

  /** {@code landfall approve} and all that is signed; a statement that is taken is not lost. */
  void say(Cast who, Verb verb, String gate, String reason) {
    var ask = new Ask.Sign(who.sign(statement(who, verb, gate, reason)));
    if (counter.ask(who.account(), ask) instanceof Answer.Unheard && house.dice().nextBoolean()) {
      counter.ask(who.account(), ask);
    }
  }

  /** What a program would have somebody sign. */
  Statement statement(Cast who, Verb verb, String gate, String reason) {
    Subject about = subject(gate);
    Promotion promotion = site.state();
    GatePlan plan = promotion.workload().gates().orElseThrow();
    Instant now = house.clock(who.account()).instant().truncatedTo(ChronoUnit.MILLIS);
    long lasts = verb == Verb.APPROVE ? 12 + house.dice().nextInt(40) : 1 + house.dice().nextInt(9);
    return new Statement(
        verb,
        promotion.workload().name(),
        gate,
        about.plan(),
        about.target(),
        looked(promotion, verb, gate, now),
        name(plan, who),
        role(promotion, who, verb, gate),
        now,
        now.plusSeconds(lasts),
        reason);
  }

  private static String name(GatePlan plan, Cast who) {
    return plan.people().stream()
        .filter(each -> each.key().filter(who.key()::equals).isPresent())
        .findFirst()
        .map(each -> each.name())
        .orElse(who.account());
  }

  private static String looked(Promotion promotion, Verb verb, String gate, Instant now) {
    if (verb != Verb.REVIEW) {
      return promotion.gates().of(gate).evidence();
    }
    return promotion.gates().breaks().stream()
        .filter(each -> each.isReviewable(now))
        .findFirst()
        .map(each -> each.signed().signature())
        .orElse(Statement.NOTHING);
  }

  private String role(Promotion promotion, Cast who, Verb verb, String gate) {
    GatePlan plan = promotion.workload().gates().orElseThrow();
    List<String> may = List.of();
    if (gate.equals(Break.GATE)) {
      may = List.of("ciso", "governance");
    } else if (plan.gate(gate).isPresent()) {
      may =
          verb == Verb.WAIVE || verb == Verb.NOT_APPLICABLE
              ? List.of("ciso", "governance")
              : gate(promotion, gate).approvers();
    }
    return may.stream().filter(who.roles()::contains).findFirst().orElse(who.roles().getFirst());
  }

  /** Any file of this life. */
  Workload anyFile() {
    Workload file = house.files().get(house.dice().nextInt(house.files().size()));
    return house.dice().nextInt(4) == 0 ? GateFiles.named(file) : file;
  }
}
