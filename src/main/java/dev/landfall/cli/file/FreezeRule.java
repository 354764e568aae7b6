package dev.landfall.cli.file;

import biweekly.component.VEvent;
import biweekly.util.ByDay;
import biweekly.util.ICalDate;
import biweekly.util.Recurrence;
import dev.landfall.cli.file.FreezeFile.Unread;
import dev.landfall.workload.Calendar.Day;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Unit;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The RRULE of an event, as far as freezes need one; anything else is refused. */
final class FreezeRule {
  private static final int NUMBER_MAX = 10_000;

  private FreezeRule() {}

  static Optional<Repeat> of(VEvent event, String what, LocalDateTime start, ZoneId zone)
      throws Unread {
    if (event.getProperties(biweekly.property.RecurrenceRule.class).size() > 1) {
      throw new Unread(what + " has two RRULEs; make it two events");
    }
    if (event.getRecurrenceRule() == null) {
      return Optional.empty();
    }
    @Nullable Recurrence rule = event.getRecurrenceRule().getValue();
    if (rule == null || rule.getFrequency() == null) {
      throw new Unread(what + " has an RRULE without FREQ");
    }
    Unit unit = unit(rule, what);
    if (rule.getUntil() != null && rule.getCount() != null) {
      throw new Unread(what + " has an RRULE with both UNTIL and COUNT; keep one");
    }
    refuseTheRest(rule, what, start);
    if (unit == Unit.DAY
        && !rule.getByDay().isEmpty()
        && number(rule.getInterval(), what).orElse(1) > 1) {
      throw new Unread(
          what + " comes on some days of every few days, which programs read differently");
    }
    Optional<ICalDate> until = Optional.ofNullable(rule.getUntil());
    return Optional.of(
        new Repeat(
            unit,
            number(rule.getInterval(), what).orElse(1),
            until.filter(each -> isMoment(each, zone)).map(each -> moment(each, zone)),
            number(rule.getCount(), what),
            days(rule, unit, what),
            rule.getWorkweekStarts() == null ? DayOfWeek.MONDAY : day(rule.getWorkweekStarts()),
            until.filter(each -> !isMoment(each, zone)).map(FreezeRule::shown)));
  }

  private static Unit unit(Recurrence rule, String what) throws Unread {
    return switch (rule.getFrequency()) {
      case DAILY -> Unit.DAY;
      case WEEKLY -> Unit.WEEK;
      case MONTHLY -> Unit.MONTH;
      case YEARLY -> Unit.YEAR;
      case SECONDLY, MINUTELY, HOURLY ->
          throw new Unread(
              what + " comes " + rule.getFrequency() + "; say DAILY, WEEKLY, MONTHLY or YEARLY");
    };
  }

  /** A part that says no more than DTSTART does is let through: some programs always write it. */
  private static void refuseTheRest(Recurrence rule, String what, LocalDateTime start)
      throws Unread {
    boolean more =
        Stream.of(
                rule.getBySecond(),
                rule.getByMinute(),
                rule.getByHour(),
                rule.getByYearDay(),
                rule.getByWeekNo(),
                rule.getBySetPos())
            .anyMatch(each -> !each.isEmpty());
    boolean otherDay =
        !rule.getByMonthDay().isEmpty()
            && !rule.getByMonthDay().equals(List.of(start.getDayOfMonth()));
    boolean otherMonth =
        !rule.getByMonth().isEmpty() && !rule.getByMonth().equals(List.of(start.getMonthValue()));
    boolean often =
        !rule.getByMonthDay().isEmpty()
            && switch (rule.getFrequency()) {
              case MONTHLY, YEARLY -> !rule.getByDay().isEmpty();
              default -> true;
            };
    boolean seldom =
        !rule.getByMonth().isEmpty() && rule.getFrequency() != biweekly.util.Frequency.YEARLY;
    if (more || otherDay || otherMonth || often || seldom || !rule.getXRules().isEmpty()) {
      throw new Unread(
          what
              + " has an RRULE with more than FREQ, INTERVAL, COUNT, UNTIL, BYDAY and WKST; say it"
              + " in those, or make it events");
    }
  }

  private static Optional<Integer> number(@Nullable Integer number, String what) throws Unread {
    if (number != null && (number < 1 || number > NUMBER_MAX)) {
      throw new Unread(what + " has an RRULE with " + number + "; from 1 to " + NUMBER_MAX);
    }
    return Optional.ofNullable(number);
  }

  /** Whether it is the same whatever the rules of a zone are, or become. */
  private static boolean isMoment(ICalDate until, ZoneId zone) {
    return zone instanceof ZoneOffset || (until.hasTime() && until.getRawComponents().isUtc());
  }

  private static Instant moment(ICalDate until, ZoneId zone) {
    boolean utc = until.hasTime() && until.getRawComponents().isUtc();
    return shown(until).atZone(utc ? ZoneOffset.UTC : zone).toInstant();
  }

  private static LocalDateTime shown(ICalDate until) {
    LocalDateTime local = FreezeFile.local(until);
    return until.hasTime() ? local : local.toLocalDate().atTime(LocalTime.MAX);
  }

  private static List<Day> days(Recurrence rule, Unit unit, String what) throws Unread {
    var days = new ArrayList<Day>();
    for (ByDay each : rule.getByDay()) {
      int nth = each.getNum() == null ? 0 : each.getNum();
      boolean fits = unit == Unit.MONTH ? Math.abs(nth) <= 5 : nth == 0;
      if (!fits || unit == Unit.YEAR) {
        throw new Unread(what + " has a BYDAY that is not understood with its FREQ");
      }
      days.add(new Day(nth, day(each.getDay())));
    }
    return days;
  }

  private static DayOfWeek day(biweekly.util.DayOfWeek day) {
    return switch (day) {
      case MONDAY -> DayOfWeek.MONDAY;
      case TUESDAY -> DayOfWeek.TUESDAY;
      case WEDNESDAY -> DayOfWeek.WEDNESDAY;
      case THURSDAY -> DayOfWeek.THURSDAY;
      case FRIDAY -> DayOfWeek.FRIDAY;
      case SATURDAY -> DayOfWeek.SATURDAY;
      case SUNDAY -> DayOfWeek.SUNDAY;
    };
  }
}
