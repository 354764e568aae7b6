package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.GateBook;
import dev.landfall.gate.Judging;
import dev.landfall.gate.Standing;
import dev.landfall.gate.State;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A year of gates in virtual time, as people live it by the clock on their wall: 2028, with a leap
 * day and clocks that are put forward and back; and 2011 in Apia, which had no 30 December.
 */
class GateYearTest {
  private static final int STEP_MINUTES = 15;
  private static final Subject PLAN = Subject.ofPlan("plan");
  private static final Evidence REPORT = new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7);

  /** Checked for a day, tested for ten days and approved for five, waived for 36 hours. */
  private enum Kept {
    CHECKED(24),
    TESTED(240),
    APPROVED(120),
    WAIVED(36);

    private final int hours;

    Kept(int hours) {
      this.hours = hours;
    }
  }

  private static final Gate WAIVED =
      GateSamples.gate("waived", Set.of(Flag.EXECUTED), Gate.About.PLAN);
  private static final GatePlan GATES =
      GateSamples.plan(GateSamples.CHECKED, GateSamples.TESTED, WAIVED);

  /** How long each has counted, by a stopwatch that knows no clock; absent before it was made. */
  private final Map<Kept, Long> stopwatches = new EnumMap<>(Kept.class);

  private final Map<Kept, LocalDateTime> begun = new EnumMap<>(Kept.class);

  /** By how many minutes the clock on the wall shows another time when the day is over. */
  private final Set<Long> shifts = new TreeSet<>();

  private GateBook book = GateBook.begun(Optional.of("rita"));

  private void keep(Kept what, Instant now, LocalDateTime wall) {
    stopwatches.put(what, 0L);
    begun.put(what, wall);
    var mark = new Mark("tom", now, PLAN, true, "", List.of(REPORT));
    switch (what) {
      case CHECKED -> book = book.checked(GateSamples.CHECKED.id(), mark);
      case TESTED -> book = book.checked(GateSamples.TESTED.id(), mark);
      case APPROVED -> says(Verb.APPROVE, GateSamples.TESTED, "ann", what, now);
      case WAIVED -> says(Verb.WAIVE, WAIVED, "bob", what, now);
    }
  }

  private void says(Verb verb, Gate gate, String by, Kept what, Instant now) {
    var statement =
        new Statement(
            verb,
            "shop",
            gate.id(),
            PLAN.plan(),
            PLAN.target(),
            book.of(gate.id()).evidence(),
            by,
            "business-owner",
            now,
            now.plus(Duration.ofHours(what.hours)),
            "because");
    book = book.signed(new Signed(statement, by + "'s key", "signature"));
  }

  /** What people do whenever the clock on their wall shows the time for it. */
  private void live(Instant now, LocalDateTime wall) {
    LocalTime time = wall.toLocalTime();
    DayOfWeek day = wall.getDayOfWeek();
    if (time.equals(LocalTime.NOON)
        && Set.of(DayOfWeek.TUESDAY, DayOfWeek.THURSDAY, DayOfWeek.SATURDAY).contains(day)) {
      keep(Kept.CHECKED, now, wall);
    }
    if (time.equals(LocalTime.of(2, 15)) && day == DayOfWeek.SUNDAY) {
      keep(Kept.TESTED, now, wall);
    }
    if (time.equals(LocalTime.of(1, 45))
        && stopwatches.containsKey(Kept.TESTED)
        && Set.of(1, 10, 19, 29).contains(wall.getDayOfMonth())) {
      keep(Kept.APPROVED, now, wall);
    }
    if (time.equals(LocalTime.of(2, 30)) && day == DayOfWeek.SATURDAY) {
      keep(Kept.WAIVED, now, wall);
    }
  }

  private boolean isFresh(Kept what) {
    return stopwatches.getOrDefault(what, Long.MAX_VALUE) < what.hours * 60L;
  }

  private State expected(Gate gate) {
    if (gate.equals(WAIVED)) {
      return isFresh(Kept.WAIVED) ? State.WAIVED : State.OPEN;
    }
    Set<Kept> needs =
        gate.equals(GateSamples.CHECKED)
            ? Set.of(Kept.CHECKED)
            : Set.of(Kept.TESTED, Kept.APPROVED);
    if (!stopwatches.keySet().containsAll(needs)) {
      return State.OPEN;
    }
    return needs.stream().allMatch(this::isFresh) ? State.PASSED : State.STALE;
  }

  private void tick(LocalDateTime wall) {
    stopwatches.replaceAll((_, minutes) -> minutes + STEP_MINUTES);
    if (stopwatches.getOrDefault(Kept.CHECKED, 0L) == Kept.CHECKED.hours * 60L) {
      LocalDateTime day = begun.getOrDefault(Kept.CHECKED, wall).plusDays(1);
      shifts.add(ChronoUnit.MINUTES.between(day, wall));
    }
  }

  private static Instant start(int year, ZoneId zone) {
    return LocalDate.of(year, 1, 1).atStartOfDay(zone).toInstant();
  }

  /** Against stopwatches alone: a day is 24 hours, also when the one on the wall has 23 or 25. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,       2028, '[-60, 0, 60]'",
    "America/New_York,    2028, '[-60, 0, 60]'",
    "Australia/Lord_Howe, 2028, '[-30, 0, 30]'",
    "Asia/Kolkata,        2028, '[0]'",
    "Pacific/Apia,        2011, '[0, 1440]'"
  })
  void whatIsKeptCountsByTheStopwatchThroughTheYear(String name, int year, String shifted) {
    ZoneId zone = ZoneId.of(name);
    Instant end = start(year + 1, zone);
    int changes = 0;
    State before = State.OPEN;
    for (Instant now = start(year, zone);
        now.isBefore(end);
        now = now.plusSeconds(STEP_MINUTES * 60L)) {
      LocalDateTime wall = LocalDateTime.ofInstant(now, zone);
      var earlier = Judging.all(GATES, book, PLAN, now.minusNanos(1));
      var expectedEarlier = GATES.gates().stream().map(this::expected).toList();
      assertThat(earlier.stream().map(Standing::state))
          .as("before " + wall)
          .isEqualTo(expectedEarlier);
      tick(wall);
      live(now, wall);
      List<Standing> standings = Judging.all(GATES, book, PLAN, now);
      for (Standing each : standings) {
        assertThat(each.state())
            .as("%s at %s", each.gate().id(), wall)
            .isEqualTo(expected(each.gate()));
      }
      changes += before == standings.get(1).state() ? 0 : 1;
      before = standings.get(1).state();
    }
    assertThat(shifts).hasToString(shifted);
    assertThat(changes).as("approvals expired and came again").isGreaterThan(60);
  }

  private static Window window(ZoneId zone, String from, String to, DayOfWeek... days) {
    return new Window(Set.of(days), LocalTime.parse(from), LocalTime.parse(to), zone);
  }

  private static Calendar calendar(ZoneId zone) {
    return new Calendar(
        zone,
        List.of(
            window(zone, "22:30", "01:30", DayOfWeek.TUESDAY, DayOfWeek.SATURDAY),
            window(zone, "02:20", "04:00", DayOfWeek.SUNDAY),
            window(zone, "20:00", "23:00", DayOfWeek.FRIDAY)),
        List.of(
            freeze("2028-02-29T00:00", zone, 1, Duration.ZERO),
            freeze("2028-03-25T20:00", zone, 0, Duration.ofHours(8)),
            freeze("2028-12-18T00:00", zone, 10, Duration.ZERO)));
  }

  private static Freeze freeze(String from, ZoneId zone, int days, Duration time) {
    return new Freeze("freeze", LocalDateTime.parse(from), zone, days, time, Optional.empty());
  }

  /** What a clock on the wall shows, and a stopwatch for the freeze that has hours. */
  private static boolean isOpen(LocalDateTime wall, long minutesSinceHours) {
    String day = wall.toLocalDate().toString();
    int minute = wall.getHour() * 60 + wall.getMinute();
    boolean frozen =
        day.equals("2028-02-29")
            || (day.compareTo("2028-12-18") >= 0 && day.compareTo("2028-12-28") < 0)
            || (minutesSinceHours >= 0 && minutesSinceHours < 480);
    boolean late = minute >= 22 * 60 + 30;
    boolean early = minute < 60 + 30;
    boolean window =
        switch (wall.getDayOfWeek()) {
          case TUESDAY, SATURDAY -> late;
          case WEDNESDAY -> early;
          case SUNDAY -> early || (minute >= 2 * 60 + 20 && minute < 4 * 60);
          case FRIDAY -> minute >= 20 * 60 && minute < 23 * 60;
          case MONDAY, THURSDAY -> false;
        };
    return window && !frozen;
  }

  /** Each minute of the year by the clock on the wall, from its first on. */
  private static BitSet openMinutes(Instant from, Instant to, ZoneId zone) {
    var open = new BitSet();
    long hours = -1;
    int index = 0;
    for (Instant now = from; now.isBefore(to); now = now.plusSeconds(60)) {
      LocalDateTime wall = LocalDateTime.ofInstant(now, zone);
      if (hours >= 0 || wall.toString().equals("2028-03-25T20:00")) {
        hours++;
      }
      open.set(index++, isOpen(wall, hours));
    }
    return open;
  }

  private static Promotion staged(Calendar calendar) {
    Gate window =
        new Gate(
            Calendar.GATE,
            "It is a time at which users may be moved",
            List.of("R83"),
            "change-manager",
            List.of("governance"),
            1,
            Set.of(Flag.EXECUTED),
            Set.of(Gate.Step.values()),
            Duration.ofDays(1),
            Gate.About.PLAN,
            Gate.Kind.CALENDAR,
            Optional.empty());
    GatePlan usual = GateSamples.plan(window);
    var plan = new GatePlan(usual.gates(), usual.people(), usual.policy(), Optional.of(calendar));
    return new Promotion(
        Samples.SHOP.behind(Optional.of(plan)),
        "plan",
        Goal.STAGED,
        false,
        4,
        Flown.NONE,
        Set.of(),
        Promotions.rest(Phase.Rest.STAGED));
  }

  /** Against a search minute by minute, from a thousand moments of the year and more. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,       2028",
    "America/New_York,    2028",
    "Australia/Lord_Howe, 2028",
    "Asia/Kolkata,        2028",
    "Pacific/Apia,        2011"
  })
  void theNextWindowThatReadyTellsIsTheFirstThatAClockShows(String name, int year) {
    ZoneId zone = ZoneId.of(name);
    Instant from = start(year, zone);
    // The last of them looks for a window beyond the year.
    BitSet open = openMinutes(from, start(year + 1, zone).plus(Duration.ofDays(30)), zone);
    int minutes = (int) Duration.between(from, start(year + 1, zone)).toMinutes();
    Promotion promotion = staged(calendar(zone));
    GatePlan plan = promotion.workload().gates().orElseThrow();
    for (int minute : moments(zone, from, minutes)) {
      Instant now = from.plusSeconds(60L * minute + 7);
      GateOutlook outlook = GateOutlook.of(promotion, plan, PLAN, now);
      Standing standing = outlook.items().getFirst().standing();
      String where = now.atZone(zone).toString();
      boolean isOpen = open.get(minute);
      int next = isOpen ? open.nextClearBit(minute) : open.nextSetBit(minute);
      assertThat(outlook.passes()).as(where).isEqualTo(isOpen);
      assertThat(standing.state()).as(where).isEqualTo(isOpen ? State.PASSED : State.CLOSED);
      assertThat(standing.until()).as(where).contains(from.plusSeconds(60L * next));
    }
  }

  /** Some of the year, and many of the days around each time at which clocks are put. */
  private static Set<Integer> moments(ZoneId zone, Instant from, int minutes) {
    var moments = new TreeSet<Integer>();
    new SplittableRandom(zone.hashCode()).ints(1_000, 0, minutes).forEach(moments::add);
    var turn = zone.getRules().nextTransition(from);
    while (turn != null && Duration.between(from, turn.getInstant()).toMinutes() < minutes) {
      int at = (int) Duration.between(from, turn.getInstant()).toMinutes();
      for (int minute = at - 1_500; minute < Math.min(minutes, at + 600); minute += 9) {
        moments.add(minute);
      }
      turn = zone.getRules().nextTransition(turn.getInstant());
    }
    return moments;
  }
}
