package dev.landfall.gate;

import static dev.landfall.workload.GateSamples.CHECKED;
import static dev.landfall.workload.GateSamples.TESTED;
import static dev.landfall.workload.GateSamples.UNCHECKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Dossier.Run;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GateSamples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a gate stands, in every state that it can have. */
class JudgingTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Subject PLAN = Subject.ofPlan("plan");
  private static final Evidence REPORT = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);
  private static final Gate TARGETED =
      GateSamples.gate("targeted", Set.of(Flag.EXECUTED), Gate.About.TARGET);

  private GateBook book = GateBook.begun(Optional.of("rita"));
  private Instant now = NOW;
  private Subject current = PLAN;

  private State state(Gate gate) {
    return standing(gate).state();
  }

  private Standing standing(Gate gate) {
    return Judging.of(gate, book, current, now);
  }

  private void executed(Gate gate, boolean passed, Subject about) {
    var mark = new Mark("tom", now, about, passed, passed ? "" : "no answer", List.of(REPORT));
    book = book.checked(gate.id(), mark);
  }

  private void says(String by, Verb verb, Gate gate) {
    var statement =
        new Statement(
            verb,
            "shop",
            gate.id(),
            current.plan(),
            current.target(),
            book.of(gate.id()).evidence(),
            by,
            "business-owner",
            now,
            now.plus(Duration.ofDays(5)),
            "because");
    book = book.signed(new Signed(statement, by + "'s key", "signature"));
  }

  @Test
  void ofWhichNothingIsKnownIsOpenAndSaysWhatIsMissing() {
    assertThat(standing(TESTED).state()).isEqualTo(State.OPEN);
    assertThat(standing(TESTED).lacking())
        .containsExactly(Flag.EXECUTED, Flag.DOCUMENTED, Flag.VALIDATED);
    assertThat(standing(TESTED).why())
        .isEqualTo("not executed; not documented; validated by 0 of 1 (business-owner)");
  }

  @Test
  void whatIsExecutedDocumentedAndValidatedHasPassedAndNothingLessHas() {
    executed(TESTED, true, PLAN);
    assertThat(state(TESTED)).isEqualTo(State.OPEN);
    says("ann", Verb.APPROVE, TESTED);
    assertThat(state(TESTED)).isEqualTo(State.PASSED);
    assertThat(standing(TESTED).until()).contains(NOW.plus(Duration.ofDays(5)));
  }

  @Test
  void whileACheckRunsItHasNotPassedAndADeadOneIsToldOf() {
    executed(TESTED, true, PLAN);
    says("ann", Verb.APPROVE, TESTED);
    book =
        book.begun(
            TESTED.id(), new Run("check-1", "tom", PLAN, NOW, NOW.plus(Duration.ofMinutes(2))));
    assertThat(state(TESTED)).isEqualTo(State.RUNNING);
    now = NOW.plus(Duration.ofMinutes(2));
    assertThat(standing(TESTED).words())
        .as("whoever kills a check does not keep the pass of the one before")
        .isEqualTo("tested is stale: the check that tom began at " + NOW + " never ended");
    assertThat(standing(TESTED).lacking()).containsExactly(Flag.EXECUTED);
    executed(TESTED, true, PLAN);
    assertThat(state(TESTED)).isEqualTo(State.PASSED);
  }

  @Test
  void aFirstCheckThatNeverEndedLeavesTheGateOpen() {
    book = book.begun(TARGETED.id(), new Run("check-1", "tom", PLAN, NOW, NOW.plusSeconds(9)));
    now = NOW.plusSeconds(9);
    assertThat(standing(TARGETED).words())
        .isEqualTo("targeted is open: the check that tom began at " + NOW + " never ended");
  }

  @Test
  void aMachinesGateWithoutACheckTakesSomebodyElseWhoLooks() {
    executed(UNCHECKED, true, PLAN);
    assertThat(state(UNCHECKED)).isEqualTo(State.OPEN);
    says("tom", Verb.APPROVE, UNCHECKED);
    assertThat(standing(UNCHECKED).why())
        .as("whatever the policy keeps apart")
        .endsWith(
            "approved by tom, but it is the word of the same person, and no check has looked");
    says("ann", Verb.APPROVE, UNCHECKED);
    assertThat(state(UNCHECKED)).isEqualTo(State.PASSED);
    executed(CHECKED, true, PLAN);
    assertThat(state(CHECKED)).as("a check needs nobody else").isEqualTo(State.PASSED);
  }

  @Test
  void whatFailedStaysFailedUntilItIsLookedAtAgain() {
    executed(TESTED, false, PLAN);
    assertThat(standing(TESTED).words()).isEqualTo("tested is failed: at " + NOW + ": no answer");
    current = Subject.ofPlan("another");
    now = NOW.plus(Duration.ofDays(400));
    assertThat(state(TESTED)).isEqualTo(State.FAILED);
    executed(TESTED, true, current);
    assertThat(state(TESTED)).isEqualTo(State.OPEN);
  }

  @Test
  void evidenceExpiresInTheInstantInWhichItsValidityEnds() {
    executed(TARGETED, true, new Subject("plan", Optional.of("t1")));
    current = new Subject("plan", Optional.of("t1"));
    now = NOW.plus(Duration.ofDays(10)).minusNanos(1);
    assertThat(state(TARGETED)).isEqualTo(State.PASSED);
    now = NOW.plus(Duration.ofDays(10));
    assertThat(state(TARGETED)).isEqualTo(State.STALE);
  }

  @Test
  void evidenceAboutAnotherPlanOrAnotherTargetIsStale() {
    executed(TARGETED, true, new Subject("plan", Optional.of("t1")));
    current = new Subject("plan", Optional.of("t2"));
    assertThat(standing(TARGETED).words())
        .isEqualTo("targeted is stale: executed by tom, but the target has changed since");
    current = new Subject("other", Optional.of("t1"));
    assertThat(standing(TARGETED).why()).contains("the plan was edited since");
    current = new Subject("plan", Optional.empty());
    assertThat(standing(TARGETED).state()).isEqualTo(State.STALE);
    assertThat(standing(TARGETED).why()).contains("the target was not looked at");
  }

  @Test
  void anApprovalIsOfTheEvidenceThatWasThere() {
    executed(TESTED, true, PLAN);
    says("ann", Verb.APPROVE, TESTED);
    var other = new Evidence(Evidence.Kind.FILE, "r.pdf", "bb", 7);
    book = book.attached(TESTED.id(), new Mark("tom", NOW, PLAN, true, "", List.of(other)), true);
    assertThat(standing(TESTED).state()).isEqualTo(State.STALE);
    assertThat(standing(TESTED).why()).contains("the evidence is another one since");
  }

  @Test
  void declinedExpiredAndWithdrawnAreThreeThings() {
    executed(TESTED, true, PLAN);
    says("ann", Verb.DECLINE, TESTED);
    assertThat(standing(TESTED).words())
        .isEqualTo("tested is failed: declined by ann (business-owner): because");
    says("ann", Verb.APPROVE, TESTED);
    now = NOW.plus(Duration.ofDays(5));
    assertThat(standing(TESTED).state()).isEqualTo(State.STALE);
    assertThat(standing(TESTED).why()).contains("approved by ann, but that expired at");
    says("ann", Verb.WITHDRAW, TESTED);
    assertThat(standing(TESTED).state()).isEqualTo(State.OPEN);
    assertThat(standing(TESTED).why()).contains("withdrawn by ann");
  }

  @Test
  void onePersonIsNoQuorumHoweverOften() {
    Gate two = GateSamples.quorum(TESTED, 2);
    executed(two, true, PLAN);
    says("ann", Verb.APPROVE, two);
    now = now.plusSeconds(1);
    says("ann", Verb.APPROVE, two);
    assertThat(standing(two).why()).isEqualTo("validated by 1 of 2 (business-owner)");
    says("bob", Verb.APPROVE, two);
    assertThat(state(two)).isEqualTo(State.PASSED);
  }

  @Test
  void anEditedPlanVoidsForGood() {
    executed(TESTED, true, PLAN);
    says("ann", Verb.APPROVE, TESTED);
    book = book.edited(Optional.of("rita"), Optional.of(now));
    assertThat(state(TESTED)).as("the plan became again what it was").isEqualTo(State.STALE);
  }

  @Test
  void whatIsSetAsideIsShownAsThatAndEnds() {
    says("ann", Verb.WAIVE, TESTED);
    assertThat(standing(TESTED).words())
        .isEqualTo("tested is waived: by ann (business-owner) until 2026-03-06T12:00:00Z: because");
    says("bob", Verb.NOT_APPLICABLE, TARGETED);
    assertThat(state(TARGETED)).isEqualTo(State.NOT_APPLICABLE);
    now = NOW.plus(Duration.ofDays(5));
    assertThat(state(TESTED)).isEqualTo(State.OPEN);
    now = NOW;
    current = Subject.ofPlan("another");
    assertThat(state(TESTED)).isEqualTo(State.OPEN);
  }
}
