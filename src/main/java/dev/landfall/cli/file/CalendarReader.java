package dev.landfall.cli.file;

import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The mapping {@code gates.calendar}, and the gate that comes of it. */
final class CalendarReader {
  private static final int WINDOWS_MAX = 50;
  private static final int FILES_MAX = 20;
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00");
  private static final Pattern FILE =
      Pattern.compile("(?!.*\\.\\.)[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");
  private static final List<String> DAYS =
      Stream.of(DayOfWeek.values()).map(Calendar::word).toList();

  private CalendarReader() {}

  static Optional<Calendar> read(Field field) {
    return Section.of(field, "gates.calendar.", Vocabulary.CALENDAR)
        .map(section -> {
          ZoneId zone = section.field("zone").flatMap(CalendarReader::zone).orElse(ZoneOffset.UTC);
          List<Window> windows =
              section.field("windows").map(each -> windows(each, zone)).orElse(List.of());
          List<Freeze> freezes =
              section.field("freezes").map(each -> freezes(each, zone)).orElse(List.of());
          if (section.field("windows").isEmpty() && section.field("freezes").isEmpty()) {
            section.wrong("there is nothing in it", "say windows:, freezes:, or both");
          }
          return new Calendar(zone, windows, freezes);
        });
  }

  /** The gate that holds users back at any other time; only who may waive has a say in it. */
  static Gate gate(GatePlan.Policy policy) {
    return new Gate(
        Calendar.GATE,
        "It is a time at which users may be moved",
        List.of("R83"),
        "change-manager",
        policy.waivers(),
        1,
        Set.of(Gate.Flag.EXECUTED),
        Set.of(Gate.Step.values()),
        Duration.ofDays(1),
        Gate.About.PLAN,
        Gate.Kind.CALENDAR,
        Optional.empty());
  }

  private static List<Window> windows(Field field, ZoneId usual) {
    var windows = new ArrayList<Window>();
    List<Field> elements = field.elements();
    if (elements.isEmpty() || elements.size() > WINDOWS_MAX) {
      field.wrong("there are " + elements.size(), "from 1 to " + WINDOWS_MAX);
    }
    for (Field element : elements) {
      Section.of(element, "gates.calendar.windows.", Vocabulary.WINDOW)
          .ifPresent(section -> {
            Set<DayOfWeek> days = section.field("days").map(CalendarReader::days).orElse(Set.of());
            windows.add(
                new Window(
                    days,
                    section.field("from").flatMap(CalendarReader::time).orElse(LocalTime.MIN),
                    section.field("to").flatMap(CalendarReader::time).orElse(LocalTime.MIN),
                    section.field("zone").flatMap(CalendarReader::zone).orElse(usual)));
          });
    }
    return windows;
  }

  private static Set<DayOfWeek> days(Field field) {
    var days = EnumSet.noneOf(DayOfWeek.class);
    GateReader.words(
            field,
            word ->
                Stream.of(DayOfWeek.values())
                    .filter(d -> Calendar.word(d).equals(word))
                    .findFirst(),
            DAYS,
            1)
        .forEach(days::add);
    return days;
  }

  private static Optional<LocalTime> time(Field field) {
    return field
        .text(TIME, text -> Names.shown(text) + " is no time of day")
        .map(text -> text.equals("24:00") ? LocalTime.MIN : LocalTime.parse(text));
  }

  private static Optional<ZoneId> zone(Field field) {
    return field
        .text()
        .flatMap(text -> {
          Optional<ZoneId> zone = zone(text);
          if (zone.isEmpty()) {
            field.wrong(Names.shown(text) + " is no time zone", "allowed: " + field.form());
          }
          return zone;
        });
  }

  /** A zone of the IANA database by its name; absent when there is none. */
  static Optional<ZoneId> zone(String name) {
    try {
      return ZoneId.getAvailableZoneIds().contains(name)
          ? Optional.of(ZoneId.of(name))
          : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static List<Freeze> freezes(Field field, ZoneId zone) {
    var freezes = new ArrayList<Freeze>();
    List<Field> elements = field.elements();
    if (elements.isEmpty() || elements.size() > FILES_MAX) {
      field.wrong("there are " + elements.size(), "from 1 to " + FILES_MAX);
      return freezes;
    }
    for (Field element : elements) {
      element
          .text(FILE, text -> Names.shown(text) + " is no file beside the workload file")
          .ifPresent(name -> {
            try {
              freezes.addAll(FreezeFile.read(element.mistakes().beside(name), zone));
            } catch (FreezeFile.Unread e) {
              element.wrong(
                  Names.shown(name) + ": " + e.getMessage(),
                  "mend the file: iCalendar, as docs/reference/gates.md tells");
            }
          });
    }
    return freezes;
  }
}
