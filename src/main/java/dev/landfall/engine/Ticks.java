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
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what the planes count into ticks. What was counted while nobody looked, because this process
 * was not there, belongs to no tick: no data is lost by that which could be missed, and none is
 * made up.
 */
final class Ticks {
  /** Where a tick began. */
  private record Begin(int flight, long epoch, Instant at, Map<Group, Sum> sums) {}

  private record Sum(long requests, long failed) {
    static final Sum NONE = new Sum(0, 0);

    Sum plus(Tally tally) {
      return new Sum(requests + tally.requests(), failed + tally.failed());
    }
  }

  private @Nullable Begin begin;

  /** The tick that ends with this look; absent when none does. */
  Optional<Input.Measured> after(Promotion promotion, World world, Instant now) {
    Optional<Integer> flight = Flights.judged(promotion);
    Optional<Map<Group, Sum>> sums = sums(promotion, world);
    if (flight.isEmpty() || sums.isEmpty()) {
      begin = null;
      return Optional.empty();
    }
    Begin before = begin;
    var next = new Begin(flight.get(), promotion.epoch(), now, sums.get());
    if (before == null || !follows(before, next)) {
      begin = next;
      return Optional.empty();
    }
    Duration took = Duration.between(before.at(), now);
    if (took.compareTo(Flights.tick(promotion, now)) < 0) {
      return Optional.empty();
    }
    begin = next;
    var errors =
        new Reading(
            arm(before, next, Group.MOVED),
            arm(before, next, Group.STAYED),
            arm(before, next, Group.STAYED_TOO));
    return Optional.of(
        new Input.Measured(flight.get(), took, Map.of(Flights.METRICS.getFirst(), errors)));
  }

  /** Whether counting went on: by the same order, and by planes that did not begin anew. */
  private static boolean follows(Begin before, Begin next) {
    return before.flight() == next.flight()
        && before.epoch() == next.epoch()
        && next.sums().entrySet().stream()
            .allMatch(each -> {
              Sum was = of(before, each.getKey());
              return each.getValue().requests() >= was.requests()
                  && each.getValue().failed() >= was.failed();
            });
  }

  private static Arm arm(Begin before, Begin next, Group group) {
    long requests = grown(before, next, group, Sum::requests);
    // An answer that breaks off was counted as a request when it began, which may be a tick ago.
    return new Arm(requests, Math.min(requests, grown(before, next, group, Sum::failed)));
  }

  private static long grown(Begin before, Begin next, Group group, ToLongFunction<Sum> what) {
    return what.applyAsLong(of(next, group)) - what.applyAsLong(of(before, group));
  }

  private static Sum of(Begin at, Group group) {
    return at.sums().getOrDefault(group, Sum.NONE);
  }

  /** Absent as long as a plane cannot be read, or goes by an older order. */
  private static Optional<Map<Group, Sum>> sums(Promotion promotion, World world) {
    var sums = new EnumMap<Group, Sum>(Group.class);
    for (RouteSeen seen : world.routes().values()) {
      if (seen.fault().isPresent() || seen.epoch() < promotion.epoch()) {
        return Optional.empty();
      }
      for (Tally tally : seen.tallies()) {
        sums.merge(tally.group(), Sum.NONE.plus(tally), (sum, _) -> sum.plus(tally));
      }
    }
    return Optional.of(sums);
  }
}
