package dev.landfall.promotion;

import dev.landfall.gate.GateBook;
import dev.landfall.gate.Judging;
import dev.landfall.gate.Separation;
import dev.landfall.gate.Standing;
import dev.landfall.gate.State;
import dev.landfall.gate.Subject;
import dev.landfall.problem.Finding;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.promotion.Rehearsals.Withheld;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rule that nobody is moved past a gate that is not passed (I4), nor by people who have two
 * duties that the policy keeps apart (I5). It holds at every step that takes users towards the
 * target, and at none that brings them back.
 */
public final class GateRule {
  private GateRule() {}

  /** What should be said of the gates of a workload wherever its file is looked at. */
  public static List<Finding> notes(Workload workload) {
    return workload
        .gates()
        .map(GateRule::unvalidated)
        .orElse(
            List.of(
                new Finding(
                    Finding.Severity.WARNS,
                    PlanNote.NO_GATES.id(),
                    "gates",
                    UNGATED,
                    "say in the file what else must be so, and who may say it: gates:")));
  }

  /** Gates that the people of the file can never validate, however willing they are. */
  private static List<Finding> unvalidated(GatePlan plan) {
    var findings = new ArrayList<Finding>();
    if (plan.policy().separate().isEmpty()) {
      findings.add(
          new Finding(
              Finding.Severity.WARNS,
              PlanNote.UNSEPARATED.id(),
              "gates: policy",
              "no duties are kept apart: one person can test, approve and order it",
              "take separate: [] away, or name pairs of duties"));
    }
    for (Gate gate : plan.gates()) {
      long able =
          plan.people().stream()
              .filter(person -> person.key().isPresent())
              .filter(person -> person.roles().stream().anyMatch(gate.approvers()::contains))
              .count();
      if (gate.demands().contains(Gate.Flag.VALIDATED) && able < gate.quorum()) {
        findings.add(
            new Finding(
                Finding.Severity.WARNS,
                PlanNote.NOBODY.id(),
                "gates: " + gate.id(),
                "%d of the people can validate it, and %d must".formatted(able, gate.quorum()),
                "name somebody with a key who is " + String.join(" or ", gate.approvers())));
      }
    }
    return findings;
  }

  /** What a workload without gates means, as a sentence. */
  public static final String UNGATED =
      "nothing but the technical checks gates this promotion: nobody has to test, approve or sign"
          + " anything";

  /** What is there now, as far as evidence can be about it. */
  public static Subject subject(
      Promotion promotion, Optional<Configuration> target, Map<String, String> records) {
    return new Subject(promotion.planHash(), target.map(Configuration::fingerprint), records);
  }

  /** The same, where nobody looked at records. */
  public static Subject subject(Promotion promotion, Optional<Configuration> target) {
    return subject(promotion, target, Map.of());
  }

  /** Whether what the target runs on has to be known to say how the gates stand. */
  public static boolean areAboutTheTarget(GatePlan plan) {
    return plan.gates().stream().anyMatch(gate -> gate.about() == Gate.About.TARGET);
  }

  /**
   * The person behind an account, as far as a file that is in force says so: one that is only
   * brought could say that its giver is somebody else.
   */
  static Optional<String> who(Workload inForce, Optional<String> account) {
    return inForce.gates().flatMap(plan -> account.map(plan::nameOf)).or(() -> account);
  }

  /**
   * Whether something outside has to be looked at to say how the gates stand, as long as nobody has
   * broken the glass.
   */
  private static boolean hangsOnTheOutside(Promotion promotion, GatePlan plan, Instant now) {
    return plan.gates().stream()
        .anyMatch(gate -> isAboutTheOutside(gate) && !Glass.lets(promotion, gate, now));
  }

  private static boolean isAboutTheOutside(Gate gate) {
    return gate.about() == Gate.About.TARGET || gate.isAboutRecords();
  }

  /** What is known of the gates once an edited file is carried out. */
  static GateBook edited(Promotion before, Event.Amended amended) {
    boolean neverGated =
        before.workload().gates().isEmpty()
            && before.gates().loosened().isEmpty()
            && amended.workload().gates().isEmpty();
    return neverGated || before.planHash().equals(amended.planHash())
        ? before.gates()
        : before.gates().edited(who(before.workload(), amended.by()), amended.at());
  }

  /** The next step of users towards the target. */
  public static Gate.Step step(Promotion promotion) {
    boolean first =
        promotion.flown().number() == 0
            && (promotion.owner() == Side.SOURCE || Flights.areNext(promotion));
    return first ? Gate.Step.PROMOTE : Gate.Step.FLIGHT;
  }

  /**
   * Whether a gate holds the next step back. The first flight behind data that has moved already is
   * both steps: nobody has left the source before it, and it is a flight.
   */
  static boolean holds(Promotion promotion, Gate gate) {
    boolean behindTheData = promotion.owner() == Side.TARGET && promotion.flown().number() == 0;
    return gate.binds().contains(step(promotion))
        || (behindTheData && gate.binds().contains(Gate.Step.FLIGHT));
  }

  /**
   * What holds the next step back, as clauses; empty when nothing does.
   *
   * @param current what is there now
   */
  public static List<String> blocks(
      Promotion promotion, GatePlan plan, Subject current, Instant now) {
    var why = new ArrayList<String>();
    standings(promotion, plan, current, now).stream()
        .filter(each -> !each.state().lets() && !Glass.lets(promotion, each.gate(), now))
        .map(Standing::words)
        .forEach(why::add);
    why.addAll(people(promotion, plan));
    return why;
  }

  static Separation separation(Promotion promotion, GatePlan plan) {
    return Separation.of(plan, promotion.gates(), promotion.planHash());
  }

  /** What is wrong about who did what, as clauses. */
  public static List<String> people(Promotion promotion, GatePlan plan) {
    var why = new ArrayList<>(separation(promotion, plan).breaches());
    if (promotion.goal() == Goal.PROMOTED) {
      Set<String> executors = promotion.gates().executors();
      executors.stream()
          .filter(name -> plan.whoIs(name).isEmpty())
          .sorted()
          .forEach(name ->
              why.add(
                  "%s ordered it, whom the file does not name under gates.people".formatted(name)));
      if (executors.isEmpty()) {
        why.add("nobody has ordered it since the workload file was edited");
      }
    }
    return why;
  }

  /** Whether users leave a side for the target once it is given up. */
  static boolean isLeft(Promotion promotion, Side lost) {
    return lost == Side.SOURCE && !Flights.whereUsersAre(promotion).equals(Side.TARGET.word());
  }

  /** Who gives the source up takes users past these: nothing holds them back, and it is told. */
  static List<String> past(Promotion promotion, Input.Ask.GiveUp ask, Instant now) {
    Optional<GatePlan> plan = promotion.workload().gates();
    if (plan.isEmpty() || !isLeft(promotion, ask.lost())) {
      return List.of();
    }
    var why = new ArrayList<String>();
    standings(promotion, plan.get(), Subject.ofPlan(promotion.planHash()), now).stream()
        .filter(each -> !each.state().lets())
        .map(Standing::words)
        .forEach(why::add);
    if (!why.isEmpty()) {
      why.addFirst(
          "%s gave the source up, and everybody went past"
              .formatted(ask.by().map(plan.get()::nameOf).orElse(GateBook.UNKNOWN)));
    }
    return why;
  }

  /** How the gates of the next step stand. */
  public static List<Standing> standings(
      Promotion promotion, GatePlan plan, Subject current, Instant now) {
    return Judging.all(plan, promotion.gates(), current, now).stream()
        .filter(standing -> holds(promotion, standing.gate()))
        .toList();
  }

  /**
   * What keeps users from leaving, whatever the target runs on; absent when nothing does, and while
   * a flight is judged: only what follows it is asked for.
   */
  static Optional<Event> missing(Promotion promotion, Instant now) {
    if (Flights.isUnderWay(promotion) || isSaid(promotion)) {
      return Optional.empty();
    }
    return promotion.workload().gates().flatMap(plan -> missing(promotion, plan, now));
  }

  private static Optional<Event> missing(Promotion promotion, GatePlan plan, Instant now) {
    var why = new ArrayList<String>();
    standings(promotion, plan, Subject.ofPlan(promotion.planHash()), now).stream()
        .filter(each -> !each.state().lets() && !mayBeFresh(each))
        .filter(each -> !Glass.lets(promotion, each.gate(), now))
        .map(Standing::words)
        .forEach(why::add);
    why.addAll(people(promotion, plan));
    return why.isEmpty() ? Optional.empty() : Optional.of(withheld(why, now));
  }

  /** Whether it is stale for no other reason than that nobody has looked at the outside yet. */
  private static boolean mayBeFresh(Standing standing) {
    return standing.state() == State.STALE && isAboutTheOutside(standing.gate());
  }

  /**
   * Whether the target's configuration has to be looked at now, because nothing else is in the way
   * of users who are to move.
   */
  public static boolean asks(Promotion promotion, World world, Instant now) {
    if (RehearsalGate.asks(promotion, world, now)) {
      return true;
    }
    // What is withheld stays so until somebody orders it, whatever the target runs on.
    return promotion
            .workload()
            .gates()
            .filter(plan -> hangsOnTheOutside(promotion, plan, now))
            .isPresent()
        && promotion.rehearsals().withheld().isEmpty()
        && promotion.phase() instanceof Phase.Resting resting
        && moves(Decider.leaving(promotion, resting, world, now));
  }

  /** What leads users on while both sides accept writes, or says why not. */
  static List<Event> lead(Promotion promotion, Phase.Resting resting, World world, Instant now) {
    return missing(promotion, now)
        .map(List::of)
        .orElseGet(
            () -> pass(promotion, world, Decider.leaving(promotion, resting, world, now), now));
  }

  /**
   * Lets users move, or says why not.
   *
   * @param next what would follow without this rule
   */
  static List<Event> pass(Promotion promotion, World world, List<Event> next, Instant now) {
    if (!moves(next)) {
      return next;
    }
    if (isLoosened(promotion)) {
      return List.of();
    }
    Optional<GatePlan> gates = promotion.workload().gates();
    if (gates.isEmpty()) {
      return next;
    }
    GatePlan plan = gates.get();
    if (hangsOnTheOutside(promotion, plan, now) && world.configuration().isEmpty()) {
      return List.of();
    }
    List<String> why =
        blocks(promotion, plan, subject(promotion, world.configuration(), world.records()), now);
    if (why.isEmpty()) {
      return next;
    }
    return isSaid(promotion) ? List.of() : List.of(withheld(why, now));
  }

  /** Where staying means the same goal, it is said once, until somebody asks again. */
  private static boolean isSaid(Promotion promotion) {
    return promotion.rehearsals().withheld().isPresent();
  }

  /**
   * The goal once users are kept where they are. While both sides accept writes any other than this
   * would bring back who has flown.
   */
  static Goal staying(Promotion promotion) {
    return promotion.sharing().isOpen() && promotion.goal() == Goal.PROMOTED
        ? Goal.PROMOTED
        : promotion.phase().staying();
  }

  /** Whether nobody has ordered users to move since an edited file made its gates looser. */
  public static boolean isLoosened(Promotion promotion) {
    return promotion
        .rehearsals()
        .withheld()
        .filter(withheld -> withheld.reason() == Reason.LOOSENED)
        .isPresent();
  }

  /** Whether it takes anybody towards the target, or opens it for them. */
  private static boolean moves(List<Event> next) {
    return next.stream().anyMatch(GateRule::moves);
  }

  private static boolean moves(Event event) {
    return event instanceof Event.FlightBegun
        || event instanceof Event.CrossingBegun
        || event instanceof Event.SharingBegun
        || event instanceof Event.Shared
        || (event instanceof Event.CutoverBegun begun && begun.to() == Side.TARGET);
  }

  private static Event withheld(List<String> why, Instant now) {
    return new Event.PromotionWithheld(new Withheld(Reason.GATES, why), now);
  }
}
