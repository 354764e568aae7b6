package dev.landfall.gate;

import dev.landfall.workload.Calendar.Day;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Shown;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The times of an event that comes again (RFC 5545, 3.3.10), as far as a calendar uses it. */
final class Recurrence {
  private final Freeze freeze;
  private final Repeat repeat;

  private Recurrence(Freeze freeze, Repeat repeat) {
    this.freeze = freeze;
    this.repeat = repeat;
  }

  /**
   * One time of an event.
   *
   * @param start the first moment of it
   * @param end the first moment after it
   */
  record Span(String what, Instant start, Instant end) {
    boolean covers(Instant moment) {
      return !moment.isBefore(start) && moment.isBefore(end);
    }
  }

  /** The times of an event that end after one moment and begin before another. */
  static List<Span> spans(Freeze freeze, Instant from, Instant to) {
    List<LocalDate> dates =
        freeze
            .repeat()
            .map(repeat -> new Recurrence(freeze, repeat).dates(to))
            .orElse(List.of(freeze.start().toLocalDate()));
    return dates.stream()
        .map(date -> span(freeze, date))
        .filter(span -> span.end().isAfter(from) && span.start().isBefore(to))
        .toList();
  }

  private static Span span(Freeze freeze, LocalDate date) {
    ZonedDateTime start = start(freeze, date);
    Duration time = freeze.end().map(end -> length(freeze, end)).orElseGet(freeze::time);
    return new Span(
        freeze.what(), start.toInstant(), start.plusDays(freeze.days()).plus(time).toInstant());
  }

  private static Duration length(Freeze freeze, Shown end) {
    Instant first = start(freeze, freeze.start().toLocalDate()).toInstant();
    return Duration.between(first, end.moment());
  }

  private static ZonedDateTime start(Freeze freeze, LocalDate date) {
    return ZonedDateTime.of(date.atTime(freeze.start().toLocalTime()), freeze.zone());
  }

  private List<LocalDate> dates(Instant to) {
    LocalDate first = freeze.start().toLocalDate();
    var dates = new ArrayList<LocalDate>(List.of(first));
    int max = repeat.count().orElse(Integer.MAX_VALUE);
    for (long period = 0; dates.size() < max; period++) {
      if (!beginning(period).atTime(LocalTime.MIN).atZone(freeze.zone()).toInstant().isBefore(to)) {
        break;
      }
      for (LocalDate date : in(period)) {
        Instant start = start(freeze, date).toInstant();
        LocalDateTime shown = date.atTime(freeze.start().toLocalTime());
        if (repeat.until().filter(start::isAfter).isPresent()
            || repeat.last().filter(shown::isAfter).isPresent()) {
          return dates;
        }
        if (date.isAfter(first) && dates.size() < max) {
          dates.add(date);
        }
      }
    }
    return dates;
  }

  /** The first day of a unit that has the event. */
  private LocalDate beginning(long period) {
    LocalDate first = freeze.start().toLocalDate();
    long units = period * repeat.every();
    return switch (repeat.unit()) {
      case DAY -> first.plusDays(units);
      case WEEK ->
          first.with(TemporalAdjusters.previousOrSame(repeat.weekStart())).plusWeeks(units);
      case MONTH -> first.withDayOfMonth(1).plusMonths(units);
      case YEAR -> first.withDayOfYear(1).plusYears(units);
    };
  }

  private List<LocalDate> in(long period) {
    LocalDate begin = beginning(period);
    return switch (repeat.unit()) {
      case DAY -> has(begin.getDayOfWeek()) ? List.of(begin) : List.of();
      case WEEK -> inWeek(begin);
      case MONTH -> inMonth(YearMonth.from(begin));
      case YEAR -> onDay(YearMonth.of(begin.getYear(), freeze.start().getMonth()));
    };
  }

  private boolean has(DayOfWeek day) {
    return repeat.days().isEmpty() || repeat.days().stream().anyMatch(each -> each.day() == day);
  }

  private List<LocalDate> inWeek(LocalDate begin) {
    var dates = new ArrayList<LocalDate>();
    for (int i = 0; i < 7; i++) {
      LocalDate date = begin.plusDays(i);
      boolean usual =
          repeat.days().isEmpty() && date.getDayOfWeek() == freeze.start().getDayOfWeek();
      if (usual || (!repeat.days().isEmpty() && has(date.getDayOfWeek()))) {
        dates.add(date);
      }
    }
    return dates;
  }

  private List<LocalDate> inMonth(YearMonth month) {
    if (repeat.days().isEmpty()) {
      return onDay(month);
    }
    var dates = new ArrayList<LocalDate>();
    for (Day day : repeat.days()) {
      for (int i = 1; i <= month.lengthOfMonth(); i++) {
        LocalDate date = month.atDay(i);
        int nth = (i - 1) / 7 + 1;
        int nthFromEnd = -((month.lengthOfMonth() - i) / 7 + 1);
        boolean is = day.nth() == 0 || day.nth() == nth || day.nth() == nthFromEnd;
        if (date.getDayOfWeek() == day.day() && is && !dates.contains(date)) {
          dates.add(date);
        }
      }
    }
    dates.sort(Comparator.naturalOrder());
    return dates;
  }

  /** The day of the first one; nothing in a month that does not have it. */
  private List<LocalDate> onDay(YearMonth month) {
    int day = freeze.start().getDayOfMonth();
    return month.isValidDay(day) ? List.of(month.atDay(day)) : List.of();
  }
}
