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

  private static final Optional<Instant> UNTIL = Optional.of(Instant.parse("2026-01-31T12:05:00Z"));

  private static List<String> told(Arrivals arrivals) {
    var world =
        new World(Map.of(), Map.of("www", RouteSeen.unreachable("not of it").with(arrivals)));
    // As a controller writes it, and who asks reads it.
    String shown = EventCodec.json(new Sight(world, List.of(), Optional.empty()));
    return ArrivalsView.of(EventCodec.value(shown, Sight.class).world());
  }

  private static Arrivals counted(
      Side side, long requests, Optional<Instant> last, List<String> away, Optional<String> why) {
    return new Arrivals(side, SINCE, UNTIL, requests, last, away, why);
  }

  private static Arrivals counted(Side side, long requests, Optional<Instant> last) {
    return counted(side, requests, last, List.of(), Optional.empty());
  }

  @Test
  void nobodyOneAndManyAreToldWithTheTimeInWhichTheyWereCounted() {
    assertThat(told(counted(Side.SOURCE, 0, Optional.empty())))
        .containsExactly(
            "route www: no request has come to the source since 2026-01-31T12:00:00Z; counted"
                + " until 2026-01-31T12:05:00Z");
    assertThat(told(counted(Side.TARGET, 1, LAST)))
        .containsExactly(
            "route www: 1 request has come to the target since 2026-01-31T12:00:00Z, the last by"
                + " 2026-01-31T12:04:05Z; counted until 2026-01-31T12:05:00Z");
    assertThat(told(counted(Side.SOURCE, 1204, LAST)))
        .containsExactly(
            "route www: 1,204 requests have come to the source since 2026-01-31T12:00:00Z, the"
                + " last by 2026-01-31T12:04:05Z; counted until 2026-01-31T12:05:00Z");
  }

  @Test
  void aCountOfAPartSaysWhatIsMissing() {
    Optional<String> none = Optional.empty();
    assertThat(told(counted(Side.SOURCE, 1204, LAST, List.of("shop a:80"), none)).getFirst())
        .endsWith(
            "; counted until 2026-01-31T12:05:00Z; without all of what came to shop a:80, which"
                + " cannot be counted any more");
    assertThat(
            told(counted(Side.SOURCE, 0, LAST, List.of("a", "b", "c", "d", "e"), none)).getFirst())
        .contains("what came to a, b, c and 2 more, which");
  }

  @Test
  void whatIsNotKnownIsNoZero() {
    assertThat(told(Arrivals.none(Side.SOURCE, "cannot reach it")))
        .containsExactly(
            "route www: who still comes to the source is not counted yet; nothing newer is known:"
                + " cannot reach it");
    assertThat(
            told(counted(Side.SOURCE, 1204, LAST, List.of(), Optional.of("it is old"))).getFirst())
        .startsWith("route www: 1,204 requests have come")
        .endsWith("; nothing newer is known: it is old");
  }

  @Test
  void whatAnOlderControllerShowedIsRead() {
    String older =
        EventCodec.json(
                new Sight(
                    new World(
                        Map.of(),
                        Map.of(
                            "www",
                            RouteSeen.unreachable("not of it")
                                .with(counted(Side.SOURCE, 7, LAST)))),
                    List.of(),
                    Optional.empty()))
            .replaceAll("\"until\":\"[^\"]*\",", "")
            .replaceAll("\"away\":\\[\\],", "");

    assertThat(older).contains("since").doesNotContain("until", "away");
    assertThat(ArrivalsView.of(EventCodec.value(older, Sight.class).world()).getFirst())
        .startsWith("route www: 7 requests have come");
  }
}
