package dev.landfall.promotion;

import java.util.List;

/** What follows from an input: events, or a refusal that changes nothing. */
public sealed interface Decision {
  /** What follows; may be nothing. */
  record Events(List<Event> events) implements Decision {
    public Events {
      events = List.copyOf(events);
    }
  }

  /** It cannot be done as asked. */
  record Refused(Refusal refusal, String message) implements Decision {}

  /** Nothing follows. */
  Decision NOTHING = new Events(List.of());

  static Decision of(Event... events) {
    return new Events(List.of(events));
  }
}
