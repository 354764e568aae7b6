package dev.landfall.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder.AlignSequences;
import dev.landfall.replication.DataOrder.FenceOff;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.DataOrder.FollowBoth;
import dev.landfall.replication.DataOrder.Mark;
import dev.landfall.replication.DataOrder.Open;
import dev.landfall.replication.DataOrder.PartSequences;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.replication.ReplicatorContract.Orders;
import dev.landfall.workload.Side;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link Replicator} does whose product lets both sides accept writes at once. */
public abstract class TwoWayContract {
  /** A new asset, on sides where nothing was ever linked, that both may own. */
  protected abstract World world();

  /** What a test does with a world. */
  interface Story {
    void in(World world, Orders orders) throws Exception;
  }

  /** Tells it once both sides accept writes. */
  private void tell(Story story) throws Exception {
    try (var world = world()) {
      var orders = new Orders(world);
      orders.stage();
      orders.nextEpoch();
      share(orders);
      story.in(world, orders);
    }
  }

  private static void share(Orders orders) {
    orders.give(new FenceOff(Side.TARGET));
    orders.give(new FollowBoth());
    String token = orders.token();
    orders.give(new PartSequences(token));
    orders.give(new Mark(Side.TARGET, token));
    var seen =
        orders.await(
            "the way back to be alive",
            now ->
                now.source().arrived().equals(Optional.of(token))
                    && now.shared().uncounted().isEmpty()
                    && now.fromTarget().phase() == Phase.FOLLOWING);
    assertThat(seen.fromSource().phase()).isEqualTo(Phase.FOLLOWING);
    assertThat(seen.target().aligned()).contains(token);
    orders.nextEpoch();
    orders.give(new Open(Side.TARGET));
    orders.await("both open", now -> now.target().fence() == Fence.OPEN);
  }

  private static void drainBothWays(Orders orders) {
    orders.drain(Side.SOURCE);
    orders.drain(Side.TARGET);
  }

  @Test
  void eachSideTakesTheOthersRowsAndSendsNoneBack() throws Exception {
    tell((world, orders) -> {
      long here = world.add(Side.SOURCE, "of the source").orElseThrow();
      long there = world.add(Side.TARGET, "of the target").orElseThrow();
      drainBothWays(orders);
      world.change(Side.TARGET, there, "changed there");
      world.change(Side.SOURCE, here, "changed here");
      drainBothWays(orders);
      drainBothWays(orders);
      assertThat(world.rows(Side.SOURCE))
          .containsEntry(here, "changed here")
          .containsEntry(there, "changed there")
          .isEqualTo(world.rows(Side.TARGET));
      var seen = orders.look();
      assertThat(seen.source().fence()).isEqualTo(Fence.OPEN);
      assertThat(seen.shared().conflicts()).isEmpty();
      assertThat(seen.shared().crowded()).isEmpty();
      assertThat(seen.leaks()).isEmpty();
    });
  }

  @Test
  void bothGiveNumbersAndNeverTheSame() throws Exception {
    tell((world, orders) -> {
      var keys = new HashSet<Long>();
      for (int i = 0; i < 30; i++) {
        for (Side side : Side.values()) {
          assertThat(keys.add(world.add(side, "row " + i).orElseThrow())).isTrue();
        }
      }
      drainBothWays(orders);
      assertThat(world.rows(Side.SOURCE)).containsKeys(keys.toArray(Long[]::new));
      assertThat(world.rows(Side.SOURCE)).isEqualTo(world.rows(Side.TARGET));
    });
  }

  @Test
  void aRowChangedOnBothSidesAtOnceIsNamed() throws Exception {
    tell((world, orders) -> {
      long key = world.rows(Side.SOURCE).firstKey();
      world.changeOnBoth(key, "of the source", "of the target");
      var seen = orders.await("the conflict", now -> !now.shared().conflicts().isEmpty());
      assertThat(seen.shared().conflicts()).hasSize(1);
      assertThat(seen.shared().conflicts().getFirst().key()).isEqualTo("id=" + key);
      assertThat(seen.shared().conflicts().getFirst().words())
          .contains("written on both sides at once");
    });
  }

  @Test
  void whoWritesWhatHasArrivedIsInOrder() throws Exception {
    tell((world, orders) -> {
      long key = world.add(Side.SOURCE, "first").orElseThrow();
      for (Side from : new Side[] {Side.SOURCE, Side.TARGET, Side.SOURCE, Side.TARGET}) {
        orders.drain(from);
        world.change(from.other(), key, "after the " + from.word());
      }
      drainBothWays(orders);
      assertThat(world.rows(Side.SOURCE)).isEqualTo(world.rows(Side.TARGET));
      assertThat(orders.look().shared().conflicts()).isEmpty();
    });
  }

  @Test
  void everybodyComesBackThroughAFenceAndMayGoAgain() throws Exception {
    tell((world, orders) -> {
      long there = world.add(Side.TARGET, "of the target").orElseThrow();
      orders.nextEpoch();
      orders.give(new FenceOff(Side.TARGET));
      orders.drain(Side.TARGET);
      assertThat(world.rows(Side.SOURCE)).containsEntry(there, "of the target");
      assertThat(world.add(Side.TARGET, "too late")).isEmpty();
      long here = world.add(Side.SOURCE, "of the source").orElseThrow();
      orders.nextEpoch();
      share(orders);
      long again = world.add(Side.TARGET, "of the target, again").orElseThrow();
      assertThat(again).isNotEqualTo(here).isNotEqualTo(there);
      drainBothWays(orders);
      assertThat(world.rows(Side.SOURCE)).isEqualTo(world.rows(Side.TARGET));
    });
  }

  @Test
  void whenTheDataFollowsItsUsersTheTargetGoesOnWithItsOwnNumbers() throws Exception {
    tell((world, orders) -> {
      long before = world.add(Side.TARGET, "before").orElseThrow();
      orders.nextEpoch();
      orders.give(new FenceOff(Side.SOURCE));
      orders.give(new FenceOff(Side.TARGET));
      drainBothWays(orders);
      orders.give(new AlignSequences(Side.TARGET, orders.token()));
      orders.give(new Follow(Side.TARGET));
      orders.drain(Side.TARGET);
      orders.give(new Open(Side.TARGET));
      long after = world.add(Side.TARGET, "after").orElseThrow();
      assertThat(after).isGreaterThan(before);
      assertThat(world.add(Side.SOURCE, "too late")).isEmpty();
    });
  }

  @Test
  void anOpenSideWhoseLogIsLostIsNotFollowedAsIfNothingHadBeenMissed() throws Exception {
    for (Side lost : Side.values()) {
      tell((world, orders) -> {
        world.loseLog(lost);
        assertThat(world.add(lost, "which nobody keeps")).isPresent();
        orders.await("the loss", now -> now.from(lost).phase() == Phase.BROKEN);
        orders.nextEpoch();
        assertThatThrownBy(() -> orders.give(new FollowBoth()))
            .isInstanceOf(OutsideException.class);
        assertThat(orders.look().from(lost).phase()).isEqualTo(Phase.BROKEN);
      });
    }
  }

  @Test
  void aZombieNeitherPartsNorFollows() throws Exception {
    tell((world, orders) -> {
      var late = world.another();
      assertThatThrownBy(() -> late.carryOut(new PartSequences("late"), 1))
          .isInstanceOf(OutsideException.class);
      assertThatThrownBy(() -> late.carryOut(new FollowBoth(), 1))
          .isInstanceOf(OutsideException.class);
      late.close();
    });
  }
}
