package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.memory.MemoryBoard;
import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A rehearsal reaches nothing that users or their data depend on. */
class ApartTest {
  private static final Asset.Data CLONE =
      new Asset.Data(
          "orders",
          "postgres",
          Endpoint.of("postgresql://20.0.0.4/landfall_rehearsal_1_source"),
          Endpoint.of("postgresql://20.0.0.4/landfall_rehearsal_1_target"),
          List.of(),
          false);

  private final List<String> reached = new ArrayList<>();

  /**
   * Remembers what of the real outside is reached. It gives nothing: the tests here end when the
   * real outside is asked, because by then it is known whether it may be.
   */
  private final class Real implements Adapters {
    @Override
    public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
      reached.add(asset.source().url() + " " + asset.target().url());
      throw new UnsupportedOperationException("asked for, which is all that is to be seen");
    }

    @Override
    public Router router(Route route) {
      reached.add(route.control());
      throw new UnsupportedOperationException("asked for, which is all that is to be seen");
    }
  }

  private final Apart apart =
      new Apart(
          Map.of("orders", CLONE), new Real(), () -> new MemoryRouter(InstantSource.system(), 0));

  @Test
  void theWorkloadOfARehearsalNamesNoAddressOfTheRealOne() {
    String rehearsed = WorkloadJson.write(apart.of(Samples.STAGED));
    assertThat(rehearsed).contains("landfall_rehearsal_1_source", "landfall_rehearsal_1_target");
    for (Asset asset : Samples.STAGED.assets()) {
      assertThat(rehearsed)
          .doesNotContain("\"" + asset.source().url() + "\"")
          .doesNotContain("\"" + asset.target().url() + "\"");
    }
    for (Route route : Samples.STAGED.routes()) {
      assertThat(rehearsed).doesNotContain(route.control());
    }
  }

  @Test
  void itsRoutesAreInThisProcessAndReachNoPlane() {
    Workload rehearsed = apart.of(Samples.STAGED);
    assertThat(rehearsed.routes()).hasSameSizeAs(Samples.STAGED.routes());
    rehearsed.routes().forEach(route -> assertThat(apart.router(route)).isNotNull());
    assertThat(reached).isEmpty();
  }

  @Test
  void whoeverAsksForARealPlaneOrRealDataGetsAnError() {
    Route front = Samples.STAGED.routes().getFirst();
    assertThatThrownBy(() -> apart.router(front)).hasMessageContaining("may not reach");
    Asset.Data orders = Samples.STAGED.data().getFirst();
    assertThatThrownBy(() -> apart.replicator("shop", orders, Limits.DEFAULTS))
        .hasMessageContaining("may not reach");
    assertThat(reached).isEmpty();
  }

  @Test
  void anAssetThatHasNoCloneIsLeftOut() throws Exception {
    var none = new Apart(Map.of(), new Real(), ApartTest::plane);
    assertThat(none.of(Samples.STAGED).data()).isEmpty();
    var stage = new Rehearsal.Stage(new MemoryJournal(), new MemoryBoard(), ApartTest::plane);
    try (var rehearsal =
        new Rehearsal(Samples.ORDERS_ONLY, new Real(), stage, InstantSource.system())) {
      assertThat(rehearsal.claim()).isTrue();
      assertThat(rehearsal.run(Optional.empty(), _ -> {}))
          .isInstanceOf(Rehearsal.Outcome.Failed.class);
    }
    assertThat(reached).isEmpty();
  }

  private static Router plane() {
    return new MemoryRouter(InstantSource.system(), 0);
  }
}
