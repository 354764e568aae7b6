package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.flight.Reading;
import dev.landfall.promotion.Event;
import dev.landfall.stats.Arm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is stored for ever is read back as it was. */
class EventCodecTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");

  @Test
  void theEventsOfFlightsAreReadBack() {
    var reading = new Reading(new Arm(30, 2), new Arm(300, 0), new Arm(299, 1));
    for (Event event :
        List.of(
            new Event.FlightBegun(2, 9, NOW),
            new Event.FlightMeasured(2, NOW, Duration.ofMillis(1003), Map.of("errors", reading)),
            new Event.FlightPassed(2, NOW, "because"),
            new Event.FlightUndecided(2, NOW, "the time is up"),
            new Event.FlightFailed(2, 1, 10, NOW, "twice as often"),
            new Event.FlightsRecalled(0, 11, NOW))) {
      assertThat(EventCodec.read(EventCodec.type(event), EventCodec.payload(event)))
          .isEqualTo(event);
    }
  }

  @Test
  void whatAnOlderProgramSawIsReadWithoutWhatItDidNotLookAt() {
    Sight sight =
        EventCodec.value(
            "{\"world\": {\"data\": {}, \"routes\": {}}, \"waits\": [\"paused\"]}", Sight.class);
    assertThat(sight.world().access()).isEmpty();
    assertThat(sight.world().configuration()).isEmpty();
    assertThat(sight.trouble()).isEmpty();
  }

  @Test
  void anEventOfANewerProgramIsRefused() {
    assertThatThrownBy(() -> EventCodec.read("FlightTeleported", "{}"))
        .hasMessageContaining("a newer program wrote it");
  }
}
