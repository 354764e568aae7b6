package dev.landfall.engine;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.Later;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Reading;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Tally;
import dev.landfall.routing.UserTally;
import dev.landfall.stats.Arm;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
   * @param own the same as the planes themselves count, where others count by whom users are judged
   */
  private record Begin(
      int flight,
      long epoch,
      Instant at,
      Duration judged,
      Optional<Baseline> baseline,
      Map<String, Map<Group, Sum>> planes,
      Map<String, Map<Group, Sum>> own) {
    Begin behind(Duration tick) {
      return new Begin(flight, epoch, at, judged.plus(tick), baseline, planes, own);
    }

    Begin without(Set<String> doubtful) {
      var certain = new HashMap<>(planes);
      certain.keySet().removeAll(doubtful);
      return new Begin(flight, epoch, at, judged, baseline, certain, own);
    }

    boolean leadsTo(Begin next) {
      return flight == next.flight && epoch == next.epoch && judged.equals(next.judged);
    }
  }

  private @Nullable Begin begin;
  private @Nullable Rounds rounds;
  private final Doubtful doubtful = new Doubtful();

  /** Whether planes count themselves beside others, as far as is known by now. */
  private boolean ownTold;

  /**
   * Events that found nobody in their tick, by metric: an answer that breaks off was counted as a
   * request when it began, which may be a tick ago. They count in the next.
   */
  private final Map<String, Map<Group, Long>> owed = new HashMap<>();

  /** Enough to say what is slow, once for each flight that lacks it; absent otherwise. */
  static Optional<Input.Baselined> baseline(Promotion promotion, World world) {
    if (!Flights.lacksBaseline(promotion)) {
      return Optional.empty();
    }
    Sum stayed = Sum.NONE;
    for (Map<Group, Sum> plane : planes(promotion, world, RouteSeen::judged).values()) {
      stayed =
          stayed
              .plus(plane.getOrDefault(Group.STAYED, Sum.NONE))
              .plus(plane.getOrDefault(Group.STAYED_TOO, Sum.NONE));
    }
    return stayed.requests() >= Baseline.REQUESTS_MIN && stayed.tellsLatencies()
        ? Optional.of(
            new Input.Baselined(promotion.flown().number(), stayed.requests(), stayed.slower()))
        : Optional.empty();
  }

  /** The tick that ends with this look; absent when none does. */
  Optional<Input.Measured> after(Promotion promotion, World world, Instant now) {
    Optional<Integer> flight = Flights.judged(promotion);
    if (flight.isEmpty()) {
      begin = null;
      rounds = null;
      ownTold = false;
      owed.clear();
      return Optional.empty();
    }
    Begin before = begin;
    Rounds roundsBefore = rounds;
    var next =
        new Begin(
            flight.get(),
            promotion.epoch(),
            now,
            promotion.flown().judge().orElseThrow().elapsed(),
            Flights.baseline(promotion),
            planes(promotion, world, RouteSeen::judged),
            own(promotion, world));
    if (before == null || roundsBefore == null || !before.leadsTo(next)) {
      doubtful.begin(next.judged().isPositive());
      begin = next.without(doubtful.in(promotion, world));
      rounds = Rounds.from(world);
      ownTold = false;
      owed.clear();
      return Optional.empty();
    }
    Duration took = Duration.between(before.at(), now);
    if (took.compareTo(Flights.tick(promotion, now)) < 0) {
      return Optional.empty();
    }
    next = next.without(doubtful.in(promotion, world));
    begin = next;
    var grown = grown(before.planes(), next.planes());
    var own = grown(before.own(), next.own());
    Rounds then = roundsBefore.after(promotion, world, grown.keySet(), before.judged().plus(took));
    rounds = then;
    if (grown.isEmpty() && own.isEmpty() && !isUncounted(world)) {
      return Optional.empty();
    }
    begin = next.behind(took);
    ownTold |= !before.own().isEmpty() || !next.own().isEmpty();
    Later later = then.later(roundsBefore, ownTold);
    return Optional.of(
        new Input.Measured(
            flight.get(), took, readings(promotion, grown, own, before.baseline(), later), later));
  }

  /** Somebody who should count does not: time goes on meanwhile, or it would never be up. */
  private static boolean isUncounted(World world) {
    return world.routes().values().stream().anyMatch(seen -> seen.uncounted().isPresent());
  }

  private Map<String, Reading> readings(
      Promotion promotion,
      Map<String, Map<Group, Sum>> grown,
      Map<String, Map<Group, Sum>> own,
      Optional<Baseline> baseline,
      Later later) {
    Map<String, Reading> readings = readings(summed(grown), baseline);
    if (!later.metrics().isEmpty()) {
      // A tick in which nobody told anything anew must not hide what was told in the last one.
      readings.values().removeIf(reading -> !reading.isOfAnybody());
    }
    if (ownTold) {
      // Of a tick in which no plane told any there are none: those that others tell are the same.
      readings.put(Policy.REQUESTS, requests(Policy.REQUESTS, summed(own)));
    }
    readings.putAll(atOnce(promotion, grown));
    known(promotion, own.isEmpty() ? grown : own)
        .filter(told -> !told.equals(readings.get(Policy.USERS)))
        .ifPresent(told -> readings.put(Policy.USERS_KNOWN, told));
    return readings;
  }

  /** What users met at all planes that know them; absent where nobody asks, or none does. */
  private Optional<Reading> known(Promotion promotion, Map<String, Map<Group, Sum>> planes) {
    boolean asked =
        promotion
            .workload()
            .flights()
            .filter(plan ->
                plan.flights().stream()
                    .anyMatch(flight -> plan.scrutiny(flight).usersMax().isPresent()))
            .isPresent();
    var telling = new HashMap<>(planes);
    telling
        .values()
        .removeIf(sums -> !sums.values().stream().allMatch(sum -> sum.users().isPresent()));
    return asked && !telling.isEmpty()
        ? users(Policy.USERS_KNOWN, summed(telling))
        : Optional.empty();
  }

  /** Of planes for which nobody else counts, where somebody does for others. */
  private Map<String, Reading> atOnce(Promotion promotion, Map<String, Map<Group, Sum>> grown) {
    var own = new HashMap<>(grown);
    own.keySet().retainAll(Flights.tellAtOnce(promotion.workload()));
    if (own.isEmpty()) {
      return Map.of();
    }
    Map<Group, Sum> sums = summed(own);
    Map<String, Reading> readings = new LinkedHashMap<>();
    readings.put(Policy.AT_ONCE, requests(Policy.AT_ONCE, sums));
    users(Policy.USERS_AT_ONCE, sums).ifPresent(told -> readings.put(Policy.USERS_AT_ONCE, told));
    return readings;
  }

  /** Absent where one of the planes does not tell one user from another. */
  private Optional<Reading> users(String name, Map<Group, Sum> grown) {
    return grown.values().stream().allMatch(sum -> sum.users().isPresent())
        ? Optional.of(reading(name, grown, Ticks::trials, Ticks::harmed, Ticks::harmed))
        : Optional.empty();
  }

  private Map<String, Reading> readings(Map<Group, Sum> grown, Optional<Baseline> baseline) {
    var readings = new LinkedHashMap<String, Reading>();
    if (grown.isEmpty()) {
      return readings;
    }
    readings.put(Policy.ERRORS, requests(Policy.ERRORS, grown));
    users(Policy.USERS, grown).ifPresent(told -> readings.put(Policy.USERS, told));
    boolean timed = grown.values().stream().allMatch(Sum::tellsLatencies);
    baseline
        .filter(_ -> timed)
        .ifPresent(known ->
            known
                .slow()
                .forEach(slow ->
                    readings.put(
                        slow.metric(),
                        reading(
                            slow.metric(),
                            grown,
                            Sum::requests,
                            sum -> sum.slowerThan(slow.movedMicros()),
                            sum -> sum.slowerThan(slow.stayedMicros())))));
    return readings;
  }

  private Reading requests(String metric, Map<Group, Sum> grown) {
    return reading(metric, grown, Sum::requests, Sum::failed, Sum::failed);
  }

  private static long trials(Sum sum) {
    return sum.users().orElse(UserTally.NONE).requests();
  }

  private static long harmed(Sum sum) {
    return sum.users().orElse(UserTally.NONE).harmed();
  }

  private Reading reading(
      String metric,
      Map<Group, Sum> grown,
      ToLongFunction<Sum> units,
      ToLongFunction<Sum> moved,
      ToLongFunction<Sum> stayed) {
    Map<Group, Long> due = owed.computeIfAbsent(metric, _ -> new EnumMap<>(Group.class));
    return new Reading(
        arm(Group.MOVED, grown, units, moved, due),
        arm(Group.STAYED, grown, units, stayed, due),
        arm(Group.STAYED_TOO, grown, units, stayed, due));
  }

  private static Arm arm(
      Group group,
      Map<Group, Sum> grown,
      ToLongFunction<Sum> units,
      ToLongFunction<Sum> events,
      Map<Group, Long> due) {
    Sum sum = grown.getOrDefault(group, Sum.NONE);
    long there = units.applyAsLong(sum);
    long happened = events.applyAsLong(sum) + due.getOrDefault(group, 0L);
    long counted = Math.min(there, happened);
    due.put(group, happened - counted);
    return new Arm(there, counted);
  }

  /** Of all planes that were read before and now, and went on counting in between. */
  private static Map<String, Map<Group, Sum>> grown(
      Map<String, Map<Group, Sum>> before, Map<String, Map<Group, Sum>> next) {
    var grown = new HashMap<String, Map<Group, Sum>>();
    next.forEach((plane, sums) -> {
      Map<Group, Sum> was = before.get(plane);
      if (was != null
          && sums.entrySet().stream()
              .allMatch(
                  each -> each.getValue().follows(was.getOrDefault(each.getKey(), Sum.NONE)))) {
        var more = new EnumMap<Group, Sum>(Group.class);
        sums.forEach((group, sum) -> more.put(group, sum.since(was.getOrDefault(group, Sum.NONE))));
        grown.put(plane, more);
      }
    });
    return grown;
  }

  private static Map<Group, Sum> summed(Map<String, Map<Group, Sum>> planes) {
    var all = new EnumMap<Group, Sum>(Group.class);
    planes
        .values()
        .forEach(plane -> plane.forEach((group, sum) -> all.merge(group, sum, Sum::plus)));
    return all;
  }

  private static Map<String, Map<Group, Sum>> planes(
      Promotion promotion, World world, Function<RouteSeen, List<Tally>> told) {
    var planes = new HashMap<String, Map<Group, Sum>>();
    world
        .routes()
        .forEach((name, seen) -> {
          if (Rounds.isRead(promotion, seen) && !told.apply(seen).isEmpty()) {
            var sums = new EnumMap<Group, Sum>(Group.class);
            for (Tally tally : told.apply(seen)) {
              sums.put(tally.group(), Sum.of(tally));
            }
            planes.put(name, sums);
          }
        });
    return planes;
  }

  /** What planes count themselves, where others count for one of them; nothing elsewhere. */
  private static Map<String, Map<Group, Sum>> own(Promotion promotion, World world) {
    return world.routes().values().stream().anyMatch(seen -> seen.counted().isPresent())
        ? planes(promotion, world, RouteSeen::tallies)
        : Map.of();
  }
}
