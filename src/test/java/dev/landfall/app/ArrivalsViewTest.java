package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.EventCodec;
import dev.landfall.engine.Sight;
import dev.landfall.promotion.World;
import dev.landfall.routing.Arrivals;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is counted of those who still come is told as it is, and what is not known too. */
class ArrivalsViewTest {
  private static final Optional<Instant> SINCE = Optional.of(Instant.parse("2026-01-31T12:00:00Z"));
  private static final Optional<Instant> LAST =
      Optional.of(Instant.parse("2026-01-31T12:04:05.678Z"));

  private static List<String> told(Arrivals arrivals) {
    var world =
        new World(Map.of(), Map.of("www", RouteSeen.unreachable("not of it").with(arrivals)));
    // As a controller writes it, and who asks reads it.
    String shown = EventCodec.json(new Sight(world, List.of(), Optional.empty()));
    return ArrivalsView.of(EventCodec.value(shown, Sight.class).world());
  }

  @Test
  void nobodyOneAndManyAreTold() {
    assertThat(told(new Arrivals(Side.SOURCE, SINCE, 0, Optional.empty(), Optional.empty())))
        .containsExactly("route www: no request has come to the source since 2026-01-31T12:00:00Z");
    assertThat(told(new Arrivals(Side.TARGET, SINCE, 1, LAST, Optional.empty())))
        .containsExactly(
            "route www: 1 request has come to the target since 2026-01-31T12:00:00Z, the last by"
                + " 2026-01-31T12:04:05Z");
    assertThat(told(new Arrivals(Side.SOURCE, SINCE, 1204, LAST, Optional.empty())))
        .containsExactly(
            "route www: 1,204 requests have come to the source since 2026-01-31T12:00:00Z, the"
                + " last by 2026-01-31T12:04:05Z");
  }

  @Test
  void whatIsNotKnownIsNoZero() {
    assertThat(told(Arrivals.none(Side.SOURCE, Optional.of("cannot reach it"))))
        .containsExactly(
            "route www: who still comes to the source is not counted yet; nothing newer is known:"
                + " cannot reach it");
    assertThat(
            told(new Arrivals(Side.SOURCE, SINCE, 1204, LAST, Optional.of("it is old"))).getFirst())
        .startsWith("route www: 1,204 requests have come")
        .endsWith("; nothing newer is known: it is old");
  }
}
