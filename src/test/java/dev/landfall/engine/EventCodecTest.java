package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.flight.Reading;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.GateBook;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Promotion;
import dev.landfall.stats.Arm;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  void theEventsOfGatesAreReadBack() {
    var subject = new Subject("plan", Optional.of("target"));
    var evidence = List.of(new Evidence(Evidence.Kind.OBSERVATION, "seen", "aa", 7));
    var statement =
        new Statement(
            Verb.WAIVE,
            "shop",
            "cost",
            "plan",
            Optional.empty(),
            "aa+bb",
            "ann",
            "governance",
            NOW,
            NOW.plusSeconds(60),
            "zwölf \u20ac");
    for (Event event :
        List.of(
            new Event.OrderJoined("bob"),
            new Event.Amended(Samples.SHOP, "p", Optional.of("bob"), Optional.of(NOW)),
            new Event.GateCheckBegun("g", "check-1", "tom", subject, NOW, NOW.plusSeconds(9)),
            new Event.GateChecked("g", "check-1", "tom", subject, NOW, false, "why", evidence),
            new Event.GateChecked(
                "g", "check-1", "tom", subject, NOW, true, "", evidence, List.of("pia")),
            new Event.GateAttached("g", "tom", subject, NOW, true, "", evidence),
            new Event.GateSigned(new Signed(statement, "key", "signature"), NOW),
            new Event.GoalSet(Goal.PROMOTED, Optional.of("bob")))) {
      assertThat(EventCodec.read(EventCodec.type(event), EventCodec.payload(event)))
          .isEqualTo(event);
    }
  }

  @Test
  void aCheckFromBeforeWritersWereToldHasNone() {
    var checked =
        new Event.GateChecked("g", "check-1", "tom", Subject.ofPlan("p"), NOW, true, "", List.of());
    String before = EventCodec.payload(checked).replace(",\"writers\":[]", "");
    assertThat(before).doesNotContain("writers");
    assertThat(EventCodec.read("GateChecked", before)).isEqualTo(checked);
  }

  /** It knows no type that begins so, and passes over each key that it does not know. */
  @Test
  void aProgramFromBeforeGatesStopsAtAWorkloadThatHasThem() {
    Workload gated = Samples.SHOP.behind(Optional.of(GateSamples.plan(GateSamples.TESTED)));
    Map<Event, String> types =
        Map.of(
            new Event.Registered(gated, "p", Goal.STAGED, Optional.of("ann")), "GatedRegistered",
            new Event.Amended(gated, "p", Optional.of("ann")), "GatedAmended",
            new Event.Registered(Samples.SHOP, "p", Goal.STAGED), "Registered",
            new Event.Amended(Samples.SHOP, "p"), "Amended");
    types.forEach((event, type) -> {
      assertThat(EventCodec.type(event)).isEqualTo(type);
      assertThat(EventCodec.read(type, EventCodec.payload(event))).isEqualTo(event);
    });
  }

  /** As the program before gates wrote them. */
  @Test
  void aJournalFromBeforeGatesIsReadAndLeavesThePromotionAsItWas() {
    Event.Registered registered =
        (Event.Registered)
            EventCodec.read(
                "Registered",
                """
                {"workload":{"name":"shop","owner":"o","model":"single-step"},
                 "planHash":"abc","goal":"STAGED"}
                """);
    Promotion promotion = Evolver.begin(registered);
    for (String[] each :
        new String[][] {
          {"PreflightPassed", "{\"findings\":[],\"at\":\"2026-03-01T12:00:00Z\"}"},
          {"Staged", "{\"at\":\"2026-03-01T12:01:00Z\",\"rowsCompared\":7}"},
          {"GoalSet", "{\"goal\":\"PROMOTED\"}"},
          {
            "Amended",
            "{\"workload\":{\"name\":\"shop\",\"owner\":\"p\",\"model\":\"single-step\"},"
                + "\"planHash\":\"def\"}"
          }
        }) {
      promotion = Evolver.evolve(promotion, EventCodec.read(each[0], each[1]));
    }
    assertThat(promotion.stateWord()).isEqualTo("staged");
    assertThat(promotion.goal()).isEqualTo(Goal.PROMOTED);
    assertThat(promotion.workload().gates()).isEmpty();
    assertThat(promotion.gates()).isEqualTo(GateBook.EMPTY);
  }

  @Test
  void aRehearsalOfAnOlderProgramHadNoTests() {
    String text =
        "{\"token\":\"rehearsal-1\",\"at\":\"2026-03-01T12:00:00Z\",\"found\":{\"traits\":{}},"
            + "\"there\":null,\"back\":null}";
    assertThat(EventCodec.read("Rehearsed", text))
        .isInstanceOfSatisfying(Event.Rehearsed.class, done -> assertThat(done.tests()).isEmpty());
  }

  @Test
  void anEventOfANewerProgramIsRefused() {
    assertThatThrownBy(() -> EventCodec.read("FlightTeleported", "{}"))
        .hasMessageContaining("a newer program wrote it");
  }
}
