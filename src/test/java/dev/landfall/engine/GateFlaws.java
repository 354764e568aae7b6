package dev.landfall.engine;

import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Refusal;
import dev.landfall.promotion.Sharing;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.About;
import dev.landfall.workload.Gate.Kind;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Mistakes in the rules of gates; most let the real rules judge by another plan. */
enum GateFlaws {
  /** Where the data moves before its users, the first of them to follow are asked for nothing. */
  FIRST_FLIGHT_BEHIND_ITS_DATA_ASKS_NO_GATE(
      flying(DataPlan.TARGET_FIRST), unasked(GateFlaws::isFirstBehindItsData)),
  /** Whoever prepares two owners has asked, so nobody does who opens the second. */
  OPENING_A_SECOND_OWNER_ASKS_NO_GATE(
      flying(DataPlan.TWO_WAY),
      unasked(promotion -> promotion.sharing().stage() == Sharing.Stage.PREPARING)),
  /** All users have flown, so nobody is asked when their data follows. */
  DATA_BEHIND_THE_LAST_FLIGHT_ASKS_NO_GATE(
      flying(DataPlan.SOURCE_FIRST), unasked(GateFlaws::isBehindTheLast)),
  /** What was found counts for ever. */
  STALE_EVIDENCE_COUNTS(seeing(gate -> about(gate, gate.about(), Duration.ofDays(1)))),
  /** What was found counts for a target that has changed since. */
  EVIDENCE_ABOUT_ANOTHER_TARGET_COUNTS(seeing(gate -> about(gate, About.PLAN, gate.validity()))),
  /** The calendar is shown, and keeps nobody back. */
  CALENDAR_IS_NOT_ASKED(judgingBy(GateFlaws::timeless)),
  /** Who asked for it, tests it or carries it out approves it. */
  SELF_APPROVAL(asking(GateFlaws::approvesAnything)),
  /** Who approved it carries it out. */
  APPROVER_GIVES_THE_ORDER(asking(GateFlaws::ordersAnything)),
  /** Who broke the glass says that this was right. */
  OWN_REVIEW(asking(GateFlaws::reviewsAnything)),
  /** What was withdrawn counts again when somebody brings a copy. */
  A_COPY_COUNTS_AGAIN(asking(GateFlaws::takesCopies)),
  /** A check is counted that was taken for dead. */
  A_DEAD_CHECK_COUNTS(asking(GateFlaws::endsAnything)),
  /** Users can come back once all gates are passed. */
  GATES_BAR_THE_WAY_BACK(asking(GateFlaws::barsTheWayBack)),
  /** What was withheld once stays so. */
  WITHHELD_FOR_EVER(asking(GateFlaws::forgetsNothing));

  @SuppressWarnings("ImmutableEnumChecker") // Rules are functions without a state.
  private final Flaw flaw;

  @SuppressWarnings("ImmutableEnumChecker") // Neither has what is asked of a seed.
  private final Predicate<Scenario> where;

  GateFlaws(Flaw flaw) {
    this(_ -> true, flaw);
  }

  GateFlaws(Predicate<Scenario> where, Flaw flaw) {
    this.flaw = flaw;
    this.where = where;
  }

  /** Whether it can do harm in a life: no other need be lived to find it. */
  boolean matters(long seed) {
    return where.test(new Scenario(seed, true));
  }

  private static Predicate<Scenario> flying(DataPlan data) {
    return scenario ->
        scenario.workloads.stream()
            .flatMap(workload -> workload.flights().stream())
            .anyMatch(plan -> plan.data() == data);
  }

  Flaw flaw() {
    return flaw;
  }

  /** What follows from a wish, when it is known what would. */
  private interface Wish {
    Decision decide(Promotion promotion, Ask ask, Instant now, Decision rightly);
  }

  private static Flaw asking(Wish wish) {
    return Flaw.of(
        new Rules(
            (promotion, input, now) -> {
              Decision rightly = Decider.decide(promotion, input, now);
              return input instanceof Ask ask ? wish.decide(promotion, ask, now, rightly) : rightly;
            },
            Course::next));
  }

  /** Whatever is seen is judged by another plan. */
  private static Flaw judging(UnaryOperator<Promotion> change) {
    return Flaw.of(
        new Rules(
            (promotion, input, now) ->
                Decider.decide(
                    input instanceof Input.Seen ? change.apply(promotion) : promotion, input, now),
            Course::next));
  }

  private static Flaw judgingBy(UnaryOperator<GatePlan> change) {
    return judging(promotion -> by(promotion, promotion.workload().gates().map(change)));
  }

  private static Flaw seeing(UnaryOperator<Gate> change) {
    return judgingBy(plan ->
        new GatePlan(
            plan.gates().stream().map(change).toList(),
            plan.people(),
            plan.policy(),
            plan.calendar()));
  }

  private static Flaw unasked(Predicate<Promotion> when) {
    return judging(promotion -> when.test(promotion) ? by(promotion, Optional.empty()) : promotion);
  }

  private static Promotion by(Promotion promotion, Optional<GatePlan> plan) {
    return new Promotion(
        promotion.workload().behind(plan),
        promotion.planHash(),
        promotion.goal(),
        promotion.paused(),
        promotion.epoch(),
        promotion.flown(),
        promotion.acceptedLeaks(),
        promotion.rehearsals(),
        promotion.revocation(),
        promotion.sharing(),
        promotion.gates(),
        promotion.phase());
  }

  private static boolean isFirstBehindItsData(Promotion promotion) {
    return promotion.flown().number() == 0
        && promotion.owner() == Side.TARGET
        && promotion
            .workload()
            .flights()
            .map(FlightPlan::data)
            .filter(data -> data == DataPlan.TARGET_FIRST)
            .isPresent();
  }

  private static boolean isBehindTheLast(Promotion promotion) {
    return promotion.owner() == Side.SOURCE
        && promotion
            .workload()
            .flights()
            .filter(plan -> promotion.flown().number() == plan.flights().size())
            .isPresent();
  }

  private static GatePlan timeless(GatePlan plan) {
    return new GatePlan(
        plan.gates().stream().filter(gate -> gate.kind() != Kind.CALENDAR).toList(),
        plan.people(),
        plan.policy());
  }

  private static Gate about(Gate gate, About about, Duration validity) {
    return new Gate(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.approvers(),
        gate.quorum(),
        gate.needs(),
        gate.binds(),
        validity,
        about,
        gate.kind(),
        gate.check());
  }

  /** The same, while nobody's duties are kept apart. */
  private static Decision unseparated(Promotion promotion, Ask ask, Instant now) {
    GatePlan plan = promotion.workload().gates().orElseThrow();
    var policy =
        new Policy(
            Set.of(),
            plan.policy().waivers(),
            plan.policy().waiverMax(),
            plan.policy().approvalMax());
    var without = new GatePlan(plan.gates(), plan.people(), policy, plan.calendar());
    return Decider.decide(by(promotion, Optional.of(without)), ask, now);
  }

  private static Decision approvesAnything(
      Promotion promotion, Ask ask, Instant now, Decision rightly) {
    return said(ask, Verb.APPROVE).isPresent() ? unseparated(promotion, ask, now) : rightly;
  }

  private static Decision ordersAnything(
      Promotion promotion, Ask ask, Instant now, Decision rightly) {
    return ask instanceof Ask.Reach ? unseparated(promotion, ask, now) : rightly;
  }

  private static Optional<Statement.Signed> said(Ask ask, Verb verb) {
    return ask instanceof Ask.Sign(var signed) && signed.statement().verb() == verb
        ? Optional.of(signed)
        : Optional.empty();
  }

  private static boolean isRefused(Decision decision, Refusal refusal, String why) {
    return decision instanceof Decision.Refused(Refusal found, String message)
        && found == refusal
        && message.contains(why);
  }

  private static Decision reviewsAnything(
      Promotion promotion, Ask ask, Instant now, Decision rightly) {
    return said(ask, Verb.REVIEW)
        .filter(_ -> isRefused(rightly, Refusal.NOT_SEPARATE, "broke the glass"))
        .<Decision>map(signed -> new Decision.Events(List.of(new Event.GateSigned(signed, now))))
        .orElse(rightly);
  }

  private static Decision takesCopies(Promotion promotion, Ask ask, Instant now, Decision rightly) {
    return said(ask, Verb.APPROVE)
        .filter(_ -> isRefused(rightly, Refusal.STATEMENT, "has said that before"))
        .<Decision>map(signed -> new Decision.Events(List.of(new Event.GateSigned(signed, now))))
        .orElse(rightly);
  }

  private static Decision endsAnything(
      Promotion promotion, Ask ask, Instant now, Decision rightly) {
    return ask instanceof Ask.EndCheck end
            && isRefused(rightly, Refusal.CHECK, "taken for dead")
            && promotion.gates().of(end.gate()).executed().isPresent()
        ? new Decision.Events(
            List.of(
                new Event.GateChecked(
                    end.gate(),
                    end.token(),
                    "tess",
                    promotion.gates().of(end.gate()).executed().orElseThrow().subject(),
                    now,
                    end.passed(),
                    "",
                    List.of())))
        : rightly;
  }

  private static Decision barsTheWayBack(
      Promotion promotion, Ask ask, Instant now, Decision rightly) {
    boolean back = ask instanceof Ask.Reach(Goal goal, _) && goal == Goal.ROLLED_BACK;
    return back && promotion.gates().executors().isEmpty() && !promotion.gates().givers().isEmpty()
        ? new Decision.Refused(Refusal.NOT_ENTITLED, "cannot roll back: nobody has approved it")
        : rightly;
  }

  private static Decision forgetsNothing(
      Promotion promotion, Ask ask, Instant now, Decision rightly) {
    boolean again = ask instanceof Ask.Reach(Goal goal, _) && goal == Goal.PROMOTED;
    return again && promotion.rehearsals().withheld().isPresent()
        ? new Decision.Events(List.of())
        : rightly;
  }
}
