package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Break;
import dev.landfall.gate.Dossier;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.GatePlan.Pair;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Person;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everybody does everything in every order: all that three people, one of them an administrator
 * with every role, can do to one gate and one promotion is walked through, until nothing new is
 * reached. Beside it a book of who did what is kept that knows nothing of how the program keeps its
 * own. Whenever users move, nobody may have had two duties that the policy keeps apart (I5), and
 * the gate must have been met (I4).
 */
class SeparationModelTest {
  private static final List<String> PLANS = List.of("p1", "p2");

  /** The administrator gives commands by two names. */
  private static final List<Person> PEOPLE =
      List.of(
          GateSamples.ANN,
          new Person(
              "bob",
              GateSamples.ADMINISTRATOR.roles(),
              GateSamples.ADMINISTRATOR.key(),
              List.of("root")),
          GateSamples.TESTER);

  private static final Evidence EVIDENCE = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);
  private static final World READY = Worlds.staged().seen();

  /** What people can do; each with whoever does it. */
  private enum Act {
    EDIT_1,
    EDIT_2,
    TEST,
    APPROVE,
    DECLINE,
    WITHDRAW,
    WAIVE,
    BREAK,
    PROMOTE,
    STAY
  }

  /**
   * Who did what, by what the program took and nothing else.
   *
   * @param requesters who gave the file or one that was edited since
   * @param tester who brought the last evidence
   * @param tested the plan that it is about
   * @param broken who broke the glass for the plan as it is
   */
  private record Truth(
      String plan,
      Set<String> requesters,
      Optional<String> tester,
      Optional<String> tested,
      Map<String, Verb> said,
      Set<String> executors,
      Set<String> broken) {
    Truth {
      broken = new TreeSet<>(broken);
      said = new TreeMap<>(said);
      executors = new TreeSet<>(executors);
      requesters = new TreeSet<>(requesters);
    }

    Truth after(Act act, String by) {
      var said = new TreeMap<>(this.said);
      var executors = new TreeSet<>(this.executors);
      switch (act) {
        case EDIT_1, EDIT_2 -> {
          String next = SeparationModelTest.plan(act);
          var all = new TreeSet<>(requesters);
          all.add(by);
          return next.equals(plan)
              ? this
              : new Truth(next, all, tester, tested, Map.of(), Set.of(), Set.of());
        }
        case TEST -> {
          return new Truth(
              plan, requesters, Optional.of(by), Optional.of(plan), said, executors, broken);
        }
        case APPROVE -> said.put(by, Verb.APPROVE);
        case DECLINE -> said.put(by, Verb.DECLINE);
        case WITHDRAW -> said.remove(by);
        case WAIVE -> said.put(by, Verb.WAIVE);
        case BREAK -> {
          var all = new TreeSet<>(broken);
          all.add(by);
          return new Truth(plan, requesters, tester, tested, said, executors, all);
        }
        case PROMOTE -> executors.add(by);
        case STAY -> executors.clear();
      }
      return new Truth(plan, requesters, tester, tested, said, executors, broken);
    }

    Truth atRest() {
      return new Truth(plan, requesters, tester, tested, said, Set.of(), broken);
    }

    Set<String> having(Duty duty) {
      return switch (duty) {
        case REQUESTER -> requesters;
        case TESTER ->
            tested.filter(plan::equals).isPresent() ? Set.of(tester.orElseThrow()) : Set.of();
        case APPROVER -> {
          var names = new TreeSet<>(broken);
          said.forEach((name, verb) -> {
            if (verb != Verb.DECLINE) {
              names.add(name);
            }
          });
          yield names;
        }
        case EXECUTOR -> executors;
      };
    }

    boolean isMet() {
      boolean waived = said.containsValue(Verb.WAIVE);
      boolean declined = said.containsValue(Verb.DECLINE);
      boolean approved = said.containsValue(Verb.APPROVE);
      return waived
          || !broken.isEmpty()
          || (tested.filter(plan::equals).isPresent() && approved && !declined);
    }
  }

  /**
   * A place in the walk.
   *
   * @param from the place before it; null at the beginning
   */
  private record Node(
      Promotion promotion, Truth truth, Instant now, String act, @Nullable Node from) {
    List<String> path() {
      var path = new ArrayList<String>();
      for (Node at = this; at != null; at = at.from) {
        path.addFirst(at.act);
      }
      return path;
    }
  }

  /**
   * What is known of a promotion, without the times: nothing here expires.
   *
   * @param said who said what, and whether it still counts
   */
  private record Key(
      String plan,
      Goal goal,
      Set<String> givers,
      Set<String> executors,
      Optional<String> tested,
      Set<String> said,
      Set<String> broken,
      boolean withheld,
      Truth truth) {
    static Key of(Node node) {
      Promotion promotion = node.promotion();
      Dossier dossier = promotion.gates().of(GateSamples.TESTED.id());
      var said = new TreeSet<String>();
      dossier
          .said()
          .forEach(each ->
              said.add(
                  each.signed().statement().by()
                      + each.signed().statement().verb()
                      + each.isVoid()
                      + each.signed().statement().plan()
                      + each.signed().statement().evidence()));
      var broken = new TreeSet<String>();
      // What an edit has ended only keeps the glass from being broken again until it is reviewed:
      // whatever follows then follows without it, too.
      promotion.gates().breaks().stream()
          .filter(each -> !each.isVoid())
          .forEach(each -> broken.add(each.statement().by() + each.used()));
      return new Key(
          promotion.planHash(),
          promotion.goal(),
          promotion.gates().givers(),
          promotion.gates().executors(),
          dossier.executed().map(mark -> mark.by() + mark.subject().plan()),
          said,
          broken,
          promotion.rehearsals().withheld().isPresent(),
          node.truth());
    }
  }

  private record Found(long states, long steps, long moved, List<String> wrong) {}

  private final Set<Key> seen = new HashSet<>();
  private final ArrayDeque<Node> next = new ArrayDeque<>();
  private final List<String> wrong = new ArrayList<>();
  private long steps;
  private long moved;

  /**
   * Walks through all of it.
   *
   * @param meant what the policy keeps apart
   * @param flaw what the program makes of that
   */
  private Found walk(Set<Pair> meant, UnaryOperator<Set<Pair>> flaw) {
    List<Workload> plans = PLANS.stream().map(p -> workload(flaw.apply(meant), p)).toList();
    Workload workload = plans.getFirst();
    Promotion staged =
        new Promotion(
            workload,
            "p1",
            Goal.STAGED,
            false,
            4,
            Flown.NONE,
            Set.of(),
            Promotions.rest(Phase.Rest.STAGED));
    var truth =
        new Truth(
            "p1", Set.of("tom"), Optional.empty(), Optional.empty(), Map.of(), Set.of(), Set.of());
    Promotion begun = staged.gates(dev.landfall.gate.GateBook.begun(Optional.of("tom")));
    assertThat(add(new Node(begun, truth, NOW, "staged", null))).isTrue();
    while (!next.isEmpty() && wrong.isEmpty()) {
      Node node = next.removeFirst();
      look(node, meant);
      for (Person person : PEOPLE) {
        for (Act act : Act.values()) {
          step(node, act, person, meant, plans.get(act == Act.EDIT_2 ? 1 : 0));
        }
      }
    }
    return new Found(seen.size(), steps, moved, List.copyOf(wrong));
  }

  private static String plan(Act act) {
    return PLANS.get(act == Act.EDIT_2 ? 1 : 0);
  }

  /** Two plans that differ in nothing that matters here. */
  private static Workload workload(Set<Pair> separate, String plan) {
    var policy =
        new Policy(separate, List.of("governance"), Duration.ofDays(30), Duration.ofDays(30));
    Gate gate = GateSamples.TESTED;
    Workload shop = Samples.SHOP;
    var named =
        new Workload(shop.name(), plan, shop.model(), shop.assets(), shop.routes(), shop.limits());
    return named.behind(Optional.of(new GatePlan(List.of(gate), PEOPLE, policy)));
  }

  /** Whether nobody was there before. */
  private boolean add(Node node) {
    boolean isNew = seen.add(Key.of(node));
    if (isNew) {
      next.addLast(node);
    }
    return isNew;
  }

  private void step(Node node, Act act, Person person, Set<Pair> meant, Workload edited) {
    steps++;
    Instant now = node.now().plusSeconds(1);
    Promotion promotion = node.promotion();
    Ask ask = ask(node, act, person, edited, now);
    if (!(Decider.decide(promotion, ask, now) instanceof Decision.Events(List<Event> events))) {
      return;
    }
    for (Event event : events) {
      promotion = Evolver.evolve(promotion, event);
    }
    String what = person.name() + " " + act;
    var after = new Node(promotion, node.truth().after(act, person.name()), now, what, node);
    // Already here, and not only when users move: nobody takes on what they may not have.
    if (add(after)) {
      judgeDuties(after, meant);
    }
  }

  private static Ask ask(Node node, Act act, Person person, Workload edited, Instant now) {
    String hash = node.promotion().planHash();
    Optional<String> by = Optional.of(person.name());
    return switch (act) {
      case EDIT_1 -> new Ask.Amend(edited, plan(act), by);
      case EDIT_2 -> new Ask.Amend(edited, plan(act), Optional.of(account(person)));
      case TEST ->
          new Ask.Attach(
              GateSamples.TESTED.id(),
              person.name(),
              Subject.ofPlan(hash),
              true,
              "",
              List.of(EVIDENCE));
      case APPROVE -> say(node, Verb.APPROVE, person, "business-owner", now);
      case DECLINE -> say(node, Verb.DECLINE, person, "business-owner", now);
      case WITHDRAW -> say(node, Verb.WITHDRAW, person, "business-owner", now);
      case WAIVE -> say(node, Verb.WAIVE, person, "governance", now);
      case BREAK -> say(node, Verb.BREAK_GLASS, person, "governance", now);
      case PROMOTE -> new Ask.Reach(Goal.PROMOTED, by);
      case STAY -> new Ask.Reach(Goal.STAGED, by);
    };
  }

  /** By which name somebody gives the second file: one has another account that nobody knows. */
  private static String account(Person person) {
    return switch (person.name()) {
      case "bob" -> "root";
      case "ann" -> "annabel";
      default -> person.name();
    };
  }

  private static Ask say(Node node, Verb verb, Person person, String role, Instant now) {
    Promotion promotion = node.promotion();
    var statement =
        new Statement(
            verb,
            "shop",
            verb.isOfGlass() ? Break.GATE : GateSamples.TESTED.id(),
            promotion.planHash(),
            Optional.empty(),
            verb.isOfGlass()
                ? Statement.NOTHING
                : promotion.gates().of(GateSamples.TESTED.id()).evidence(),
            person.name(),
            role,
            now,
            now.plus(verb.isOfGlass() ? Duration.ofHours(23) : Duration.ofDays(9)),
            "because");
    return new Ask.Sign(new Signed(statement, person.key().orElse("no key"), "proven before"));
  }

  /** A controller looks: users move, or are withheld, or nobody wants them to. */
  private void look(Node node, Set<Pair> meant) {
    steps++;
    if (!(Decider.decide(node.promotion(), new Input.Seen(READY), node.now())
        instanceof Decision.Events(List<Event> events))) {
      throw new AssertionError("a look was refused");
    }
    if (events.isEmpty()) {
      return;
    }
    if (events.getFirst() instanceof Event.CutoverBegun) {
      moved++;
      judge(node, meant);
      return;
    }
    Promotion promotion = node.promotion();
    for (Event event : events) {
      promotion = Evolver.evolve(promotion, event);
    }
    var _ = add(new Node(promotion, node.truth().atRest(), node.now(), "withheld", node));
  }

  private void judge(Node node, Set<Pair> meant) {
    judgeDuties(node, meant);
    if (!node.truth().isMet() || node.truth().executors().isEmpty()) {
      wrong.add("the gate was not met, or nobody ordered it, after " + node.path());
    }
  }

  private void judgeDuties(Node node, Set<Pair> meant) {
    for (Pair pair : meant) {
      var both = new TreeSet<>(node.truth().having(pair.one()));
      both.retainAll(node.truth().having(pair.other()));
      if (!both.isEmpty()) {
        wrong.add(pair.word() + " " + both + " after " + node.path());
      }
    }
  }

  @Test
  void byTheUsualPolicyNobodyMovesUsersAgainstIt() {
    Found found = walk(Policy.STANDARD.separate(), UnaryOperator.identity());
    assertThat(found.wrong()).isEmpty();
    assertThat(found.states()).as("states").isGreaterThan(90_000);
    assertThat(found.moved()).as("states in which users move").isGreaterThan(1_000);
  }

  static Set<Pair> pairs() {
    return Policy.STANDARD.separate();
  }

  /** That the walk would see it: a program that forgets any one pair is found out. */
  @ParameterizedTest
  @MethodSource("pairs")
  void aProgramThatForgetsOnePairIsFoundOut(Pair forgotten) {
    Found found =
        walk(
            Policy.STANDARD.separate(),
            meant -> {
              var left = new HashSet<>(meant);
              left.remove(forgotten);
              return left;
            });
    assertThat(found.wrong()).isNotEmpty().first().asString().startsWith(forgotten.word());
  }
}
