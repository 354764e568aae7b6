package dev.landfall.promotion;

import dev.landfall.flight.FlightJudge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How users came to the flight in which they are, since nobody was on the target, and where they
 * are to go.
 *
 * @param flights the flights that were begun and not taken back, before the present one; those that
 *     were skipped are missing
 * @param ahead the flight that a person wants to be next; absent when it is just the next
 * @param back whether users came to the present flight from a later one
 * @param judges what is known of other flights, by number. A flight that is flown again is judged
 *     on and not anew, so that its part of the error budget is spent once; what failed is forgotten
 */
public record Way(
    List<Integer> flights,
    Optional<Integer> ahead,
    boolean back,
    Map<Integer, FlightJudge> judges) {
  /** Nobody has been anywhere. */
  static final Way NONE = new Way(List.of(), Optional.empty(), false, Map.of());

  public Way {
    flights = List.copyOf(flights);
    judges = Map.copyOf(judges);
  }

  /** On from a flight of which this is known. */
  Way on(int from, Optional<FlightJudge> known, int to) {
    var flown = new ArrayList<>(flights);
    if (from > 0) {
      flown.add(from);
    }
    return new Way(flown, Optional.empty(), false, with(from, known, to));
  }

  /** Back from a flight of which this is known; absent when it is to be forgotten. */
  Way back(int from, Optional<FlightJudge> known, int to) {
    if (to == 0) {
      return new Way(List.of(), Optional.empty(), true, Map.of());
    }
    List<Integer> flown = flights.stream().filter(flight -> flight < to).toList();
    return new Way(flown, Optional.empty(), true, with(from, known, to));
  }

  private Map<Integer, FlightJudge> with(int from, Optional<FlightJudge> known, int to) {
    var next = new HashMap<>(judges);
    next.remove(from);
    known.ifPresent(judge -> next.put(from, judge));
    next.remove(to);
    return next;
  }

  /** Without what is known of flights. */
  Way forgetting() {
    return new Way(flights, ahead, back, Map.of());
  }

  Way to(int flight) {
    return new Way(flights, Optional.of(flight), back, judges);
  }

  Way withoutDestination() {
    return new Way(flights, Optional.empty(), back, judges);
  }

  /** The flight in which users were before the present one; 0 when they were on the source. */
  int before() {
    return flights.isEmpty() ? 0 : flights.getLast();
  }
}
