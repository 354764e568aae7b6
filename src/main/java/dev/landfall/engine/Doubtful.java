package dev.landfall.engine;

import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.routing.Counted;
import dev.landfall.routing.RouteSeen;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Routes of which somebody may have told already what their counts tell us only later. Who counts
 * beside a plane is asked in the background: another process that judged until now may have had a
 * newer answer than we have. Two rounds later ours was asked for after we began: the answer to the
 * first may have been on its way then.
 */
final class Doubtful {
  private static final int ROUNDS = 2;

  private final Map<String, Long> since = new HashMap<>();
  private boolean judgedByOthers;

  /**
   * Begins anew.
   *
   * @param judged whether anything was judged of the flight before
   */
  void begin(boolean judged) {
    judgedByOthers = judged;
    since.clear();
  }

  /** The routes whose counts say nothing yet. */
  Set<String> in(Promotion promotion, World world) {
    var doubtful = new HashSet<String>();
    if (judgedByOthers) {
      world
          .routes()
          .forEach((name, seen) ->
              told(promotion, seen)
                  .filter(counted -> isDoubtful(name, counted.round()))
                  .ifPresent(_ -> doubtful.add(name)));
    }
    return doubtful;
  }

  private static Optional<Counted> told(Promotion promotion, RouteSeen seen) {
    return Rounds.isRead(promotion, seen)
        ? seen.counted().filter(counted -> counted.whyNot().isEmpty())
        : Optional.empty();
  }

  private boolean isDoubtful(String route, long round) {
    long first = Math.min(since.getOrDefault(route, round), round);
    since.put(route, first);
    return round < first + ROUNDS;
  }
}
