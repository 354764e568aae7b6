package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static dev.landfall.workload.GateSamples.TESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Break;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Person;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who breaks the glass lets users by gates, is seen doing so, and excepts nobody from anything. */
class GlassTest {
  private static final Person GOV = person("gus", "governance");
  private static final Person OTHER = person("gwen", "governance");
  private static final Person CISO = person("cis", "ciso");
  private static final Person MOVER = person("mike", "governance");
  private static final Gate SECURITY =
      new Gate(
          "security",
          "Reviewed",
          List.of(),
          GatePlan.CISO,
          List.of(GatePlan.CISO),
          1,
          TESTED.needs(),
          TESTED.binds(),
          Duration.ofDays(9),
          Gate.About.PLAN,
          Gate.Kind.PERSON,
          Optional.empty());

  private Promotion promotion = staged(TESTED);
  private Instant now = NOW;

  private static Person person(String name, String role) {
    return new Person(name, List.of(role), Optional.of(name + "'s key"));
  }

  private static Workload behind(Gate... gates) {
    return behind(List.of(GOV, OTHER, CISO, MOVER, GateSamples.TESTER), gates);
  }

  private static Workload behind(List<Person> people, Gate... gates) {
    return Samples.SHOP.behind(Optional.of(new GatePlan(List.of(gates), people, Policy.STANDARD)));
  }

  private static Promotion staged(Gate... gates) {
    var begun =
        Evolver.begin(new Event.Registered(behind(gates), "plan", Goal.STAGED, Optional.of("tom")));
    return begun.in(Promotions.rest(Phase.Rest.STAGED));
  }

  private Decision decide(Input input) {
    now = now.plusSeconds(1);
    Decision decision = Decider.decide(promotion, input, now);
    if (decision instanceof Decision.Events(List<Event> events)) {
      events.forEach(event -> promotion = Evolver.evolve(promotion, event));
    }
    return decision;
  }

  private Refusal refusal(Input input) {
    return decide(input) instanceof Decision.Refused refused
        ? refused.refusal()
        : Refusal.NO_GATE; // none of those that are expected
  }

  private boolean moved() {
    promote("mike");
    var _ = decide(new Input.Seen(Worlds.staged().seen()));
    return promotion.phase() instanceof Phase.CuttingOver;
  }

  private void promote(String by) {
    assertThat(decide(new Ask.Reach(Goal.PROMOTED, Optional.of(by))))
        .isInstanceOf(Decision.Events.class);
  }

  private Ask breaks(Person person, Duration lasts) {
    return said(Verb.BREAK_GLASS, person, lasts, Statement.NOTHING, "INC-12");
  }

  private Ask reviews(Person person) {
    String about =
        promotion.gates().breaks().stream()
            .map(each -> each.signed().signature())
            .findFirst()
            .orElse(Statement.NOTHING);
    return said(Verb.REVIEW, person, Duration.ofHours(1), about, "right to do");
  }

  private Ask said(Verb verb, Person person, Duration lasts, String evidence, String reason) {
    return said(verb, Break.GATE, person, lasts, evidence, reason);
  }

  private Ask said(
      Verb verb, String gate, Person person, Duration lasts, String evidence, String reason) {
    Instant at = now.plusSeconds(1);
    var statement =
        new Statement(
            verb,
            "shop",
            gate,
            promotion.planHash(),
            Optional.empty(),
            evidence,
            person.name(),
            person.roles().getFirst(),
            at,
            at.plus(lasts),
            reason);
    return new Ask.Sign(new Signed(statement, person.key().orElse(""), "by " + person + at));
  }

  @Test
  void usersMoveByBrokenGlassAndNoGateCountsAsPassed() {
    assertThat(moved()).isFalse();
    decide(breaks(GOV, Duration.ofHours(2)));
    assertThat(moved()).isTrue();
    GatePlan plan = promotion.workload().gates().orElseThrow();
    assertThat(
            GateRule.standings(promotion, plan, GateRule.subject(promotion, Optional.empty()), now))
        .noneMatch(each -> each.state().lets());
  }

  @Test
  void itEndsByItselfAndWithAnEditedFileAndIsToldForGood() {
    decide(breaks(GOV, Duration.ofHours(2)));
    now = now.plus(Duration.ofHours(2));
    assertThat(moved()).isFalse();
    decide(reviews(OTHER));
    decide(breaks(GOV, Duration.ofHours(2)));
    decide(new Ask.Amend(behind(TESTED, GateSamples.CHECKED), "other", Optional.of("tom")));
    decide(new Ask.Amend(behind(TESTED), "plan", Optional.of("tom")));
    assertThat(moved()).as("also when the file becomes again what it was").isFalse();
    assertThat(Glass.notes(promotion))
        .hasSize(2)
        .allMatch(note -> note.startsWith("gus (governance) broke the glass at "));
    assertThat(Glass.demands(promotion, now)).hasSize(1);
  }

  @Test
  void onlyTheSecurityOfficerBreaksPastTheOwnGates() {
    promotion = staged(SECURITY);
    decide(breaks(GOV, Duration.ofHours(2)));
    assertThat(moved()).isFalse();
    decide(breaks(CISO, Duration.ofHours(2)));
    assertThat(moved()).as("though another one broke it before").isTrue();
  }

  @Test
  void itTakesAPersonWhoMayWhoSaysWhyAndForAShortTime() {
    assertThat(refusal(breaks(person("tom", "tester"), Duration.ofHours(1))))
        .isEqualTo(Refusal.NOT_ENTITLED);
    assertThat(refusal(breaks(person("gus", "ciso"), Duration.ofHours(1))))
        .as("a role that one has not")
        .isEqualTo(Refusal.NOT_ENTITLED);
    assertThat(refusal(breaks(GOV, Duration.ofHours(25)))).isEqualTo(Refusal.STATEMENT);
    assertThat(refusal(said(Verb.BREAK_GLASS, GOV, Duration.ofHours(1), Statement.NOTHING, " ")))
        .isEqualTo(Refusal.STATEMENT);
    Ask once = breaks(GOV, Duration.ofHours(1));
    decide(once);
    assertThat(refusal(once)).as("a copy of it").isEqualTo(Refusal.STATEMENT);
  }

  @Test
  void whatIsSignedAboutOneGateOpensNotAllOfThem() {
    for (Verb verb : List.of(Verb.BREAK_GLASS, Verb.REVIEW)) {
      Ask one = said(verb, TESTED.id(), GOV, Duration.ofHours(1), Statement.NOTHING, "INC-12");
      assertThat(refusal(one)).as(verb.word()).isEqualTo(Refusal.STATEMENT);
    }
    assertThat(promotion.gates().breaks()).isEmpty();
  }

  @Test
  void whoBreaksItDoesNotOrderTheMoveAndWhoOrderedItDoesNotBreakIt() {
    promote("mike");
    assertThat(refusal(breaks(MOVER, Duration.ofHours(1)))).isEqualTo(Refusal.NOT_SEPARATE);
    decide(breaks(GOV, Duration.ofHours(1)));
    assertThat(refusal(new Ask.Reach(Goal.PROMOTED, Optional.of("gus"))))
        .isEqualTo(Refusal.NOT_SEPARATE);
  }

  @Test
  void somebodyElseReviewsItAfterwardsAndUntilThenThatIsDemanded() {
    decide(breaks(GOV, Duration.ofHours(2)));
    assertThat(refusal(reviews(OTHER))).as("it is not over").isEqualTo(Refusal.NOT_SEPARATE);
    assertThat(Glass.demands(promotion, now)).isEmpty();
    assertThat(moved()).isTrue();
    assertThat(Glass.demands(promotion, now))
        .containsExactly(
            "somebody other than gus has to review it: landfall review shop --key FILE");
    assertThat(refusal(reviews(GOV))).isEqualTo(Refusal.NOT_SEPARATE);
    assertThat(refusal(reviews(MOVER))).as("who moved users by it").isEqualTo(Refusal.NOT_SEPARATE);
    assertThat(Glass.demands(promotion, now.plus(Duration.ofDays(400)))).hasSize(1);
    decide(reviews(OTHER));
    assertThat(Glass.demands(promotion, now)).isEmpty();
    assertThat(Glass.notes(promotion)).singleElement().asString().endsWith("right to do");
    assertThat(promotion.gates().glass("plan", now)).as("it is over then").isEmpty();
    assertThat(refusal(reviews(OTHER))).isNotEqualTo(Refusal.NO_GATE);
  }

  @Test
  void nobodyBreaksItAgainUntilSomebodyElseHasReviewedThatOfBefore() {
    decide(breaks(GOV, Duration.ofHours(2)));
    assertThat(moved()).isTrue();
    for (Person person : List.of(GOV, OTHER, CISO)) {
      assertThat(refusal(breaks(person, Duration.ofHours(2)))).isEqualTo(Refusal.UNREVIEWED);
    }
    decide(reviews(OTHER));
    decide(breaks(CISO, Duration.ofHours(2)));
    assertThat(promotion.gates().breaks()).hasSize(2);
  }

  @Test
  void aNewNameMakesNobodySomebodyElse() {
    decide(breaks(GOV, Duration.ofHours(2)));
    assertThat(moved()).isTrue();
    promotion = promotion.in(Promotions.rest(Phase.Rest.STAGED));
    var gerd = new Person("gerd", GOV.roles(), GOV.key());
    var mick = new Person("mick", MOVER.roles(), MOVER.key());
    Workload renamed = behind(List.of(gerd, OTHER, CISO, mick, GateSamples.TESTER), TESTED);
    decide(new Ask.Amend(renamed, "renamed", Optional.of("tom")));
    assertThat(promotion.planHash()).isEqualTo("renamed");
    assertThat(Glass.toReview(promotion, gerd, now)).isEmpty();
    assertThat(refusal(reviews(gerd))).as("gus broke it").isEqualTo(Refusal.NOT_SEPARATE);
    assertThat(refusal(reviews(mick))).as("mike moved users").isEqualTo(Refusal.NOT_SEPARATE);
    GatePlan plan = renamed.gates().orElseThrow();
    assertThat(GateRule.separation(promotion, plan).against("mick", GatePlan.Duty.APPROVER))
        .isPresent();
    decide(reviews(OTHER));
    assertThat(Glass.demands(promotion, now)).isEmpty();
  }

  @Test
  void whoMovedUsersOnceApprovesNothingMoreOfThePlan() {
    decide(breaks(GOV, Duration.ofHours(2)));
    assertThat(moved()).isTrue();
    promotion = Evolver.evolve(promotion, new Event.GoalSet(Goal.STAGED));
    assertThat(promotion.gates().executors()).isEmpty();
    GatePlan plan = promotion.workload().gates().orElseThrow();
    assertThat(GateRule.separation(promotion, plan).against("mike", GatePlan.Duty.APPROVER))
        .isPresent();
    assertThat(Set.copyOf(promotion.gates().people().movers())).containsExactly("mike");
  }
}
