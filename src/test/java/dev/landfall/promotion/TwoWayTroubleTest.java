package dev.landfall.promotion;

import static dev.landfall.promotion.TwoWayTest.fence;
import static dev.landfall.promotion.TwoWayTest.flying;
import static dev.landfall.promotion.TwoWayTest.names;
import static dev.landfall.promotion.TwoWayTest.walk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.promotion.Cutover.Step;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.replication.SharedSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong while both sides accept writes: nothing is lost, and nobody waits for ever. */
class TwoWayTroubleTest {
  /** A link that fails: what is marked on its origin does not come out any more. */
  private static UnaryOperator<DataSeen> wrong(Side from, Phase phase) {
    var link =
        new LinkSeen(
            phase,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("it failed 3 times"));
    return seen ->
        new DataSeen(
            from == Side.TARGET ? deaf(seen.source()) : seen.source(),
            from == Side.SOURCE ? deaf(seen.target()) : seen.target(),
            from == Side.SOURCE ? link : seen.fromSource(),
            from == Side.TARGET ? link : seen.fromTarget(),
            seen.check(),
            List.of(),
            List.of(),
            seen.shared());
  }

  private static SideSeen deaf(SideSeen side) {
    return new SideSeen(
        side.fault(),
        side.fence(),
        side.epoch(),
        side.marked(),
        Optional.empty(),
        side.aligned(),
        side.refusedWrites(),
        side.heard());
  }

  private static UnaryOperator<DataSeen> shared(SharedSeen shared) {
    return seen ->
        new DataSeen(
            seen.source(),
            seen.target(),
            seen.fromSource(),
            seen.fromTarget(),
            seen.check(),
            List.of(),
            List.of(),
            shared);
  }

  private static Predicate<Promotion> at(Side to, Step step) {
    return promotion ->
        promotion.phase() instanceof dev.landfall.promotion.Phase.CuttingOver(var cutover, _)
            && cutover.to() == to
            && !cutover.isCrossing()
            && cutover.step() == step;
  }

  private static FlightWalk returning(Step step) {
    var walk = flying().then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle(at(Side.SOURCE, step));
    assertThat(at(Side.SOURCE, step).test(walk.promotion)).as(walk.state()).isTrue();
    return walk;
  }

  private static FlightWalk landing(Step step) {
    var walk = flying().ticks(300, 4, 4).ticks(300, 4, 4);
    walk.then(new Input.Ask.GoOn("all", "a reason")).settle(at(Side.TARGET, step));
    assertThat(at(Side.TARGET, step).test(walk.promotion)).as(walk.state()).isTrue();
    return walk;
  }

  private static String parkedFor(FlightWalk walk) {
    assertThat(walk.state()).isEqualTo("parked");
    return ((dev.landfall.promotion.Phase.Parked) walk.promotion.phase()).why();
  }

  /** Until the hold is over, if it is waited for. */
  private static FlightWalk wait(FlightWalk walk) {
    for (int i = 0; i < 10; i++) {
      walk.now = walk.now.plus(Duration.ofMinutes(2));
      walk.settle();
    }
    return walk;
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"HOLDING", "FENCING", "DRAINING", "PROVING"})
  void aReturnWhoseWayBackGetsStuckOpensTheTargetAgainAndIsLeftToAPerson(Step step) {
    var walk = wait(returning(step).trouble(wrong(Side.TARGET, Phase.STUCK)));
    assertThat(parkedFor(walk))
        .contains("the link from the target is stuck: it failed 3 times", "the source's server");
    assertThat(fence(walk, Side.TARGET)).as("its users go on").isEqualTo(Fence.OPEN);
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
    assertThat(names(walk)).doesNotContain("OwnerMoved");
    walk.trouble(seen -> seen).then(new Input.Ask.Resume()).settle();
    assertThat(walk.state()).as("once a person has mended it").isEqualTo("staged");
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"FENCING", "DRAINING", "PROVING"})
  void aReturnWhoseLogIsLostLeavesTheTargetFencedAndSaysSo(Step step) {
    var walk = wait(returning(step).trouble(wrong(Side.TARGET, Phase.BROKEN)));
    assertThat(parkedFor(walk)).contains("the log of the target is lost");
    assertThat(fence(walk, Side.SOURCE)).isEqualTo(Fence.OPEN);
    assertThat(names(walk)).doesNotContain("OwnerMoved");
    assertThat(walk.lastOrder().hold()).as("nobody waits").isEmpty();
  }

  /** Nothing is seen of it any more once the links are made anew. */
  private static FlightWalk losing(Side from, FlightWalk walk) {
    walk.ends = DataOrder.FollowBoth.class::isInstance;
    return walk.trouble(wrong(from, Phase.BROKEN));
  }

  @Test
  void aLogThatIsLostWhileTheTargetIsOpenIsNotMadeAnewAsTheReturnBegins() {
    var walk = losing(Side.TARGET, flying()).settle();
    assertThat(parkedFor(walk)).contains("the log of the target is lost");
    assertThat(names(walk)).contains("FlightFailed").doesNotContain("OwnerMoved");
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(parkedFor(walk)).as("whoever resumes").contains("the log of the target is lost");
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"HOLDING", "FENCING", "DRAINING", "PROVING"})
  void aLogThatIsLostDuringTheReturnIsNotMadeAnewOnceItIsTakenBack(Step step) {
    var walk = wait(losing(Side.TARGET, returning(step)));
    assertThat(parkedFor(walk)).contains("the log of the target is lost");
    assertThat(names(walk)).doesNotContain("OwnerMoved");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"STUCK", "BROKEN"})
  void aReturnPastItsCommitPointEndsWhateverTheLinkFromTheSourceIsLike(Phase phase) {
    var walk = returning(Step.PROVING).trouble(wrong(Side.SOURCE, phase)).settle();
    assertThat(parkedFor(walk)).contains("the link from the source is");
    assertThat(names(walk)).contains("OwnerMoved", "CutoverFinished");
    assertThat(walk.lastOrder().cohort().isNobody()).isTrue();
    assertThat(walk.lastOrder().hold()).isEmpty();
    assertThat(fence(walk, Side.SOURCE)).isEqualTo(Fence.OPEN);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"HOLDING", "FENCING", "DRAINING", "PROVING"})
  void aLastCutoverOfWhichALinkGetsStuckOpensBothAgainAndBringsEverybodyBackIfItCan(Step step) {
    for (Side from : Side.values()) {
      var walk = wait(landing(step).trouble(wrong(from, Phase.STUCK)));
      assertThat(parkedFor(walk)).contains("the link from the " + from.word() + " is stuck");
      assertThat(fence(walk, Side.SOURCE)).isEqualTo(Fence.OPEN);
      boolean back = from == Side.SOURCE;
      assertThat(fence(walk, Side.TARGET)).isEqualTo(back ? Fence.FENCED : Fence.OPEN);
      assertThat(walk.promotion.sharing().isOpen()).isEqualTo(!back);
    }
  }

  @Test
  void theLastCutoverTurnsNoLinkRoundSoThatItCanBeTakenBack() {
    var walk = landing(Step.PROVING);
    assertThat(Wants.in(walk.promotion).follow()).isEmpty();
    walk.then(new Input.Failed("compare", "no answer"));
    walk.trouble(wrong(Side.SOURCE, Phase.ABSENT));
    assertThat(Course.next(walk.promotion, walk.world))
        .as("a side that does not publish is made to before it is opened")
        .anyMatch(action ->
            action instanceof Action.OnData(_, DataOrder order)
                && (order instanceof DataOrder.FollowBoth || order instanceof DataOrder.Mark));
    wait(walk.trouble(seen -> seen));
    assertThat(walk.state()).as("tried again").isEqualTo("promoted");
  }

  @Test
  void whatCannotBePreparedIsLeftToAPerson() {
    var walk = walk(0).settle(promotion -> promotion.sharing().isUnderWay());
    walk.trouble(wrong(Side.TARGET, Phase.STUCK)).settle();
    assertThat(parkedFor(walk)).contains("the link from the target is stuck");
    assertThat(fence(walk, Side.TARGET)).isEqualTo(Fence.FENCED);
  }

  private static final SharedSeen CONFLICT =
      SharedSeen.of(
          List.of(
              new Conflict("public.orders", "id=1", "was written on both sides at once", "1/1"),
              new Conflict("public.orders", "id=2", "was written on both sides at once", "2/2"),
              new Conflict("public.orders", "id=3", "was written on both sides at once", "3/3")));

  @Test
  void allThatBothSidesWroteIsCountedHoweverManyMayBe() {
    var walk = flying().trouble(shared(CONFLICT)).settle();
    assertThat(walk.promotion.sharing().conflicts()).hasSize(3);
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void whatIsFoundAtTheLastMomentOfTheLastCutoverTakesItBack() {
    var walk = landing(Step.PROVING).trouble(shared(CONFLICT)).settle();
    assertThat(names(walk))
        .containsSubsequence("Drained", "ConflictFound", "CutoverAbandoned", "FlightFailed");
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void whatIsFoundAfterEverybodyHasComeBackIsCountedToo() {
    var walk = flying().then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(walk.state()).isEqualTo("staged");
    walk.trouble(shared(CONFLICT)).settle();
    assertThat(walk.promotion.sharing().conflicts()).hasSize(3);
    assertThat(walk.state()).isEqualTo("staged");
    walk.then(new Input.Ask.Reach(Goal.PROMOTED))
        .trouble(shared(SharedSeen.NONE))
        .settle(promotion -> promotion.sharing().isOpen());
    assertThat(walk.promotion.sharing().conflicts()).as("history").isEmpty();
  }

  @Test
  void nobodyIsLedOnWhileNobodyCounts() {
    var blind =
        new SharedSeen(
            List.of(), Optional.empty(), Optional.empty(), Optional.of("another process compares"));
    var walk = walk(0).trouble(shared(blind)).settle();
    assertThat(walk.promotion.sharing().isOpen()).isFalse();
    walk.trouble(seen -> seen).settle();
    walk.trouble(shared(blind)).then(new Input.Ask.GoOn("few", "a reason")).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
    assertThat(Readiness.waits(walk.promotion, walk.world))
        .anyMatch(wait -> wait.contains("not counted: another process compares"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"HOLDING", "FENCING", "DRAINING", "PROVING"})
  void rowsThatNoLinkCarriesAreNotLeftBehind(Step step) {
    var uncarried =
        new SharedSeen(
            List.of(), Optional.empty(), Optional.of("no link carries x"), Optional.empty());
    var walk = wait(returning(step).trouble(shared(uncarried)));
    assertThat(parkedFor(walk)).contains("no link carries x; bring these rows to the source");
    assertThat(names(walk)).doesNotContain("OwnerMoved");
    assertThat(fence(walk, Side.TARGET)).isEqualTo(Fence.OPEN);
    var asked = flying().trouble(shared(uncarried));
    asked.then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(parkedFor(asked)).contains("no link carries x");
  }

  @Test
  void aTableMadeOnTheSourceIsNoRowThatBothSidesWrote() {
    var walk =
        flying()
            .trouble(seen -> {
              var was = seen.check();
              return new DataSeen(
                  seen.source(),
                  seen.target(),
                  seen.fromSource(),
                  seen.fromTarget(),
                  new dev.landfall.replication.CheckSeen(
                      was.baselineFrom(),
                      100,
                      1,
                      0,
                      Optional.empty(),
                      0,
                      Duration.ZERO,
                      List.of(new Difference("public.later", Difference.WHOLE, "not carried"))),
                  List.of(),
                  List.of());
            })
            .settle();
    assertThat(walk.promotion.sharing().conflicts()).isEmpty();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void whatGoesWrongWhileAPersonLooksAtSomethingElseBringsEverybodyBackAllTheSame() {
    var walk = flying().then(new Input.Crashed("a bug"));
    assertThat(walk.state()).isEqualTo("parked");
    walk.trouble(shared(CONFLICT)).settle();
    assertThat(walk.promotion.sharing().conflicts()).hasSize(3);
    assertThat(walk.state()).isEqualTo("staged");
  }
}
