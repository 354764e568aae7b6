package dev.landfall.promotion;

import dev.landfall.gate.Dossier;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.GateBook;
import dev.landfall.gate.Loosening;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Validation;
import dev.landfall.promotion.Input.Ask.OfGates;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.promotion.Rehearsals.Withheld;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.Person;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what follows when a person does something for a gate, or why it is refused. */
final class GateWishes {
  /** How long after its time a check is waited for. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private static final int TEXT_MAX = 2000;

  private GateWishes() {}

  static Decision decide(Promotion promotion, OfGates ask, Instant now) {
    Optional<GatePlan> plan = promotion.workload().gates();
    if (plan.isPresent()
        && ask instanceof Input.Ask.Sign(Signed signed)
        && signed.statement().verb().isOfGlass()) {
      return glass(promotion, plan.get(), signed, now);
    }
    Optional<Gate> gate = plan.flatMap(each -> each.gate(ask.gate()));
    if (plan.isEmpty() || gate.isEmpty()) {
      String known =
          plan.map(each -> each.gates().stream().map(Gate::id).collect(Collectors.joining(", ")))
              .orElse("its file has no gates:");
      return refused(Refusal.NO_GATE, promotion, ask.gate(), "there is no such gate; " + known);
    }
    if (gate.get().kind() == Gate.Kind.CALENDAR && !isExemption(ask)) {
      return refused(
          Refusal.CHECK,
          promotion,
          ask.gate(),
          "the calendar of the workload file says whether it is so; landfall waive lets users by");
    }
    return switch (ask) {
      case Input.Ask.BeginCheck begin -> begin(promotion, plan.get(), gate.get(), begin, now);
      case Input.Ask.EndCheck end -> end(promotion, end, now);
      case Input.Ask.Attach attach -> attach(promotion, plan.get(), gate.get(), attach, now);
      case Input.Ask.Sign(Signed signed) -> sign(promotion, plan.get(), gate.get(), signed, now);
    };
  }

  private static boolean isExemption(OfGates ask) {
    return ask instanceof Input.Ask.Sign(Signed signed)
        && (signed.statement().verb().exempts() || signed.statement().verb() == Verb.WITHDRAW);
  }

  private static Decision begin(
      Promotion promotion, GatePlan plan, Gate gate, Input.Ask.BeginCheck ask, Instant now) {
    if (gate.check().isEmpty()) {
      return refused(
          Refusal.CHECK,
          promotion,
          gate.id(),
          "the file has no check for it; landfall gate attach brings evidence");
    }
    Optional<Dossier.Run> run =
        promotion.gates().of(gate.id()).run().filter(each -> now.isBefore(each.until()));
    if (run.isPresent()) {
      return refused(
          Refusal.CHECK,
          promotion,
          gate.id(),
          "%s checks it since %s; wait for that".formatted(run.get().by(), run.get().at()));
    }
    return tested(promotion, plan, gate, ask.by(), ask.subject().plan())
        .orElseGet(() -> {
          GateCheck check = gate.check().orElseThrow();
          return Decision.of(
              new Event.GateCheckBegun(
                  gate.id(),
                  "check-" + (promotion.gates().runs() + 1),
                  plan.nameOf(ask.by()),
                  ask.subject(),
                  now,
                  now.plus(check.timeout()).plus(GRACE)));
        });
  }

  private static Decision end(Promotion promotion, Input.Ask.EndCheck ask, Instant now) {
    return promotion
        .gates()
        .of(ask.gate())
        .run()
        .filter(run -> run.token().equals(ask.token()))
        .map(run ->
            Decision.of(
                new Event.GateChecked(
                    ask.gate(),
                    run.token(),
                    run.by(),
                    run.subject(),
                    now,
                    ask.passed(),
                    shown(ask.reason()),
                    ask.evidence(),
                    ask.writers())))
        .orElseGet(() ->
            refused(
                Refusal.CHECK,
                promotion,
                ask.gate(),
                "this check was taken for dead, and another one began; it is not counted"));
  }

  /** What a program complains of is anything: nothing of it steers a terminal. */
  private static String shown(String reason) {
    return reason.replaceAll("\\p{Cc}+", " ").strip();
  }

  private static Decision attach(
      Promotion promotion, GatePlan plan, Gate gate, Input.Ask.Attach ask, Instant now) {
    if (ask.evidence().isEmpty() || ask.evidence().size() > Evidence.COUNT_MAX) {
      return refused(
          Refusal.STATEMENT,
          promotion,
          gate.id(),
          "there are %d pieces of evidence; from 1 to %d"
              .formatted(ask.evidence().size(), Evidence.COUNT_MAX));
    }
    if (!isPlain(ask.reason())
        || !ask.evidence().stream().map(Evidence::what).allMatch(GateWishes::isPlain)) {
      return refused(
          Refusal.STATEMENT,
          promotion,
          gate.id(),
          "a name, a link, a statement or the reason has a control character or more than %d"
                  .formatted(TEXT_MAX)
              + " characters; what is longer is attached as a file");
    }
    if (ask.executed() && gate.check().isPresent()) {
      return refused(
          Refusal.CHECK,
          promotion,
          gate.id(),
          "its check says whether it is so, and nobody else: landfall gate run");
    }
    return tested(promotion, plan, gate, ask.by(), ask.subject().plan())
        .orElseGet(() ->
            Decision.of(
                new Event.GateAttached(
                    gate.id(),
                    plan.nameOf(ask.by()),
                    ask.subject(),
                    now,
                    ask.executed(),
                    ask.reason(),
                    ask.evidence())));
  }

  /** Whether it can be shown on any terminal, and fits there. */
  private static boolean isPlain(String text) {
    return text.length() <= TEXT_MAX && text.chars().noneMatch(Character::isISOControl);
  }

  /** Why somebody may not test; absent when they may. */
  private static Optional<Decision> tested(
      Promotion promotion, GatePlan plan, Gate gate, String by, String about) {
    if (!about.equals(promotion.planHash())) {
      return Optional.of(
          refused(
              Refusal.STATEMENT,
              promotion,
              gate.id(),
              "the workload file was given anew meanwhile; do it again"));
    }
    return named(promotion, plan, gate.id(), by)
        .or(() -> apart(promotion, plan, gate.id(), by, Duty.TESTER));
  }

  private static Optional<Decision> named(
      Promotion promotion, GatePlan plan, String gate, String by) {
    return plan.whoIs(by).isPresent()
        ? Optional.empty()
        : Optional.of(
            refused(
                Refusal.NOT_ENTITLED,
                promotion,
                gate,
                "the file does not name %s under gates.people".formatted(by)));
  }

  private static Optional<Decision> apart(
      Promotion promotion, GatePlan plan, String gate, String by, Duty duty) {
    return GateRule.separation(promotion, plan)
        .against(by, duty)
        .map(why ->
            refused(Refusal.NOT_SEPARATE, promotion, gate, why + "; somebody else must do it"));
  }

  private static Decision sign(
      Promotion promotion, GatePlan plan, Gate gate, Signed signed, Instant now) {
    Statement said = signed.statement();
    List<String> roles = said.verb().exempts() ? plan.waivers(gate) : gate.approvers();
    Optional<Decision> unentitled = unentitled(promotion, plan, roles, signed);
    if (unentitled.isPresent()) {
      return unentitled.get();
    }
    return Validation.fault(
            promotion.workload().name(), promotion.planHash(), plan, promotion.gates(), said, now)
        .<Decision>map(why -> refused(Refusal.STATEMENT, promotion, gate.id(), why))
        .or(() ->
            said.verb() == Verb.APPROVE
                ? Validation.unready(gate, promotion.gates(), said, now)
                    .map(why -> refused(Refusal.NOTHING_TO_VALIDATE, promotion, gate.id(), why))
                : Optional.empty())
        .or(() ->
            said.verb().lets()
                ? apart(promotion, plan, gate.id(), said.by(), Duty.APPROVER)
                : Optional.empty())
        .orElseGet(() -> Decision.of(new Event.GateSigned(signed, now)));
  }

  private static Optional<Decision> unentitled(
      Promotion promotion, GatePlan plan, List<String> roles, Signed signed) {
    Statement said = signed.statement();
    Optional<Person> person = plan.person(said.by());
    if (person.flatMap(Person::key).filter(signed.key()::equals).isEmpty()) {
      return Optional.of(
          refused(
              Refusal.NOT_ENTITLED,
              promotion,
              said.gate(),
              "the key that signed it is not that of %s in the file".formatted(said.by())));
    }
    if (roles.contains(said.role()) && person.get().roles().contains(said.role())) {
      return Optional.empty();
    }
    return Optional.of(
        refused(
            Refusal.NOT_ENTITLED,
            promotion,
            said.gate(),
            "%s has %s, and only %s may %s it"
                .formatted(
                    said.by(),
                    String.join(", ", person.get().roles()),
                    String.join(" or ", roles),
                    said.verb().word())));
  }

  /** Somebody breaks the glass, or reviews that somebody else did. */
  private static Decision glass(Promotion promotion, GatePlan plan, Signed signed, Instant now) {
    Statement said = signed.statement();
    return unentitled(promotion, plan, plan.breakers(), signed)
        .or(() ->
            Validation.fault(
                    promotion.workload().name(),
                    promotion.planHash(),
                    plan,
                    promotion.gates(),
                    said,
                    now)
                .map(why -> refused(Refusal.STATEMENT, promotion, said.gate(), why)))
        .or(() ->
            Glass.unreviewed(promotion, said, now)
                .map(why -> refused(Refusal.UNREVIEWED, promotion, said.gate(), why)))
        .or(() ->
            Glass.against(promotion, plan, signed, now)
                .map(why -> refused(Refusal.NOT_SEPARATE, promotion, said.gate(), why)))
        .or(() ->
            said.verb() == Verb.BREAK_GLASS
                ? apart(promotion, plan, said.gate(), said.by(), Duty.APPROVER)
                : Optional.empty())
        .orElseGet(() -> Decision.of(new Event.GateSigned(signed, now)));
  }

  /**
   * An order that moves users towards the target, by whoever gives it.
   *
   * @param otherwise what follows when the person may give it
   */
  static Decision executed(Promotion promotion, Optional<String> by, Decision otherwise) {
    Optional<GatePlan> plan = promotion.workload().gates();
    boolean arrived = promotion.owner() == Side.TARGET && !Flights.areNext(promotion);
    if (plan.isEmpty()
        || (arrived && promotion.goal() == Goal.PROMOTED)
        || !(otherwise instanceof Decision.Events(List<Event> events))
        || events.stream().anyMatch(GateWishes::bringsBack)) {
      return otherwise;
    }
    String name = plan.get().nameOf(by.orElse(GateBook.UNKNOWN));
    Optional<Decision> against =
        named(promotion, plan.get(), "promotion", name)
            .or(() -> apart(promotion, plan.get(), "promotion", name, Duty.EXECUTOR));
    if (against.isPresent()) {
      return against.get();
    }
    boolean known = promotion.gates().executors().contains(name);
    var all = new ArrayList<Event>();
    events.stream().filter(event -> !(event instanceof Event.GoalSet)).forEach(all::add);
    boolean asks = all.size() < events.size();
    if (asks || promotion.rehearsals().withheld().isPresent()) {
      all.addFirst(new Event.GoalSet(Goal.PROMOTED, by));
    } else if (!known && promotion.goal() == Goal.PROMOTED) {
      // To set the goal anew would forget what else was ordered with it: where the flights go.
      all.addFirst(new Event.OrderJoined(name));
    }
    return new Decision.Events(all);
  }

  /**
   * Where users of flights are to be is an order to move only where it leads somebody on: whoever
   * has users stay where they are, or come back, must never have ordered by that what is withheld.
   */
  static Decision led(Promotion promotion, Optional<String> by, Decision otherwise) {
    boolean ahead =
        otherwise instanceof Decision.Events(List<Event> events)
            && events.stream().anyMatch(Event.FlightsSkipped.class::isInstance);
    return ahead ? executed(promotion, by, otherwise) : otherwise;
  }

  /**
   * Whoever lets an order go on that was paused or parked stands behind it, too: users move by that
   * as by the order. Where none is carried out it is none by itself, and lets nobody move.
   */
  static Decision resumed(Promotion promotion, Optional<String> by, Decision otherwise) {
    boolean ordered = promotion.goal() == Goal.PROMOTED && !promotion.gates().executors().isEmpty();
    return ordered ? executed(promotion, by, otherwise) : otherwise;
  }

  /**
   * An edited file. One that demands less takes a person whom the file before names and a second
   * order, and is told for good: else whoever may edit a file could pass every gate by that.
   */
  static Decision edited(Promotion promotion, Event.Amended amended, Instant now) {
    Optional<GatePlan> before = promotion.workload().gates();
    List<String> looser =
        before.map(plan -> Loosening.between(plan, amended.workload().gates())).orElse(List.of());
    if (looser.isEmpty()) {
      return Decision.of(amended);
    }
    String name = amended.by().orElse(GateBook.UNKNOWN);
    if (before.flatMap(plan -> plan.whoIs(name)).isEmpty()) {
      return new Decision.Refused(
          Refusal.NOT_ENTITLED,
          "cannot carry out the edited file of %s: it demands less than the one before (%s), which"
                  .formatted(promotion.workload().name(), String.join("; ", looser))
              + " does not name %s under gates.people; have it given by somebody whom it names"
                  .formatted(name));
    }
    var why = new ArrayList<String>();
    why.add(name + " gave a file that demands less");
    why.addAll(looser);
    return Decision.of(
        amended, new Event.PromotionWithheld(new Withheld(Reason.LOOSENED, why), now));
  }

  private static boolean bringsBack(Event event) {
    return event instanceof Event.FlightsRecalled
        || event instanceof Event.Paused
        || (event instanceof Event.GoalSet set && set.goal() != Goal.PROMOTED);
  }

  private static Decision refused(Refusal refusal, Promotion promotion, String gate, String why) {
    return new Decision.Refused(
        refusal,
        "cannot do that for gate %s of %s: %s".formatted(gate, promotion.workload().name(), why));
  }
}
