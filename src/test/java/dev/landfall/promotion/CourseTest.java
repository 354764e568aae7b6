package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.TOKEN;
import static dev.landfall.workload.Side.SOURCE;
import static dev.landfall.workload.Side.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataOrder.AlignSequences;
import dev.landfall.replication.DataOrder.Compare;
import dev.landfall.replication.DataOrder.FenceOff;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.DataOrder.MakeWay;
import dev.landfall.replication.DataOrder.Mark;
import dev.landfall.replication.DataOrder.Open;
import dev.landfall.replication.DataOrder.Sever;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.routing.RouteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which orders may be given, in each state, for what was seen. */
class CourseTest {
  private static List<DataOrder> data(Promotion promotion, Worlds world) {
    return Course.next(promotion, world.seen()).stream()
        .filter(Action.OnData.class::isInstance)
        .map(action -> ((Action.OnData) action).order())
        .toList();
  }

  private static List<RouteOrder> routes(Promotion promotion, Worlds world) {
    return Course.next(promotion, world.seen()).stream()
        .filter(Action.OnRoute.class::isInstance)
        .map(action -> ((Action.OnRoute) action).order())
        .toList();
  }

  @Test
  void nothingIsOrderedBeforeThePreflightHasPassedNorWhileParkedNorOnceCompleted() {
    var registered = Promotions.in(new Phase.Registered(List.of()), Goal.PROMOTED, 1);
    var parked =
        Promotions.in(
            new Phase.Parked(Promotions.rest(Phase.Rest.STAGED), "why", Promotions.NOW),
            Goal.PROMOTED,
            4);
    var completed = Promotions.in(new Phase.Completed(TARGET, Promotions.NOW), Goal.COMPLETED, 4);
    for (Promotion each : List.of(registered, parked, completed)) {
      assertThat(Course.next(each, Worlds.fenced(1).seen())).as(each.stateWord()).isEmpty();
    }
  }

  @Test
  void atFirstTheSourceIsFollowedAndItsUsersAreRoutedToIt() {
    var replicating = Promotions.in(new Phase.Replicating(Promotions.NOW), Goal.PROMOTED, 1);
    var world =
        Worlds.staged()
            .fence(SOURCE, Fence.OPEN, 0)
            .fence(TARGET, Fence.UNKNOWN, 0)
            .link(SOURCE, LinkSeen.Phase.ABSENT);
    assertThat(data(replicating, world)).containsExactly(new Follow(SOURCE));
    assertThat(routes(replicating, world.route(Promotions.order(0, 0, false))))
        .containsExactly(Promotions.order(1, 0, false));
  }

  @Test
  void aCopyThatNobodyWorksOnIsOrderedAgain() {
    var replicating = Promotions.in(new Phase.Replicating(Promotions.NOW), Goal.PROMOTED, 1);
    assertThat(data(replicating, Worlds.staged().link(SOURCE, LinkSeen.Phase.COPYING)))
        .containsExactly(new Follow(SOURCE));
  }

  @Test
  void atRestNothingIsOrderedWhenAllIsAsItShouldBe() {
    assertThat(
            Course.next(
                Promotions.staged(Goal.STAGED),
                Worlds.staged().route(Promotions.order(4, 0, false)).seen()))
        .isEmpty();
  }

  @Test
  void whatWouldMakeAFenceWaitIsCalledOffOnceNothingElseIsWaitedFor() {
    var staged = Promotions.staged(Goal.PROMOTED);
    assertThat(data(staged, maintained())).containsExactly(new MakeWay(SOURCE));
    assertThat(data(staged, maintained().occupied(TARGET, "a vacuum", true)))
        .containsExactly(new MakeWay(SOURCE), new MakeWay(TARGET));
    assertThat(data(staged, Worlds.staged())).isEmpty();
    assertThat(data(staged, maintained().unhealthy())).isEmpty();
    assertThat(data(staged, maintained().lag(SOURCE, 2001))).isEmpty();
    assertThat(data(staged, maintained().occupied(TARGET, "a long transaction", false))).isEmpty();
  }

  @Test
  void nothingIsCalledOffWhileUsersStayWhereTheyAre() {
    assertThat(data(Promotions.staged(Goal.STAGED), maintained())).isEmpty();
    var paused = Evolver.evolve(Promotions.staged(Goal.PROMOTED), new Event.Paused());
    assertThat(data(paused, maintained())).isEmpty();
    var holding = Promotions.cutting(TARGET, Cutover.Step.HOLDING);
    assertThat(data(holding, maintained())).containsExactly(new FenceOff(TARGET));
  }

  private static Worlds maintained() {
    return Worlds.staged().occupied(SOURCE, "a vacuum", true);
  }

  @Test
  void whileHoldingUsersWaitAndTheNewSideIsFencedByThisEpoch() {
    var holding = Promotions.cutting(TARGET, Cutover.Step.HOLDING);
    assertThat(data(holding, Worlds.staged())).containsExactly(new FenceOff(TARGET));
    assertThat(routes(holding, Worlds.staged())).containsExactly(Promotions.order(5, 0, true));
  }

  @Test
  void whileFencingTheOldSideIsFencedToo() {
    var fencing = Promotions.cutting(TARGET, Cutover.Step.FENCING);
    assertThat(data(fencing, Worlds.staged().fence(TARGET, Fence.FENCED, 5)))
        .containsExactly(new FenceOff(SOURCE));
    assertThat(data(fencing, Worlds.fenced(5).fence(SOURCE, Fence.PARTLY, 5)))
        .as("half a fence is none")
        .containsExactly(new FenceOff(SOURCE));
  }

  @Test
  void theMarkIsWrittenOnlyBehindFencesThatWereReadBack() {
    var draining = Promotions.cutting(TARGET, Cutover.Step.DRAINING);
    assertThat(data(draining, Worlds.fenced(5))).containsExactly(new Mark(SOURCE, TOKEN));
    assertThat(data(draining, Worlds.fenced(5).fence(SOURCE, Fence.OPEN, 5)))
        .doesNotContain(new Mark(SOURCE, TOKEN));
    assertThat(data(draining, Worlds.fenced(5).fence(TARGET, Fence.FENCED, 4)))
        .as("a fence of an older epoch may still be opened by a late order")
        .doesNotContain(new Mark(SOURCE, TOKEN));
  }

  @Test
  void whileProvingTheLinkIsTurnedSequencesMovedAndChangesCompared() {
    var proving = Promotions.cutting(TARGET, Cutover.Step.PROVING);
    var drained =
        Worlds.fenced(5)
            .tokens(SOURCE, Optional.of(TOKEN), Optional.empty(), Optional.empty())
            .tokens(TARGET, Optional.empty(), Optional.of(TOKEN), Optional.empty());
    assertThat(data(proving, drained))
        .containsExactly(
            new Follow(TARGET),
            new Mark(TARGET, TOKEN),
            new AlignSequences(TARGET, TOKEN),
            new Compare(TOKEN));
    assertThat(data(proving, drained.link(TARGET, LinkSeen.Phase.FOLLOWING)))
        .contains(new Mark(TARGET, TOKEN))
        .doesNotContain(new Follow(TARGET));
    assertThat(Course.next(proving, Worlds.proven(5, TOKEN).seen())).isEmpty();
  }

  @Test
  void aLinkIsNotTurnedWhileEitherSideAcceptsWrites() {
    var proving = Promotions.cutting(TARGET, Cutover.Step.PROVING);
    assertThat(data(proving, Worlds.fenced(5).fence(SOURCE, Fence.OPEN, 5)))
        .doesNotContain(new Follow(TARGET));
  }

  @Test
  void theNewSideIsOpenedOnlyOnceNoLateOrderCanTurnItsLinkAnyMore() {
    var opening = Promotions.cutting(TARGET, Cutover.Step.OPENING);
    var proven = Worlds.proven(5, TOKEN);
    assertThat(data(opening, proven)).containsExactly(new Mark(TARGET, "epoch-6"));
    assertThat(data(opening, proven.fence(TARGET, Fence.FENCED, 6)))
        .as("and waits for no stamp of an old owner, which may take no order any more")
        .containsExactly(new Open(TARGET));
  }

  @Test
  void aLinkThatALateOrderTurnedBackIsTurnedAgainBeforeTheNewSideIsOpened() {
    var opening = Promotions.cutting(TARGET, Cutover.Step.OPENING);
    var turnedBack =
        Worlds.proven(5, TOKEN)
            .fence(TARGET, Fence.FENCED, 6)
            .link(SOURCE, LinkSeen.Phase.FOLLOWING)
            .link(TARGET, LinkSeen.Phase.ABSENT);
    assertThat(data(opening, turnedBack)).containsExactly(new Follow(TARGET));
  }

  @Test
  void noSideIsOpenedWhileTheOtherAcceptsWrites() {
    var opening = Promotions.cutting(TARGET, Cutover.Step.OPENING);
    var world = Worlds.proven(5, TOKEN).fence(TARGET, Fence.FENCED, 6);
    assertThat(data(opening, world.fence(SOURCE, Fence.OPEN, 5)))
        .doesNotContain(new Open(TARGET))
        .contains(new FenceOff(SOURCE));
  }

  @Test
  void usersAreLedToTheNewSideOnlyOnceItWasReadBackAsOpen() {
    var opening = Promotions.cutting(TARGET, Cutover.Step.OPENING);
    var world = Worlds.proven(5, TOKEN).fence(TARGET, Fence.FENCED, 6);
    assertThat(routes(opening, world)).isEmpty();
    assertThat(routes(opening, world.fence(TARGET, Fence.OPEN, 6)))
        .containsExactly(Promotions.order(6, 100, false));
  }

  @Test
  void undoingBeforeTheFenceOnlyLetsUsersGo() {
    var undoing = Promotions.undoing(Cutover.Step.HOLDING);
    var world = Worlds.staged().fence(TARGET, Fence.FENCED, 5);
    assertThat(data(undoing, world))
        .as("stamped, so that a late order to fence it is refused")
        .containsExactly(new Open(SOURCE));
    assertThat(routes(undoing, world)).containsExactly(Promotions.order(6, 0, false));
  }

  @Test
  void undoingAfterTheLinkWasTurnedTurnsItBackBeforeTheOldSideIsOpened() {
    var undoing = Promotions.undoing(Cutover.Step.PROVING);
    var world = Worlds.proven(5, TOKEN);
    assertThat(data(undoing, world)).doesNotContain(new Open(SOURCE)).contains(new Follow(SOURCE));
    assertThat(routes(undoing, world)).isEmpty();
  }

  @Test
  void undoingOpensTheOldSideOnlyOnceNoLateOrderCanTurnItsLinkAnyMore() {
    var undoing = Promotions.undoing(Cutover.Step.PROVING);
    assertThat(data(undoing, Worlds.fenced(5))).containsExactly(new Mark(SOURCE, "epoch-6"));
    assertThat(data(undoing, Worlds.fenced(5).fence(SOURCE, Fence.FENCED, 6)))
        .containsExactly(new Open(SOURCE));
  }

  @Test
  void undoingOpensTheOldSideFirstWhenTheNewOneDoesNotAnswer() {
    var undoing = Promotions.undoing(Cutover.Step.DRAINING);
    var world = Worlds.fenced(5).fence(SOURCE, Fence.FENCED, 6).away(TARGET);
    assertThat(data(undoing, world))
        .as("the order to follow will fail, and nothing after it would be given")
        .startsWith(new Open(SOURCE));
  }

  @Test
  void halfAFenceIsOpenedAtOnce() {
    var undoing = Promotions.undoing(Cutover.Step.FENCING);
    var world = Worlds.staged().fence(TARGET, Fence.FENCED, 5).fence(SOURCE, Fence.PARTLY, 5);
    assertThat(data(undoing, world)).containsExactly(new Open(SOURCE));
  }

  @Test
  void severingIsOrderedUntilNothingIsLeft() {
    var severing = Promotions.in(new Phase.Severing(TARGET, Promotions.NOW), Goal.COMPLETED, 7);
    var before =
        Worlds.proven(5, TOKEN).fence(TARGET, Fence.OPEN, 6).route(Promotions.order(7, 100, false));
    assertThat(data(severing, before)).containsExactly(new Sever(TARGET));
    assertThat(Course.reached(severing, before.seen())).isFalse();
    before.link(TARGET, LinkSeen.Phase.ABSENT).holding(false);
    assertThat(data(severing, before)).isEmpty();
    assertThat(Course.reached(severing, before.seen())).isTrue();
  }

  @Test
  void theFenceOrderOfBothSidesIsTheSameInEveryProcess() {
    var fencing = Promotions.cutting(TARGET, Cutover.Step.FENCING);
    assertThat(data(fencing, Worlds.staged()))
        .containsExactly(new FenceOff(SOURCE), new FenceOff(TARGET));
  }
}
