package dev.landfall.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Timetable.Seen;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Unit;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GateSamples;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows and freezes through 2028: a leap year, and clocks that go forward and back. */
class TimetableTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");
  private static final DateTimeFormatter WALL =
      DateTimeFormatter.ofPattern("EEEE HH:mm", Locale.ENGLISH);

  private static Window window(ZoneId zone, String from, String to, DayOfWeek... days) {
    return new Window(Set.of(days), LocalTime.parse(from), LocalTime.parse(to), zone);
  }

  private static Freeze freeze(String start, ZoneId zone, int days, Duration time) {
    return new Freeze("freeze", LocalDateTime.parse(start), zone, days, time, Optional.empty());
  }

  private static Freeze every(Unit unit, Freeze once) {
    var repeat =
        new Repeat(unit, 1, Optional.empty(), Optional.empty(), List.of(), DayOfWeek.MONDAY);
    return new Freeze(
        once.what(), once.start(), once.zone(), once.days(), once.time(), Optional.of(repeat));
  }

  private static Calendar windows(ZoneId zone, Window... windows) {
    return new Calendar(zone, List.of(windows), List.of());
  }

  private static Seen at(Calendar calendar, String local) {
    return Timetable.of(calendar, moment(calendar, local));
  }

  private static Instant moment(Calendar calendar, String local) {
    return ZonedDateTime.of(LocalDateTime.parse(local), calendar.zone()).toInstant();
  }

  /** Every time that is open between two moments, as lengths in minutes. */
  private static List<Long> lengths(Calendar calendar, String from, String to) {
    var lengths = new ArrayList<Long>();
    Instant end = moment(calendar, to);
    Instant at = moment(calendar, from);
    while (at.isBefore(end)) {
      Seen seen = Timetable.of(calendar, at);
      Instant next = seen.change().orElse(end);
      assertThat(next).isAfter(at);
      if (seen.open()) {
        lengths.add(Duration.between(at, next).toMinutes());
      }
      at = next;
    }
    return lengths;
  }

  @Test
  void aWindowIsOpenFromItsFirstMomentAndClosedAtItsEnd() {
    Calendar nights =
        windows(BERLIN, window(BERLIN, "22:00", "04:00", DayOfWeek.SATURDAY, DayOfWeek.SUNDAY));
    assertThat(at(nights, "2028-01-07T12:00").open()).isFalse();
    assertThat(at(nights, "2028-01-07T12:00").why())
        .isEqualTo(
            "it is outside every window: saturday, sunday 22:00-04:00 Europe/Berlin;"
                + " next: 2028-01-08T22:00+01:00[Europe/Berlin]");
    assertThat(at(nights, "2028-01-08T21:59:59.999").open()).isFalse();
    assertThat(at(nights, "2028-01-08T22:00").open()).isTrue();
    assertThat(at(nights, "2028-01-09T03:59:59.999").open()).isTrue();
    assertThat(at(nights, "2028-01-09T04:00").open()).isFalse();
    assertThat(at(nights, "2028-01-10T03:00").open()).as("of sunday, on monday").isTrue();
    assertThat(at(nights, "2028-01-11T03:00").open()).isFalse();
    assertThat(at(nights, "2028-01-08T23:00").change())
        .contains(moment(nights, "2028-01-09T04:00"));
  }

  @Test
  void aWindowFromOneTimeToTheSameIsAWholeDay() {
    Calendar day = windows(BERLIN, window(BERLIN, "00:00", "00:00", DayOfWeek.TUESDAY));
    assertThat(lengths(day, "2028-02-28T12:00", "2028-03-06T00:00"))
        .as("on the leap day")
        .containsExactly(24 * 60L);
  }

  @Test
  void whenClocksGoForwardAWindowIsShorterAndWhatIsSkippedIsInNone() {
    assertThat(berlin("01:00", "04:00", "2028-03-26")).containsExactly(120L);
    assertThat(berlin("02:15", "02:45", "2028-03-26")).isEmpty();
    assertThat(berlin("02:15", "03:15", "2028-03-26")).containsExactly(15L);
    assertThat(berlin("01:00", "02:30", "2028-03-26")).containsExactly(60L);
    Calendar newYork = windows(NEW_YORK, window(NEW_YORK, "01:00", "04:00", DayOfWeek.SUNDAY));
    assertThat(lengths(newYork, "2028-03-12T00:00", "2028-03-13T00:00")).containsExactly(120L);
  }

  @Test
  void whenClocksGoBackAWindowIsLongerAndWhatComesTwiceIsInItTwice() {
    assertThat(berlin("01:00", "04:00", "2028-10-29")).containsExactly(240L);
    assertThat(berlin("02:15", "02:45", "2028-10-29")).containsExactly(30L, 30L);
    Calendar newYork = windows(NEW_YORK, window(NEW_YORK, "00:30", "01:30", DayOfWeek.SUNDAY));
    assertThat(lengths(newYork, "2028-11-05T00:00", "2028-11-06T00:00")).containsExactly(60L, 30L);
  }

  /** Its clocks are put by half an hour. */
  @Test
  void lordHoweIsRightToo() {
    Calendar nights = windows(LORD_HOWE, window(LORD_HOWE, "01:00", "03:00", DayOfWeek.SUNDAY));
    assertThat(lengths(nights, "2028-10-01T00:00", "2028-10-02T00:00")).containsExactly(90L);
    assertThat(lengths(nights, "2028-04-02T00:00", "2028-04-03T00:00")).containsExactly(150L);
  }

  private static List<Long> berlin(String from, String to, String date) {
    Calendar calendar = windows(BERLIN, window(BERLIN, from, to, DayOfWeek.SUNDAY));
    return lengths(calendar, date + "T00:00", date + "T23:00");
  }

  /** Against a clock on the wall that is read every minute of the year, by its printed face. */
  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
  void throughTheWholeYearItSaysWhatAClockOnTheWallShows(String name) {
    ZoneId zone = ZoneId.of(name);
    var calendar =
        new Calendar(
            zone,
            List.of(
                window(zone, "22:30", "02:15", DayOfWeek.SATURDAY, DayOfWeek.TUESDAY),
                window(zone, "01:45", "02:20", DayOfWeek.SUNDAY)),
            List.of(
                freeze("2028-02-29T00:00", zone, 1, Duration.ZERO),
                freeze("2028-12-18T00:00", zone, 14, Duration.ZERO)));
    Instant minute = ZonedDateTime.of(2028, 1, 1, 0, 0, 0, 0, zone).toInstant();
    Instant end = ZonedDateTime.of(2029, 1, 1, 0, 0, 0, 0, zone).toInstant();
    Instant change = minute;
    boolean open = false;
    int changes = 0;
    for (; minute.isBefore(end); minute = minute.plusSeconds(60)) {
      if (!minute.isBefore(change)) {
        assertThat(minute).as("changes come at full minutes").isEqualTo(change);
        Seen seen = Timetable.of(calendar, minute);
        open = seen.open();
        change = seen.change().orElseThrow();
        changes++;
      }
      assertThat(open).as(minute.toString()).isEqualTo(isShown(minute.atZone(zone)));
    }
    assertThat(changes).isBetween(200, 210);
  }

  private static boolean isShown(ZonedDateTime at) {
    String day = at.format(DateTimeFormatter.ISO_LOCAL_DATE);
    if (day.equals("2028-02-29") || (day.compareTo("2028-12-18") >= 0 && day.startsWith("2028"))) {
      return false;
    }
    String wall = at.format(WALL);
    String time = wall.substring(wall.indexOf(' ') + 1);
    boolean late = wall.startsWith("Saturday") || wall.startsWith("Tuesday");
    boolean early = wall.startsWith("Sunday") || wall.startsWith("Wednesday");
    return (late && time.compareTo("22:30") >= 0)
        || (early && time.compareTo("02:15") < 0)
        || (wall.startsWith("Sunday")
            && time.compareTo("01:45") >= 0
            && time.compareTo("02:20") < 0);
  }

  @Test
  void aFreezeHoldsBackInAWindowAndSaysUntilWhen() {
    var calendar =
        new Calendar(
            BERLIN,
            List.of(window(BERLIN, "22:00", "04:00", DayOfWeek.SATURDAY)),
            List.of(freeze("2028-12-18T00:00", BERLIN, 14, Duration.ZERO)));
    Seen seen = at(calendar, "2028-12-23T23:00");
    assertThat(seen.open()).isFalse();
    assertThat(seen.why())
        .isEqualTo(
            "it is in the freeze \"freeze\" until 2029-01-01T00:00+01:00[Europe/Berlin];"
                + " next: 2029-01-06T22:00+01:00[Europe/Berlin]");
    assertThat(at(calendar, "2028-12-17T03:00").open()).isTrue();
    assertThat(at(calendar, "2028-12-17T03:00").change())
        .contains(moment(calendar, "2028-12-17T04:00"));
  }

  @Test
  void freezesAloneLeaveAllOtherTimesOpen() {
    var leap = every(Unit.YEAR, freeze("2024-02-29T00:00", BERLIN, 1, Duration.ZERO));
    var calendar = new Calendar(BERLIN, List.of(), List.of(leap));
    assertThat(at(calendar, "2027-06-01T00:00").change())
        .as("only a leap year has the day")
        .contains(moment(calendar, "2028-02-29T00:00"));
    assertThat(at(calendar, "2028-02-29T23:59").open()).isFalse();
    assertThat(at(calendar, "2028-03-01T00:00")).isEqualTo(new Seen(true, "", Optional.empty()));
  }

  @Test
  void aDayIsADayAndAnHourIsAnHourWhenClocksArePut() {
    var day = freeze("2028-03-26T00:00", BERLIN, 1, Duration.ZERO);
    var calendar = new Calendar(BERLIN, List.of(), List.of(day));
    assertThat(at(calendar, "2028-03-26T01:00").change())
        .contains(moment(calendar, "2028-03-27T00:00"));
    var hours = freeze("2028-03-25T20:00", BERLIN, 0, Duration.ofHours(8));
    var other = new Calendar(BERLIN, List.of(), List.of(hours));
    assertThat(at(other, "2028-03-26T01:00").change()).contains(moment(other, "2028-03-26T05:00"));
  }

  @Test
  void whenThereIsNoOtherTimeWithinTwoYearsThatIsSaid() {
    var always = freeze("2028-01-01T00:00", BERLIN, 3650, Duration.ZERO);
    var calendar = new Calendar(BERLIN, List.of(), List.of(always));
    assertThat(at(calendar, "2028-06-01T00:00").change()).isEmpty();
    assertThat(at(calendar, "2028-06-01T00:00").why())
        .endsWith("there is no other within two years");
  }

  /** What counts for a day counts for 24 hours by the stopwatch, whatever clocks on walls do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2028-03-25T12:00Z", "2028-10-28T12:00Z", "2028-03-12T06:30Z", "2028-11-05T05:30Z",
        "2028-04-01T14:00Z", "2028-09-30T14:00Z", "2028-02-28T23:59Z", "2028-02-29T12:00Z"
      })
  void evidenceExpiresAfterItsTimeAndNotAfterThatOfAClock(String text) {
    Instant at = ZonedDateTime.parse(text).toInstant();
    Gate gate = GateSamples.gate("tested", Set.of(Flag.EXECUTED), Gate.About.PLAN);
    Subject plan = Subject.ofPlan("plan");
    var mark = new Mark("tom", at, plan, true, "", List.of());
    GateBook book = GateBook.EMPTY.checked("tested", mark);
    Instant end = at.plus(gate.validity());
    assertThat(Judging.of(gate, book, plan, end.minusMillis(1)).state()).isEqualTo(State.PASSED);
    assertThat(Judging.of(gate, book, plan, end).state()).isEqualTo(State.STALE);
    assertThat(Judging.of(gate, book, plan, at).until()).contains(end);
  }
}
