package dev.landfall.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands on disks and wires, and so must be read for ever. */
class RouteJsonTest {
  private static final String WRITTEN =
      "{\"epoch\":3,\"source\":\"http://a\",\"target\":\"http://b\",\"cohort\":\"nobody\","
          + "\"hold\":\"PT5S\",\"health\":\"/healthz\"}";
  private static final RouteOrder ORDER =
      new RouteOrder(
          3,
          "http://a",
          "http://b",
          Cohort.NOBODY,
          Optional.of(Duration.ofSeconds(5)),
          Optional.of("/healthz"));

  @Test
  void anOrderIsWrittenWithoutWhatIsForSlowPlanesAlone() {
    assertThat(RouteJson.ofOrder(ORDER)).isEqualTo(WRITTEN);
    assertThat(RouteJson.order(WRITTEN)).isEqualTo(ORDER);
  }

  @Test
  void aStateFileOfThisVersionIsReadWhateverElseOrdersHaveByNow() {
    String saved =
        "{\"landfallRouterState\":2,\"standing\":{\"order\":"
            + WRITTEN.replace("\"PT5S\"", "null")
            + ",\"heldSince\":null,\"fallback\":null}}";
    assertThat(RouteJson.standing(saved).order().orElseThrow().epoch()).isEqualTo(3);
  }
}
