package dev.landfall.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The flights of a promotion as its journal tells them: what each was judged by, and how it ended.
 */
final class FlightLog {
  static final String PASSED = "passed";
  static final String FAILED = "failed";
  static final String UNDECIDED = "undecided";

  /** Brought back by a person before anything was known. */
  private static final String RECALLED = "called back";

  /** Under way when the journal was read. */
  private static final String OPEN = "under way";

  private final List<Leg> legs = new ArrayList<>();

  private FlightLog() {}

  /** Requests of one group of users, of a flight as long as it was judged. */
  record Counted(long requests, long failed) {
    static final Counted NONE = new Counted(0, 0);

    private Counted plus(JsonNode arm) {
      return new Counted(
          requests + arm.path("units").asLong(), failed + arm.path("events").asLong());
    }
  }

  /**
   * One flight.
   *
   * @param number 1 for the first of the plan
   * @param attempt how often this flight has begun, 1 for the first time
   * @param ended when it passed or failed, or was last judged
   * @param verdict one of {@code passed}, {@code failed}, {@code undecided}, {@code called back}
   *     and {@code under way}
   * @param why in words; empty when there is no more to say
   */
  record Leg(
      int number,
      int attempt,
      Instant begun,
      Instant ended,
      String verdict,
      String why,
      Counted moved,
      Counted stayed) {

    private Leg after(Instant at, JsonNode errors) {
      return new Leg(
          number,
          attempt,
          begun,
          at,
          verdict,
          why,
          moved.plus(errors.path("moved")),
          stayed.plus(errors.path("oneHalf")).plus(errors.path("otherHalf")));
    }

    private Leg judged(Instant at, String as, String because) {
      return new Leg(number, attempt, begun, at, as, because, moved, stayed);
    }

    private boolean isOpen() {
      return verdict.equals(OPEN) || verdict.equals(UNDECIDED);
    }
  }

  /**
   * Reads them.
   *
   * @param events the type and the payload of each event, oldest first
   */
  static List<Leg> of(Iterable<LandfallCommand.Happened> events) {
    var log = new FlightLog();
    events.forEach(log::add);
    return List.copyOf(log.legs);
  }

  private void add(LandfallCommand.Happened event) {
    JsonNode what = event.payload();
    switch (event.type()) {
      case "FlightBegun" -> begin(what.path("flight").asInt(), event.at());
      case "FlightMeasured" -> measured(event);
      case "FlightPassed" -> judged(event, PASSED);
      case "FlightFailed" -> judged(event, FAILED);
      case "FlightUndecided" -> judged(event, UNDECIDED);
      case "FlightsRecalled" -> judged(event, RECALLED);
      default -> {}
    }
  }

  private void begin(int number, Instant at) {
    int attempt = 1 + (int) legs.stream().filter(leg -> leg.number() == number).count();
    legs.add(new Leg(number, attempt, at, at, OPEN, "", Counted.NONE, Counted.NONE));
  }

  /** Who has passed is watched on, and counts no more. */
  private void measured(LandfallCommand.Happened event) {
    if (!legs.isEmpty() && legs.getLast().verdict().equals(OPEN)) {
      legs.add(
          legs.removeLast().after(event.at(), event.payload().path("readings").path("errors")));
    }
  }

  private void judged(LandfallCommand.Happened event, String as) {
    // What failed after it had passed has failed; what was undecided is only ended by a recall.
    boolean told = as.equals(FAILED) || (!legs.isEmpty() && legs.getLast().isOpen());
    boolean kept = as.equals(RECALLED) && !legs.isEmpty() && !legs.getLast().verdict().equals(OPEN);
    if (!legs.isEmpty() && told && !kept) {
      legs.add(legs.removeLast().judged(event.at(), as, event.payload().path("why").asText()));
    }
  }
}
