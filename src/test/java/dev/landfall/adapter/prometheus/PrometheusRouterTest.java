package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a plane tells while Prometheus is not asked. */
class PrometheusRouterTest {
  private final PrometheusRouter router =
      new PrometheusRouter(
          new MemoryRouter(InstantSource.system(), 10),
          new PrometheusSettings(
              URI.create("http://127.0.0.1:9"),
              Optional.empty(),
              Duration.ofMinutes(1),
              Duration.ofSeconds(1),
              new PrometheusSettings.Queries("hits", "fails", Optional.empty()),
              new PrometheusSettings.Queries("hits", "fails", Optional.empty())),
          Optional::empty);

  private void lead(long epoch, Cohort cohort) {
    router.order(
        new RouteOrder(epoch, "http://a", "http://b", cohort, Optional.empty(), Optional.empty()));
  }

  @Test
  void aPlaneThatLeadsNobodyIsNotCountedAndNotMissed() {
    lead(1, Cohort.NOBODY);
    assertThat(router.look().counted()).isEmpty();
    lead(2, Cohort.ofShare(500));
    assertThat(router.look().uncounted()).isPresent();
    router.close();
  }

  @Test
  void whatIsClosedAsksNobodyAnyMore() {
    router.close();
    assertThat(router.look().uncounted().orElseThrow()).contains("it is closed");
  }
}
