package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.routing.Arrivals;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which side is looked at, and what is told while Prometheus is not there. */
class ArrivalsRouterTest {
  private final ArrivalsRouter router =
      new ArrivalsRouter(
          new MemoryRouter(InstantSource.system(), 10),
          new PrometheusSettings(
              URI.create("http://127.0.0.1:9"),
              Optional.empty(),
              Duration.ofMinutes(1),
              Duration.ofSeconds(1),
              new PrometheusSettings.Queries("there", "there", Optional.empty()),
              new PrometheusSettings.Queries("here", "here", Optional.empty())),
          Optional::empty);

  private Optional<Side> leftAfter(long epoch, Cohort cohort) {
    router.order(
        new RouteOrder(epoch, "http://a", "http://b", cohort, Optional.empty(), Optional.empty()));
    return router.look().arrivals().map(Arrivals::at);
  }

  @Test
  void whoComesToTheSideThatNobodyIsLedToIsCountedAndNobodyElse() {
    assertThat(leftAfter(1, Cohort.NOBODY))
        .as("before the first has moved, or after a rollback that another process saw")
        .contains(Side.TARGET);
    assertThat(leftAfter(2, Cohort.ofShare(500))).as("users are on both").isEmpty();
    assertThat(leftAfter(3, Cohort.EVERYBODY)).contains(Side.SOURCE);
    assertThat(leftAfter(4, Cohort.NOBODY)).contains(Side.TARGET);
    Arrivals told = router.look().arrivals().orElseThrow();
    assertThat(told.since()).as("nothing is known, and that is no zero").isEmpty();
    assertThat(told.whyNot()).isPresent();
    router.close();
  }

  @Test
  void whatCannotBeAskedIsToldBeforeTheStartAndStopsNoPlane() {
    router.close();
    assertThat(router.look().fault()).isEmpty();
    assertThat(router.look().arrivals().flatMap(Arrivals::whyNot).orElseThrow())
        .contains("it is closed");
  }
}
