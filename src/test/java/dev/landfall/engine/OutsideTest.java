package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.World;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class OutsideTest {
  /** Of two assets, the first cannot even be looked at. */
  private static final class OneFails implements Adapters {
    @Override
    public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
      return new Blind(asset.name().equals("orders"));
    }

    @Override
    public Router router(Route route) {
      throw new IllegalStateException("there is no route");
    }
  }

  private record Blind(boolean fails) implements Replicator {
    @Override
    public List<Finding> preflight() {
      return List.of();
    }

    @Override
    public CopySize size() {
      throw new IllegalStateException("not asked here");
    }

    @Override
    public DataSeen look() {
      if (fails) {
        throw new OutsideException(Fault.UNREACHABLE, "too many clients already");
      }
      return DataSeen.unreachable("seen to be down");
    }

    @Override
    public void carryOut(DataOrder order, long epoch) {}

    @Override
    public void heed(Limits limits) {}

    @Override
    public void close() {}
  }

  @Test
  void anAssetThatCannotBeLookedAtHidesNoOther() {
    var workload = Samples.databases("orders", "stock");
    try (var outside = new Outside(workload, new OneFails(), Together.inTurn())) {
      var world = outside.look(Duration.ofSeconds(1));
      assertThat(world.data("orders").on(Side.SOURCE).fault()).contains("too many clients already");
      assertThat(world.data("orders").from(Side.SOURCE).keeps()).isFalse();
      assertThat(world.data("stock").on(Side.TARGET).fault()).contains("seen to be down");
    }
  }

  /** Answers at once when it is asked for the first time, and later only when it is let. */
  private static final class Slow implements Adapters, Router {
    private final Semaphore answers = new Semaphore(1);
    private volatile boolean fails;

    @Override
    public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
      return new Blind(false);
    }

    @Override
    public Router router(Route route) {
      return this;
    }

    @Override
    public RouteSeen look() {
      answers.acquireUninterruptibly();
      if (fails) {
        return RouteSeen.unreachable("it is down");
      }
      return ordered();
    }

    @Override
    public void order(RouteOrder order) {
      throw new IllegalStateException("not ordered here");
    }

    @Override
    public void close() {
      answers.release(2);
    }
  }

  private static RouteSeen ordered() {
    RouteSeen nothing = RouteSeen.unreachable("");
    return new RouteSeen(
        Optional.empty(),
        Optional.of(
            new RouteOrder(
                7,
                "http://10.1.0.5",
                "http://20.0.0.5",
                Cohort.NOBODY,
                Optional.empty(),
                Optional.empty())),
        nothing.holding(),
        nothing.holdRanOut(),
        nothing.inFlight(),
        nothing.inFlightUnsafe(),
        nothing.held(),
        nothing.heldMax(),
        nothing.refused(),
        nothing.sourceHealthy(),
        nothing.targetHealthy(),
        nothing.tallies());
  }

  private static Workload shop(Route.Traits traits) {
    Workload shop = Samples.SHOP;
    Route front = shop.routes().getFirst();
    var route =
        new Route(
            front.name(),
            front.kind(),
            front.asset(),
            front.control(),
            front.token(),
            traits,
            front.settings());
    return new Workload(
        shop.name(), shop.owner(), shop.model(), shop.assets(), List.of(route), shop.limits());
  }

  private static Duration age(World world) {
    return world.late().getOrDefault("front", Duration.ZERO);
  }

  private static RouteSeen look(Outside outside) {
    return outside.look(Duration.ofMillis(50)).route("front");
  }

  /** Else it would be silent in nearly all turns of a cutover, and nothing could be committed. */
  @Test
  void aPlaneThatDoesNotHoldMayTakeLongerThanATurn() {
    var slow = new Slow();
    try (var outside = new Outside(shop(Route.Traits.OF_ADDRESSES), slow, Together.atOnce())) {
      World first = outside.look(Duration.ofSeconds(60));
      assertThat(first.route("front").epoch()).isEqualTo(7);
      assertThat(first.late()).isEmpty();
      assertThat(look(outside).fault()).isEmpty();
      World second = outside.look(Duration.ofMillis(50));
      assertThat(second.route("front").epoch()).as("what it answered last").isEqualTo(7);
      World third = outside.look(Duration.ofMillis(50));
      assertThat(age(third))
          .as("which is told, from when that was asked for")
          .isGreaterThan(Duration.ofMillis(50))
          .isGreaterThan(age(second));
      slow.fails = true;
      slow.answers.release();
      assertThat(outside.look(Duration.ofSeconds(60)).route("front").fault())
          .contains("it is down");
      assertThat(look(outside).fault()).as("nothing better is known").contains("it is down");
    }
  }

  /** Requests wait in it, and whether they still do is not known from what it said before. */
  @Test
  void aPlaneThatHoldsIsSilentAsLongAsItHasNotAnswered() {
    var slow = new Slow();
    try (var outside = new Outside(shop(Route.Traits.OF_REQUESTS), slow, Together.atOnce())) {
      assertThat(outside.look(Duration.ofSeconds(60)).route("front").epoch()).isEqualTo(7);
      assertThat(look(outside).fault()).contains("it has not answered in time");
    }
  }
}
