package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.demo.FlightLog.Counted;
import dev.landfall.demo.FlightLog.Leg;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The history of flights as the journal has it. */
class FlightLogTest {
  private static final String BEGUN = "{'type':'FlightBegun','payload':{'flight':%d,'at':'%s'}}";
  private static final String ENDED = "{'type':'%s','payload':{'flight':1,'at':'%s','why':'%s'}}";

  private static Instant at(int second) {
    return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second);
  }

  private static String begun(int number, int second) {
    return BEGUN.formatted(number, at(second));
  }

  private static String measured(int second, int moved, int failed) {
    return """
    {'type':'FlightMeasured','payload':{'flight':1,'at':'%s','took':'PT1S','readings':{'errors':
      {'moved':{'units':%d,'events':%d},'oneHalf':{'units':50,'events':1},
       'otherHalf':{'units':40,'events':0}}}}}
    """
        .formatted(at(second), moved, failed);
  }

  private static String ended(String how, int second, String why) {
    return ENDED.formatted(how, at(second), why);
  }

  private static List<Leg> legs(String... events) {
    String json = "[" + String.join(",", events).replace('\'', '"') + "]";
    return FlightLog.of(LandfallCommand.events(json));
  }

  @Test
  void aFlightIsWhatItWasJudgedByUntilItPassed() {
    assertThat(
            legs(
                begun(1, 0),
                measured(1, 10, 0),
                measured(2, 12, 1),
                ended("FlightPassed", 2, ""),
                measured(3, 99, 9),
                begun(2, 4)))
        .containsExactly(
            new Leg(1, 1, at(0), at(2), "passed", "", new Counted(22, 1), new Counted(180, 2)),
            new Leg(2, 1, at(4), at(4), "under way", "", Counted.NONE, Counted.NONE));
  }

  @Test
  void whatDoesHarmAfterItPassedHasFailed() {
    assertThat(
            legs(
                begun(1, 0),
                ended("FlightPassed", 2, ""),
                ended("FlightFailed", 5, "errors: many"),
                begun(1, 9)))
        .extracting(Leg::attempt, Leg::verdict, Leg::why, Leg::ended)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, "failed", "errors: many", at(5)),
            org.assertj.core.groups.Tuple.tuple(2, "under way", "", at(9)));
  }

  @Test
  void whatCouldNotBeToldStaysSoWhoeverEndsIt() {
    assertThat(
            legs(
                begun(1, 0),
                ended("FlightUndecided", 60, "the time is up"),
                ended("FlightsRecalled", 70, "")))
        .extracting(Leg::verdict, Leg::why, Leg::ended)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("undecided", "the time is up", at(60)));
  }

  @Test
  void whomAPersonCallsBackHasNoVerdict() {
    assertThat(legs(begun(1, 0), ended("FlightsRecalled", 7, "")))
        .extracting(Leg::verdict)
        .containsExactly("called back");
    assertThat(legs(ended("FlightsRecalled", 7, ""))).isEmpty();
  }
}
