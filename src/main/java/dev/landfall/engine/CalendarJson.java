package dev.landfall.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Day;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Shown;
import dev.landfall.workload.Calendar.Unit;
import dev.landfall.workload.Calendar.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A calendar as a part of a workload in the journal; the same rules hold. */
final class CalendarJson {
  private CalendarJson() {}

  /** With the order of the files taken out: it says nothing. */
  static Calendar sorted(Calendar calendar) {
    return new Calendar(
        calendar.zone(),
        calendar.windows().stream().sorted(Comparator.comparing(Window::words)).toList(),
        calendar.freezes().stream().sorted(Comparator.comparing(Freeze::toString)).toList());
  }

  static ObjectNode tree(Calendar calendar) {
    var tree = JsonNodeFactory.instance.objectNode();
    tree.put("zone", calendar.zone().getId());
    var windows = tree.putArray("windows");
    for (Window window : calendar.windows()) {
      var one = windows.addObject();
      var days = one.putArray("days");
      new TreeSet<>(window.days()).forEach(day -> days.add(day.name()));
      one.put("from", window.from().toString());
      one.put("to", window.to().toString());
      one.put("zone", window.zone().getId());
    }
    var freezes = tree.putArray("freezes");
    calendar.freezes().forEach(freeze -> freezes.add(tree(freeze)));
    return tree;
  }

  private static ObjectNode tree(Freeze freeze) {
    var tree = JsonNodeFactory.instance.objectNode();
    tree.put("what", freeze.what());
    tree.put("start", freeze.start().toString());
    tree.put("zone", freeze.zone().getId());
    tree.put("days", freeze.days());
    tree.put("time", freeze.time().toString());
    freeze
        .end()
        .ifPresent(end ->
            tree.putObject("end")
                .put("time", end.time().toString())
                .put("zone", end.zone().getId()));
    freeze
        .repeat()
        .ifPresent(repeat -> {
          var one = tree.putObject("repeat");
          one.put("unit", repeat.unit().name());
          one.put("every", repeat.every());
          repeat.until().ifPresent(until -> one.put("until", until.toString()));
          repeat.count().ifPresent(count -> one.put("count", count));
          var days = one.putArray("days");
          for (Day day : repeat.days()) {
            days.addObject().put("nth", day.nth()).put("day", day.day().name());
          }
          one.put("weekStart", repeat.weekStart().name());
          repeat.last().ifPresent(last -> one.put("last", last.toString()));
        });
    return tree;
  }

  static Calendar calendar(JsonNode tree) {
    var windows = new ArrayList<Window>();
    for (JsonNode each : tree.path("windows")) {
      var days = new TreeSet<DayOfWeek>();
      each.path("days").forEach(day -> days.add(DayOfWeek.valueOf(day.asText())));
      windows.add(
          new Window(
              days,
              LocalTime.parse(each.path("from").asText()),
              LocalTime.parse(each.path("to").asText()),
              zone(each)));
    }
    var freezes = new ArrayList<Freeze>();
    tree.path("freezes").forEach(each -> freezes.add(freeze(each)));
    return new Calendar(zone(tree), windows, freezes);
  }

  private static ZoneId zone(JsonNode tree) {
    return ZoneId.of(tree.path("zone").asText());
  }

  private static Freeze freeze(JsonNode tree) {
    return new Freeze(
        tree.path("what").asText(),
        LocalDateTime.parse(tree.path("start").asText()),
        zone(tree),
        tree.path("days").asInt(),
        Duration.parse(tree.path("time").asText()),
        tree.has("repeat") ? Optional.of(repeat(tree.path("repeat"))) : Optional.empty(),
        tree.has("end") ? Optional.of(shown(tree.path("end"))) : Optional.empty());
  }

  private static Shown shown(JsonNode tree) {
    return new Shown(LocalDateTime.parse(tree.path("time").asText()), zone(tree));
  }

  private static Repeat repeat(JsonNode tree) {
    List<Day> days = new ArrayList<>();
    for (JsonNode each : tree.path("days")) {
      days.add(new Day(each.path("nth").asInt(), DayOfWeek.valueOf(each.path("day").asText())));
    }
    return new Repeat(
        Unit.valueOf(tree.path("unit").asText()),
        tree.path("every").asInt(1),
        tree.has("until")
            ? Optional.of(Instant.parse(tree.path("until").asText()))
            : Optional.empty(),
        tree.has("count") ? Optional.of(tree.path("count").asInt()) : Optional.empty(),
        days,
        DayOfWeek.valueOf(tree.path("weekStart").asText("MONDAY")),
        tree.has("last")
            ? Optional.of(LocalDateTime.parse(tree.path("last").asText()))
            : Optional.empty());
  }
}
