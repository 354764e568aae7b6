package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static dev.landfall.workload.GateSamples.CHECKED;
import static dev.landfall.workload.GateSamples.TESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GatePlan;
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

/** What people may do for a gate, and why the rest is refused. */
class GateWishesTest {
  private static final Evidence REPORT = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);
  private static final Subject PLAN = Subject.ofPlan("plan");
  private static final Gate SECURE =
      new Gate(
          "secure",
          "Reviewed",
          List.of("R47"),
          GatePlan.CISO,
          List.of(GatePlan.CISO),
          1,
          Set.of(Flag.VALIDATED),
          Set.of(Gate.Step.PROMOTE),
          Duration.ofDays(9),
          Gate.About.PLAN,
          Gate.Kind.PERSON,
          Optional.empty());

  private Promotion promotion = behind(TESTED, CHECKED, SECURE);
  private Instant now = NOW;

  private static Promotion behind(Gate... gates) {
    return new Promotion(
        Samples.SHOP.behind(Optional.of(GateSamples.plan(gates))),
        "plan",
        Goal.STAGED,
        false,
        4,
        Flown.NONE,
        Set.of(),
        Promotions.rest(Phase.Rest.STAGED));
  }

  private Optional<Refusal> asked(Ask ask) {
    return switch (Decider.decide(promotion, ask, now)) {
      case Decision.Refused refused -> Optional.of(refused.refusal());
      case Decision.Events(List<Event> events) -> {
        events.forEach(event -> promotion = Evolver.evolve(promotion, event));
        yield Optional.empty();
      }
    };
  }

  private static Ask attach(String gate, String by) {
    return new Ask.Attach(gate, by, PLAN, true, "", List.of(REPORT));
  }

  private Statement approval() {
    return new Statement(
        Verb.APPROVE,
        "shop",
        TESTED.id(),
        "plan",
        Optional.empty(),
        promotion.gates().of(TESTED.id()).evidence(),
        "ann",
        "business-owner",
        now,
        now.plus(Duration.ofDays(1)),
        "");
  }

  private static Statement with(Statement old, Verb verb, String role, String reason) {
    return new Statement(
        verb,
        old.workload(),
        old.gate(),
        old.plan(),
        old.target(),
        old.evidence(),
        old.by(),
        role,
        old.at(),
        old.until(),
        reason);
  }

  private static Statement by(Statement old, String by, String gate, String role) {
    return new Statement(
        old.verb(),
        old.workload(),
        gate,
        old.plan(),
        old.target(),
        old.evidence(),
        by,
        role,
        old.at(),
        old.until(),
        "because");
  }

  private static Statement between(Statement old, String plan, Instant at, Instant until) {
    return new Statement(
        old.verb(),
        old.workload(),
        old.gate(),
        plan,
        old.target(),
        old.evidence(),
        old.by(),
        old.role(),
        at,
        until,
        old.reason());
  }

  private Optional<Refusal> signed(Statement statement) {
    return asked(new Ask.Sign(new Signed(statement, statement.by() + "'s key", "proven before")));
  }

  @Test
  void aGateThatIsNotThereIsRefused() {
    assertThat(asked(attach("nonsense", "tom"))).contains(Refusal.NO_GATE);
    promotion = Promotions.staged(Goal.STAGED);
    assertThat(asked(attach(TESTED.id(), "tom"))).contains(Refusal.NO_GATE);
  }

  @Test
  void onlyThoseWhomTheFileNamesTest() {
    assertThat(asked(attach(TESTED.id(), "root"))).contains(Refusal.NOT_ENTITLED);
    assertThat(asked(new Ask.BeginCheck(CHECKED.id(), "root", PLAN)))
        .contains(Refusal.NOT_ENTITLED);
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
  }

  @Test
  void whatACheckSaysNobodyElseSays() {
    assertThat(asked(attach(CHECKED.id(), "tom"))).contains(Refusal.CHECK);
    assertThat(asked(new Ask.BeginCheck(TESTED.id(), "tom", PLAN))).contains(Refusal.CHECK);
  }

  @Test
  void oneCheckOfAGateRunsAtATimeAndADeadOneIsNotCounted() {
    assertThat(asked(new Ask.BeginCheck(CHECKED.id(), "tom", PLAN))).isEmpty();
    assertThat(asked(new Ask.BeginCheck(CHECKED.id(), "tom", PLAN))).contains(Refusal.CHECK);
    now = NOW.plus(Duration.ofMinutes(2));
    assertThat(asked(new Ask.BeginCheck(CHECKED.id(), "tom", PLAN))).isEmpty();
    var late = new Ask.EndCheck(CHECKED.id(), "check-1", true, "", List.of(REPORT));
    assertThat(asked(late)).contains(Refusal.CHECK);
    var right = new Ask.EndCheck(CHECKED.id(), "check-2", true, "", List.of(REPORT));
    assertThat(asked(right)).isEmpty();
    assertThat(promotion.gates().of(CHECKED.id()).executed().orElseThrow().by()).isEqualTo("tom");
  }

  @Test
  void evidenceAboutAPlanThatIsNoMoreIsRefused() {
    var old = new Ask.Attach(TESTED.id(), "tom", Subject.ofPlan("old"), true, "", List.of(REPORT));
    assertThat(asked(old)).contains(Refusal.STATEMENT);
    var empty = new Ask.Attach(TESTED.id(), "tom", PLAN, true, "", List.of());
    assertThat(asked(empty)).contains(Refusal.STATEMENT);
  }

  @Test
  void nobodyValidatesWhatIsNotThere() {
    assertThat(signed(approval())).contains(Refusal.NOTHING_TO_VALIDATE);
    Statement before = approval();
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    assertThat(signed(before)).as("about other evidence").contains(Refusal.NOTHING_TO_VALIDATE);
    assertThat(signed(approval())).isEmpty();
  }

  @Test
  void aKeyOfSomebodyElseProvesNothing() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    assertThat(asked(new Ask.Sign(new Signed(approval(), "bob's key", "proven before"))))
        .contains(Refusal.NOT_ENTITLED);
    var nobody = by(approval(), "tom", TESTED.id(), "tester");
    assertThat(signed(nobody)).as("tom has no key").contains(Refusal.NOT_ENTITLED);
  }

  @Test
  void aRoleThatOneHasNotOrThatMayNotCountsNothing() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    assertThat(signed(with(approval(), Verb.APPROVE, "ciso", ""))).contains(Refusal.NOT_ENTITLED);
    assertThat(signed(with(approval(), Verb.WAIVE, "business-owner", "because")))
        .contains(Refusal.NOT_ENTITLED);
    assertThat(signed(by(approval(), "bob", TESTED.id(), "operations")))
        .contains(Refusal.NOT_ENTITLED);
  }

  @Test
  void theSecurityOfficersGateIsWaivedByNobodyElse() {
    Statement waiver = with(by(approval(), "bob", SECURE.id(), "x"), Verb.WAIVE, "governance", "r");
    assertThat(signed(waiver)).contains(Refusal.NOT_ENTITLED);
  }

  @Test
  void aStatementIsAboutThisPlanAndOfThisMomentAndSaysWhy() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    Statement right = approval();
    Instant day = now.plus(Duration.ofDays(1));
    List<Statement> wrong =
        List.of(
            between(right, "other", now, day),
            between(right, "plan", now.minus(Duration.ofHours(25)), day),
            between(right, "plan", now.plus(Duration.ofMinutes(2)), day),
            between(right, "plan", now, now),
            between(right, "plan", now, now.plus(Duration.ofDays(31))),
            with(right, Verb.DECLINE, "business-owner", " "),
            with(right, Verb.APPROVE, "business-owner", "two\nlines"));
    for (Statement each : wrong) {
      assertThat(signed(each)).as(each.text()).contains(Refusal.STATEMENT);
    }
    assertThat(signed(right)).isEmpty();
  }

  @Test
  void whatWasTakenBackIsNotSaidAgainByACopyOfIt() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    Statement right = approval();
    assertThat(signed(right)).isEmpty();
    now = now.plusSeconds(1);
    assertThat(signed(with(approval(), Verb.WITHDRAW, "business-owner", ""))).isEmpty();
    assertThat(signed(right)).contains(Refusal.STATEMENT);
  }

  @Test
  void noCopyOfWhatWasTakenBackCountsAgainWhateverTheClocksShowed() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    Statement ahead = between(approval(), "plan", now.plusSeconds(50), now.plusSeconds(9000));
    Statement no = with(ahead, Verb.DECLINE, "business-owner", "no");
    assertThat(signed(no)).isEmpty();
    assertThat(signed(between(ahead, "plan", now.plusSeconds(51), now.plusSeconds(9000))))
        .isEmpty();
    now = now.plusSeconds(20);
    assertThat(signed(with(approval(), Verb.WITHDRAW, "business-owner", ""))).isEmpty();
    now = now.plusSeconds(60);
    assertThat(signed(between(ahead, "plan", NOW.plusSeconds(51), NOW.plusSeconds(9000))))
        .contains(Refusal.STATEMENT);
    assertThat(signed(no)).as("nor a refusal").contains(Refusal.STATEMENT);
    assertThat(signed(approval())).as("it is meant anew").isEmpty();
  }

  @Test
  void whatWasKeptBackThroughAnEditIsVoidAlsoWhenTheFileBecomesAgainWhatItWas() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    Statement kept = approval();
    Workload usual = promotion.workload();
    var other =
        new Workload(
            usual.name(), "p2", usual.model(), usual.assets(), usual.routes(), usual.limits());
    now = now.plusSeconds(1);
    assertThat(asked(new Ask.Amend(other.behind(usual.gates()), "p2", Optional.of("tom"))))
        .isEmpty();
    assertThat(asked(new Ask.Amend(usual, "plan", Optional.of("tom")))).isEmpty();
    assertThat(signed(kept)).contains(Refusal.STATEMENT);
    assertThat(signed(approval())).as("signed since").isEmpty();
  }

  @Test
  void whatASentenceCannotShowIsRefused() {
    for (String what : List.of("two\u009b31mlines", "esc\u001b[2J", "x".repeat(2001))) {
      var evidence = new Evidence(Evidence.Kind.LINK, what, "aa", 7);
      var about = Subject.ofPlan("plan");
      assertThat(asked(new Ask.Attach(TESTED.id(), "tom", about, true, "", List.of(evidence))))
          .contains(Refusal.STATEMENT);
    }
  }

  @Test
  void afterAClockWasSetBackWhatLetsNobodyByIsTakenAllTheSame() {
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    assertThat(signed(approval())).isEmpty();
    now = now.minus(Duration.ofHours(3));
    assertThat(signed(approval())).as("it could be a copy").contains(Refusal.STATEMENT);
    Statement decline = with(approval(), Verb.DECLINE, "business-owner", "no");
    assertThat(signed(decline)).isEmpty();
    assertThat(signed(decline)).as("nor twice").contains(Refusal.STATEMENT);
    now = now.plusSeconds(1);
    assertThat(signed(with(approval(), Verb.WITHDRAW, "business-owner", ""))).isEmpty();
  }

  @Test
  void whoTestedDoesNotValidateNotEvenAnAdministrator() {
    assertThat(asked(attach(TESTED.id(), "bob"))).isEmpty();
    assertThat(signed(by(approval(), "bob", TESTED.id(), "business-owner")))
        .contains(Refusal.NOT_SEPARATE);
    assertThat(GateSamples.ADMINISTRATOR.roles()).contains("administrator");
    assertThat(asked(attach(TESTED.id(), "tom"))).isEmpty();
    assertThat(signed(by(approval(), "bob", TESTED.id(), "business-owner"))).isEmpty();
    assertThat(asked(attach(TESTED.id(), "bob"))).contains(Refusal.NOT_SEPARATE);
  }

  @Test
  void everybodyWhoCanSignHasAKey() {
    assertThat(GateSamples.PEOPLE.stream().filter(each -> each.key().isPresent()).map(Person::name))
        .containsExactly("ann", "bob");
  }
}
