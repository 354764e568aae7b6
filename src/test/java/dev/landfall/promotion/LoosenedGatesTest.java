package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Loosening;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Person;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A file that demands less than the one before is no way past its gates. */
class LoosenedGatesTest {
  private static final Gate FIRST =
      GateSamples.gate("first", Set.of(Flag.EXECUTED), Gate.About.TARGET);
  private static final Gate EACH =
      GateSamples.binding(
          GateSamples.gate("each", Set.of(Flag.EXECUTED), Gate.About.PLAN), Step.FLIGHT);

  private static Workload behind(Workload workload, Gate... gates) {
    return workload.behind(Optional.of(GateSamples.plan(gates)));
  }

  private static Ask give(Workload workload, String by) {
    return new Ask.Amend(workload, "less", Optional.of(by));
  }

  private static void promote(FlightWalk walk, String by) {
    walk.then(new Ask.Reach(Goal.PROMOTED, Optional.of(by))).settle();
  }

  @Test
  void whomTheFileDoesNotNameTakesNoGateAway() {
    var walk = new FlightWalk(behind(Samples.FLYING, FIRST));
    for (Workload less : List.of(Samples.FLYING, behind(Samples.FLYING, EACH))) {
      Decision.Refused refused = walk.refused(give(less, "mallory"));
      assertThat(refused.refusal()).isEqualTo(Refusal.NOT_ENTITLED);
      assertThat(refused.message()).contains("does not name mallory");
    }
    assertThat(walk.refused(new Ask.Amend(Samples.FLYING, "less")).refusal())
        .isEqualTo(Refusal.NOT_ENTITLED);
  }

  @Test
  void nobodyBecomesSomebodyElseByAnEditedFile() {
    GatePlan plan = GateSamples.plan(FIRST);
    var people = new ArrayList<Person>(plan.people());
    people.remove(GateSamples.TESTER);
    people.add(new Person("tom", List.of("tester"), Optional.empty(), List.of("root")));
    var renamed = new GatePlan(plan.gates(), people, plan.policy());
    assertThat(Loosening.between(plan, Optional.of(renamed)))
        .containsExactly("account root is now tom's, and was nobody's");
    assertThat(Loosening.between(renamed, Optional.of(plan)))
        .containsExactly("account root is now nobody's, and was tom's");
    assertThat(Loosening.between(renamed, Optional.of(renamed))).isEmpty();
  }

  @Test
  void gatesThatAreTakenAwayTakeTheOrderWithThemAndAreToldForGood() {
    var walk = new FlightWalk(behind(Samples.FLYING, EACH));
    promote(walk, "bob");
    walk.then(new Ask.GoOn("one", "enough", Optional.of("bob")));
    promote(walk, "bob");
    walk.then(give(Samples.FLYING, "tom")).settle();
    assertThat(walk.promotion.flown().number()).as("nobody follows in silence").isEqualTo(1);
    assertThat(walk.promotion.goal()).isEqualTo(Goal.STAGED);
    assertThat(walk.promotion.rehearsals().withheld().orElseThrow().reason())
        .isEqualTo(Reason.LOOSENED);
    promote(walk, "tom");
    assertThat(walk.promotion.flown().number()).as("a second order").isEqualTo(2);
    assertThat(walk.promotion.gates().loosened())
        .containsExactly("tom gave a file that demands less; all 1 gates are gone");
  }

  @Test
  void behindMovedDataNobodyLeavesEitherUntilItIsOrderedAgain() {
    FlightPlan usual = Samples.FLYING.flights().orElseThrow();
    Workload first =
        Samples.flying(
            new FlightPlan(
                usual.identity(),
                usual.kept(),
                usual.flights(),
                usual.margin(),
                usual.tolerated(),
                usual.onFail(),
                usual.scrutiny(),
                DataPlan.TARGET_FIRST));
    var walk = new FlightWalk(behind(first, EACH));
    promote(walk, "bob");
    walk.then(give(first, "bob")).settle();
    assertThat(walk.promotion.owner().word()).isEqualTo("target");
    assertThat(walk.promotion.flown().number()).isZero();
    walk.fly("ten", "because");
    assertThat(walk.settle().promotion.flown().number()).as("an order like any").isEqualTo(2);
  }

  @Test
  void aWishToComeBackIsLeftAlone() {
    var walk = new FlightWalk(behind(Samples.SHOP, EACH));
    walk.then(new Ask.Reach(Goal.PROMOTED, Optional.of("bob"))).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("promoted");
    walk.then(new Ask.Reach(Goal.ROLLED_BACK));
    walk.then(give(Samples.SHOP, "bob"));
    assertThat(walk.promotion.goal()).isEqualTo(Goal.ROLLED_BACK);
    assertThat(walk.settle().promotion.stateWord()).isEqualTo("rolled back");
  }

  @Test
  void aFileThatDemandsMoreIsTakenLikeAny() {
    var walk = new FlightWalk(behind(Samples.FLYING, EACH));
    walk.then(new Ask.Amend(behind(Samples.FLYING, EACH, FIRST), "more", Optional.of("mallory")));
    assertThat(walk.promotion.gates().loosened()).isEmpty();
    assertThat(walk.promotion.rehearsals().withheld()).isEmpty();
  }

  private static List<String> looser(GatePlan after) {
    return Loosening.between(GateSamples.plan(FIRST), Optional.of(after));
  }

  private static Gate edited(Set<Flag> needs, int quorum, Duration validity, Gate.About about) {
    return new Gate(
        FIRST.id(),
        "another title",
        List.of(),
        FIRST.owner(),
        FIRST.approvers(),
        quorum,
        needs,
        FIRST.binds(),
        validity,
        about,
        FIRST.kind(),
        FIRST.check());
  }

  @Test
  void eachWayToDemandLessIsSeen() {
    Duration usual = FIRST.validity();
    Set<Flag> more = Set.of(Flag.values());
    assertThat(looser(GateSamples.plan(edited(more, 2, usual, Gate.About.TARGET)))).isEmpty();
    assertThat(looser(GateSamples.plan(edited(Set.of(Flag.VALIDATED), 1, usual, Gate.About.PLAN))))
        .containsExactly("gate first needs less", "gate first is about the target no more");
    Duration longer = usual.plusDays(1);
    assertThat(looser(GateSamples.plan(edited(more, 1, longer, Gate.About.TARGET))))
        .containsExactly("gate first counts for longer");
    assertThat(looser(GateSamples.plan(GateSamples.binding(FIRST, Step.FLIGHT))))
        .containsExactly("gate first holds fewer steps back");
    var loose =
        new Policy(Set.of(), List.of("governance"), Duration.ofDays(30), Duration.ofDays(31));
    assertThat(looser(new GatePlan(List.of(FIRST), GateSamples.PEOPLE, loose)))
        .contains("requester-approver is kept apart no more", "approvals count for longer");
    var people = new ArrayList<Person>(GateSamples.PEOPLE);
    people.add(new Person("eve", List.of("tester"), Optional.empty()));
    assertThat(looser(new GatePlan(List.of(FIRST), people, Policy.STANDARD))).isEmpty();
    people.add(new Person("mallory", List.of("tester"), Optional.of("mallory's key")));
    assertThat(looser(new GatePlan(List.of(FIRST), people, Policy.STANDARD)))
        .containsExactly("mallory may sign");
    assertThat(Loosening.between(GateSamples.plan(GateSamples.CHECKED), Optional.of(looserCheck())))
        .containsExactly("gate checked has another check, or none");
  }

  @Test
  void aCheckThatTakesThePlaceOfSomebodysLookIsSeen() {
    GatePlan before = GateSamples.plan(GateSamples.UNCHECKED);
    Gate checked = with(GateSamples.UNCHECKED, GateSamples.CHECKED.check());
    assertThat(Loosening.between(before, Optional.of(GateSamples.plan(checked))))
        .containsExactly("gate unchecked needs less");
    assertThat(Loosening.between(GateSamples.plan(checked), Optional.of(before)))
        .containsExactly("gate unchecked has another check, or none");
  }

  private static GatePlan looserCheck() {
    return GateSamples.plan(with(GateSamples.CHECKED, Optional.empty()));
  }

  private static Gate with(Gate usual, Optional<GateCheck> check) {
    return new Gate(
        usual.id(),
        usual.title(),
        usual.requirements(),
        usual.owner(),
        usual.approvers(),
        usual.quorum(),
        usual.needs(),
        usual.binds(),
        usual.validity(),
        usual.about(),
        usual.kind(),
        check);
  }
}
