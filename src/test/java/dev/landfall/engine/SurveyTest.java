package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Estimate;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurveyTest {
  private static final Workload SHOP =
      new Workload(
          "shop",
          "retail",
          Model.SINGLE_STEP,
          List.of(
              new Asset.Data(
                  "orders",
                  "postgres",
                  Endpoint.of("postgresql://a/shop"),
                  Endpoint.of("postgresql://b/shop"),
                  List.of(),
                  false)),
          List.of(),
          Limits.DEFAULTS);

  @Test
  void aSourceThatCannotBeAskedHasNoSizeAndTheReasonIsSaid() {
    var adapters =
        new Adapters() {
          @Override
          public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
            throw new OutsideException(SurveyProblem.UNREACHABLE, "cannot read the secret: gone");
          }

          @Override
          public Router router(Route route) {
            throw new IllegalStateException("no plane is needed for a size");
          }
        };
    assertThat(Survey.sizes(SHOP, adapters).of("orders"))
        .isEqualTo(new Estimate.Size.Unknown("cannot read the secret: gone"));
  }
}
