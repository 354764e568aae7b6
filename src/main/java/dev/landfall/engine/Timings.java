package dev.landfall.engine;

import dev.landfall.promotion.Event;
import dev.landfall.rehearsal.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long each finished cutover in a history took. */
final class Timings {
  private Timings() {}

  /** One for each cutover that came to its end, in their order. */
  static List<Timing> of(List<Event> events) {
    var timings = new ArrayList<Timing>();
    Optional<Instant> begun = Optional.empty();
    Instant held = Instant.EPOCH;
    Instant fenced = Instant.EPOCH;
    Instant drained = Instant.EPOCH;
    Instant moved = Instant.EPOCH;
    long rows = 0;
    for (Event event : events) {
      switch (event) {
        case Event.CutoverBegun begins -> begun = Optional.of(begins.at());
        case Event.Held at -> held = at.at();
        case Event.Fenced at -> fenced = at.at();
        case Event.Drained at -> drained = at.at();
        case Event.OwnerMoved at -> {
          moved = at.at();
          rows = at.rowsCompared();
        }
        case Event.CutoverFinished end -> {
          Instant first = begun.orElseThrow();
          timings.add(
              new Timing(
                  Duration.between(first, end.at()),
                  Duration.between(first, held),
                  Duration.between(held, fenced),
                  Duration.between(fenced, drained),
                  Duration.between(drained, moved),
                  Duration.between(moved, end.at()),
                  rows));
        }
        default -> {
          // Says nothing of how long a step took.
        }
      }
    }
    return timings;
  }
}
