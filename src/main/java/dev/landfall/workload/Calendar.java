package dev.landfall.workload;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When users may be moved towards the target (R83): in a window, and in no freeze. It is as it was
 * when the workload file was given; a calendar that is edited later is another plan.
 *
 * @param zone the one in which times are told
 * @param windows empty when any time will do
 * @param freezes in no particular order
 */
public record Calendar(ZoneId zone, List<Window> windows, List<Freeze> freezes) {
  /** The gate that a calendar is. */
  public static final String GATE = "window";

  public Calendar {
    windows = List.copyOf(windows);
    freezes = List.copyOf(freezes);
  }

  /**
   * A time of the week, as a clock on the wall shows it: a moment is in it when a clock in its zone
   * shows a time in it on one of its days. So a time that a clock skips in spring is in no window,
   * and one that it shows twice in autumn is in it twice.
   *
   * @param days on which it begins; one or more
   * @param from when it begins, inclusive
   * @param to when it ends, exclusive; on the next day when it is not after {@code from}
   */
  public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    public Window {
      days = Set.copyOf(days);
    }

    /** {@code saturday, sunday 22:00-04:00 Europe/Berlin}. */
    public String words() {
      String names = days.stream().sorted().map(Calendar::word).collect(Collectors.joining(", "));
      return "%s %s-%s %s".formatted(names, from, to, zone);
    }
  }

  /**
   * A time in which nobody is moved; an event of iCalendar (RFC 5545).
   *
   * @param what its name, for people
   * @param start the first of it, in its zone; a time that is skipped there counts as the one after
   *     the gap, and one that is there twice as the first of the two (RFC 5545, 3.3.5)
   * @param days how many days it lasts, by the clock on the wall; 0 or more
   * @param time how much longer, by the stopwatch; 0 or more
   * @param repeat how it comes again; absent for one that comes once
   * @param end when the first of it ends, and how long by the stopwatch each lasts; absent where
   *     days and time say it. How much time is in between follows from the rules of zones, so it is
   *     no part of a plan, which must be the same on every host
   */
  public record Freeze(
      String what,
      LocalDateTime start,
      ZoneId zone,
      int days,
      Duration time,
      Optional<Repeat> repeat,
      Optional<Shown> end) {
    /** One that lasts for so long. */
    public Freeze(
        String what,
        LocalDateTime start,
        ZoneId zone,
        int days,
        Duration time,
        Optional<Repeat> repeat) {
      this(what, start, zone, days, time, repeat, Optional.empty());
    }
  }

  /** A time as a clock in a zone shows it; where there are two or none, as for a freeze's start. */
  public record Shown(LocalDateTime time, ZoneId zone) {
    /** When that is, by the rules of this moment. */
    public Instant moment() {
      return time.atZone(zone).toInstant();
    }
  }

  /**
   * How an event comes again; what the rule names and a month does not have is left out.
   *
   * @param every of how many units one has it; 1 or more
   * @param until the last moment at which it may begin; absent for none
   * @param count how often at most, the first one included; absent for no end
   * @param days on which of its unit; empty for the day of the first one
   * @param weekStart where weeks begin
   * @param last the last time at which it may begin, as a clock in its zone shows it; absent for
   *     none
   */
  public record Repeat(
      Unit unit,
      int every,
      Optional<Instant> until,
      Optional<Integer> count,
      List<Day> days,
      DayOfWeek weekStart,
      Optional<LocalDateTime> last) {
    public Repeat {
      days = List.copyOf(days);
    }

    /** One that ends at a moment, or not by the clock. */
    public Repeat(
        Unit unit,
        int every,
        Optional<Instant> until,
        Optional<Integer> count,
        List<Day> days,
        DayOfWeek weekStart) {
      this(unit, every, until, count, days, weekStart, Optional.empty());
    }
  }

  /** What an event comes again in. */
  public enum Unit {
    DAY,
    WEEK,
    MONTH,
    YEAR
  }

  /**
   * A day of a unit.
   *
   * @param nth which one of a month, from its end when below 0; 0 for each
   */
  public record Day(int nth, DayOfWeek day) {}

  /** {@code saturday}. */
  public static String word(DayOfWeek day) {
    return switch (day) {
      case MONDAY -> "monday";
      case TUESDAY -> "tuesday";
      case WEDNESDAY -> "wednesday";
      case THURSDAY -> "thursday";
      case FRIDAY -> "friday";
      case SATURDAY -> "saturday";
      case SUNDAY -> "sunday";
    };
  }
}
