package dev.landfall.engine;

import dev.landfall.engine.GateFacts.Present;
import dev.landfall.engine.GateFacts.Word;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.GateOutlook;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.Person;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a book of its own of who did what, and says whether users might be moved (I4, I5). It knows
 * people as they are, whatever a file calls them, and asks nothing of the code of gates save what
 * that shows, to compare it with what is done.
 */
final class GateReferee {
  /** The glass that somebody broke. */
  private static final class Glass {
    final Cast by;
    final Statement said;
    final String signature;
    final int edition;
    boolean used;
    boolean reviewed;

    Glass(Cast by, Statement said, String signature, int edition) {
      this.by = by;
      this.said = said;
      this.signature = signature;
      this.edition = edition;
    }
  }

  private final Simulation simulation;
  private final Gatehouse house;
  private final Map<String, GateFacts> facts = new HashMap<>();
  private final Set<Statement> all = new HashSet<>();
  private final List<Glass> glass = new ArrayList<>();

  /** Who gave files, as the file that was in force then calls them. */
  private final Set<String> givers = new HashSet<>();

  private final EnumSet<Cast> executors = EnumSet.noneOf(Cast.class);
  private final EnumSet<Cast> movers = EnumSet.noneOf(Cast.class);
  private @Nullable GatePlan plan;
  private String hash = "";
  private int edition;

  /** Whether a file that demands less was given, and nobody has ordered anything since. */
  private boolean loosened;

  /** Who did so by the command that goes on still, and orders nothing by it. */
  private @Nullable String loosening;

  GateReferee(Simulation simulation, Gatehouse house) {
    this.simulation = simulation;
    this.house = house;
  }

  /** The command by which somebody gave a file is over. */
  void given(String account) {
    if (account.equals(loosening)) {
      loosening = null;
    }
  }

  /**
   * An event was appended.
   *
   * @param before null for the first one
   * @param account who asked for it; null when a controller decided it
   * @param machine which controller did
   */
  void appended(@Nullable Promotion before, Event event, @Nullable String account, String machine) {
    switch (event) {
      case Event.Registered(Workload file, String planHash, Goal goal, _) -> {
        given(file, planHash, account);
        ordered(goal, account);
      }
      case Event.Amended(Workload file, String planHash, _, _) -> {
        if (!planHash.equals(hash)) {
          edition++;
          executors.clear();
          if (plan != null && GateFiles.isLooser(plan, file.gates().orElseThrow())) {
            loosened = true;
            loosening = account;
          }
          given(file, planHash, account);
        }
      }
      case Event.GoalSet(Goal goal, Optional<String> by) -> {
        if (goal == Goal.PROMOTED) {
          by.ifPresent(this::mayOrder);
        }
        ordered(goal, account);
      }
      case Event.OrderJoined(String by) -> {
        mayOrder(by);
        ordered(Goal.PROMOTED, account);
      }
      case Event.FlightsSkipped _ -> ordered(Goal.PROMOTED, account);
      case Event.FlightPassed _, Event.Resumed _ -> {
        boolean goesOn = before != null && before.goal() == Goal.PROMOTED;
        if (account != null && goesOn && !executors.isEmpty()) {
          ordered(Goal.PROMOTED, account);
        }
      }
      case Event.PromotionWithheld(var withheld, Instant at) -> {
        if (withheld.reason() == Reason.GATES && before != null) {
          withheld(before, at, machine, withheld.why());
        }
        executors.clear();
      }
      case Event.GateCheckBegun begun -> {
        tested(begun.by(), account, begun.gate(), begun.subject());
        of(begun.gate()).begun(begun).ifPresent(what -> wrong("I4: " + what));
      }
      case Event.GateChecked done -> checked(done);
      case Event.GateAttached brought -> {
        tested(brought.by(), account, brought.gate(), brought.subject());
        of(brought.gate()).attached(brought);
        kept(brought.evidence());
      }
      case Event.GateSigned said -> signed(said);
      case Event.SharingBegun(_, _, Instant at) -> moved(before, event, at, machine);
      case Event.Shared(_, Instant at) -> moved(before, event, at, machine);
      case Event.CrossingBegun begun -> moved(before, event, begun.at(), machine);
      // Where both sides accept writes, whoever flies has crossed before the flight is told of.
      case Event.FlightBegun(_, _, Instant at)
          when before != null && !before.workload().isTwoWay() ->
          moved(before, event, at, machine);
      case Event.CutoverBegun begun when begun.to() == Side.TARGET ->
          moved(before, event, begun.at(), machine);
      default -> {}
    }
  }

  private void wrong(String what) {
    simulation.violated(what);
  }

  private GateFacts of(String gate) {
    return facts.computeIfAbsent(gate, _ -> new GateFacts());
  }

  private GatePlan plan() {
    if (plan == null) {
      throw new IllegalStateException("nothing was given");
    }
    return plan;
  }

  private void given(Workload file, String planHash, @Nullable String account) {
    GatePlan inForce = plan == null ? file.gates().orElseThrow() : plan;
    givers.add(inForce.nameOf(String.valueOf(account)));
    plan = file.gates().orElseThrow();
    hash = planHash;
  }

  private void ordered(Goal goal, @Nullable String account) {
    if (goal != Goal.PROMOTED) {
      executors.clear();
    } else if (account != null) {
      executors.add(Cast.of(account));
      loosened &= account.equals(loosening);
    }
  }

  private void mayOrder(String by) {
    if (plan().whoIs(by).isEmpty()) {
      wrong("I5: " + by + " gives an order, and the file does not name them");
    }
    apart(Cast.of(by), Duty.EXECUTOR).ifPresent(why -> wrong("I5: ordered by " + by + ": " + why));
  }

  private void tested(String by, @Nullable String account, String gate, Subject about) {
    if (account == null || plan().whoIs(account).isEmpty() || Cast.of(account) != Cast.of(by)) {
      wrong("I5: " + by + " tested " + gate + ", and it was " + account);
    }
    if (!about.plan().equals(hash)) {
      wrong("I4: evidence for " + gate + " is about another plan");
    }
    apart(Cast.of(by), Duty.TESTER).ifPresent(why -> wrong("I5: tested by " + by + ": " + why));
  }

  private void checked(Event.GateChecked done) {
    of(done.gate()).checked(done).ifPresent(what -> wrong("I4: " + what));
    kept(done.evidence());
    if (house.saw(done.token()) != done.passed()) {
      wrong("I4: a check of " + done.gate() + " saw something else than is told");
    }
  }

  private void kept(List<Evidence> evidence) {
    for (Evidence each : evidence) {
      if (house.store().read(each.sha256()).isEmpty()) {
        wrong("I4: evidence is told of and not there: " + each.what());
      }
    }
  }

  // Who has which duty.

  private Set<Cast> having(Duty duty) {
    var who = EnumSet.noneOf(Cast.class);
    switch (duty) {
      case REQUESTER -> givers.forEach(each -> who.add(Cast.of(each)));
      case TESTER -> facts.values().forEach(each -> who.addAll(each.testers(hash)));
      case APPROVER -> {
        facts.values().forEach(each -> who.addAll(each.approvers(edition)));
        glass.stream().filter(each -> each.edition == edition).forEach(each -> who.add(each.by));
      }
      case EXECUTOR -> {
        who.addAll(executors);
        who.addAll(movers);
      }
    }
    return who;
  }

  private Optional<String> apart(Cast who, Duty duty) {
    for (GatePlan.Pair pair : plan().policy().separate()) {
      Duty other = pair.one() == duty ? pair.other() : pair.one();
      if ((pair.one() == duty || pair.other() == duty) && having(other).contains(who)) {
        return Optional.of(who + " is " + other.word() + ", too");
      }
    }
    return Optional.empty();
  }

  private Optional<String> breach() {
    for (GatePlan.Pair pair : plan().policy().separate()) {
      var both = having(pair.one());
      both.retainAll(having(pair.other()));
      if (!both.isEmpty()) {
        return Optional.of(both + " is both " + pair.word());
      }
      boolean asks = pair.one() == Duty.REQUESTER || pair.other() == Duty.REQUESTER;
      if (asks && givers.stream().anyMatch(each -> plan().whoIs(each).isEmpty())) {
        return Optional.of("a file was given by somebody unknown");
      }
    }
    if (executors.isEmpty()) {
      return Optional.of("nobody has ordered it");
    }
    return Optional.empty();
  }

  // What is signed.

  private void signed(Event.GateSigned event) {
    Statement said = event.signed().statement();
    Cast by = Cast.ofKey(event.signed().key()).orElse(Cast.STRANGER);
    Optional<Person> person = plan().person(said.by());
    String what = by + " said \"" + said.verb().word() + "\" of " + said.gate();
    if (person.flatMap(Person::key).filter(by.key()::equals).isEmpty()) {
      wrong("I5: " + what + " in the name of " + said.by());
    }
    if (!roles(said).contains(said.role()) || !by.roles().contains(said.role())) {
      wrong("I5: " + what + " as " + said.role());
    }
    if (!all.add(said)) {
      wrong("I4: it counts twice: " + what);
    }
    if (!said.plan().equals(hash)) {
      wrong("I4: " + what + " of another plan");
    }
    if (said.verb().lets()) {
      if (!event.at().isBefore(said.until())) {
        wrong("I4: " + what + " and that was over");
      }
      apart(by, Duty.APPROVER).ifPresent(why -> wrong("I5: " + what + ": " + why));
    }
    switch (said.verb()) {
      case BREAK_GLASS -> broken(by, event, what);
      case REVIEW -> reviewed(by, event, what);
      case APPROVE -> {
        Gate gate = plan().gate(said.gate()).orElseThrow();
        var now = new Present(event.at(), hash, edition, said.target().orElse(null));
        of(said.gate())
            .unapprovable(gate, by, said, now)
            .ifPresent(why -> wrong("I4: " + what + ", and " + why));
        of(said.gate()).said(new Word(by, said, edition));
      }
      case DECLINE, WITHDRAW, WAIVE, NOT_APPLICABLE ->
          of(said.gate()).said(new Word(by, said, edition));
    }
  }

  private List<String> roles(Statement said) {
    if (said.verb().isOfGlass()) {
      return Stream.concat(plan().policy().breakers().stream(), Stream.of("ciso")).toList();
    }
    Gate gate = plan().gate(said.gate()).orElseThrow();
    if (said.verb() == Verb.WAIVE || said.verb() == Verb.NOT_APPLICABLE) {
      return gate.owner().equals("ciso") ? List.of("ciso") : plan().policy().waivers();
    }
    return gate.approvers();
  }

  private boolean isToReview(Glass each, Instant at) {
    boolean over = each.edition != edition || !at.isBefore(each.said.until());
    return !each.reviewed && (each.used || over);
  }

  private void broken(Cast by, Event.GateSigned event, String what) {
    if (glass.stream().anyMatch(each -> isToReview(each, event.at()))) {
      wrong("I4: " + what + ", and nobody has reviewed the last time");
    }
    glass.add(new Glass(by, event.signed().statement(), event.signed().signature(), edition));
  }

  private void reviewed(Cast by, Event.GateSigned event, String what) {
    Optional<Glass> found =
        glass.stream()
            .filter(each -> each.signature.equals(event.signed().statement().evidence()))
            .findFirst();
    if (found.filter(each -> isToReview(each, event.at())).isEmpty()) {
      wrong("I4: " + what + ", and there is nothing to review");
    }
    if (found.filter(each -> each.by == by).isPresent() || having(Duty.EXECUTOR).contains(by)) {
      wrong("I5: " + what + ", and broke it, or moved users by it");
    }
    found.ifPresent(each -> each.reviewed = true);
  }

  // Whether users may be moved.

  private static Set<Step> steps(Promotion before, Event event) {
    boolean first = before.flown().number() == 0;
    if (event instanceof Event.FlightBegun && first && before.owner() == Side.TARGET) {
      return EnumSet.allOf(Step.class);
    }
    return EnumSet.of(first ? Step.PROMOTE : Step.FLIGHT);
  }

  /** What is in the way, whatever the code of gates thinks; empty when nothing is. */
  private List<String> inTheWay(Set<Step> steps, Present now) {
    var why = new ArrayList<String>();
    for (Gate gate : plan().gates()) {
      boolean holds = gate.binds().stream().anyMatch(steps::contains);
      if (holds && !isBrokenFor(gate, now)) {
        of(gate.id())
            .fault(gate, plan().calendar(), now)
            .ifPresent(fault -> why.add(gate.id() + " " + fault));
      }
    }
    breach().ifPresent(why::add);
    return why;
  }

  private boolean isBrokenFor(Gate gate, Present now) {
    return glass.stream()
        .anyMatch(each ->
            each.edition == edition
                && !each.reviewed
                && now.at().isBefore(each.said.until())
                && (!gate.owner().equals("ciso") || each.said.role().equals("ciso")));
  }

  private boolean shows(Promotion before, Instant at, @Nullable String target) {
    var subject = new Subject(before.planHash(), Optional.ofNullable(target));
    GateOutlook outlook = GateOutlook.of(before, plan(), subject, at);
    return outlook.passes() && outlook.people().isEmpty();
  }

  private void moved(@Nullable Promotion before, Event event, Instant at, String machine) {
    if (before == null) {
      return;
    }
    String target = house.seen(machine).orElse(null);
    var now = new Present(at, hash, edition, target);
    List<String> why = inTheWay(steps(before, event), now);
    String what = event.getClass().getSimpleName();
    if (!why.isEmpty()) {
      wrong("I4: " + what + ", and " + why);
    }
    if (loosened) {
      wrong("I4: " + what + " by the file that demands less");
    }
    if (!shows(before, at, target)) {
      wrong("ready says no, and users are moved: " + what);
    }
    boolean leads = !(event instanceof Event.SharingBegun || event instanceof Event.Shared);
    if (leads) {
      movers.addAll(executors);
      glass.stream()
          .filter(each -> each.edition == edition && !each.reviewed)
          .filter(each -> at.isBefore(each.said.until()))
          .forEach(each -> each.used = true);
    }
    house.moves++;
  }

  private void withheld(Promotion before, Instant at, String machine, List<String> said) {
    String target = house.seen(machine).orElseGet(house::target);
    boolean first = before.flown().number() == 0;
    // The first flight behind the data is both steps.
    Set<Step> steps =
        first && before.owner() == Side.TARGET
            ? EnumSet.allOf(Step.class)
            : EnumSet.of(first ? Step.PROMOTE : Step.FLIGHT);
    if (inTheWay(steps, new Present(at, hash, edition, target)).isEmpty()) {
      wrong("users are kept for nothing: " + said);
    }
    if (shows(before, at, target)) {
      wrong("ready says yes, and users are kept: " + said);
    }
    house.withheld++;
  }
}
