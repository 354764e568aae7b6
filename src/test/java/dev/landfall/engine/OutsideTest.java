package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
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
}
