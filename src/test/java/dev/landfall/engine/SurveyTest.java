package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Estimate;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SurveyTest {
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
    assertThat(Survey.outlook(Samples.ORDERS_ONLY, adapters, InstantSource.system()).of("orders"))
        .isEqualTo(new Estimate.Size.Unknown("cannot read the secret: gone"));
  }
}
