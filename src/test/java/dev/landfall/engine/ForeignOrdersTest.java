package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.problem.Finding;
import dev.landfall.promotion.World;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Samples;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForeignOrdersTest {
  private static RouteOrder order(long epoch, String source) {
    return new RouteOrder(
        epoch, source, Samples.NEW_WEB, Cohort.NOBODY, Optional.empty(), Optional.empty());
  }

  private static SideSeen side(long epoch) {
    return new SideSeen(
        Optional.empty(),
        Fence.OPEN,
        epoch,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private static List<String> codes(Optional<RouteOrder> order, long sourceEpoch) {
    var router = new MemoryRouter(InstantSource.system(), 1);
    order.ifPresent(router::order);
    LinkSeen none = LinkSeen.of(LinkSeen.Phase.ABSENT);
    var data =
        new DataSeen(side(sourceEpoch), side(0), none, none, CheckSeen.NONE, List.of(), List.of());
    var world = new World(Map.of("orders", data), Map.of("front", router.look()));
    List<Finding> found = ForeignOrders.of(Samples.SHOP, world);
    assertThat(found).allMatch(Finding::blocks);
    return found.stream().map(Finding::code).toList();
  }

  @Test
  void aPlaneThatNobodyElseUsesMayBeTaken() {
    assertThat(codes(Optional.empty(), 0)).isEmpty();
    assertThat(codes(Optional.of(order(1, Samples.OLD_WEB)), 1)).isEmpty();
  }

  @Test
  void usersOfAnotherWorkloadAreNotTakenAway() {
    assertThat(codes(Optional.of(order(1, "http://other:1")), 0)).containsExactly("route-foreign");
  }

  @Test
  void aJournalThatWasLostIsToldInsteadOfWaitedForEver() {
    assertThat(codes(Optional.of(order(3, Samples.OLD_WEB)), 0)).containsExactly("route-foreign");
    assertThat(codes(Optional.empty(), 3)).containsExactly("data-foreign");
  }
}
