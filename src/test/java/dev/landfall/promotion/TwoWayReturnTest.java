package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Occupation;
import dev.landfall.workload.Side;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who stays, who comes back and who is looked at first, while both sides accept writes. */
class TwoWayReturnTest {
  @Test
  void whoNoLongerWantsToGoFurtherStaysWhereTheyAre() {
    var walk = TwoWayTest.flying().ticks(300, 4, 4);
    walk.fly("all", "it looks good");
    assertThat(walk.promotion.flown().way().ahead()).contains(3);
    walk.fly("half", "not so fast");
    assertThat(walk.promotion.flown().way().ahead()).isEmpty();
    assertThat(walk.promotion.goal()).isEqualTo(Goal.PROMOTED);
    assertThat(walk.settle().state()).isEqualTo("flight 2 of 3, paused");
    assertThat(walk.then(new Input.Ask.Resume()).settle().state()).isEqualTo("flight 3 of 3");
  }

  @Test
  void theTargetIsNotOpenedOnWhatWasSeenOfNumbersThatNearEachOther() {
    var walk = TwoWayTest.walk(0);
    while (walk.promotion.sharing().stage() != Sharing.Stage.PREPARING) {
      TwoWayTest.step(walk);
      assertThat(walk.events.size()).isLessThan(200);
    }
    for (int i = 0; i < 20; i++) {
      for (Action action : Course.next(walk.promotion, walk.world)) {
        walk.world = IdealWorld.after(walk.world, action, walk.promotion.epoch());
      }
      TwoWayTest.seeing(
          walk,
          seen ->
              TwoWayTest.with(seen, List.of(), Optional.of("sequence s is near"), seen.check()));
      walk.then(new Input.Seen(walk.world));
    }
    assertThat(walk.promotion.sharing().isOpen()).isFalse();
    assertThat(SharedRules.forPreparing(walk.promotion, walk.world))
        .anyMatch(wait -> wait.contains("sequence s is near"));
  }

  @Test
  void whenTheDataCannotFollowSomebodyLooksAndUsersStayWhereTheyAre() {
    var walk = TwoWayTest.flying();
    while (walk.promotion.flown().number() < 3) {
      walk.ticks(300, 0, 0);
    }
    walk.then(new Input.Ask.GoOn("all", "we know enough"));
    for (int i = 0; i < 600 && !(walk.promotion.phase() instanceof Phase.Parked); i++) {
      walk.now = walk.now.plusSeconds(1);
      walk.then(new Input.Seen(walk.world));
      for (Action action : Course.next(walk.promotion, walk.world)) {
        boolean fence =
            action instanceof Action.OnData(var _, DataOrder.FenceOff off)
                && off.side() == Side.SOURCE;
        if (!fence) {
          walk.world = IdealWorld.after(walk.world, action, walk.promotion.epoch());
        }
      }
    }
    assertThat(walk.promotion.phase())
        .isInstanceOfSatisfying(
            Phase.Parked.class,
            parked -> assertThat(parked.why()).startsWith("the data could not follow its users, "));
    assertThat(walk.promotion.goal()).isEqualTo(Goal.PROMOTED);
    assertThat(walk.promotion.sharing().isOpen()).isTrue();
    assertThat(walk.promotion.flown().number()).as("nobody came back").isEqualTo(3);
    assertThat(walk.then(new Input.Ask.Resume()).settle().state()).isEqualTo("promoted");
  }

  @Test
  void maintenanceOfTheTargetIsCalledOffThoughItsServiceIsDown() {
    var walk = TwoWayTest.flying().ticks(200, 0, 0);
    walk.then(new Input.Ask.Reach(Goal.STAGED));
    assertThat(walk.promotion.isComingBack()).isTrue();
    TwoWayTest.seeing(
        walk,
        seen ->
            new DataSeen(
                seen.source(),
                seen.target().occupiedBy(Optional.of(new Occupation("a vacuum goes on", true))),
                seen.fromSource(),
                seen.fromTarget(),
                seen.check(),
                seen.leaks(),
                seen.alarms(),
                seen.shared()));
    var routes = new HashMap<>(walk.world.routes());
    routes.replaceAll((_, seen) -> TwoWayTest.served(seen, false, false));
    walk.world = new World(walk.world.data(), routes);
    walk.now = walk.now.plusSeconds(1);
    walk.then(new Input.Seen(walk.world));
    assertThat(Course.next(walk.promotion, walk.world))
        .contains(
            new Action.OnData(
                walk.promotion.workload().data().getFirst().name(),
                new DataOrder.MakeWay(Side.TARGET)));
  }
}
