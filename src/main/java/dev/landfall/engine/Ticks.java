package dev.landfall.engine;

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
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what the planes count into ticks, each plane by itself: one that is away, has not taken the
 * order yet or began anew tells nothing of this tick, and keeps nothing from being told of the
 * others. What was counted while nobody looked, because this process was not there, belongs to no
 * tick.
 */
final class Ticks {
  /** Where a tick began; the sums by plane, of those alone that could be read. */
  private record Begin(int flight, long epoch, Instant at, Map<String, Map<Group, Sum>> planes) {}

  private record Sum(long requests, long failed) {
    static final Sum NONE = new Sum(0, 0);

    Sum plus(Sum other) {
      return new Sum(requests + other.requests, failed + other.failed);
    }

    Sum since(Sum before) {
      return new Sum(requests - before.requests, failed - before.failed);
    }

    boolean follows(Sum before) {
      return requests >= before.requests && failed >= before.failed;
    }
  }

  private @Nullable Begin begin;

  /**
   * Failures that found no request in their tick: an answer that breaks off was counted as a
   * request when it began, which may be a tick ago. They count in the next.
   */
  private final Map<Group, Long> owed = new EnumMap<>(Group.class);

  /** The tick that ends with this look; absent when none does. */
  Optional<Input.Measured> after(Promotion promotion, World world, Instant now) {
    Optional<Integer> flight = Flights.judged(promotion);
    if (flight.isEmpty()) {
      begin = null;
      owed.clear();
      return Optional.empty();
    }
    Begin before = begin;
    var next = new Begin(flight.get(), promotion.epoch(), now, planes(promotion, world));
    if (before == null || before.flight() != next.flight() || before.epoch() != next.epoch()) {
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
    var errors =
        new Reading(
            arm(grown, Group.MOVED), arm(grown, Group.STAYED), arm(grown, Group.STAYED_TOO));
    return Optional.of(
        new Input.Measured(flight.get(), took, Map.of(Flights.METRICS.getFirst(), errors)));
  }

  private Arm arm(Map<Group, Sum> grown, Group group) {
    Sum sum = grown.getOrDefault(group, Sum.NONE);
    long failed = sum.failed() + owed.getOrDefault(group, 0L);
    long counted = Math.min(sum.requests(), failed);
    owed.put(group, failed - counted);
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
              sums.put(tally.group(), new Sum(tally.requests(), tally.failed()));
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
