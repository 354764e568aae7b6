package dev.landfall.cli.file;

import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.io.ParseWarning;
import biweekly.io.TimezoneAssignment;
import biweekly.io.TimezoneInfo;
import biweekly.io.text.ICalReader;
import biweekly.property.DateOrDateTimeProperty;
import biweekly.property.ICalProperty;
import biweekly.util.DateTimeComponents;
import biweekly.util.ICalDate;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events of an iCalendar file (RFC 5545) as freezes. What is not understood is refused: a freeze
 * that is silently not kept would be found at the worst time.
 */
final class FreezeFile {
  private static final int BYTES_MAX = 1024 * 1024;
  private static final int EVENTS_MAX = 1000;
  private static final int WHAT_MAX = 100;
  private static final int DAYS_MAX = 3660;

  /** A zone of the IANA database that the file does not define anew: so it should be. */
  private static final int ZONE_IS_KNOWN = 37;

  /** A line that is too long goes on in the next one, after a blank (RFC 5545, 3.1). */
  private static final Pattern FOLD = Pattern.compile("(\\r\\n|\\n|\\r)[ \\t]");

  private static final Pattern EDGE =
      Pattern.compile("(BEGIN|END):\\s*(\\S+)\\s*", Pattern.CASE_INSENSITIVE);

  /** What may stand in a calendar; a VTODO is no freeze, and nobody would expect it to be none. */
  private static final Set<String> UNDERSTOOD = Set.of("VEVENT", "VTIMEZONE");

  private static final Set<String> REFUSED = Set.of("RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID");

  private final ZoneId usual;
  private final TimezoneInfo zones;

  private FreezeFile(ZoneId usual, TimezoneInfo zones) {
    this.usual = usual;
    this.zones = zones;
  }

  /** A file cannot be read; the message says why, as a clause. */
  static final class Unread extends Exception {
    private static final long serialVersionUID = 1;

    Unread(String why) {
      super(why);
    }
  }

  /**
   * Reads a file.
   *
   * @param usual the zone of days, and of times without one
   */
  static List<Freeze> read(Path file, ZoneId usual) throws Unread {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new Unread("it is larger than 1 MiB");
      }
      return parse(Files.readString(file), usual);
    } catch (NoSuchFileException _) {
      throw new Unread("there is no such file beside the workload file");
    } catch (IOException e) {
      throw new Unread("it cannot be read as UTF-8: " + e);
    }
  }

  static List<Freeze> parse(String text, ZoneId usual) throws Unread {
    whole(text);
    var freezes = new ArrayList<Freeze>();
    try (var reader = new ICalReader(text)) {
      boolean any = false;
      for (ICalendar calendar = reader.readNext(); calendar != null; calendar = reader.readNext()) {
        any = true;
        for (ParseWarning warning : reader.getWarnings()) {
          if (!Integer.valueOf(ZONE_IS_KNOWN).equals(warning.getCode())) {
            throw new Unread(warning.toString().replaceAll("\\s+", " "));
          }
        }
        var file = new FreezeFile(usual, calendar.getTimezoneInfo());
        for (VEvent event : calendar.getEvents()) {
          file.freeze(event).ifPresent(freezes::add);
        }
      }
      if (!any) {
        throw new Unread("there is no VCALENDAR in it");
      }
    } catch (IOException e) {
      throw new Unread("it cannot be read: " + e);
    }
    if (freezes.isEmpty()) {
      // An export that went wrong looks like this, and would let users be moved at any time.
      throw new Unread(
          "there is no event in it that takes place, so it freezes nothing; take it out of freezes"
              + " if that is meant");
    }
    if (freezes.size() > EVENTS_MAX) {
      throw new Unread("there are %d events; at most %d".formatted(freezes.size(), EVENTS_MAX));
    }
    return freezes;
  }

  /**
   * Whoever reads iCalendar takes a file that was cut off for one that ends, and passes over what
   * it does not know: each event that is lost so would be a freeze that is not kept.
   */
  private static void whole(String text) throws Unread {
    var open = new ArrayDeque<String>();
    for (String line : FOLD.matcher(text).replaceAll("").lines().toList()) {
      Matcher edge = EDGE.matcher(line);
      if (!edge.matches()) {
        continue;
      }
      String name = edge.group(2).toUpperCase(Locale.ROOT);
      if (edge.group(1).equalsIgnoreCase("BEGIN")) {
        placed(name, open.size());
        open.push(name);
      } else if (!name.equals(open.poll())) {
        throw new Unread("END:" + name + " ends what did not begin; is it whole?");
      }
    }
    if (!open.isEmpty()) {
      throw new Unread("it ends before END:" + open.peek() + "; is it whole?");
    }
  }

  private static void placed(String name, int depth) throws Unread {
    boolean is =
        switch (depth) {
          case 0 -> name.equals("VCALENDAR");
          case 1 -> UNDERSTOOD.contains(name);
          default -> !name.equals("VEVENT") && !name.equals("VCALENDAR");
        };
    if (!is) {
      throw new Unread(
          "there is a %s in it where it is not understood; a calendar has VEVENT and VTIMEZONE"
              .formatted(name));
    }
  }

  private Optional<Freeze> freeze(VEvent event) throws Unread {
    if (event.getStatus() != null && event.getStatus().isCancelled()) {
      return Optional.empty();
    }
    String what = name(event);
    for (String property : REFUSED) {
      boolean has =
          event.getProperties().values().stream().anyMatch(each -> isNamed(each, property))
              || event.getExperimentalProperty(property) != null;
      if (has) {
        throw new Unread(what + " has " + property + ", which is not understood; make it events");
      }
    }
    try {
      return Optional.of(dated(event, what));
    } catch (DateTimeException | ArithmeticException _) {
      throw new Unread(what + " has a date or time that there is not");
    }
  }

  private static boolean isNamed(ICalProperty property, String name) {
    String type = property.getClass().getSimpleName();
    return switch (name) {
      case "RDATE" -> type.equals("RecurrenceDates");
      case "EXDATE" -> type.equals("ExceptionDates");
      case "EXRULE" -> type.equals("ExceptionRule");
      default -> type.equals("RecurrenceId");
    };
  }

  private static String name(VEvent event) {
    String summary =
        event.getSummary() == null ? "" : String.valueOf(event.getSummary().getValue());
    String plain = summary.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029\"]", " ").strip();
    String cut = plain.substring(0, Math.min(plain.length(), WHAT_MAX));
    return cut.isEmpty() ? "an event without a name" : cut;
  }

  private Freeze dated(VEvent event, String what) throws Unread {
    if (event.getDateStart() == null || event.getDateStart().getValue() == null) {
      throw new Unread(what + " has no DTSTART");
    }
    ICalDate begin = event.getDateStart().getValue();
    ZoneId zone = zone(event.getDateStart(), what);
    LocalDateTime start = local(begin);
    int days = begin.hasTime() ? 0 : 1;
    Duration time = Duration.ZERO;
    Optional<Shown> shown = Optional.empty();
    if (event.getDateEnd() != null && event.getDateEnd().getValue() != null) {
      ICalDate last = event.getDateEnd().getValue();
      if (last.hasTime() != begin.hasTime()) {
        throw new Unread(what + " begins with a day and ends with a time, or the other way round");
      }
      ZoneId other = zone(event.getDateEnd(), what);
      if (begin.hasTime()) {
        time = Duration.between(start.atZone(zone), local(last).atZone(other));
        if (!(zone instanceof ZoneOffset && other instanceof ZoneOffset)) {
          shown = Optional.of(new Shown(local(last), other));
        }
      } else {
        days = Math.toIntExact(ChronoUnit.DAYS.between(start, local(last)));
      }
    } else if (event.getDuration() != null && event.getDuration().getValue() != null) {
      var lasts = event.getDuration().getValue();
      days = of(lasts.getWeeks()) * 7 + of(lasts.getDays());
      time =
          Duration.ofHours(of(lasts.getHours()))
              .plusMinutes(of(lasts.getMinutes()))
              .plusSeconds(of(lasts.getSeconds()));
      if (lasts.isPrior()) {
        throw new Unread(what + " ends before it begins");
      }
    }
    boolean lasting = days > 0 || time.isPositive();
    if (days < 0 || time.isNegative() || !lasting || days + time.toDays() > DAYS_MAX) {
      throw new Unread(what + " does not last from a moment to ten years");
    }
    Optional<Repeat> repeat = FreezeRule.of(event, what, start, zone);
    return new Freeze(
        what, start, zone, days, shown.isPresent() ? Duration.ZERO : time, repeat, shown);
  }

  private static int of(@Nullable Integer number) {
    return number == null ? 0 : Math.clamp(number, 0, 1_000_000);
  }

  private ZoneId zone(DateOrDateTimeProperty property, String what) throws Unread {
    ICalDate date = property.getValue();
    if (date.hasTime() && date.getRawComponents().isUtc()) {
      return ZoneOffset.UTC;
    }
    TimezoneAssignment assigned = zones.getTimezone(property);
    if (!date.hasTime() || assigned == null) {
      return usual;
    }
    String name = assigned.getTimeZone().getID();
    return CalendarReader.zone(name)
        .orElseThrow(
            () -> new Unread(what + " is in zone \"" + name + "\"; say one of the IANA database"));
  }

  static LocalDateTime local(ICalDate date) {
    DateTimeComponents raw = date.getRawComponents();
    LocalDateTime local =
        LocalDateTime.of(
            raw.getYear(),
            raw.getMonth(),
            raw.getDate(),
            date.hasTime() ? raw.getHour() : 0,
            date.hasTime() ? raw.getMinute() : 0,
            // A leap second (RFC 5545, 3.3.12) is the second before it here.
            date.hasTime() ? Math.min(raw.getSecond(), 59) : 0);
    if (local.getYear() < 1970 || local.getYear() > 9000) {
      throw new DateTimeException("a year that no calendar has");
    }
    return local;
  }
}
