package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SharedSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Both sides accept writes while users fly, each those of its own. */
class TwoWayTest {
  private static Flight flight(String name, int share) {
    return new Flight(name, share, Named.NOBODY, Duration.ofSeconds(20), Duration.ofMinutes(10));
  }

  static FlightWalk walk(int conflictsMax) {
    return new FlightWalk(
        Samples.flying(
            new FlightPlan(
                new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty()),
                Named.NOBODY,
                List.of(flight("few", 100), flight("half", 5000), flight("all", Flight.ALL)),
                0.25,
                0.01,
                FlightPlan.OnFail.ZERO,
                Scrutiny.STANDARD,
                DataPlan.TWO_WAY,
                conflictsMax)));
  }

  static FlightWalk flying() {
    return walk(0).settle();
  }

  static List<String> names(FlightWalk walk) {
    return walk.events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  static Fence fence(FlightWalk walk, Side side) {
    return walk.world.data().values().iterator().next().on(side).fence();
  }

  /** The outside shows something else from now on, until an order changes it. */
  static FlightWalk seeing(FlightWalk walk, UnaryOperator<DataSeen> change) {
    var data = new HashMap<>(walk.world.data());
    data.replaceAll((_, seen) -> change.apply(seen));
    walk.world = new World(data, walk.world.routes());
    return walk;
  }

  static DataSeen with(
      DataSeen seen, List<Conflict> conflicts, Optional<String> crowded, CheckSeen check) {
    return new DataSeen(
        seen.source(),
        seen.target(),
        seen.fromSource(),
        seen.fromTarget(),
        check,
        List.of(),
        List.of(),
        new SharedSeen(conflicts, crowded, Optional.empty(), Optional.empty()));
  }

  private static DataSeen conflict(DataSeen seen, String place) {
    return with(
        seen,
        List.of(new Conflict("public.orders", "id=7", "was written on both sides at once", place)),
        Optional.empty(),
        seen.check());
  }

  @Test
  void theTargetIsOpenedBehindItsPreparationAndUsersAreHeldOnlyWhileTheyCross() {
    var walk = flying();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
    assertThat(names(walk))
        .containsSubsequence(
            "SharingBegun", "Shared", "CrossingBegun", "Held", "UsersCrossed", "FlightBegun")
        .doesNotContain("Fenced", "CutoverBegun");
    assertThat(fence(walk, Side.SOURCE)).isEqualTo(Fence.OPEN);
    assertThat(fence(walk, Side.TARGET)).isEqualTo(Fence.OPEN);
    assertThat(walk.promotion.owner()).isEqualTo(Side.SOURCE);
    assertThat(walk.lastOrder().cohort().identity().byNameAlone()).isTrue();
  }

  @Test
  void theTargetIsPreparedBehindItsFenceAndTheLinkBackIsSeenToBeAlive() {
    var walk = flying();
    var preparing = new FlightWalk(walk.promotion.workload());
    while (preparing.promotion.sharing().stage() != Sharing.Stage.PREPARING) {
      step(preparing);
    }
    assertThat(Wants.in(preparing.promotion).fenced()).containsExactly(Side.TARGET);
    assertThat(orders(preparing)).containsExactly("fence the target of orders");
    carryOut(preparing);
    assertThat(orders(preparing))
        .as("what it needs, behind a fence of this epoch")
        .containsExactly(
            "have the sequences on the target of orders give numbers of their own",
            "mark the end of the writes on the target of orders");
    carryOut(preparing);
    World prepared = IdealWorld.settled(preparing.world, preparing.now);
    preparing.world = prepared;
    seeing(preparing, seen -> unheard(seen));
    preparing.then(new Input.Seen(preparing.world));
    assertThat(preparing.promotion.sharing().isOpen()).as("nobody takes its writes").isFalse();
    preparing.world = prepared;
    preparing.then(new Input.Seen(preparing.world));
    assertThat(preparing.promotion.sharing().isOpen()).isTrue();
  }

  @Test
  void usersAreToldApartByTheirNamesAloneBeforeTheTargetIsOpened() {
    var walk = walk(0).settle(promotion -> promotion.sharing().isUnderWay());
    var before = walk(0).settle(each -> each.phase() instanceof Phase.Resting).world.routes();
    walk.world = new World(walk.world.data(), before);
    for (int i = 0; i < 6; i++) {
      for (Action action : Course.next(walk.promotion, walk.world)) {
        if (action instanceof Action.OnData) {
          walk.world = IdealWorld.after(walk.world, action, walk.promotion.epoch());
        }
      }
      walk.world = IdealWorld.settled(walk.world, walk.now);
      walk.then(new Input.Seen(walk.world));
    }
    assertThat(walk.promotion.sharing().isOpen()).as("the plane was not told yet").isFalse();
    carryOut(walk);
    walk.then(new Input.Seen(walk.world));
    assertThat(walk.promotion.sharing().isOpen()).isTrue();
    assertThat(walk.lastOrder().cohort().identity().byNameAlone()).isTrue();
    assertThat(walk.lastOrder().cohort().isNobody()).isTrue();
  }

  private static DataSeen unheard(DataSeen seen) {
    return new DataSeen(
        seen.source(),
        seen.target(),
        seen.fromSource(),
        LinkSeen.of(LinkSeen.Phase.RETAINING),
        seen.check(),
        List.of(),
        List.of());
  }

  private static List<String> orders(FlightWalk walk) {
    return Course.next(walk.promotion, walk.world).stream()
        .filter(Action.OnData.class::isInstance)
        .map(Action::words)
        .toList();
  }

  private static void carryOut(FlightWalk walk) {
    for (Action action : Course.next(walk.promotion, walk.world)) {
      walk.world = IdealWorld.after(walk.world, action, walk.promotion.epoch());
    }
  }

  static void step(FlightWalk walk) {
    walk.now = walk.now.plusMillis(10);
    walk.then(new Input.Seen(walk.world));
    boolean led =
        walk.promotion.phase() instanceof Phase.CuttingOver(var cut, _) && cut.committed();
    if (led || walk.promotion.sharing().stage() == Sharing.Stage.PREPARING) {
      return;
    }
    for (Action action : Course.next(walk.promotion, walk.world)) {
      walk.world = IdealWorld.after(walk.world, action, walk.promotion.epoch());
    }
    walk.world = IdealWorld.settled(walk.world, walk.now);
  }

  @Test
  void whenAllHaveFlownTheDataFollowsAndOneSideOwnsIt() {
    var walk = flying().ticks(300, 4, 4).ticks(300, 4, 4).ticks(30, 0, 0);
    assertThat(walk.state()).isEqualTo("promoted");
    assertThat(fence(walk, Side.SOURCE)).isEqualTo(Fence.FENCED);
    assertThat(walk.promotion.sharing().isOpen()).isFalse();
    assertThat(walk.led.stream().map(Cohort::share).distinct())
        .containsExactly(0, 100, 5000, Flight.ALL);
    walk.then(new Input.Ask.Reach(Goal.ROLLED_BACK)).settle();
    assertThat(walk.state()).isEqualTo("rolled back");
  }

  @Test
  void harmBringsEverybodyBackThroughAFencedTarget() {
    var walk = flying().ticks(300, 4, 4).ticks(100, 20, 1);
    assertThat(walk.state()).isEqualTo("staged");
    assertThat(walk.led.getLast()).isEqualTo(Cohort.NOBODY);
    assertThat(fence(walk, Side.TARGET)).isEqualTo(Fence.FENCED);
    assertThat(fence(walk, Side.SOURCE)).isEqualTo(Fence.OPEN);
    assertThat(walk.promotion.flown().failure()).isPresent();
    assertThat(names(walk))
        .containsSubsequence("FlightFailed", "CutoverBegun", "Fenced", "Drained", "OwnerMoved");
    walk.then(new Input.Ask.Reach(Goal.PROMOTED)).settle();
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
  }

  @Test
  void oneConflictTooManyIsCountedAndBringsEverybodyBack() {
    var walk = seeing(flying(), seen -> conflict(seen, "1/2"));
    walk.then(new Input.Seen(walk.world)).then(new Input.Seen(walk.world));
    assertThat(walk.promotion.isComingBack()).isTrue();
    assertThat(walk.promotion.sharing().conflicts()).hasSize(1);
    walk.settle();
    assertThat(walk.state()).isEqualTo("staged");
    assertThat(walk.promotion.flown().failure().orElseThrow())
        .contains("orders: public.orders id=7 was written on both sides at once");
    assertThat(names(walk)).containsSubsequence("ConflictFound", "FlightFailed", "OwnerMoved");
  }

  @Test
  void asManyConflictsAsAreAllowedAreCountedOnceEachAndUsersStay() {
    var walk = seeing(walk(1).settle(), seen -> conflict(seen, "1/2"));
    walk.then(new Input.Seen(walk.world)).then(new Input.Seen(walk.world));
    assertThat(walk.promotion.sharing().conflicts()).hasSize(1);
    assertThat(walk.state()).isEqualTo("flight 1 of 3");
    seeing(walk, seen -> differing(seen));
    walk.then(new Input.Seen(walk.world));
    assertThat(walk.promotion.sharing().conflicts()).as("the same row, no other").hasSize(1);
    seeing(walk, seen -> conflict(seen, "3/4"));
    walk.then(new Input.Seen(walk.world)).then(new Input.Seen(walk.world));
    assertThat(walk.promotion.sharing().conflicts()).as("the same row, once more").hasSize(2);
    assertThat(walk.promotion.isComingBack()).isTrue();
  }

  private static DataSeen differing(DataSeen seen) {
    CheckSeen was = seen.check();
    return with(
        seen,
        List.of(),
        Optional.empty(),
        new CheckSeen(
            was.baselineFrom(),
            100,
            1,
            0,
            Optional.empty(),
            0,
            Duration.ZERO,
            List.of(new Difference("public.orders", "id=7", "not equal"))));
  }

  @Test
  void aRowThatDiffersForCertainIsAConflictToo() {
    var walk = seeing(flying(), TwoWayTest::differing);
    walk.then(new Input.Seen(walk.world)).then(new Input.Seen(walk.world)).settle();
    assertThat(walk.promotion.flown().failure().orElseThrow())
        .contains("public.orders id=7 not equal, although all has arrived");
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void aSequenceThatNearsTheOtherSidesNumbersBringsEverybodyBack() {
    var walk =
        seeing(
            flying(),
            seen -> with(seen, List.of(), Optional.of("sequence s is near"), seen.check()));
    walk.then(new Input.Seen(walk.world)).settle();
    assertThat(walk.state()).isEqualTo("staged");
    assertThat(walk.promotion.flown().failure().orElseThrow()).contains("sequence s is near");
  }

  @Test
  void whatCannotBeAppliedOnTheSourceIsLeftToAPersonAndNobodyIsBroughtBackWithoutIt() {
    var walk = seeing(flying(), seen -> stuck(conflict(seen, "1/2")));
    walk.then(new Input.Seen(walk.world))
        .then(new Input.Seen(walk.world))
        .then(new Input.Seen(walk.world));
    assertThat(walk.state()).isEqualTo("parked");
    assertThat(((Phase.Parked) walk.promotion.phase()).why())
        .contains("the link from the target is stuck: it failed 3 times", "public.orders id=7");
    assertThat(names(walk)).doesNotContain("CutoverBegun");
    assertThat(fence(walk, Side.TARGET)).isEqualTo(Fence.OPEN);
    walk.world = IdealWorld.settled(walk.world, walk.now);
    walk.then(new Input.Ask.Resume()).settle();
    assertThat(walk.state()).as("once a person has mended it").isEqualTo("staged");
  }

  private static DataSeen stuck(DataSeen seen) {
    var broken =
        new LinkSeen(
            LinkSeen.Phase.STUCK,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("it failed 3 times"));
    return new DataSeen(
        seen.source(),
        seen.target(),
        seen.fromSource(),
        broken,
        seen.check(),
        List.of(),
        List.of(),
        seen.shared());
  }

  @Test
  void whoRollsBackHasEverybodyBackAndNobodyIsLedOnMeanwhile() {
    var walk = flying().then(new Input.Ask.Reach(Goal.ROLLED_BACK));
    assertThat(walk.promotion.isComingBack()).isTrue();
    assertThat(Wants.in(walk.promotion).users().share())
        .as("users stay until what they wrote has arrived")
        .isEqualTo(100);
    assertThat(walk.refused(new Input.Ask.Reach(Goal.PROMOTED)).refusal())
        .isEqualTo(Refusal.CUTTING_OVER);
    walk.settle();
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void onlyEverybodyCanComeBack() {
    var walk = flying().ticks(300, 4, 4);
    assertThat(walk.state()).isEqualTo("flight 2 of 3");
    assertThat(walk.refused(new Input.Ask.Fly(Optional.of("few"), "a reason")).message())
        .contains("only everybody can come back");
    walk.fly("nobody", "a reason").settle();
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void everybodyComesBackEvenWhenAPersonHasToLookAtSomething() {
    var walk = flying().then(new Input.Crashed("a bug"));
    assertThat(walk.state()).isEqualTo("parked");
    walk.ticks(100, 20, 1);
    assertThat(walk.state()).isEqualTo("staged");
  }

  @Test
  void aHoldThatRanOutBeforeUsersWereLedOnTakesTheFlightBack() {
    var walk = flying();
    walk.then(new Input.Ask.GoOn("few", "a reason"));
    while (!(walk.promotion.phase() instanceof Phase.CuttingOver(var cutover, _)
        && cutover.committed())) {
      step(walk);
      assertThat(walk.events.size()).isLessThan(200);
    }
    var routes = new HashMap<>(walk.world.routes());
    routes.replaceAll((_, seen) -> RouteSeen.unreachable("no answer"));
    walk.then(new Input.Seen(new World(walk.world.data(), routes)));
    assertThat(walk.promotion.phase())
        .as("it may hold still")
        .isInstanceOf(Phase.CuttingOver.class);
    routes.replaceAll((name, _) -> letGo(walk.world.route(name)));
    walk.then(new Input.Seen(new World(walk.world.data(), routes)));
    assertThat(walk.promotion.phase()).isInstanceOf(Phase.Undoing.class);
    assertThat(Wants.in(walk.promotion).users().share()).isEqualTo(100);
  }

  private static RouteSeen letGo(RouteSeen seen) {
    return served(seen, true, true);
  }

  static RouteSeen served(RouteSeen seen, boolean ranOut, boolean targetHealthy) {
    return new RouteSeen(
        Optional.empty(),
        seen.order(),
        false,
        ranOut,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        Optional.of(true),
        Optional.of(targetHealthy),
        List.of(),
        Optional.empty());
  }

  @Test
  void whoOwnsTheDataCannotBeChangedByAnEditedFileOnceItWasLookedAt() {
    var walk = new FlightWalk(Samples.FLYING).settle();
    walk.fly("nobody", "a reason").settle();
    var edited = new Input.Ask.Amend(flying().promotion.workload(), "another");
    assertThat(walk.refused(edited).message())
        .contains("who owns the data while users fly changed");
  }

  @Test
  void aSideThatIsLostWhileBothAcceptWritesTakesWritesWithIt() {
    var walk = flying();
    var gone = new HashMap<>(walk.world.data());
    gone.replaceAll((_, seen) ->
        new DataSeen(
            seen.source(),
            SideSeen.unreachable("no answer"),
            seen.fromSource(),
            LinkSeen.of(LinkSeen.Phase.UNKNOWN),
            seen.check(),
            List.of(),
            List.of()));
    walk.world = new World(gone, walk.world.routes());
    walk.then(new Input.Ask.GiveUp(Side.TARGET, walk.world));
    assertThat(walk.events.getLast())
        .isInstanceOfSatisfying(
            Event.SideGivenUp.class, given -> assertThat(given.heard()).hasSize(1));
    assertThat(walk.promotion.sharing().isOpen()).isFalse();
    assertThat(Wants.in(walk.promotion).open()).containsExactly(Side.SOURCE);
  }

  @Test
  void aPlanSaysWhatItWouldDo() {
    var words =
        Itinerary.of(flying().promotion.workload(), "plan", Goal.PROMOTED, Promotions.NOW).stream()
            .map(Itinerary.Leg::what)
            .toList();
    assertThat(words)
        .containsSubsequence(
            "have the sequences on the target of orders give numbers of their own",
            "open the target of orders for writes",
            "hold the requests of route front",
            "mark the end of the writes on the source of orders",
            "judge flight 1 (few)",
            "commit: from here on the target owns the data");
  }
}
