package dev.landfall.engine;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Reading;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Tally;
import dev.landfall.stats.Arm;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what the planes count into ticks, each plane by itself: one that is away, has not taken the
 * order yet or began anew tells nothing of this tick, and keeps nothing from being told of the
 * others. What was counted while nobody looked, because this process was not there, belongs to no
 * tick; nor does what may have been told already, by another process that took itself for the one
 * that drives: evidence that counts twice proves nothing.
 */
final class Ticks {
  /**
   * Where a tick began.
   *
   * @param judged how long the flight has been judged when the tick ends, unless another process
   *     judges it meanwhile
   * @param baseline what was slow by then: nothing is judged by a bound that was drawn from it
   * @param planes the sums by plane, of those alone that could be read
   */
  private record Begin(
      int flight,
      long epoch,
      Instant at,
      Duration judged,
      Optional<Baseline> baseline,
      Map<String, Map<Group, Sum>> planes) {
    Begin behind(Duration tick) {
      return new Begin(flight, epoch, at, judged.plus(tick), baseline, planes);
    }

    boolean leadsTo(Begin next) {
      return flight == next.flight && epoch == next.epoch && judged.equals(next.judged);
    }
  }

  private @Nullable Begin begin;

  /**
   * Events that found no request in their tick, by metric: an answer that breaks off was counted as
   * a request when it began, which may be a tick ago. They count in the next.
   */
  private final Map<String, Map<Group, Long>> owed = new HashMap<>();

  /** Enough to say what is slow, once for each flight that lacks it; absent otherwise. */
  static Optional<Input.Baselined> baseline(Promotion promotion, World world) {
    if (!Flights.lacksBaseline(promotion)) {
      return Optional.empty();
    }
    Sum stayed = Sum.NONE;
    for (Map<Group, Sum> plane : planes(promotion, world).values()) {
      stayed =
          stayed
              .plus(plane.getOrDefault(Group.STAYED, Sum.NONE))
              .plus(plane.getOrDefault(Group.STAYED_TOO, Sum.NONE));
    }
    return stayed.requests() >= Baseline.REQUESTS_MIN
        ? Optional.of(
            new Input.Baselined(promotion.flown().number(), stayed.requests(), stayed.slower()))
        : Optional.empty();
  }

  /** The tick that ends with this look; absent when none does. */
  Optional<Input.Measured> after(Promotion promotion, World world, Instant now) {
    Optional<Integer> flight = Flights.judged(promotion);
    if (flight.isEmpty()) {
      begin = null;
      owed.clear();
      return Optional.empty();
    }
    Begin before = begin;
    var next =
        new Begin(
            flight.get(),
            promotion.epoch(),
            now,
            promotion.flown().judge().orElseThrow().elapsed(),
            Flights.baseline(promotion),
            planes(promotion, world));
    if (before == null || !before.leadsTo(next)) {
      begin = next;
      owed.clear();
      return Optional.empty();
    }
    Duration took = Duration.between(before.at(), now);
    if (took.compareTo(Flights.tick(promotion, now)) < 0) {
      return Optional.empty();
    }
    begin = next;
    Map<Group, Sum> grown = grown(before, next);
    if (grown.isEmpty()) {
      return Optional.empty();
    }
    begin = next.behind(took);
    return Optional.of(new Input.Measured(flight.get(), took, readings(grown, before.baseline())));
  }

  private Map<String, Reading> readings(Map<Group, Sum> grown, Optional<Baseline> baseline) {
    var readings = new LinkedHashMap<String, Reading>();
    readings.put(Policy.ERRORS, reading(Policy.ERRORS, grown, Sum::failed, Sum::failed));
    baseline.ifPresent(known ->
        known
            .slow()
            .forEach(slow ->
                readings.put(
                    slow.metric(),
                    reading(
                        slow.metric(),
                        grown,
                        sum -> sum.slowerThan(slow.movedMicros()),
                        sum -> sum.slowerThan(slow.stayedMicros())))));
    return readings;
  }

  private Reading reading(
      String metric, Map<Group, Sum> grown, ToLongFunction<Sum> moved, ToLongFunction<Sum> stayed) {
    Map<Group, Long> due = owed.computeIfAbsent(metric, _ -> new EnumMap<>(Group.class));
    return new Reading(
        arm(Group.MOVED, grown, moved, due),
        arm(Group.STAYED, grown, stayed, due),
        arm(Group.STAYED_TOO, grown, stayed, due));
  }

  private static Arm arm(
      Group group, Map<Group, Sum> grown, ToLongFunction<Sum> events, Map<Group, Long> due) {
    Sum sum = grown.getOrDefault(group, Sum.NONE);
    long happened = events.applyAsLong(sum) + due.getOrDefault(group, 0L);
    long counted = Math.min(sum.requests(), happened);
    due.put(group, happened - counted);
    return new Arm(sum.requests(), counted);
  }

  /** Of all planes that were read before and now, and went on counting in between. */
  private static Map<Group, Sum> grown(Begin before, Begin next) {
    var grown = new EnumMap<Group, Sum>(Group.class);
    next.planes()
        .forEach((plane, sums) -> {
          Map<Group, Sum> was = before.planes().get(plane);
          if (was != null
              && sums.entrySet().stream()
                  .allMatch(
                      each -> each.getValue().follows(was.getOrDefault(each.getKey(), Sum.NONE)))) {
            sums.forEach((group, sum) ->
                grown.merge(group, sum.since(was.getOrDefault(group, Sum.NONE)), Sum::plus));
          }
        });
    return grown;
  }

  private static Map<String, Map<Group, Sum>> planes(Promotion promotion, World world) {
    var planes = new HashMap<String, Map<Group, Sum>>();
    world
        .routes()
        .forEach((name, seen) -> {
          if (isCounting(promotion, seen)) {
            var sums = new EnumMap<Group, Sum>(Group.class);
            for (Tally tally : seen.tallies()) {
              sums.put(tally.group(), Sum.of(tally));
            }
            planes.put(name, sums);
          }
        });
    return planes;
  }

  private static boolean isCounting(Promotion promotion, RouteSeen seen) {
    return seen.fault().isEmpty() && seen.epoch() >= promotion.epoch();
  }
}
