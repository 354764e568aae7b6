package dev.landfall.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** A router that is older than its controller does not say where it could not lead users. */
  @Test
  void whatAPlaneDoesNotTellItIsAbleTo() {
    RouteSeen unable = RouteSeen.unreachable("gone").withUnable(Map.of(Side.TARGET, "no right to"));
    String told = RouteJson.ofSeen(unable);
    assertThat(RouteJson.seen(told)).isEqualTo(unable);
    String older = told.replace(",\"unable\":{\"TARGET\":\"no right to\"}", "");
    assertThat(older).isNotEqualTo(told);
    assertThat(RouteJson.seen(older).unable()).isEmpty();
    assertThat(RouteJson.seen("{\"unable\":{\"TARGET\":\"off\"}}", Set.of()).unable(Side.TARGET))
        .contains("off");
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
