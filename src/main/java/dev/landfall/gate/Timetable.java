package dev.landfall.gate;

import dev.landfall.gate.Recurrence.Span;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether users may be moved at a moment, and when that changes. */
public final class Timetable {
  /** How far is looked for the next window. */
  static final Duration HORIZON = Duration.ofDays(731);

  /** Most answers are near, and the far ones cost more. */
  private static final List<Duration> LOOKS =
      List.of(Duration.ofDays(8), Duration.ofDays(62), HORIZON);

  private final Calendar calendar;
  private final Instant now;
  private final List<Span> spans;

  private Timetable(Calendar calendar, Instant now) {
    this.calendar = calendar;
    this.now = now;
    this.spans =
        calendar.freezes().stream()
            .flatMap(freeze -> Recurrence.spans(freeze, now, now.plus(HORIZON)).stream())
            .toList();
  }

  /**
   * What a calendar says of a moment.
   *
   * @param open whether users may be moved
   * @param why not, as a clause; empty when they may
   * @param change when that ends; absent when it does not within two years
   */
  public record Seen(boolean open, String why, Optional<Instant> change) {}

  /** What a calendar says of a moment. */
  public static Seen of(Calendar calendar, Instant now) {
    return new Timetable(calendar, now).seen();
  }

  private Seen seen() {
    boolean open = isOpen(now);
    Optional<Instant> change = change(!open);
    return new Seen(open, open ? "" : why(change), change);
  }

  private String why(Optional<Instant> next) {
    String frozen =
        spans.stream()
            .filter(span -> span.covers(now))
            .map(span ->
                "it is in the freeze \"%s\" until %s".formatted(span.what(), told(span.end())))
            .distinct()
            .collect(Collectors.joining("; "));
    String outside =
        isInWindow(now)
            ? ""
            : "it is outside every window: "
                + calendar.windows().stream().map(Window::words).collect(Collectors.joining("; "));
    return frozen
        + (frozen.isEmpty() || outside.isEmpty() ? "" : "; ")
        + outside
        + next.map(at -> "; next: " + told(at)).orElse("; there is no other within two years");
  }

  private String told(Instant moment) {
    return moment.atZone(calendar.zone()).toString();
  }

  private boolean isOpen(Instant moment) {
    return isInWindow(moment) && spans.stream().noneMatch(span -> span.covers(moment));
  }

  private boolean isInWindow(Instant moment) {
    return calendar.windows().isEmpty()
        || calendar.windows().stream().anyMatch(window -> covers(window, moment));
  }

  private static boolean covers(Window window, Instant moment) {
    LocalDateTime shown = LocalDateTime.ofInstant(moment, window.zone());
    LocalTime time = shown.toLocalTime();
    boolean today = window.days().contains(shown.getDayOfWeek());
    boolean begun = !time.isBefore(window.from());
    boolean going = time.isBefore(window.to());
    if (window.from().isBefore(window.to())) {
      return today && begun && going;
    }
    boolean yesterday = window.days().contains(shown.getDayOfWeek().minus(1));
    return (today && begun) || (yesterday && going);
  }

  /** The first moment from now on that is open, or is not. */
  private Optional<Instant> change(boolean open) {
    for (Duration look : LOOKS) {
      Optional<Instant> found =
          edges(now.plus(look)).stream().filter(edge -> isOpen(edge) == open).findFirst();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Every moment after now at which anything can begin or end, in their order. */
  private NavigableSet<Instant> edges(Instant to) {
    var edges = new TreeSet<Instant>();
    for (Span span : spans) {
      edges.add(span.start());
      edges.add(span.end());
    }
    for (Window window : calendar.windows()) {
      ZoneRules rules = window.zone().getRules();
      LocalDate last = LocalDate.ofInstant(to, window.zone());
      LocalDate date = LocalDate.ofInstant(now, window.zone());
      for (; !date.isAfter(last); date = date.plusDays(1)) {
        add(edges, rules, date.atTime(window.from()));
        add(edges, rules, date.atTime(window.to()));
        add(edges, rules, date.atStartOfDay());
      }
      turns(edges, window.zone(), to);
    }
    edges.removeIf(edge -> !edge.isAfter(now) || edge.isAfter(to));
    return edges;
  }

  private static void add(Set<Instant> edges, ZoneRules rules, LocalDateTime shown) {
    rules.getValidOffsets(shown).forEach(offset -> edges.add(shown.toInstant(offset)));
  }

  /** Where clocks are put forward or back, they may show a time in a window, or none any more. */
  private void turns(Set<Instant> edges, ZoneId zone, Instant to) {
    ZoneOffsetTransition next = zone.getRules().nextTransition(now);
    while (next != null && !next.getInstant().isAfter(to)) {
      edges.add(next.getInstant());
      next = zone.getRules().nextTransition(next.getInstant());
    }
  }
}
