package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static dev.landfall.promotion.Promotions.TOKEN;
import static dev.landfall.workload.Side.SOURCE;
import static dev.landfall.workload.Side.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.Cutover.Step;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from what is seen, asked or failed, in each state. */
class DeciderTest {
  private static final Duration HOLD = Samples.SHOP.limits().hold();
  private static final Duration MARGIN = Samples.SHOP.limits().commitMargin();

  private static List<Event> events(Promotion promotion, Input input, Instant now) {
    return switch (Decider.decide(promotion, input, now)) {
      case Decision.Events(List<Event> events) -> events;
      case Decision.Refused refused -> throw new AssertionError(refused.message());
    };
  }

  private static List<Event> seen(Promotion promotion, Worlds world) {
    return events(promotion, new Input.Seen(world.seen()), NOW);
  }

  private static List<Event> asked(Promotion promotion, Ask ask) {
    return events(promotion, ask, NOW);
  }

  private static Refusal refused(Promotion promotion, Ask ask) {
    if (Decider.decide(promotion, ask, NOW) instanceof Decision.Refused refused) {
      assertThat(refused.message()).startsWith("cannot ");
      return refused.refusal();
    }
    throw new AssertionError(ask + " was granted in " + promotion.stateWord());
  }

  private static Promotion after(Promotion promotion, Event... events) {
    Promotion now = promotion;
    for (Event each : events) {
      now = Evolver.evolve(now, each);
    }
    return now;
  }

  private static Ask reach(Goal goal) {
    return new Ask.Reach(goal);
  }

  // Before the first cutover.

  @Test
  void aFindingThatBlocksKeepsItRegisteredAndIsWrittenDownOnce() {
    var finding = new Finding(Finding.Severity.BLOCKS, "code", "orders", "no key", "add one");
    var registered = Promotions.in(new Phase.Registered(List.of()), Goal.PROMOTED, 1);
    var input = new Input.Preflighted(List.of(finding));
    assertThat(events(registered, input, NOW))
        .containsExactly(new Event.PreflightRefused(List.of(finding)));
    assertThat(events(after(registered, new Event.PreflightRefused(List.of(finding))), input, NOW))
        .isEmpty();
    assertThat(events(registered, new Input.Preflighted(List.of()), NOW))
        .containsExactly(new Event.PreflightPassed(List.of(), NOW));
  }

  @Test
  void itIsStagedOnceTheLinkFollowsAndEverythingWasCompared() {
    var replicating = Promotions.in(new Phase.Replicating(NOW), Goal.PROMOTED, 1);
    assertThat(seen(replicating, Worlds.staged())).containsExactly(new Event.Staged(NOW, 1000));
    assertThat(seen(replicating, Worlds.staged().neverCompared())).isEmpty();
    assertThat(seen(replicating, Worlds.staged().link(SOURCE, LinkSeen.Phase.COPYING))).isEmpty();
    assertThat(seen(replicating, Worlds.staged().lag(SOURCE, 2001))).isEmpty();
    assertThat(seen(replicating, Worlds.staged().fence(TARGET, Fence.OPEN, 1))).isEmpty();
    assertThat(seen(replicating, Worlds.staged().different())).isEmpty();
  }

  @Test
  void aCutoverBeginsWhenItIsWantedAndEverythingIsReady() {
    var staged = Promotions.staged(Goal.PROMOTED);
    assertThat(seen(staged, Worlds.staged()))
        .containsExactly(new Event.CutoverBegun(TARGET, 5, "cutover-5", NOW, NOW.plus(HOLD)));
    assertThat(seen(Promotions.staged(Goal.STAGED), Worlds.staged())).isEmpty();
    assertThat(seen(after(staged, new Event.Paused()), Worlds.staged())).isEmpty();
    assertThat(seen(staged, Worlds.staged().unhealthy())).isEmpty();
    assertThat(seen(staged, Worlds.staged().routeAway())).isEmpty();
    assertThat(seen(staged, Worlds.staged().away(TARGET))).isEmpty();
  }

  @Test
  void noCutoverBeginsWhileAFenceOfEitherSideWouldHaveToWait() {
    var staged = Promotions.staged(Goal.PROMOTED);
    for (Side side : Side.values()) {
      for (boolean yields : List.of(true, false)) {
        var world = Worlds.staged().occupied(side, "somebody holds a table", yields);
        assertThat(seen(staged, world)).isEmpty();
        assertThat(Readiness.waits(staged, world.seen()))
            .containsExactly("orders: " + side.word() + ": somebody holds a table");
      }
    }
  }

  @Test
  void anAbandonedCutoverIsTriedAgainAfterItsPauseAndNotForEver() {
    var once = Promotions.in(Promotions.failed(Phase.Rest.STAGED, 1), Goal.PROMOTED, 4);
    var input = new Input.Seen(Worlds.staged().seen());
    assertThat(events(once, input, NOW.plusSeconds(10).minusNanos(1))).isEmpty();
    assertThat(events(once, input, NOW.plusSeconds(10)))
        .hasOnlyElementsOfType(Event.CutoverBegun.class)
        .hasSize(1);
    var thrice = Promotions.in(Promotions.failed(Phase.Rest.STAGED, 3), Goal.PROMOTED, 4);
    assertThat(events(thrice, input, NOW.plusSeconds(10)))
        .containsExactly(new Event.AttemptsExhausted(3, Optional.of("a reason")));
  }

  @Test
  void aLeakOrABrokenLinkParks() {
    for (Promotion each :
        List.of(Promotions.staged(Goal.PROMOTED), Promotions.staged(Goal.STAGED))) {
      assertThat(seen(each, Worlds.staged().leak(TARGET)))
          .hasOnlyElementsOfType(Event.ParkedFor.class)
          .hasSize(1);
      assertThat(seen(each, Worlds.staged().link(SOURCE, LinkSeen.Phase.BROKEN)))
          .hasOnlyElementsOfType(Event.ParkedFor.class)
          .hasSize(1);
    }
  }

  @Test
  void aLeakThatAPersonHasLookedAtParksNoMore() {
    var staged = Promotions.staged(Goal.STAGED);
    Event parked = seen(staged, Worlds.staged().leak(TARGET)).getFirst();
    var resumed = asked(after(staged, parked), new Ask.Resume()).getFirst();
    assertThat(seen(after(staged, parked, resumed), Worlds.staged().leak(TARGET))).isEmpty();
  }

  // The steps of a cutover.

  @Test
  void itIsHeldOnceThePlanesHoldByThisEpochAndNobodyWhoMayWriteIsUnderWay() {
    var holding = Promotions.cutting(TARGET, Step.HOLDING);
    assertThat(seen(holding, Worlds.fenced(5))).containsExactly(new Event.Held(NOW, 0));
    assertThat(seen(holding, Worlds.fenced(5).holding(false))).isEmpty();
    assertThat(seen(holding, Worlds.fenced(5).route(Promotions.order(4, 0, true)))).isEmpty();
    assertThat(seen(holding, Worlds.fenced(5).inFlight(1, 1))).isEmpty();
  }

  @Test
  void aLongDownloadIsWaitedForOnlyUntilItIsSettled() {
    var holding = Promotions.cutting(TARGET, Step.HOLDING);
    var input = new Input.Seen(Worlds.fenced(5).inFlight(2, 0).seen());
    Instant settled = NOW.plus(Samples.SHOP.limits().settle());
    assertThat(events(holding, input, settled.minusNanos(1))).isEmpty();
    assertThat(events(holding, input, settled)).containsExactly(new Event.Held(settled, 2));
  }

  @Test
  void itIsFencedOnceBothSidesWereReadBackByThisEpoch() {
    var fencing = Promotions.cutting(TARGET, Step.FENCING);
    assertThat(seen(fencing, Worlds.fenced(5))).containsExactly(new Event.Fenced(NOW));
    assertThat(seen(fencing, Worlds.fenced(5).fence(SOURCE, Fence.PARTLY, 5))).isEmpty();
    assertThat(seen(fencing, Worlds.fenced(5).fence(SOURCE, Fence.UNKNOWN, 5))).isEmpty();
    assertThat(seen(fencing, Worlds.fenced(5).fence(SOURCE, Fence.FENCED, 4))).isEmpty();
    assertThat(seen(fencing, Worlds.fenced(5).fence(TARGET, Fence.FENCED, 4))).isEmpty();
    assertThat(seen(fencing, Worlds.fenced(5).away(SOURCE))).isEmpty();
  }

  @Test
  void itIsDrainedOnceTheMarkOfThisAttemptCameOut() {
    var draining = Promotions.cutting(TARGET, Step.DRAINING);
    var none = Optional.<String>empty();
    var mark = Optional.of(TOKEN);
    var marked = Worlds.fenced(5).tokens(SOURCE, mark, none, none);
    assertThat(seen(draining, marked)).isEmpty();
    assertThat(seen(draining, marked.tokens(TARGET, none, Optional.of("cutover-3"), none)))
        .isEmpty();
    assertThat(seen(draining, marked.tokens(TARGET, none, mark, none)))
        .containsExactly(new Event.Drained(NOW));
  }

  @Test
  void theCommitPointIsPassedOnlyWhenEverythingIsProven() {
    var proving = Promotions.cutting(TARGET, Step.PROVING);
    assertThat(seen(proving, Worlds.proven(5, TOKEN)))
        .containsExactly(new Event.OwnerMoved(TARGET, 6, NOW, 12, Duration.ofMillis(9)));
    var mark = Optional.of(TOKEN);
    var none = Optional.<String>empty();
    assertThat(
            List.of(
                Worlds.proven(5, TOKEN).compared("cutover-3"),
                Worlds.proven(5, TOKEN).link(TARGET, LinkSeen.Phase.RETAINING),
                Worlds.proven(5, TOKEN).tokens(TARGET, mark, mark, none),
                Worlds.proven(5, TOKEN).tokens(TARGET, none, mark, mark),
                Worlds.proven(5, TOKEN).tokens(SOURCE, mark, none, none),
                Worlds.proven(5, TOKEN).fence(SOURCE, Fence.PARTLY, 5),
                Worlds.proven(5, TOKEN).holding(false)))
        .allSatisfy(world -> assertThat(seen(proving, world)).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"HOLDING", "FENCING", "DRAINING", "PROVING"})
  void beforeTheCommitPointWhateverGoesWrongTakesItBack(Step step) {
    var cutting = Promotions.cutting(TARGET, step);
    Instant late = NOW.plus(HOLD).minus(MARGIN);
    var proven = new Input.Seen(Worlds.proven(5, TOKEN).different().seen());
    assertAbandoned(events(cutting, new Input.TookOver(), NOW), step, false);
    assertAbandoned(events(cutting, new Input.Failed("fence", "no answer"), NOW), step, false);
    assertAbandoned(events(cutting, proven, NOW), step, true);
    assertAbandoned(seen(cutting, Worlds.fenced(5).leak(SOURCE)), step, true);
    assertAbandoned(seen(cutting, Worlds.fenced(5).holdRanOut()), step, false);
    assertAbandoned(events(cutting, new Input.Seen(Worlds.staged().seen()), late), step, false);
    assertThat(events(cutting, new Input.Seen(Worlds.staged().seen()), late.minusNanos(1)))
        .noneMatch(Event.CutoverAbandoned.class::isInstance);
    assertAbandoned(asked(cutting, reach(Goal.ROLLED_BACK)), step, false);
    assertAbandoned(asked(cutting, reach(Goal.STAGED)), step, false);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"HOLDING", "FENCING", "DRAINING", "PROVING"})
  void nobodyIsCutOverToWhereAPlaneSaysThatItCannotLeadUsers(Step step) {
    var cutting = Promotions.cutting(TARGET, step);
    String why = "route front cannot lead users to the target: it has no right to";
    assertThat(seen(cutting, Worlds.proven(5, TOKEN).unable(TARGET, "it has no right to")))
        .containsExactly(new Event.CutoverAbandoned(6, NOW, step, why, false));
    assertThat(seen(cutting, Worlds.proven(5, TOKEN).unable(SOURCE, "it has no right to")))
        .as("where they come from, that matters to nobody")
        .isEqualTo(seen(cutting, Worlds.proven(5, TOKEN)));
  }

  @Test
  void noCutoverBeginsToWhereAPlaneSaysThatItCannotLeadUsers() {
    var staged = Promotions.staged(Goal.PROMOTED);
    var unable = Worlds.staged().unable(TARGET, "it has no right to");
    assertThat(seen(staged, unable)).isEmpty();
    assertThat(Readiness.waits(staged, unable.seen()))
        .containsExactly("route front cannot lead users to the target: it has no right to");
    assertThat(seen(staged, Worlds.staged().unable(SOURCE, "it has no right to")))
        .hasOnlyElementsOfType(Event.CutoverBegun.class)
        .hasSize(1);
  }

  private static void assertAbandoned(List<Event> events, Step step, boolean park) {
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            Event.CutoverAbandoned.class,
            abandoned -> {
              assertThat(abandoned.epoch()).isEqualTo(6);
              assertThat(abandoned.step()).isEqualTo(step);
              assertThat(abandoned.park()).isEqualTo(park);
            });
  }

  @Test
  void behindTheCommitPointItGoesOnWhateverHappens() {
    var opening = Promotions.cutting(TARGET, Step.OPENING);
    assertThat(events(opening, new Input.TookOver(), NOW)).isEmpty();
    assertThat(events(opening, new Input.Failed("open", "no answer"), NOW)).isEmpty();
    var late = new Input.Seen(Worlds.proven(5, TOKEN).holdRanOut().seen());
    assertThat(events(opening, late, NOW.plus(HOLD).plusSeconds(60))).isEmpty();
    assertThat(asked(opening, reach(Goal.ROLLED_BACK)))
        .containsExactly(new Event.GoalSet(Goal.ROLLED_BACK));
  }

  @Test
  void itIsFinishedOnceTheNewSideIsOpenAndHasTheUsers() {
    var opening = Promotions.cutting(TARGET, Step.OPENING);
    var open = Worlds.proven(5, TOKEN).fence(TARGET, Fence.OPEN, 6).holding(false);
    assertThat(seen(opening, open)).isEmpty();
    assertThat(seen(opening, open.route(Promotions.order(6, 100, false))))
        .containsExactly(new Event.CutoverFinished(TARGET, NOW, Duration.ofMillis(140)));
  }

  @Test
  void itIsUndoneOnceTheOldSideIsOpenByThisEpochAndHasTheUsers() {
    var undoing = Promotions.undoing(Step.DRAINING);
    var back = Worlds.staged().fence(TARGET, Fence.FENCED, 5).route(Promotions.order(6, 0, false));
    assertThat(seen(undoing, back)).isEmpty();
    assertThat(seen(undoing, back.fence(SOURCE, Fence.OPEN, 6)))
        .containsExactly(new Event.CutoverUndone(NOW, NOW.plusSeconds(10)));
  }

  // What people ask for.

  @Test
  void oncePromotedItCanBeRolledBackAtAnyTimeBeforeTheLinkIsSevered() {
    assertThat(asked(Promotions.promoted(Goal.PROMOTED), reach(Goal.ROLLED_BACK)))
        .containsExactly(new Event.GoalSet(Goal.ROLLED_BACK));
    for (Phase severed :
        List.of(new Phase.Severing(TARGET, NOW), new Phase.Completed(TARGET, NOW))) {
      var promotion = Promotions.in(severed, Goal.COMPLETED, 7);
      assertThat(refused(promotion, reach(Goal.ROLLED_BACK))).isEqualTo(Refusal.SEVERED);
      assertThat(refused(promotion, reach(Goal.PROMOTED))).isEqualTo(Refusal.SEVERED);
      assertThat(asked(promotion, reach(Goal.COMPLETED))).isEmpty();
    }
  }

  @Test
  void completingWaitsForTheSoak() {
    var soaking = Promotions.promoted(Goal.PROMOTED);
    assertThat(refused(soaking, reach(Goal.COMPLETED))).isEqualTo(Refusal.SOAKING);
    Instant soaked = NOW.minusSeconds(60).plus(Samples.SHOP.limits().soak());
    assertThat(events(soaking, reach(Goal.COMPLETED), soaked))
        .containsExactly(new Event.GoalSet(Goal.COMPLETED));
    assertThat(refused(Promotions.staged(Goal.STAGED), reach(Goal.COMPLETED)))
        .isEqualTo(Refusal.NOT_PROMOTED);
  }

  @Test
  void askingAgainWhileACutoverIsUndoneMakesItsAttemptsForgotten() {
    var undoing =
        Promotions.in(
            new Phase.Undoing(
                Promotions.cutover(TARGET, Step.HOLDING),
                Promotions.failed(Phase.Rest.STAGED, 2),
                "a reason",
                false),
            Goal.PROMOTED,
            6);
    var again = asked(undoing, reach(Goal.PROMOTED)).getFirst();
    var rested = after(undoing, again, new Event.CutoverUndone(NOW, NOW));
    assertThat(seen(rested, Worlds.staged().route(Promotions.order(6, 0, false))))
        .as("it was the third attempt of three, but somebody asked since")
        .hasOnlyElementsOfType(Event.CutoverBegun.class)
        .hasSize(1);
  }

  @Test
  void theLastWishCountsWhileUsersMoveBack() {
    var back = Promotions.cutting(SOURCE, Step.HOLDING);
    assertThat(asked(back, reach(Goal.ROLLED_BACK))).isEmpty();
    var changed = after(back, new Event.GoalSet(Goal.PROMOTED));
    assertThat(asked(changed, reach(Goal.ROLLED_BACK)))
        .containsExactly(new Event.GoalSet(Goal.ROLLED_BACK));
  }

  @Test
  void whatIsParkedMovesOnlyOnceSomebodyResumes() {
    var parked =
        Promotions.in(
            new Phase.Parked(Promotions.rest(Phase.Rest.STAGED), "why", NOW), Goal.PROMOTED, 4);
    assertThat(seen(parked, Worlds.staged())).isEmpty();
    assertThat(refused(parked, reach(Goal.PROMOTED))).isEqualTo(Refusal.PARKED);
    assertThat(refused(Promotions.staged(Goal.STAGED), new Ask.Resume()))
        .isEqualTo(Refusal.NOT_PAUSED);
  }
}
