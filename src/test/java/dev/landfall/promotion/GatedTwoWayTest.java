package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.replication.Fence;
import dev.landfall.workload.DataPlan;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever owns the data while users fly, nobody is led past a gate, no side is opened past one, and
 * whoever is to come back does so past all of them.
 */
class GatedTwoWayTest {
  private static final Configuration TUNED = new Configuration(Map.of("work_mem", "4MB"));
  private static final Configuration DRIFTED = new Configuration(Map.of("work_mem", "8MB"));
  private static final Evidence REPORT = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);
  private static final Gate FIRST =
      GateSamples.gate("first", Set.of(Flag.EXECUTED), Gate.About.PLAN);
  private static final Gate EACH =
      GateSamples.binding(
          GateSamples.gate("each-flight", Set.of(Flag.EXECUTED), Gate.About.PLAN), Step.FLIGHT);
  private static final Gate TARGETED =
      GateSamples.gate("targeted", Set.of(Flag.EXECUTED), Gate.About.TARGET);

  private static Workload behind(Workload workload, Gate... gates) {
    return workload.behind(Optional.of(GateSamples.plan(gates)));
  }

  private static Workload twoWay() {
    return TwoWayTest.walk(0).promotion.workload();
  }

  static Stream<Workload> everyModelAndDataPlan() {
    return Stream.of(
        Samples.SHOP,
        Samples.staged(false),
        Samples.FLYING,
        GatedFlightsTest.targetFirst(),
        twoWay());
  }

  private static void promote(FlightWalk walk) {
    walk.then(new Ask.Reach(Goal.PROMOTED, Optional.of("bob")));
  }

  private static void met(FlightWalk walk, Gate gate) {
    met(walk, gate, Subject.ofPlan("plan"));
  }

  private static void met(FlightWalk walk, Gate gate, Subject about) {
    walk.then(new Ask.Attach(gate.id(), "tom", about, true, "", List.of(REPORT)));
  }

  private static FlightWalk flying(Gate... gates) {
    var walk = new FlightWalk(behind(twoWay(), gates));
    met(walk, gates[0]);
    promote(walk);
    return walk.settle();
  }

  private static Reason reason(FlightWalk walk) {
    return walk.promotion.rehearsals().withheld().orElseThrow().reason();
  }

  private static boolean opens(Event event) {
    return event instanceof Event.SharingBegun
        || event instanceof Event.Shared
        || event instanceof Event.CrossingBegun
        || event instanceof Event.FlightBegun
        || event instanceof Event.CutoverBegun;
  }

  @ParameterizedTest
  @MethodSource("everyModelAndDataPlan")
  void pastAnOpenGateNothingMovesAndNoSideIsOpened(Workload workload) {
    var walk = new FlightWalk(behind(workload, FIRST));
    walk.settle();
    promote(walk);
    walk.settle();
    assertThat(walk.events).noneMatch(GatedTwoWayTest::opens);
    assertThat(TwoWayTest.fence(walk, Side.TARGET)).isEqualTo(Fence.FENCED);
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(walk.promotion.goal()).isEqualTo(Goal.STAGED);

    met(walk, FIRST);
    promote(walk);
    walk.settle();
    assertThat(walk.events).anyMatch(GatedTwoWayTest::opens);
  }

  @Test
  void theTargetIsOpenedOnlyForWhatTheGateIsAbout() {
    var walk = new FlightWalk(behind(twoWay(), TARGETED));
    met(walk, TARGETED, new Subject("plan", Optional.of(TUNED.fingerprint())));
    promote(walk);
    walk.settle();
    assertThat(walk.events).as("nobody has looked at the target").noneMatch(GatedTwoWayTest::opens);
    walk.world = walk.world.with(DRIFTED);
    walk.settle();
    assertThat(walk.events).noneMatch(GatedTwoWayTest::opens);
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    promote(walk);
    walk.world = walk.world.with(TUNED);
    walk.settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void aGateThatExpiresWhileTheTargetIsPreparedLeavesItFencedAndPreparesAgainLater() {
    var walk = new FlightWalk(behind(twoWay(), FIRST));
    met(walk, FIRST);
    promote(walk);
    walk.settle(promotion -> promotion.sharing().stage() == Sharing.Stage.PREPARING);
    walk.now = walk.now.plus(Duration.ofDays(11));
    walk.settle();
    assertThat(walk.events).noneMatch(Event.Shared.class::isInstance);
    assertThat(walk.promotion.sharing().stage()).isEqualTo(Sharing.Stage.NONE);
    assertThat(TwoWayTest.fence(walk, Side.TARGET)).isEqualTo(Fence.FENCED);
    met(walk, FIRST);
    promote(walk);
    walk.settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void aGateThatExpiresBeforeTheFirstUsersCrossHoldsThemAlthoughTheTargetIsOpen() {
    var walk = new FlightWalk(behind(twoWay(), FIRST));
    met(walk, FIRST);
    promote(walk);
    walk.settle(promotion -> promotion.sharing().isOpen());
    walk.now = walk.now.plus(Duration.ofDays(11));
    walk.settle();
    assertThat(walk.events).noneMatch(Event.CrossingBegun.class::isInstance);
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(walk.promotion.isComingBack()).as("nobody is brought back by a gate").isFalse();
    met(walk, FIRST);
    promote(walk);
    walk.settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void theNextFlightWaitsForItsGateAndWhoHasFlownStays() {
    var walk = flying(FIRST, EACH);
    walk.then(new Ask.GoOn("few", "enough", Optional.of("bob"))).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
    assertThat(reason(walk)).isEqualTo(Reason.GATES);
    assertThat(walk.promotion.isComingBack()).isFalse();
    assertThat(TwoWayTest.fence(walk, Side.TARGET)).isEqualTo(Fence.OPEN);
    assertThat(walk.events.stream().filter(Event.PromotionWithheld.class::isInstance)).hasSize(1);

    met(walk, EACH);
    promote(walk);
    walk.settle();
    assertThat(walk.state()).isEqualTo("flight 2 of 3");
  }

  @Test
  void theDataFollowsItsUsersPastNoOpenGateEither() {
    var walk = flying(FIRST, EACH);
    met(walk, EACH);
    walk.then(new Ask.GoOn("few", "enough", Optional.of("bob"))).settle();
    walk.then(new Ask.GoOn("half", "enough", Optional.of("bob"))).settle();
    assertThat(walk.state()).isEqualTo("flight 3 of 3");
    walk.now = walk.now.plus(Duration.ofDays(11));
    walk.then(new Ask.GoOn("all", "enough", Optional.of("bob"))).settle();
    assertThat(walk.events).noneMatch(Event.CutoverBegun.class::isInstance);
    assertThat(walk.promotion.isComingBack()).isFalse();
    met(walk, EACH);
    promote(walk);
    walk.settle();
    assertThat(walk.state()).isEqualTo("promoted");
  }

  @Test
  void anEditedFileOfLessWhileBothAcceptWritesBringsNobodyBackAndLeadsNobodyOn() {
    var walk = flying(FIRST, EACH);
    walk.then(new Ask.Amend(behind(twoWay(), FIRST), "less", Optional.of("tom")));
    walk.ticks(400, 0, 0);
    assertThat(walk.promotion.flown().passed()).isTrue();
    assertThat(walk.promotion.isComingBack()).isFalse();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
    promote(walk);
    walk.settle();
    assertThat(walk.state()).as("it takes a second order").isEqualTo("flight 2 of 3");
  }

  @Test
  void whoeverIsThereBringsEverybodyBackPastAllGates() {
    for (Ask back :
        List.of(
            new Ask.Fly(Optional.empty(), "home", Optional.of("whoever is there")),
            new Ask.Reach(Goal.ROLLED_BACK, Optional.of("whoever is there")),
            new Ask.Reach(Goal.STAGED, Optional.of("whoever is there")))) {
      var walk = flying(FIRST, EACH);
      walk.then(back).settle();
      assertThat(walk.state()).as("%s", back).isEqualTo("staged");
      assertThat(TwoWayTest.fence(walk, Side.TARGET)).isEqualTo(Fence.FENCED);
    }
  }

  @Test
  void harmBringsEverybodyBackWhateverIsWithheld() {
    var walk = flying(FIRST, EACH);
    walk.then(new Ask.GoOn("few", "enough", Optional.of("bob"))).settle();
    walk.ticks(30, 90, 0);
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void dataPlansAreAllWalked() {
    assertThat(everyModelAndDataPlan().flatMap(each -> each.flights().stream()))
        .extracting(plan -> plan.data())
        .containsExactlyInAnyOrder(DataPlan.values());
  }
}
