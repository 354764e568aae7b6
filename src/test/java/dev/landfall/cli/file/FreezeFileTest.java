package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.gate.ShiftingZone;
import dev.landfall.gate.Timetable;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Day;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Shown;
import dev.landfall.workload.Calendar.Unit;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What calendars write is read as it is meant, or refused. */
class FreezeFileTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static Freeze event(String... lines) throws Exception {
    List<Freeze> all = FreezeFile.parse(file(lines), BERLIN);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static String file(String... lines) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        + String.join("\r\n", lines)
        + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  }

  private static Freeze once(String what, String start, ZoneId zone, int days, Duration time) {
    return new Freeze(what, LocalDateTime.parse(start), zone, days, time, Optional.empty());
  }

  @Test
  void theExampleIsReadAsItIsMeant() throws Exception {
    var yearly =
        new Repeat(Unit.YEAR, 1, Optional.empty(), Optional.empty(), List.of(), DayOfWeek.MONDAY);
    var monthly =
        new Repeat(
            Unit.MONTH,
            1,
            Optional.empty(),
            Optional.empty(),
            List.of(new Day(-1, DayOfWeek.FRIDAY)),
            DayOfWeek.MONDAY);
    assertThat(FreezeFile.read(Path.of("examples/freezes.ics"), BERLIN))
        .containsExactly(
            new Freeze(
                "Year end",
                LocalDateTime.parse("2026-12-15T00:00"),
                BERLIN,
                19,
                Duration.ZERO,
                Optional.of(yearly)),
            new Freeze(
                "Payroll",
                LocalDateTime.parse("2026-01-30T18:00"),
                BERLIN,
                0,
                Duration.ZERO,
                Optional.of(monthly),
                Optional.of(new Shown(LocalDateTime.parse("2026-01-31T06:00"), BERLIN))));
  }

  @Test
  void timesAreOfTheirZoneOfUtcOrOfTheCalendar() throws Exception {
    assertThat(event("SUMMARY:a", "DTSTART:20280301T100000Z", "DTEND:20280301T110000Z"))
        .isEqualTo(once("a", "2028-03-01T10:00", ZoneOffset.UTC, 0, Duration.ofHours(1)));
    assertThat(event("DTSTART:20280301T100000", "DURATION:P1DT2H"))
        .isEqualTo(
            once("an event without a name", "2028-03-01T10:00", BERLIN, 1, Duration.ofHours(2)));
    assertThat(event("SUMMARY:a", "DTSTART;VALUE=DATE:20280229"))
        .isEqualTo(once("a", "2028-02-29T00:00", BERLIN, 1, Duration.ZERO));
    String zone = "TZID=America/New_York";
    assertThat(event("SUMMARY:a", "DTSTART;" + zone + ":20280312T013000", "DURATION:PT4H").zone())
        .isEqualTo(ZoneId.of("America/New_York"));
  }

  /** How much is in between is known when it is asked: by the rules that the zones have then. */
  @Test
  void anEndIsKeptAsItIsWrittenAndNotAsALength() throws Exception {
    String zone = "TZID=America/New_York";
    Freeze freeze =
        event(
            "SUMMARY:a",
            "DTSTART;" + zone + ":20280312T013000",
            "DTEND;" + zone + ":20280312T033000");
    ZoneId newYork = ZoneId.of("America/New_York");
    assertThat(freeze.time()).isEqualTo(Duration.ZERO);
    assertThat(freeze.end()).contains(new Shown(LocalDateTime.parse("2028-03-12T03:30"), newYork));
    var calendar = new Calendar(newYork, List.of(), List.of(freeze));
    assertThat(Timetable.of(calendar, Instant.parse("2028-03-12T07:29:59Z")).change())
        .as("an hour is skipped in between")
        .contains(Instant.parse("2028-03-12T07:30:00Z"));
  }

  /** Else two hosts would hash the same file differently. */
  @Test
  void aFileIsTheSameFreezesWhateverTheRulesOfAZoneAre() throws Exception {
    String text =
        file(
            "SUMMARY:a",
            "DTSTART:20280301T100000",
            "DTEND:20280303T100000Z",
            "RRULE:FREQ=WEEKLY;UNTIL=20280601");
    List<Freeze> before = FreezeFile.parse(text, ShiftingZone.at(ZoneOffset.UTC));
    assertThat(FreezeFile.parse(text, ShiftingZone.at(ZoneOffset.ofHours(3)))).isEqualTo(before);
  }

  @Test
  void longLinesAreFoldedAndNamesHaveNoCharacterThatHidesOthers() throws Exception {
    assertThat(
            event(
                    "SUMMARY:Year",
                    " -end \\\"of\\, books\u202e\u0085",
                    "DTSTART;VALUE=DATE:20280229")
                .what())
        .startsWith("Year-end")
        .doesNotContain("\u202e", "\u0085", "\"");
  }

  @Test
  void rulesAreRead() throws Exception {
    Freeze freeze =
        event(
            "DTSTART:20280301T100000",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU;UNTIL=20280601");
    assertThat(freeze.repeat())
        .contains(
            new Repeat(
                Unit.WEEK,
                2,
                Optional.empty(),
                Optional.empty(),
                List.of(new Day(0, DayOfWeek.MONDAY), new Day(0, DayOfWeek.WEDNESDAY)),
                DayOfWeek.SUNDAY,
                Optional.of(LocalDateTime.parse("2028-06-01T23:59:59.999999999"))));
    assertThat(
            event(
                    "DTSTART:20280301T100000",
                    "DURATION:PT1H",
                    "RRULE:FREQ=DAILY;UNTIL=20280601T080000Z")
                .repeat()
                .orElseThrow()
                .until())
        .contains(Instant.parse("2028-06-01T08:00:00Z"));
    assertThat(
            event(
                    "DTSTART;VALUE=DATE:20281224",
                    "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;COUNT=3")
                .repeat()
                .orElseThrow()
                .count())
        .contains(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=HOURLY",
        "FREQ=NONSENSE",
        "COUNT=3",
        "FREQ=DAILY;COUNT=3;UNTIL=20290101",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=MONTHLY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=3,4",
        "FREQ=YEARLY;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;X-ODD=3",
      })
  void aRuleThatIsNotUnderstoodIsRefused(String rule) {
    assertThatThrownBy(() -> event("SUMMARY:a", "DTSTART;VALUE=DATE:20280301", "RRULE:" + rule))
        .isInstanceOf(FreezeFile.Unread.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DTSTART;VALUE=DATE:20281332|a date or time that there is not",
        "DTSTART;VALUE=DATE:20270229|a date or time that there is not",
        "DTSTART:20280101T250000|a date or time that there is not",
        "DTSTART;TZID=Mars/Base:20280101T000000|Mars/Base",
        "DTSTART:tomorrow|DTSTART",
        "SUMMARY:b|has no DTSTART",
        "DTSTART:20280101T000000|does not last",
        "DTSTART:99990101T000000|a date or time that there is not",
      })
  void aTimeThatIsNoneIsRefused(String line, String words) {
    assertThatThrownBy(() -> event(line))
        .isInstanceOf(FreezeFile.Unread.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXDATE;VALUE=DATE:20280302",
        "RDATE;VALUE=DATE:20280302",
        "RECURRENCE-ID;VALUE=DATE:20280301",
        "DTEND;VALUE=DATE:20280228",
        "DTEND:20280228T000000",
        "DURATION:-P1D",
        "DTEND;VALUE=DATE:20990228",
      })
  void whatWouldMakeAnotherTimeOfItIsRefused(String line) {
    assertThatThrownBy(() -> event("SUMMARY:a", "DTSTART;VALUE=DATE:20280301", line))
        .isInstanceOf(FreezeFile.Unread.class);
  }

  @Test
  void aCancelledEventIsNoneAndWhatIsNoCalendarIsRefused() throws Exception {
    assertThat(
            FreezeFile.parse(
                file(
                    "DTSTART;VALUE=DATE:20280301",
                    "STATUS:CANCELLED",
                    "END:VEVENT",
                    "BEGIN:VEVENT",
                    "SUMMARY:holds",
                    "DTSTART;VALUE=DATE:20280302"),
                BERLIN))
        .extracting(Freeze::what)
        .containsExactly("holds");
    for (String text : List.of("", "hello", "BEGIN:VEVENT\r\nEND:VEVENT\r\n")) {
      assertThatThrownBy(() -> FreezeFile.parse(text, BERLIN)).as(text).hasMessageContaining("no");
    }
    assertThatThrownBy(() -> FreezeFile.read(Path.of("no-such.ics"), BERLIN))
        .hasMessageContaining("there is no such file");
  }

  /** An export that went wrong must not read as "users may be moved at any time". */
  @Test
  void aCalendarThatFreezesNothingIsRefused() {
    for (String text :
        List.of(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
            file("DTSTART;VALUE=DATE:20280301", "STATUS:CANCELLED"))) {
      assertThatThrownBy(() -> FreezeFile.parse(text, BERLIN))
          .as(text)
          .isInstanceOf(FreezeFile.Unread.class)
          .hasMessageContaining("it freezes nothing");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "X-SHIFT", "vtodo"})
  void whatIsNoEventIsRefusedAndNotPassedOver(String component) {
    String other = "BEGIN:" + component + "\r\nUID:2\r\nEND:" + component;
    String text =
        file("DTSTART;VALUE=DATE:20280301").replace("END:VCALENDAR", other + "\r\nEND:VCALENDAR");
    assertThatThrownBy(() -> FreezeFile.parse(text, BERLIN))
        .isInstanceOf(FreezeFile.Unread.class)
        .hasMessageContaining(component.toUpperCase(Locale.ROOT));
  }

  @Test
  void whatBelongsToAnEventOrAZoneMayStandInIt() throws Exception {
    assertThat(
            event(
                    "SUMMARY:a",
                    "DTSTART;VALUE=DATE:20280301",
                    "BEGIN:VALARM",
                    "ACTION:DISPLAY",
                    "DESCRIPTION:BEGIN:VTODO",
                    "TRIGGER:-PT1H",
                    "END:VALARM")
                .what())
        .isEqualTo("a");
  }

  /** Wherever it is cut off: the events that are lost, and the rest of a rule, are not missed. */
  @Test
  void aFileThatWasCutOffIsRefusedWhereverThatIs() {
    String whole =
        file(
            "SUMMARY:a",
            "DTSTART;VALUE=DATE:20280301",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:2",
            "DTSTART;VALUE=DATE:20290301",
            "RRULE:FREQ=YEARLY;COUNT=12");
    for (int end = 0; end < whole.indexOf("END:VCALENDAR") + "END:VCALENDAR".length(); end++) {
      String cut = whole.substring(0, end);
      assertThatThrownBy(() -> FreezeFile.parse(cut, BERLIN))
          .as(cut)
          .isInstanceOf(FreezeFile.Unread.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN:VEVENT", "END:VALARM", "BEGIN:VE\r\n VENT"})
  void anEventThatEndsInAnotherIsRefused(String line) {
    assertThatThrownBy(() -> event("DTSTART;VALUE=DATE:20280301", line))
        .isInstanceOf(FreezeFile.Unread.class);
  }
}
