package dev.landfall.engine;

import dev.landfall.flight.Later;
import dev.landfall.flight.Policy;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.routing.Counted;
import dev.landfall.routing.RouteSeen;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of those who count beside the planes have told something anew. A round is over when all of
 * them have, and every plane that counts was read; then a verdict may rest on what they told.
 *
 * @param seen the round of each at the end of the last one that all had
 * @param ended how long the flight had been judged by then; absent before the first
 * @param complete whether that was in this tick
 */
record Rounds(Map<String, Long> seen, Optional<Duration> ended, boolean complete) {
  Rounds {
    seen = Map.copyOf(seen);
  }

  /** Before the first. */
  static Rounds from(World world) {
    var rounds = new HashMap<String, Long>();
    world
        .routes()
        .forEach((name, route) ->
            route.counted().ifPresent(counted -> rounds.put(name, counted.round())));
    return new Rounds(rounds, Optional.empty(), false);
  }

  /** Whether a plane was read, by the order that is in force now. */
  static boolean isRead(Promotion promotion, RouteSeen seen) {
    return seen.fault().isEmpty() && seen.epoch() >= promotion.epoch();
  }

  /**
   * At the end of a tick.
   *
   * @param told the planes of which something was told in it
   * @param now how long the flight has been judged by then
   */
  Rounds after(Promotion promotion, World world, Set<String> told, Duration now) {
    // Of one that is away now it is not forgotten what it has told.
    var next = new HashMap<>(seen);
    boolean all = true;
    // Of one that told nothing now, what has grown in its rounds since is not known to anybody.
    var known = new HashMap<>(seen);
    for (Map.Entry<String, RouteSeen> each : world.routes().entrySet()) {
      RouteSeen route = each.getValue();
      boolean counts = route.counted().isPresent() || !route.tallies().isEmpty();
      all &= isRead(promotion, route) && (!counts || told.contains(each.getKey()));
      if (route.counted().isPresent()) {
        Counted counted = route.counted().get();
        all &= counted.whyNot().isEmpty() && counted.round() != roundOf(each.getKey());
        next.put(each.getKey(), counted.round());
        if (!told.contains(each.getKey())) {
          known.put(each.getKey(), counted.round());
        }
      } else if (route.fault().isEmpty()) {
        next.remove(each.getKey());
      }
    }
    return all
        ? new Rounds(next, Optional.of(now), true)
        : new Rounds(at(known, next.keySet()), ended, false);
  }

  private long roundOf(String route) {
    return seen.getOrDefault(route, -1L);
  }

  /** Who counts now, at the rounds that are known of them. */
  private static Map<String, Long> at(Map<String, Long> known, Set<String> routes) {
    var kept = new HashMap<String, Long>();
    routes.forEach(route -> kept.put(route, known.getOrDefault(route, -1L)));
    return kept;
  }

  /**
   * What a judge has to know of it.
   *
   * @param before the rounds of the tick before
   * @param own whether planes count too, each by itself
   */
  Later later(Rounds before, boolean own) {
    if (seen.isEmpty()) {
      return new Later(Set.of(), complete, Optional.empty());
    }
    var metrics = new HashSet<>(Policy.METRICS);
    if (own) {
      metrics.remove(Policy.REQUESTS);
    }
    return new Later(metrics, complete, before.ended());
  }
}
