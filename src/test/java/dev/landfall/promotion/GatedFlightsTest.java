package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Each flight passes the gates that bind it, and nobody who has flown is moved by one that does
 * not.
 */
class GatedFlightsTest {
  private static final Gate EACH =
      GateSamples.binding(
          GateSamples.gate("each-flight", Set.of(Flag.EXECUTED), Gate.About.PLAN), Step.FLIGHT);
  private static final Evidence REPORT = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);

  private static final Gate FIRST =
      GateSamples.gate("first", Set.of(Flag.EXECUTED), Gate.About.PLAN);

  private static Workload behind(Workload workload) {
    return behind(workload, EACH);
  }

  private static Workload behind(Workload workload, Gate... gates) {
    return workload.behind(Optional.of(GateSamples.plan(gates)));
  }

  static Workload targetFirst() {
    FlightPlan usual = Samples.FLYING.flights().orElseThrow();
    return Samples.flying(
        new FlightPlan(
            usual.identity(),
            usual.kept(),
            usual.flights(),
            usual.margin(),
            usual.tolerated(),
            usual.onFail(),
            usual.scrutiny(),
            DataPlan.TARGET_FIRST));
  }

  private static void promote(FlightWalk walk) {
    walk.then(new Ask.Reach(Goal.PROMOTED, Optional.of("bob")));
  }

  private static void met(FlightWalk walk) {
    met(walk, EACH);
  }

  private static void met(FlightWalk walk, Gate gate) {
    var about = Subject.ofPlan("plan");
    walk.then(new Ask.Attach(gate.id(), "tom", about, true, "", List.of(REPORT)));
  }

  private static Ask approves(FlightWalk walk) {
    var statement =
        new Statement(
            Statement.Verb.APPROVE,
            walk.promotion.workload().name(),
            EACH.id(),
            walk.promotion.planHash(),
            Optional.empty(),
            walk.promotion.gates().of(EACH.id()).evidence(),
            "ann",
            "business-owner",
            walk.now,
            walk.now.plus(Duration.ofDays(1)),
            "");
    return new Ask.Sign(new Statement.Signed(statement, "ann's key", "proven before"));
  }

  /** The data is on the target, and nobody has followed it yet. */
  private static boolean isAhead(Promotion promotion) {
    return promotion.owner() == Side.TARGET
        && promotion.phase() instanceof Phase.Resting
        && promotion.flown().number() == 0;
  }

  private static Reason reason(FlightWalk walk) {
    return walk.promotion.rehearsals().withheld().orElseThrow().reason();
  }

  /** Whoever keeps users where they are gives no order by that, and needs nobody's leave. */
  @Test
  void whoeverAsksForNobodyToFlyOrdersNothing() {
    var walk = new FlightWalk(behind(Samples.FLYING, FIRST));
    promote(walk);
    walk.settle();
    Promotion withheld = walk.promotion;
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    walk.then(new Ask.Fly(Optional.empty(), "stay", Optional.of("bob")));
    assertThat(walk.promotion.equals(withheld)).as("nobody has flown: nothing is to do").isTrue();
    walk.then(new Ask.Fly(Optional.empty(), "stay", Optional.of("whoever is there")));
    assertThat(walk.promotion.equals(withheld)).isTrue();
  }

  @Test
  void whoeverAsksForTheFlightThatIsThereOrdersNoneAfterIt() {
    var walk = new FlightWalk(behind(Samples.FLYING));
    promote(walk);
    walk.settle();
    walk.then(new Ask.GoOn("one", "enough", Optional.of("bob"))).settle();
    Promotion withheld = walk.promotion;
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    walk.then(new Ask.Fly(Optional.of("one"), "stay", Optional.of("bob")));
    assertThat(walk.promotion.equals(withheld)).isTrue();
  }

  @Test
  void theSecondFlightWaitsForItsGateAndTheFirstStaysWhereItIs() {
    var walk = new FlightWalk(behind(Samples.FLYING));
    promote(walk);
    walk.settle();
    assertThat(walk.promotion.flown().number()).as("no gate binds the first").isEqualTo(1);
    walk.then(new Ask.GoOn("one", "enough", Optional.of("bob"))).settle();
    assertThat(walk.promotion.flown().number()).isEqualTo(1);
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(Flights.users(walk.promotion).isNobody()).isFalse();

    met(walk);
    promote(walk);
    walk.settle();
    assertThat(walk.promotion.flown().number()).isEqualTo(2);
  }

  @Test
  void whoRepeatsAnOrderStandsBehindItAndTakesNothingBack() {
    var walk = new FlightWalk(behind(Samples.FLYING));
    met(walk);
    promote(walk);
    walk.settle();
    walk.then(new Ask.Fly(Optional.of("all"), "ahead", Optional.of("bob")));
    assertThat(walk.promotion.flown().way().ahead()).contains(3);
    walk.then(new Ask.Reach(Goal.PROMOTED, Optional.of("ann")));
    assertThat(walk.promotion.flown().way().ahead()).as("as bob ordered it").contains(3);
    assertThat(walk.promotion.gates().executors()).contains("ann", "bob");
  }

  @Test
  void whoLetsAnOrderGoOnStandsBehindItAndMayDoSo() {
    var walk = new FlightWalk(behind(Samples.FLYING));
    met(walk);
    walk.settle().then(approves(walk)).then(new Ask.Pause());
    assertThat(walk.promotion.gates().executors()).containsExactly("tom");
    for (Ask unnamed : List.of(new Ask.Resume(), new Ask.Resume(Optional.of("mallory")))) {
      assertThat(walk.refused(unnamed).refusal()).isEqualTo(Refusal.NOT_ENTITLED);
    }
    assertThat(walk.refused(new Ask.Resume(Optional.of("ann"))).refusal())
        .as("who approved")
        .isEqualTo(Refusal.NOT_SEPARATE);
    walk.then(new Ask.Resume(Optional.of("bob")));
    assertThat(walk.promotion.gates().executors()).containsExactlyInAnyOrder("bob", "tom");
    assertThat(walk.promotion.paused()).isFalse();
  }

  @Test
  void whereNobodyIsToMoveAnybodyMayResume() {
    var walk = new FlightWalk(behind(Samples.FLYING));
    walk.then(new Ask.Reach(Goal.STAGED)).settle().then(new Ask.Pause());
    walk.then(new Ask.Resume(Optional.of("mallory")));
    assertThat(walk.promotion.paused()).isFalse();
    assertThat(walk.promotion.gates().executors()).isEmpty();
  }

  @Test
  void whereTheDataHasMovedBeforeItIsSaidOnceAndAskedForAgain() {
    var walk = new FlightWalk(behind(targetFirst()));
    promote(walk);
    walk.settle();
    assertThat(walk.promotion.owner().word()).isEqualTo("target");
    assertThat(walk.promotion.flown().number()).isZero();
    assertThat(walk.events.stream().filter(Event.PromotionWithheld.class::isInstance)).hasSize(1);
    met(walk);
    walk.settle();
    assertThat(walk.promotion.flown().number()).as("not by itself").isZero();
    promote(walk);
    walk.settle();
    assertThat(walk.promotion.flown().number()).isEqualTo(1);
  }

  @Test
  void whoLeavesTheSourceBehindMovedDataPassesTheGatesOfThePromotionToo() {
    var walk = new FlightWalk(behind(targetFirst(), FIRST));
    met(walk, FIRST);
    promote(walk);
    walk.settle(GatedFlightsTest::isAhead);
    walk.then(new Ask.Pause()).settle();
    walk.now = walk.now.plus(Duration.ofDays(11));
    walk.then(new Ask.Resume(Optional.of("bob"))).settle();
    assertThat(walk.promotion.flown().number()).as("nobody leaves past a stale gate").isZero();
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(GateRule.step(walk.promotion)).isEqualTo(Step.PROMOTE);

    met(walk, FIRST);
    promote(walk);
    walk.settle();
    assertThat(walk.promotion.flown().number()).isEqualTo(1);
    assertThat(GateRule.step(walk.promotion)).isEqualTo(Step.FLIGHT);
  }

  @Test
  void whatIsWithheldBehindMovedDataLooksAtTheTargetNoMoreUntilItIsOrderedAgain() {
    Gate targeted =
        GateSamples.binding(
            GateSamples.gate("targeted", Set.of(Flag.EXECUTED), Gate.About.TARGET), Step.FLIGHT);
    var walk = new FlightWalk(behind(targetFirst()));
    promote(walk);
    walk.settle();
    Workload edited = behind(targetFirst(), EACH, targeted);
    walk.then(new Ask.Amend(edited, "edited", Optional.of("tom")));
    promote(walk);
    assertThat(GateRule.asks(walk.promotion, walk.world, walk.now)).isTrue();
    walk.then(new Input.Seen(walk.world.with(new Configuration(Map.of("work_mem", "4MB")))));
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(GateRule.asks(walk.promotion, walk.world, walk.now)).isFalse();
    promote(walk);
    assertThat(GateRule.asks(walk.promotion, walk.world, walk.now)).isTrue();
  }

  @Test
  void aGateThatExpiresWhileAFlightIsJudgedEndsNothingUntilTheNextOneIsDue() {
    var walk = new FlightWalk(behind(Samples.FLYING));
    met(walk);
    promote(walk);
    walk.settle(promotion -> promotion.flown().number() == 1).settle();
    walk.now = walk.now.plus(Duration.ofDays(11));
    walk.settle();
    assertThat(walk.promotion.rehearsals().withheld()).as("flight 1 is judged on").isEmpty();
    assertThat(walk.promotion.goal()).isEqualTo(Goal.PROMOTED);
    walk.then(new Ask.GoOn("one", "enough", Optional.of("bob"))).settle();
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(walk.promotion.flown().number()).isEqualTo(1);
  }
}
