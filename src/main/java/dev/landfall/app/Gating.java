package dev.landfall.app;

import dev.landfall.cli.Exit;
import dev.landfall.cli.GateOperations;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.cli.Operations.Order;
import dev.landfall.engine.Adapters;
import dev.landfall.engine.Desk;
import dev.landfall.engine.EvidenceStore;
import dev.landfall.engine.Probe;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.engine.RefusedException;
import dev.landfall.engine.Survey;
import dev.landfall.gate.Dossier;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Subject;
import dev.landfall.gate.Validation;
import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Glass;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Person;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Gates as verbs: what people and checks find goes to the desk, and its content to the store. */
final class Gating implements GateOperations {
  private final Desk desk;
  private final Adapters adapters;
  private final EvidenceStore store;
  private final InstantSource clock;
  private final Function<String, Ended> unknown;

  /**
   * @param unknown what is answered when no promotion of a name is known
   */
  Gating(
      Desk desk,
      Adapters adapters,
      EvidenceStore store,
      InstantSource clock,
      Function<String, Ended> unknown) {
    this.desk = desk;
    this.adapters = adapters;
    this.store = store;
    this.clock = clock;
    this.unknown = unknown;
  }

  @Override
  public Optional<Report> report(String workload) {
    return desk.find(workload).map(promotion -> GateView.of(promotion, adapters, clock.instant()));
  }

  @Override
  public Ended run(Order order, String gate) {
    return answered(
        order,
        promotion -> {
          var begin = new Input.Ask.BeginCheck(gate, order.by(), subject(promotion, gate));
          Promotion begun = ask(order, begin);
          Dossier.Run run = begun.gates().of(gate).run().orElseThrow();
          Observation seen = unmoved(look(begun, gate), run.subject(), gate);
          byte[] raw = seen.raw().getBytes(StandardCharsets.UTF_8);
          String hash = store.keep(raw);
          var evidence = new ArrayList<Evidence>();
          evidence.add(
              new Evidence(Evidence.Kind.OBSERVATION, "what its check saw", hash, raw.length));
          seen.files().forEach(each -> evidence.add(kept(each)));
          Promotion after =
              ask(
                  order,
                  new Input.Ask.EndCheck(
                      gate, run.token(), seen.passed(), seen.reason(), evidence, seen.writers()));
          return checked(after, gate, seen, hash);
        });
  }

  private Evidence kept(Probe.Read file) {
    byte[] content = file.content();
    return new Evidence(Evidence.Kind.FILE, file.what(), store.keep(content), content.length);
  }

  /** What was read must be what the run is about, or it would count for what was never read. */
  private static Observation unmoved(Observation seen, Subject about, String gate) {
    Optional<String> before = Optional.ofNullable(about.records().get(gate));
    if (!seen.passed() || seen.subject().equals(before)) {
      return seen;
    }
    return seen.failed("its records were changed while they were read; run it again");
  }

  private Observation look(Promotion promotion, String name) {
    Gate gate = promotion.workload().gates().flatMap(plan -> plan.gate(name)).orElseThrow();
    try {
      Probe probe =
          adapters
              .probe(promotion.workload(), promotion.planHash(), gate)
              .orElseThrow(() -> new IllegalStateException("no check of gate " + name));
      return probe.look();
    } catch (OutsideException e) {
      // The run has begun in the journal, and ends there.
      String why = String.valueOf(e.getMessage());
      return new Observation(false, why, why);
    } catch (RuntimeException e) {
      // Else the run would never end, and what an earlier one saw would go on counting. The words
      // of such a fault are nobody's in particular, and may quote what was looked at.
      System.getLogger(Gating.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the check of gate " + name + " broke off:\n" + String.join("\n", Fault.trace(e)));
      String why = "the check broke off with a fault of its own (" + e.getClass().getName() + ")";
      return new Observation(false, why, why);
    }
  }

  private static Ended checked(Promotion promotion, String gate, Observation seen, String hash) {
    return seen.passed()
        ? done(promotion, "the check of " + gate + " passed; what it saw is kept as " + hash)
        : new Ended(
            Exit.BLOCKED,
            Unreached.CHECK_FAILED.id(),
            promotion.workload().name(),
            promotion.stateWord(),
            "gate "
                + gate
                + " has failed: "
                + seen.reason()
                + "; what its check saw is kept as "
                + hash
                + "; mend it, then run it again",
            false);
  }

  @Override
  public Ended attach(Order order, String gate, boolean executed, List<Brought> brought) {
    return answered(
        order,
        promotion -> {
          List<Evidence> evidence =
              brought.stream()
                  .map(each ->
                      new Evidence(
                          each.kind(),
                          each.what(),
                          store.keep(each.content()),
                          each.content().length))
                  .toList();
          var attach =
              new Input.Ask.Attach(
                  gate, order.by(), subject(promotion, gate), executed, order.why(), evidence);
          return done(
              ask(order, attach),
              "evidence for "
                  + gate
                  + " is kept as "
                  + evidence.stream().map(Evidence::sha256).collect(Collectors.joining(", "))
                  + ", brought by "
                  + order.by()
                  + (executed ? "; the gate counts as executed" : ""));
        });
  }

  @Override
  public Ended sign(Order order, Saying saying, Signer signer) {
    return answered(
        order,
        promotion -> {
          Optional<Person> person = whose(promotion, signer.key());
          Statement statement = statement(promotion, order, saying, person);
          return taken(order, signer.sign(statement));
        });
  }

  private static Optional<Person> whose(Promotion promotion, String key) {
    return promotion
        .workload()
        .gates()
        .flatMap(plan ->
            plan.people().stream()
                .filter(one -> one.key().filter(key::equals).isPresent())
                .findFirst());
  }

  @Override
  public Optional<Statement> draft(Order order, Saying saying) {
    return desk.find(order.workload())
        .map(promotion ->
            statement(
                promotion,
                order,
                saying,
                promotion.workload().gates().flatMap(plan -> plan.person(order.by()))));
  }

  @Override
  public Ended submit(Order order, Statement statement, String signature) {
    return answered(
        order,
        promotion -> {
          // Whose key it has to be the file says: a key that comes along proves nothing.
          String key =
              promotion
                  .workload()
                  .gates()
                  .flatMap(plan -> plan.person(statement.by()))
                  .flatMap(Person::key)
                  .orElse("");
          return taken(order, new Statement.Signed(statement, key, signature));
        });
  }

  private Ended taken(Order order, Statement.Signed signed) {
    Statement statement = signed.statement();
    Promotion after = ask(order, new Input.Ask.Sign(signed), statement.by());
    return done(
        after,
        "%s (%s) signed \"%s\" for gate %s of plan %s, until %s"
            .formatted(
                statement.by(),
                statement.role(),
                statement.verb().word(),
                statement.gate(),
                statement.plan(),
                statement.until()));
  }

  /** What a person signs. Whether it can be taken is decided where it is taken, and only there. */
  private Statement statement(
      Promotion promotion, Order order, Saying saying, Optional<Person> person) {
    Optional<GatePlan> plan = promotion.workload().gates();
    List<String> entitled = entitled(promotion, saying);
    String role = role(saying, person.map(Person::roles).orElse(List.of()), entitled);
    Subject subject = subject(promotion, saying.gate());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Duration max = plan.map(each -> Validation.max(each, saying.verb())).orElse(Duration.ZERO);
    return new Statement(
        saying.verb(),
        promotion.workload().name(),
        saying.gate(),
        subject.plan(),
        subject.target(),
        looked(promotion, saying, person, now),
        person.map(Person::name).orElse("whoever has this key"),
        role,
        now,
        now.plus(saying.lasts().orElse(max)),
        order.why());
  }

  /** In which role a person says it; about the glass in the one that is over most gates. */
  private static String role(Saying saying, List<String> roles, List<String> entitled) {
    if (saying.verb().isOfGlass() && roles.contains(GatePlan.CISO)) {
      return GatePlan.CISO;
    }
    return roles.stream()
        .filter(entitled::contains)
        .findFirst()
        .or(() -> roles.stream().findFirst())
        .orElse("");
  }

  private static List<String> entitled(Promotion promotion, Saying saying) {
    Optional<GatePlan> plan = promotion.workload().gates();
    if (saying.verb().isOfGlass()) {
      return plan.map(GatePlan::breakers).orElse(List.of());
    }
    return plan.flatMap(each ->
            each.gate(saying.gate())
                .map(gate -> saying.verb().exempts() ? each.waivers(gate) : gate.approvers()))
        .orElse(List.of());
  }

  /** What the person has looked at: evidence, or that somebody else broke the glass. */
  private static String looked(
      Promotion promotion, Saying saying, Optional<Person> person, Instant now) {
    return saying.verb() == Statement.Verb.REVIEW
        ? person
            .flatMap(each -> Glass.toReview(promotion, each, now))
            .map(glass -> glass.signed().signature())
            .orElse(Statement.NOTHING)
        : promotion.gates().of(saying.gate()).evidence();
  }

  /** What evidence would be about now; only what the gate is about is looked at. */
  private Subject subject(Promotion promotion, String name) {
    Workload workload = promotion.workload();
    Optional<Gate> gate = workload.gates().flatMap(plan -> plan.gate(name));
    boolean target = gate.filter(each -> each.about() == Gate.About.TARGET).isPresent();
    return GateRule.subject(
        promotion,
        target ? Optional.of(Survey.inspect(workload, adapters)) : Optional.empty(),
        Survey.records(workload, promotion.planHash(), adapters, gate.stream().toList()));
  }

  private Promotion ask(Order order, Input.Ask ask) {
    return ask(order, ask, order.by());
  }

  private Promotion ask(Order order, Input.Ask ask, String by) {
    return desk.ask(order.workload(), ask, by, order.why())
        .map(Desk.Answer::promotion)
        .orElseThrow(() -> new IllegalStateException(order.workload() + " is not known any more"));
  }

  private Ended answered(Order order, Function<Promotion, Ended> then) {
    Optional<Promotion> known = desk.find(order.workload());
    if (known.isEmpty()) {
      return unknown.apply(order.workload());
    }
    return refusable(known.get(), () -> then.apply(known.get()));
  }

  private static Ended refusable(Promotion promotion, Supplier<Ended> then) {
    try {
      return then.get();
    } catch (RefusedException e) {
      return new Ended(
          e.refusal().blocked() ? Exit.BLOCKED : Exit.REFUSED,
          e.refusal().id(),
          promotion.workload().name(),
          promotion.stateWord(),
          String.valueOf(e.getMessage()),
          false);
    }
  }

  private static Ended done(Promotion promotion, String message) {
    return new Ended(
        Exit.DONE, "", promotion.workload().name(), promotion.stateWord(), message, false);
  }
}
