package dev.landfall.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.DataOrder.AlignSequences;
import dev.landfall.replication.DataOrder.Compare;
import dev.landfall.replication.DataOrder.FenceOff;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.DataOrder.MakeWay;
import dev.landfall.replication.DataOrder.Mark;
import dev.landfall.replication.DataOrder.Open;
import dev.landfall.replication.DataOrder.Sever;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What every {@link Replicator} does, whatever product is behind it. */
public abstract class ReplicatorContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Less than a server waits before it calls anything off. */
  private static final Duration LOCK_WAIT_FOR_NOTHING = Duration.ofMillis(800);

  /** A new asset, on sides where nothing was ever linked. */
  protected abstract World world();

  /** What a test does with a world. */
  interface Story {
    void in(World world, Orders orders) throws Exception;
  }

  /** Gives orders with an epoch that never falls, and waits for what they lead to. */
  protected static final class Orders {
    private final World world;
    private long epoch = 1;
    private int tokens;

    Orders(World world) {
      this.world = world;
    }

    public void give(DataOrder order) {
      world.replicator().carryOut(order, epoch);
    }

    public void nextEpoch() {
      epoch++;
    }

    public DataSeen look() {
      return world.replicator().look();
    }

    public DataSeen await(String what, Predicate<DataSeen> wanted) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      DataSeen seen = look();
      while (!wanted.test(seen)) {
        assertThat(System.nanoTime())
            .as("waiting for: %s; seen was %s", what, seen)
            .isLessThan(deadline);
        world.pause();
        seen = look();
      }
      return seen;
    }

    /** Copied, found equal, and the source's writes arrive. */
    public void stage() {
      give(new Follow(Side.SOURCE));
      await("following", seen -> seen.fromSource().phase() == Phase.FOLLOWING);
      await("compared", seen -> seen.check().baselineFrom().isPresent());
    }

    /** Marks a side and waits until the mark is seen on the other. */
    public void drain(Side from) {
      String token = token();
      give(new Mark(from, token));
      await(
          "the mark of the " + from.word(),
          seen -> seen.on(from.other()).arrived().equals(Optional.of(token)));
    }

    public String token() {
      return "token-" + epoch + "-" + ++tokens;
    }

    /** The whole way of the ownership from one side to the other, as the engine goes it. */
    public void move(Side from) {
      Side to = from.other();
      await("compared", seen -> seen.check().baselineFrom().isPresent());
      nextEpoch();
      give(new FenceOff(from));
      await("the fence", seen -> seen.on(from).fence() == Fence.FENCED);
      drain(from);
      String token = token();
      give(new AlignSequences(to, token));
      give(new Compare(token));
      give(new Follow(to));
      drain(to);
      await("the link back", seen -> seen.from(to).keeps());
      give(new Open(to));
      await("the open side", seen -> seen.on(to).fence() == Fence.OPEN);
    }
  }

  private void tell(Story story) throws Exception {
    try (var world = world()) {
      story.in(world, new Orders(world));
    }
  }

  @Test
  void theSizeOfAFirstCopyIsToldBeforeAnythingIsLinked() throws Exception {
    try (var world = world()) {
      world.add(Side.SOURCE, "a row");
      CopySize size = world.replicator().size();
      assertThat(size.tables()).isPositive();
      assertThat(size.bytes()).isPositive();
      assertThat(world.replicator().look().fromSource().phase()).isEqualTo(Phase.ABSENT);
    }
  }

  @Test
  void copiesAndFollowsWithTheTargetFenced() throws Exception {
    tell((world, orders) -> {
      var before = world.rows(Side.SOURCE);
      assertThat(before).isNotEmpty();
      orders.stage();
      orders.drain(Side.SOURCE);
      assertThat(world.rows(Side.TARGET)).isEqualTo(before);

      long key = world.add(Side.SOURCE, "later").orElseThrow();
      world.change(Side.SOURCE, before.firstKey(), "changed");
      orders.drain(Side.SOURCE);

      var seen = orders.look();
      assertThat(world.rows(Side.TARGET))
          .containsEntry(key, "later")
          .containsEntry(before.firstKey(), "changed")
          .isEqualTo(world.rows(Side.SOURCE));
      assertThat(seen.source().fence()).isEqualTo(Fence.OPEN);
      assertThat(seen.target().fence()).isEqualTo(Fence.FENCED);
      assertThat(seen.fromSource().lag()).isPresent();
      assertThat(seen.fromSource().fault()).isEmpty();
      assertThat(seen.alarms()).isEmpty();
      assertThat(world.add(Side.TARGET, "too early")).isEmpty();
    });
  }

  @Test
  void aFenceWaitsForAWriteUnderWayAndRefusesLaterOnes() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      var unfinished = world.begin(Side.SOURCE, "under way");
      var returned = new AtomicBoolean();
      var fencing =
          Thread.ofVirtual()
              .start(() -> {
                orders.give(new FenceOff(Side.SOURCE));
                returned.set(true);
              });
      Thread.sleep(200);
      assertThat(returned).isFalse();
      unfinished.commit();
      fencing.join();

      assertThat(returned).isTrue();
      assertThat(orders.look().source().fence()).isEqualTo(Fence.FENCED);
      assertThat(world.add(Side.SOURCE, "too late")).isEmpty();
      orders.drain(Side.SOURCE);
      assertThat(world.rows(Side.TARGET))
          .containsValue("under way")
          .isEqualTo(world.rows(Side.SOURCE));
    });
  }

  @Test
  void aFenceGivesUpOnAWriteThatDoesNotEndAndRefusesNothingThen() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      var unfinished = world.begin(Side.SOURCE, "slow");
      assertThatThrownBy(() -> orders.give(new FenceOff(Side.SOURCE)))
          .isInstanceOf(OutsideException.class);
      assertThat(orders.look().source().fence()).isEqualTo(Fence.OPEN);
      unfinished.commit();
      assertThat(world.add(Side.SOURCE, "goes on")).isPresent();
    });
  }

  @Test
  void aFenceStopsEvenThoseWithEveryRightAndCountsThem() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      orders.give(new FenceOff(Side.SOURCE));
      long before = orders.look().source().refusedWrites();
      assertThat(world.forceChange(Side.SOURCE, world.rows(Side.SOURCE).firstKey(), "no"))
          .isFalse();
      assertThat(world.add(Side.SOURCE, "no")).isEmpty();
      assertThat(orders.look().source().refusedWrites()).isEqualTo(before + 2);
    });
  }

  @Test
  void maintenanceThatAFenceWouldWaitForIsSeenAndMakesWayWhileUsersWrite() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      world.maintain(Side.SOURCE);
      var seen = orders.await("its being seen", now -> now.source().occupied().isPresent());
      assertThat(seen.source().occupied().orElseThrow().yields()).isTrue();
      assertThat(seen.target().occupied()).isEmpty();

      var ledger = new ConcurrentHashMap<Long, String>();
      try (var writer = new Writer(world, "a", ledger)) {
        orders.give(new MakeWay(Side.SOURCE));
        orders.give(new MakeWay(Side.SOURCE));
        assertThat(orders.look().source().occupied()).isEmpty();
        assertThat(writer.isAlive()).isTrue();
        assertThat(writer.longestWait()).isLessThan(LOCK_WAIT_FOR_NOTHING);
      }
      orders.give(new FenceOff(Side.SOURCE));
      assertThat(orders.look().source().fence()).isEqualTo(Fence.FENCED);
    });
  }

  @Test
  void aTransactionThatStaysOpenIsSeenAndNotEndedByMakingWay() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      for (int time = 0; time < 3; time++) {
        world.add(Side.SOURCE, "ordinary");
        assertThat(orders.look().source().occupied()).isEmpty();
      }
      var unfinished = world.begin(Side.SOURCE, "long");
      var seen = orders.await("its being seen", now -> now.source().occupied().isPresent());
      assertThat(seen.source().occupied().orElseThrow().yields()).isFalse();

      orders.give(new MakeWay(Side.SOURCE));
      assertThat(orders.look().source().occupied()).isPresent();
      unfinished.commit();
      orders.await("its end", now -> now.source().occupied().isEmpty());
      assertThat(world.rows(Side.SOURCE)).containsValue("long");
    });
  }

  @Test
  void anOlderOrderIsRefusedByASideThatTookALaterOne() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      world.replicator().carryOut(new FenceOff(Side.TARGET), 7);
      assertThat(orders.look().target().epoch()).isEqualTo(7);
      try (var late = world.another()) {
        for (DataOrder order :
            new DataOrder[] {
              new Follow(Side.SOURCE),
              new Open(Side.TARGET),
              new FenceOff(Side.TARGET),
              new MakeWay(Side.TARGET),
              new Mark(Side.TARGET, "old"),
              new AlignSequences(Side.TARGET, "old"),
            }) {
          assertThatThrownBy(() -> late.carryOut(order, 6))
              .as("%s", order)
              .isInstanceOf(OutsideException.class);
        }
      }
      var seen = orders.look();
      assertThat(seen.target().fence()).isEqualTo(Fence.FENCED);
      assertThat(seen.target().marked()).isNotEqualTo(Optional.of("old"));
      assertThat(seen.target().aligned()).isEmpty();
      assertThat(world.add(Side.TARGET, "too early")).isEmpty();
    });
  }

  @Test
  void everyOrderMayBeGivenAgain() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      orders.give(new Follow(Side.SOURCE));
      orders.give(new Follow(Side.SOURCE));
      world.add(Side.SOURCE, "one");
      for (int time = 0; time < 2; time++) {
        orders.give(new FenceOff(Side.SOURCE));
        orders.give(new FenceOff(Side.SOURCE));
        orders.give(new Mark(Side.SOURCE, "drained"));
        orders.await("the mark", seen -> seen.target().arrived().equals(Optional.of("drained")));
        orders.give(new AlignSequences(Side.TARGET, "drained"));
        orders.give(new Compare("drained"));
        orders.give(new Follow(Side.TARGET));
      }
      orders.give(new Open(Side.TARGET));
      orders.give(new Open(Side.TARGET));
      assertThat(world.add(Side.TARGET, "two")).isPresent();
      orders.give(new Follow(Side.TARGET));
      orders.drain(Side.TARGET);
      assertThat(world.rows(Side.SOURCE))
          .containsValues("one", "two")
          .isEqualTo(world.rows(Side.TARGET));
      orders.give(new Sever(Side.TARGET));
      orders.give(new Sever(Side.TARGET));
      assertThat(world.add(Side.TARGET, "three")).isPresent();
    });
  }

  @Test
  void anAbandonedCutoverGoesOnAsIfNothingHadBeen() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      orders.nextEpoch();
      orders.give(new FenceOff(Side.SOURCE));
      orders.drain(Side.SOURCE);
      orders.give(new AlignSequences(Side.TARGET, orders.token()));
      orders.give(new Follow(Side.TARGET));
      orders.nextEpoch();
      orders.give(new Follow(Side.SOURCE));
      orders.await("following", seen -> seen.fromSource().phase() == Phase.FOLLOWING);
      orders.give(new Open(Side.SOURCE));

      assertThat(world.add(Side.SOURCE, "after the attempt")).isPresent();
      assertThat(world.add(Side.TARGET, "still fenced")).isEmpty();
      orders.drain(Side.SOURCE);
      assertThat(world.rows(Side.TARGET)).isEqualTo(world.rows(Side.SOURCE));

      orders.move(Side.SOURCE);
      assertThat(world.add(Side.TARGET, "second try")).isPresent();
      orders.drain(Side.TARGET);
      assertThat(world.rows(Side.SOURCE)).isEqualTo(world.rows(Side.TARGET));
    });
  }

  @Test
  void nothingIsLostThereAndBackWhileApplicationsWrite() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      var ledger = new ConcurrentHashMap<Long, String>();
      try (var first = new Writer(world, "a", ledger);
          var second = new Writer(world, "b", ledger)) {
        for (Side from : new Side[] {Side.SOURCE, Side.TARGET, Side.SOURCE}) {
          Thread.sleep(300);
          orders.move(from);
        }
        Thread.sleep(300);
        assertThat(first.isAlive() && second.isAlive()).isTrue();
      }
      orders.drain(Side.TARGET);
      assertThat(ledger).hasSizeGreaterThan(20);
      assertThat(world.rows(Side.TARGET)).containsAllEntriesOf(ledger);
      assertThat(world.rows(Side.SOURCE)).isEqualTo(world.rows(Side.TARGET));
      assertThat(orders.look().leaks()).isEmpty();
    });
  }

  @Test
  void newKeysDoNotCollideAfterAMoveInEitherDirection() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      long last = 0;
      Side owner = Side.SOURCE;
      for (int move = 0; move < 3; move++) {
        for (int row = 0; row < 5; row++) {
          long key = world.add(owner, "row").orElseThrow();
          assertThat(key).isGreaterThan(last);
          last = key;
        }
        orders.move(owner);
        owner = owner.other();
        assertThat(orders.look().on(owner).aligned()).isPresent();
      }
      assertThat(world.add(owner, "row").orElseThrow()).isGreaterThan(last);
    });
  }

  @Test
  void brokenConnectionsHealWithoutLoss() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      var ledger = new ConcurrentHashMap<Long, String>();
      try (var writer = new Writer(world, "a", ledger)) {
        for (int time = 0; time < 5; time++) {
          Thread.sleep(100);
          world.disturb();
        }
        orders.move(Side.SOURCE);
        world.disturb();
        Thread.sleep(200);
        world.disturb();
        orders.move(Side.TARGET);
        assertThat(writer.isAlive()).isTrue();
      }
      orders.drain(Side.SOURCE);
      orders.await("following", seen -> seen.fromSource().phase() == Phase.FOLLOWING);
      assertThat(world.rows(Side.SOURCE)).containsAllEntriesOf(ledger);
      assertThat(world.rows(Side.TARGET)).isEqualTo(world.rows(Side.SOURCE));
    });
  }

  @Test
  void aSeveredLinkLeavesTheOwnerFreeAndTheOtherFenced() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      orders.move(Side.SOURCE);
      orders.nextEpoch();
      orders.give(new Sever(Side.TARGET));
      var seen = orders.look();
      assertThat(seen.fromSource().phase()).isEqualTo(Phase.ABSENT);
      assertThat(seen.fromTarget().phase()).isEqualTo(Phase.ABSENT);
      assertThat(seen.target().fence()).isEqualTo(Fence.OPEN);
      assertThat(seen.source().fence()).isEqualTo(Fence.FENCED);
      long before = seen.source().refusedWrites();
      assertThat(world.add(Side.SOURCE, "late")).isEmpty();
      assertThat(orders.look().source().refusedWrites()).isEqualTo(before + 1);
      assertThat(world.add(Side.TARGET, "free")).isPresent();
      assertThatThrownBy(() -> world.replicator().carryOut(new Open(Side.SOURCE), 1))
          .isInstanceOf(OutsideException.class);
      assertThat(world.add(Side.SOURCE, "late")).isEmpty();
    });
  }

  @Test
  void anotherProcessFindsEverythingAsItIs() throws Exception {
    tell((world, orders) -> {
      orders.stage();
      orders.move(Side.SOURCE);
      try (var other = world.another()) {
        var seen = other.look();
        assertThat(seen.source().fence()).isEqualTo(Fence.FENCED);
        assertThat(seen.target().fence()).isEqualTo(Fence.OPEN);
        assertThat(seen.fromTarget().keeps()).isTrue();
        assertThat(seen.target().epoch()).isEqualTo(orders.look().target().epoch());
        assertThat(seen.target().marked()).isEqualTo(orders.look().target().marked());
      }
    });
  }
}
