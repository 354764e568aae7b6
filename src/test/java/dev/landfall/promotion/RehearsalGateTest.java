package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.promotion.Input.Ask;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.promotion.Rehearsals.Withheld;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Timing;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Users leave the source only for what was rehearsed. */
class RehearsalGateTest {
  private static final Configuration TUNED = new Configuration(Map.of("work_mem", "4MB"));
  private static final Configuration CHANGED = new Configuration(Map.of("work_mem", "8MB"));
  private static final Timing TIMING =
      new Timing(
          Duration.ofMillis(90),
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          Duration.ofMillis(20),
          Duration.ofMillis(30),
          Duration.ofMillis(10),
          41);

  private Promotion promotion = at(Samples.STAGED, Phase.Rest.MIGRATED, Goal.STAGED);

  private static Promotion at(Workload workload, Phase.Rest rest, Goal goal) {
    var phase = new Phase.Resting(rest, NOW, 0, Instant.EPOCH, Optional.empty());
    return new Promotion(workload, "plan", goal, false, 4, Flown.NONE, Set.of(), phase);
  }

  /** What follows, which becomes the state. */
  private List<Event> then(Input input) {
    List<Event> events =
        switch (Decider.decide(promotion, input, NOW)) {
          case Decision.Events(List<Event> decided) -> decided;
          case Decision.Refused refused -> throw new AssertionError(refused.message());
        };
    events.forEach(event -> promotion = Evolver.evolve(promotion, event));
    return events;
  }

  private Optional<Refusal> refusal(Ask ask) {
    return Decider.decide(promotion, ask, NOW) instanceof Decision.Refused refused
        ? Optional.of(refused.refusal())
        : Optional.empty();
  }

  private List<Event> looked(Optional<Configuration> found) {
    World world = Worlds.staged().seen();
    return then(new Input.Seen(found.map(world::with).orElse(world)));
  }

  private void rehearsed(Configuration found) {
    then(new Ask.Rehearse(promotion.planHash()));
    String token = promotion.rehearsals().underway().orElseThrow().token();
    then(new Ask.Rehearsed(token, found, TIMING, TIMING));
  }

  private void promote() {
    then(new Ask.Reach(Goal.PROMOTED));
  }

  private static Event withheld(Reason reason, String why) {
    return new Event.PromotionWithheld(new Withheld(reason, List.of(why)), NOW);
  }

  @Test
  void aStagedWorkloadIsMigratedAndNotPromoted() {
    var begun = Evolver.begin(new Event.Registered(Samples.STAGED, "plan", Goal.STAGED));
    var copied = Evolver.evolve(begun, new Event.PreflightPassed(List.of(), NOW));
    var migrated = Evolver.evolve(copied, new Event.Staged(NOW, 7));
    assertThat(migrated.stateWord()).isEqualTo("migrated");
    assertThat(migrated.owner().word()).isEqualTo("source");
    assertThat(looked(Optional.of(TUNED))).isEmpty();
  }

  @Test
  void whatWasNeverRehearsedIsWithheldAndNotTriedLaterByItself() {
    promote();
    assertThat(looked(Optional.empty()))
        .containsExactly(withheld(Reason.NOT_REHEARSED, "it was never rehearsed"));
    assertThat(promotion.goal()).isEqualTo(Goal.STAGED);
    rehearsed(TUNED);
    assertThat(looked(Optional.of(TUNED))).isEmpty();
  }

  @Test
  void whatWasRehearsedGoesOnceItIsSeenToBeAsItWas() {
    rehearsed(TUNED);
    promote();
    assertThat(looked(Optional.empty())).as("nobody has looked yet").isEmpty();
    assertThat(RehearsalGate.asks(promotion, Worlds.staged().seen(), NOW)).isTrue();
    assertThat(looked(Optional.of(TUNED))).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void nobodyLooksAtTheConfigurationAsLongAsSomethingElseIsInTheWay() {
    rehearsed(TUNED);
    assertThat(RehearsalGate.asks(promotion, Worlds.staged().seen(), NOW)).isFalse();
    promote();
    assertThat(RehearsalGate.asks(promotion, Worlds.staged().unhealthy().seen(), NOW)).isFalse();
  }

  @Test
  void aChangeSinceTheRehearsalWithholdsUntilItIsRehearsedAgain() {
    rehearsed(TUNED);
    promote();
    assertThat(looked(Optional.of(CHANGED)))
        .containsExactly(withheld(Reason.DRIFTED, "work_mem was 4MB and is 8MB"));
    assertThat(looked(Optional.of(TUNED))).as("nobody asked again").isEmpty();
    rehearsed(CHANGED);
    assertThat(promotion.rehearsals().withheld()).isEmpty();
    promote();
    assertThat(looked(Optional.of(CHANGED))).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void aRehearsalOfAnotherFileIsNone() {
    rehearsed(TUNED);
    promotion = Evolver.evolve(promotion, new Event.Amended(Samples.STAGED, "another plan"));
    promote();
    assertThat(looked(Optional.of(TUNED)))
        .containsExactly(
            withheld(
                Reason.NOT_REHEARSED,
                "the workload file has changed since the rehearsal of " + NOW));
  }

  @Test
  void whereItIsOptionalNothingIsNeededButWhatWasMadeCounts() {
    promotion = at(Samples.staged(false), Phase.Rest.MIGRATED, Goal.PROMOTED);
    Promotion before = promotion;
    assertThat(looked(Optional.empty())).hasOnlyElementsOfType(Event.CutoverBegun.class);
    promotion = before;
    rehearsed(TUNED);
    assertThat(looked(Optional.of(CHANGED)))
        .containsExactly(withheld(Reason.DRIFTED, "work_mem was 4MB and is 8MB"));
  }

  @Test
  void theWayBackNeedsNoRehearsal() {
    promotion = at(Samples.STAGED, Phase.Rest.PROMOTED, Goal.ROLLED_BACK);
    assertThat(RehearsalGate.missing(promotion, NOW)).isEmpty();
    assertThat(RehearsalGate.asks(promotion, Worlds.staged().seen(), NOW)).isFalse();
  }

  @Test
  void theWayThereAfterTheWayBackNeedsIt() {
    promotion = at(Samples.STAGED, Phase.Rest.ROLLED_BACK, Goal.PROMOTED);
    assertThat(looked(Optional.empty()))
        .containsExactly(withheld(Reason.NOT_REHEARSED, "it was never rehearsed"));
    assertThat(promotion.goal()).isEqualTo(Goal.ROLLED_BACK);
  }

  @Test
  void oneRehearsalGoesOnAtATimeAndIsEndedByItself() {
    then(new Ask.Rehearse(promotion.planHash()));
    assertThat(refusal(new Ask.Rehearse(promotion.planHash()))).contains(Refusal.REHEARSING);
    assertThat(refusal(new Ask.Rehearsed("rehearsal-9", TUNED, TIMING, TIMING)))
        .contains(Refusal.REHEARSING);
    assertThat(then(new Ask.RehearsalFailed("rehearsal-9", "it died"))).isEmpty();
    then(new Ask.RehearsalFailed("rehearsal-1", "it died"));
    assertThat(promotion.rehearsals().underway()).isEmpty();
    assertThat(promotion.rehearsals().passed()).isEmpty();
  }

  @Test
  void aPlanThatWasChangedAsItsRehearsalBeganIsNotTakenForRehearsed() {
    assertThat(refusal(new Ask.Rehearse("the plan before"))).contains(Refusal.REHEARSING);
    assertThat(promotion.rehearsals().underway()).isEmpty();
  }

  @Test
  void aDestinationThatWasWithheldIsForgotten() {
    promotion = at(Samples.FLYING, Phase.Rest.STAGED, Goal.PROMOTED);
    promotion = Evolver.evolve(promotion, new Event.FlightsSkipped(2, NOW, "in a hurry"));
    assertThat(promotion.flown().way().ahead()).contains(2);
    promotion = Evolver.evolve(promotion, withheld(Reason.NOT_REHEARSED, "never"));
    assertThat(promotion.flown().way().ahead()).isEmpty();
  }

  @Test
  void aRehearsalThatFailsTakesNothingFromAnEarlierOne() {
    rehearsed(TUNED);
    then(new Ask.Rehearse(promotion.planHash()));
    then(new Ask.RehearsalFailed("rehearsal-2", "it died"));
    promote();
    assertThat(looked(Optional.of(TUNED))).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }
}
