package dev.landfall.gate;

import dev.landfall.gate.Dossier.Mark;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.GatePlan.Pair;
import dev.landfall.workload.Person;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Separation of duty: nobody has two duties for one plan that the policy keeps apart (R106). No
 * role is excepted, and there is no order that could be.
 */
public final class Separation {
  private final GatePlan plan;
  private final GateBook book;
  private final String planHash;
  private final Map<String, Set<Duty>> duties = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<Asked, List<String>> free = new HashMap<>();
  private final List<Pair> pairs;

  private Separation(GatePlan plan, GateBook book, String planHash) {
    this.plan = plan;
    this.book = book;
    this.planHash = planHash;
    this.pairs =
        plan.policy().separate().stream().sorted(Comparator.comparing(Pair::word)).toList();
    for (Person person : plan.people()) {
      names.put(person.name(), person.name());
      person.accounts().forEach(account -> names.put(account, person.name()));
    }
  }

  /** Who has which duty, of all that counts for this plan. */
  public static Separation of(GatePlan plan, GateBook book, String planHash) {
    var separation = new Separation(plan, book, planHash);
    book.givers().forEach(by -> separation.has(by, Duty.REQUESTER));
    book.executors().forEach(by -> separation.has(by, Duty.EXECUTOR));
    book.people().movers().forEach(by -> separation.has(by, Duty.EXECUTOR));
    plan.people().stream()
        .filter(person -> person.key().filter(book.people().keys()::contains).isPresent())
        .forEach(person -> separation.has(person.name(), Duty.EXECUTOR));
    book.breaks().stream()
        .filter(each -> !each.isVoid())
        .forEach(each -> separation.has(each.statement().by(), Duty.APPROVER));
    book.dossiers().all().forEach(separation::read);
    return separation;
  }

  private void has(String account, Duty duty) {
    duties.computeIfAbsent(nameOf(account), _ -> EnumSet.noneOf(Duty.class)).add(duty);
  }

  private void read(Dossier dossier) {
    dossier
        .run()
        .filter(run -> run.subject().plan().equals(planHash))
        .ifPresent(run -> has(run.by(), Duty.TESTER));
    dossier.executed().ifPresent(this::tested);
    dossier.documented().ifPresent(this::tested);
    dossier.said().stream()
        .filter(said -> said.stands() && said.statement().verb().lets())
        .forEach(said -> has(said.statement().by(), Duty.APPROVER));
  }

  private void tested(Mark mark) {
    if (mark.subject().plan().equals(planHash)) {
      has(mark.by(), Duty.TESTER);
    }
  }

  private String nameOf(String account) {
    return names.getOrDefault(account, account);
  }

  /** Whom nothing keeps from testing. */
  List<String> testers() {
    return free(Duty.TESTER, List.of(), _ -> true);
  }

  /** Who has one of these roles and a key, and whom nothing keeps from approving. */
  List<String> approvers(List<String> roles) {
    return free(
        Duty.APPROVER,
        roles,
        person -> person.key().isPresent() && person.roles().stream().anyMatch(roles::contains));
  }

  /** Who may let users by this gate although it is not passed. */
  List<String> waivers(Gate gate) {
    return approvers(plan.waivers(gate));
  }

  /** Looked up once for all gates that ask for the same. */
  private List<String> free(Duty duty, List<String> roles, Predicate<Person> may) {
    return free.computeIfAbsent(
        new Asked(duty, roles),
        _ ->
            plan.people().stream()
                .filter(may)
                .map(Person::name)
                .filter(name -> against(name, duty).isEmpty())
                .toList());
  }

  private record Asked(Duty duty, List<String> roles) {}

  /** Why a person may not take on a duty, as a clause; absent when nothing is against it. */
  public Optional<String> against(String person, Duty duty) {
    Set<Duty> has = duties.getOrDefault(nameOf(person), Set.of());
    return pairs.stream()
        .flatMap(pair -> pair.against(duty).stream())
        .filter(has::contains)
        .findFirst()
        .map(other ->
            "%s is the %s of this plan, and the policy keeps %s and %s apart"
                .formatted(person, other.word(), other.word(), duty.word()))
        .or(() -> separates(Duty.REQUESTER, duty) ? unknown().stream().findFirst() : none());
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  /** Everybody who has two duties that are kept apart, as clauses; empty when nobody has. */
  public List<String> breaches() {
    var found = new ArrayList<String>();
    for (Person person : plan.people()) {
      Set<Duty> has = duties.getOrDefault(person.name(), Set.of());
      pairs.stream()
          .filter(pair -> has.contains(pair.one()) && has.contains(pair.other()))
          .forEach(pair ->
              found.add(
                  "%s is both %s and %s of this plan"
                      .formatted(person.name(), pair.one().word(), pair.other().word())));
    }
    if (pairs.stream().anyMatch(pair -> pair.against(Duty.REQUESTER).isPresent())) {
      found.addAll(unknown());
    }
    return found;
  }

  private boolean separates(Duty one, Duty other) {
    return pairs.stream().anyMatch(pair -> pair.against(one).filter(other::equals).isPresent());
  }

  /** Whoever gave the file by a name that the file does not know could be anybody whom it names. */
  private List<String> unknown() {
    return book.givers().stream()
        .filter(giver -> !names.containsKey(giver))
        .sorted()
        .map(giver ->
            "%s gave the workload file, and it does not say who that is (under gates.people, as one"
                    .formatted(giver)
                + " of them or among the accounts of one)")
        .toList();
  }
}
