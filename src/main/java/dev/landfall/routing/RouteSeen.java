package dev.landfall.routing;

import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plane as it looks from outside, at one moment.
 *
 * @param fault why it could not be read; when present, nothing else here is to be believed
 * @param order the order that it has; absent when it never had one
 * @param holding whether requests wait now; false again when a hold has run out
 * @param holdRanOut whether the hold of the present order ended by its limit and not by a new order
 * @param inFlight requests that were sent on and not answered yet, without upgraded connections
 * @param inFlightUnsafe those of them that may write: neither GET nor HEAD nor OPTIONS
 * @param held requests that wait now
 * @param heldMax the longest that any request waited in a hold, since the plane started
 * @param refused requests answered with an error by the plane itself, because a queue was full or
 *     no service answered, since the plane started
 * @param sourceHealthy whether the source's service can serve; absent when not looked yet
 * @param targetHealthy whether the target's service can serve; absent when not looked yet
 * @param tallies what became of requests, by group, while users are told apart, as the plane itself
 *     counts them; empty when it does not
 * @param settling how far a slow plane's changes have reached; absent for every other
 * @param counted what somebody else tells of them, by which users are judged besides; absent where
 *     the plane counts alone
 * @param arrivals who comes to the side that nobody is led to; absent where nobody counts them, and
 *     while users are led to both
 * @param unable why the plane could not lead users to a side now, were it ordered to, as a
 *     sentence, by side; a side that it could lead them to, as far as it can tell, is not there
 */
public record RouteSeen(
    Optional<String> fault,
    Optional<RouteOrder> order,
    boolean holding,
    boolean holdRanOut,
    long inFlight,
    long inFlightUnsafe,
    long held,
    Duration heldMax,
    long refused,
    Optional<Boolean> sourceHealthy,
    Optional<Boolean> targetHealthy,
    List<Tally> tallies,
    Optional<Settling> settling,
    Optional<Counted> counted,
    Optional<Arrivals> arrivals,
    Map<Side, String> unable) {

  public RouteSeen {
    tallies = List.copyOf(tallies);
    unable = Map.copyOf(unable);
  }

  /** A plane that counts alone. */
  public RouteSeen(
      Optional<String> fault,
      Optional<RouteOrder> order,
      boolean holding,
      boolean holdRanOut,
      long inFlight,
      long inFlightUnsafe,
      long held,
      Duration heldMax,
      long refused,
      Optional<Boolean> sourceHealthy,
      Optional<Boolean> targetHealthy,
      List<Tally> tallies,
      Optional<Settling> settling) {
    this(
        fault,
        order,
        holding,
        holdRanOut,
        inFlight,
        inFlightUnsafe,
        held,
        heldMax,
        refused,
        sourceHealthy,
        targetHealthy,
        tallies,
        settling,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** A plane whose changes reach everybody at once. */
  public RouteSeen(
      Optional<String> fault,
      Optional<RouteOrder> order,
      boolean holding,
      boolean holdRanOut,
      long inFlight,
      long inFlightUnsafe,
      long held,
      Duration heldMax,
      long refused,
      Optional<Boolean> sourceHealthy,
      Optional<Boolean> targetHealthy,
      List<Tally> tallies) {
    this(
        fault,
        order,
        holding,
        holdRanOut,
        inFlight,
        inFlightUnsafe,
        held,
        heldMax,
        refused,
        sourceHealthy,
        targetHealthy,
        tallies,
        Optional.empty());
  }

  /** A plane that did not answer. */
  public static RouteSeen unreachable(String why) {
    return new RouteSeen(
        Optional.of(why),
        Optional.empty(),
        false,
        false,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same plane, whose requests somebody else counts too. */
  public RouteSeen with(Counted others) {
    return copy(sourceHealthy, targetHealthy, Optional.of(others), arrivals, unable);
  }

  /** The same plane, and who still comes to the side that it leads nobody to. */
  public RouteSeen with(Arrivals others) {
    return copy(sourceHealthy, targetHealthy, counted, Optional.of(others), unable);
  }

  /** The same plane, and whether the service of each side can serve; absent as in the record. */
  public RouteSeen withHealth(Optional<Boolean> source, Optional<Boolean> target) {
    return copy(source, target, counted, arrivals, unable);
  }

  /**
   * The same plane, which could not lead users everywhere.
   *
   * @param why by each side that it could not lead them to
   */
  public RouteSeen withUnable(Map<Side, String> why) {
    return copy(sourceHealthy, targetHealthy, counted, arrivals, why);
  }

  /** The same plane, with what others than the plane's own count can tell of it. */
  private RouteSeen copy(
      Optional<Boolean> source,
      Optional<Boolean> target,
      Optional<Counted> others,
      Optional<Arrivals> coming,
      Map<Side, String> why) {
    return new RouteSeen(
        fault,
        order,
        holding,
        holdRanOut,
        inFlight,
        inFlightUnsafe,
        held,
        heldMax,
        refused,
        source,
        target,
        tallies,
        settling,
        others,
        coming,
        why);
  }

  /** Why the plane could not lead users to a side now; absent when it could, or does not tell. */
  public Optional<String> unable(Side to) {
    return Optional.ofNullable(unable.get(to));
  }

  /** Why its requests are not counted although they should be; absent when they are. */
  public Optional<String> uncounted() {
    return counted.flatMap(Counted::whyNot);
  }

  /** The tallies by which users are judged: of somebody else where it is their task. */
  public List<Tally> judged() {
    return counted.map(Counted::tallies).orElse(tallies);
  }

  /** The epoch of the order that the plane has; zero when it never had one. */
  public long epoch() {
    return order.map(RouteOrder::epoch).orElse(0L);
  }

  public Optional<Boolean> healthy(Side side) {
    return side == Side.SOURCE ? sourceHealthy : targetHealthy;
  }
}
