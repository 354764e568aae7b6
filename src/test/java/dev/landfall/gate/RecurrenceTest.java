package dev.landfall.gate;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.util.Frequency;
import biweekly.util.ICalDate;
import dev.landfall.gate.Recurrence.Span;
import dev.landfall.workload.Calendar.Day;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Shown;
import dev.landfall.workload.Calendar.Unit;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Events come again as another program says, which knows all of RFC 5545. */
class RecurrenceTest {
  private static final Instant TO = Instant.parse("2034-01-01T00:00:00Z");
  private static final int TRIALS = 3000;

  @Test
  void thousandsOfRulesGiveWhatAnotherProgramGives() {
    long seed = Long.getLong("landfall.seed", 42);
    var random = new SplittableRandom(seed);
    for (int trial = 0; trial < TRIALS; trial++) {
      Freeze freeze = freeze(random);
      List<Instant> ours =
          Recurrence.spans(freeze, Instant.EPOCH, TO).stream().map(Span::start).toList();
      assertThat(new ArrayList<>(new TreeSet<>(ours))).isEqualTo(ours);
      assertThat(ours).as("seed %d, trial %d: %s", seed, trial, freeze).isEqualTo(theirs(freeze));
    }
  }

  /** Summer time begins on 26 March 2028: 01:30 to 03:30 is an hour, and each later one is, too. */
  @Test
  void anEventWithAnEndLastsAsLongAsItsFirstAndEndsWithItsLastShownTime() {
    var berlin = ZoneId.of("Europe/Berlin");
    var daily =
        new Repeat(
            Unit.DAY,
            1,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            DayOfWeek.MONDAY,
            Optional.of(LocalDateTime.parse("2028-03-28T01:30")));
    var freeze =
        new Freeze(
            "freeze",
            LocalDateTime.parse("2028-03-26T01:30"),
            berlin,
            0,
            Duration.ZERO,
            Optional.of(daily),
            Optional.of(new Shown(LocalDateTime.parse("2028-03-26T03:30"), berlin)));
    assertThat(Recurrence.spans(freeze, Instant.EPOCH, TO))
        .containsExactly(
            span("2028-03-26T00:30:00Z", "2028-03-26T01:30:00Z"),
            span("2028-03-26T23:30:00Z", "2028-03-27T00:30:00Z"),
            span("2028-03-27T23:30:00Z", "2028-03-28T00:30:00Z"));
  }

  private static Span span(String start, String end) {
    return new Span("freeze", Instant.parse(start), Instant.parse(end));
  }

  private static Freeze freeze(SplittableRandom random) {
    LocalDateTime start = LocalDateTime.of(2024, 1, 1, 10, 0).plusDays(random.nextInt(1500));
    Unit unit = List.of(Unit.values()).get(random.nextInt(4));
    int every = 1 + random.nextInt(4);
    int end = random.nextInt(4);
    var days = new ArrayList<Day>();
    // Programs do not agree on some days of every second day, and files with that are refused.
    boolean mayName = unit != Unit.YEAR && (unit != Unit.DAY || every == 1);
    if (mayName && random.nextBoolean()) {
      // The first of an event must be one that its rule gives: else the RFC leaves open what is.
      int nth = unit == Unit.MONTH && random.nextBoolean() ? nth(random, start) : 0;
      days.add(new Day(nth, start.getDayOfWeek()));
      if (random.nextBoolean()) {
        days.add(new Day(unit == Unit.MONTH ? random.nextInt(-5, 6) : 0, day(random)));
      }
    }
    return new Freeze(
        "freeze",
        start,
        ZoneOffset.UTC,
        0,
        Duration.ofHours(1),
        Optional.of(
            new Repeat(
                unit,
                every,
                end == 1
                    ? Optional.of(start.plusDays(random.nextInt(900)).toInstant(ZoneOffset.UTC))
                    : Optional.empty(),
                end == 2 ? Optional.of(1 + random.nextInt(30)) : Optional.empty(),
                days,
                day(random))));
  }

  private static int nth(SplittableRandom random, LocalDateTime start) {
    int day = start.getDayOfMonth();
    int length = start.toLocalDate().lengthOfMonth();
    return random.nextBoolean() ? (day - 1) / 7 + 1 : -((length - day) / 7 + 1);
  }

  private static DayOfWeek day(SplittableRandom random) {
    return DayOfWeek.of(1 + random.nextInt(7));
  }

  private static List<Instant> theirs(Freeze freeze) {
    Repeat repeat = freeze.repeat().orElseThrow();
    var rule =
        new biweekly.util.Recurrence.Builder(
                switch (repeat.unit()) {
                  case DAY -> Frequency.DAILY;
                  case WEEK -> Frequency.WEEKLY;
                  case MONTH -> Frequency.MONTHLY;
                  case YEAR -> Frequency.YEARLY;
                })
            .interval(repeat.every())
            .workweekStarts(theirs(repeat.weekStart()));
    repeat.until().ifPresent(until -> rule.until(new ICalDate(Date.from(until), true)));
    repeat.count().ifPresent(rule::count);
    for (Day day : repeat.days()) {
      if (day.nth() == 0) {
        rule.byDay(theirs(day.day()));
      } else {
        rule.byDay(day.nth(), theirs(day.day()));
      }
    }
    var dates = new ArrayList<Instant>();
    Date start = Date.from(freeze.start().toInstant(ZoneOffset.UTC));
    var found = rule.build().getDateIterator(start, TimeZone.getTimeZone("UTC"));
    while (found.hasNext()) {
      Instant next = found.next().toInstant();
      if (!next.isBefore(TO)) {
        break;
      }
      dates.add(next);
    }
    return dates;
  }

  private static biweekly.util.DayOfWeek theirs(DayOfWeek day) {
    return biweekly.util.DayOfWeek.valueOf(day.name());
  }
}
