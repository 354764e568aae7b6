package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static dev.landfall.workload.GateSamples.TESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Users are moved past no gate that is not passed, and brought back past all of them. */
class GateRuleTest {
  private static final Configuration TUNED = new Configuration(Map.of("work_mem", "4MB"));
  private static final Configuration DRIFTED = new Configuration(Map.of("work_mem", "8MB"));
  private static final Gate TARGETED =
      GateSamples.gate("targeted", Set.of(Flag.EXECUTED), Gate.About.TARGET);
  private static final Evidence REPORT = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);

  private Promotion promotion = staged(behind(TESTED));
  private World world = Worlds.staged().seen();
  private Instant now = NOW;

  private static Workload behind(Gate... gates) {
    return Samples.SHOP.behind(Optional.of(GateSamples.plan(gates)));
  }

  private static Promotion staged(Workload workload) {
    var rest = Promotions.rest(Phase.Rest.STAGED);
    return new Promotion(workload, "plan", Goal.STAGED, false, 4, Flown.NONE, Set.of(), rest);
  }

  private Decision decide(Input input) {
    now = now.plusSeconds(1);
    Decision decision = Decider.decide(promotion, input, now);
    if (decision instanceof Decision.Events(List<Event> events)) {
      events.forEach(event -> promotion = Evolver.evolve(promotion, event));
    }
    return decision;
  }

  private List<Event> then(Input input) {
    return switch (decide(input)) {
      case Decision.Events(List<Event> events) -> events;
      case Decision.Refused refused -> throw new AssertionError(refused.message());
    };
  }

  private List<Event> looked() {
    return then(new Input.Seen(world));
  }

  private void promote(String by) {
    then(new Ask.Reach(Goal.PROMOTED, Optional.of(by)));
  }

  private void test(Gate gate, Subject subject) {
    then(new Ask.Attach(gate.id(), "tom", subject, true, "", List.of(REPORT)));
  }

  private Ask said(Gate gate, Verb verb, String by, String role) {
    var statement =
        new Statement(
            verb,
            "shop",
            gate.id(),
            promotion.planHash(),
            Optional.empty(),
            promotion.gates().of(gate.id()).evidence(),
            by,
            role,
            now.plusSeconds(1),
            now.plus(Duration.ofDays(2)),
            "because");
    return new Ask.Sign(new Signed(statement, by + "'s key", "proven before"));
  }

  private void approve(Gate gate) {
    then(said(gate, Verb.APPROVE, "ann", "business-owner"));
  }

  private List<String> withheld() {
    return promotion.rehearsals().withheld().orElseThrow().why();
  }

  @Test
  void anOpenGateWithholdsThePromotionAndNamesItself() {
    promote("bob");
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(promotion.rehearsals().withheld().orElseThrow().reason()).isEqualTo(Reason.GATES);
    assertThat(withheld())
        .containsExactly(
            "tested is open: not executed; not documented; validated by 0 of 1 (business-owner)");
    assertThat(promotion.goal()).isEqualTo(Goal.STAGED);
    test(TESTED, Subject.ofPlan("plan"));
    approve(TESTED);
    assertThat(looked()).as("it does not promote by itself at night").isEmpty();
    promote("bob");
    assertThat(looked()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void whatPassedOnceHoldsBackAgainWhenItHasExpired() {
    test(TESTED, Subject.ofPlan("plan"));
    approve(TESTED);
    now = now.plus(Duration.ofDays(2));
    promote("bob");
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld().getFirst()).startsWith("tested is stale: ");
  }

  @Test
  void anEditedFileTakesApprovalAndEvidenceWithIt() {
    test(TESTED, Subject.ofPlan("plan"));
    approve(TESTED);
    Workload edited = behind(TESTED, GateSamples.CHECKED);
    then(new Ask.Amend(edited, "another", Optional.of("tom")));
    promote("bob");
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld().getFirst())
        .startsWith("tested is stale: executed by tom, but the plan was edited since")
        .contains("approved by ann, but the plan was edited since");
  }

  @Test
  void aDriftedTargetHoldsBackAndNobodyGuessesWhenItWasNotLookedAt() {
    promotion = staged(behind(TARGETED));
    test(TARGETED, new Subject("plan", Optional.of(TUNED.fingerprint())));
    promote("bob");
    assertThat(looked()).as("nobody has looked at the target").isEmpty();
    assertThat(GateRule.asks(promotion, world, now)).isTrue();
    world = world.with(DRIFTED);
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld())
        .containsExactly("targeted is stale: executed by tom, but the target has changed since");
    promote("bob");
    world = world.with(TUNED);
    assertThat(looked()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void recordsThatWereEditedHoldBackAndNobodyGuessesWhenTheyWereNotLookedAt() {
    Gate read = GateSamples.checked(new GateCheck("records", GateCheck.TIMEOUT, Map.of()));
    promotion = staged(behind(read));
    var about = new Subject("plan", Optional.empty(), Map.of("checked", "aa"));
    then(new Ask.BeginCheck("checked", "tom", about));
    String token = promotion.gates().of("checked").run().orElseThrow().token();
    then(new Ask.EndCheck("checked", token, true, "", List.of(REPORT)));
    approve(read);
    promote("bob");
    assertThat(looked()).as("nobody has looked at the records").isEmpty();
    assertThat(GateRule.asks(promotion, world, now)).isTrue();
    world = world.with(TUNED).withRecords(Map.of("checked", "bb"));
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld())
        .containsExactly(
            "checked is stale: executed by tom, but its records have changed since;"
                + " documented by tom, but its records have changed since");
    promote("bob");
    world = world.withRecords(Map.of());
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    promote("bob");
    world = world.withRecords(Map.of("checked", "aa"));
    assertThat(looked()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  /** The file asks for no signature, and a check has passed: it has only read what ann wrote. */
  @Test
  void recordsAreSomebodysWordAndNeedTheLookOfSomebodyElse() {
    Gate read = GateSamples.checked(new GateCheck("records", GateCheck.TIMEOUT, Map.of()));
    promotion = staged(behind(read));
    then(
        new Ask.BeginCheck(
            "checked", "tom", new Subject("plan", Optional.empty(), Map.of("checked", "aa"))));
    String token = promotion.gates().of("checked").run().orElseThrow().token();
    then(new Ask.EndCheck("checked", token, true, "", List.of(REPORT), List.of("ann")));
    world = world.with(TUNED).withRecords(Map.of("checked", "aa"));
    promote("tom");
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld()).containsExactly("checked is open: validated by 0 of 1 (business-owner)");
    assertThat(decide(said(read, Verb.APPROVE, "ann", "business-owner")))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(Refusal.NOTHING_TO_VALIDATE);
              assertThat(refused.message()).contains("ann wrote the records");
            });
    then(said(read, Verb.APPROVE, "bob", "business-owner"));
    promote("tom");
    assertThat(looked()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  /** Else who wrote them, and whether anything is missing, would not be known to anybody. */
  @Test
  void recordsThatNoCheckHasReadAreNotEnoughWhateverTheGateNeeds() {
    Gate unread =
        GateSamples.needing(
            GateSamples.checked(new GateCheck("records", GateCheck.TIMEOUT, Map.of())),
            Gate.Flag.VALIDATED);
    promotion = staged(behind(unread));
    world = world.with(TUNED).withRecords(Map.of("checked", "aa"));
    assertThat(decide(said(unread, Verb.APPROVE, "ann", "business-owner")))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOTHING_TO_VALIDATE));
    promote("tom");
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld()).singleElement().asString().startsWith("checked is open: not executed");
  }

  @Test
  void nobodyLooksAtTheTargetAsLongAsNothingHangsOnIt() {
    promote("bob");
    assertThat(GateRule.asks(promotion, world, now)).isFalse();
  }

  @Test
  void aWaivedGateLetsUsersByAndIsNoPassedOne() {
    then(said(TESTED, Verb.WAIVE, "bob", "governance"));
    promote("tom");
    assertThat(looked()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void whoApprovedCannotOrderTheMoveAndWhoOrderedItCannotApprove() {
    test(TESTED, Subject.ofPlan("plan"));
    approve(TESTED);
    assertThat(decide(new Ask.Reach(Goal.PROMOTED, Optional.of("ann"))))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_SEPARATE));
    promote("bob");
    assertThat(decide(said(TESTED, Verb.APPROVE, "bob", "business-owner")))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_SEPARATE));
  }

  @Test
  void whomTheFileDoesNotNameOrdersNothing() {
    assertThat(decide(new Ask.Reach(Goal.PROMOTED, Optional.of("root"))))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_ENTITLED));
    assertThat(decide(new Ask.Reach(Goal.PROMOTED))).isInstanceOf(Decision.Refused.class);
  }

  @Test
  void whoeverGaveTheFileAndTheOrderAtOnceIsHeldToThePolicyAllTheSame() {
    var registered =
        new Event.Registered(behind(TESTED), "plan", Goal.PROMOTED, Optional.of("root"));
    promotion = Evolver.begin(registered);
    promotion = Evolver.evolve(promotion, new Event.PreflightPassed(List.of(), now));
    promotion = Evolver.evolve(promotion, new Event.Staged(now, 7));
    test(TESTED, Subject.ofPlan("plan"));
    assertThat(decide(said(TESTED, Verb.APPROVE, "ann", "business-owner")))
        .as("root could be ann")
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_SEPARATE));
    assertThat(looked()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(withheld())
        .contains("root ordered it, whom the file does not name under gates.people")
        .anyMatch(why -> why.startsWith("root gave the workload file, and it does not say who"));
  }

  @Test
  void noGateStandsInTheWayBack() {
    var walk = new FlightWalk(Samples.SHOP).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("promoted");
    walk.promotion = walk.promotion.of(behind(TESTED, TARGETED), "plan");
    GatePlan plan = walk.promotion.workload().gates().orElseThrow();
    assertThat(GateOutlook.of(walk.promotion, plan, Subject.ofPlan("plan"), now))
        .satisfies(seen -> assertThat(seen.percent()).isEqualTo(100))
        .satisfies(seen -> assertThat(seen.items()).noneMatch(GateOutlook.Item::binds));
    walk.then(new Ask.Reach(Goal.ROLLED_BACK, Optional.of("whoever is there"))).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("rolled back");
  }

  @Test
  void withoutGatesItIsSaidLoudlyAndNothingIsHeldBack() {
    assertThat(GateRule.notes(Samples.SHOP))
        .singleElement()
        .satisfies(note -> assertThat(note.seen()).startsWith("nothing but the technical checks"));
    assertThat(GateRule.notes(behind(TESTED))).isEmpty();
    Gate three = GateSamples.quorum(TESTED, 3);
    assertThat(GateRule.notes(behind(three, GateSamples.CHECKED)))
        .singleElement()
        .satisfies(note -> assertThat(note.seen()).startsWith("2 of the people can validate it"));
    promotion = staged(Samples.SHOP);
    then(new Ask.Reach(Goal.PROMOTED, Optional.of("root")));
    assertThat(looked()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void aFileThatKeepsNoDutiesApartIsWarnedOf() {
    GatePlan plan = GateSamples.plan(TESTED);
    GatePlan.Policy usual = plan.policy();
    var open =
        new GatePlan.Policy(Set.of(), usual.waivers(), usual.waiverMax(), usual.approvalMax());
    Workload loose =
        Samples.SHOP.behind(Optional.of(new GatePlan(plan.gates(), plan.people(), open)));
    assertThat(GateRule.notes(loose))
        .singleElement()
        .satisfies(note -> assertThat(note.code()).isEqualTo("gates-unseparated"));
  }

  @Test
  void aPlanHasTheGatesAsAStepInFrontOfItsUsers() {
    List<Itinerary.Leg> legs = Itinerary.of(behind(TESTED), "plan", Goal.PROMOTED, NOW);
    int gates = index(legs, "pass 1 gates");
    int hold = index(legs, "hold ");
    assertThat(gates).isPositive().isLessThan(hold);
    assertThat(legs.get(gates).waits()).containsExactly("tested");
  }

  private static int index(List<Itinerary.Leg> legs, String beginning) {
    for (int i = 0; i < legs.size(); i++) {
      if (legs.get(i).what().startsWith(beginning)) {
        return i;
      }
    }
    throw new AssertionError(legs.stream().map(Itinerary.Leg::what).toList().toString());
  }
}
