package dev.landfall.promotion;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The rules by which a cutover goes from one step to the next. Each step is left only on what was
 * read back from outside, never on the belief that an order was carried out.
 */
final class CutoverRules {
  private CutoverRules() {}

  static List<Event> next(Promotion promotion, Cutover cutover, World world, Instant now) {
    if (cutover.committed()) {
      return opening(promotion, cutover, world, now);
    }
    Optional<Event> wrong = wrong(promotion, cutover, world, now);
    if (wrong.isPresent()) {
      return List.of(wrong.get());
    }
    return switch (cutover.step()) {
      case HOLDING -> holding(promotion, cutover, world, now);
      case FENCING -> fenced(promotion, world) ? List.of(new Event.Fenced(now)) : List.of();
      case DRAINING -> drained(cutover, world) ? List.of(new Event.Drained(now)) : List.of();
      case PROVING -> proving(promotion, cutover, world, now);
      case OPENING -> List.of();
    };
  }

  /** Whatever goes wrong before the commit point takes the cutover back. */
  private static Optional<Event> wrong(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    Limits limits = promotion.workload().limits();
    Optional<String> leak = Decider.wrong(promotion, world);
    if (leak.isPresent()) {
      return Optional.of(Decider.abandon(promotion, cutover, leak.get(), true, now));
    }
    for (Asset.Data asset : promotion.workload().data()) {
      CheckSeen check = world.data(asset.name()).check();
      if (!check.differences().isEmpty()) {
        String why = asset.name() + " is not equal on both sides: " + Readiness.differences(check);
        return Optional.of(Decider.abandon(promotion, cutover, why, true, now));
      }
    }
    if (!now.isBefore(cutover.holdEnds().minus(limits.commitMargin()))) {
      return Optional.of(
          Decider.abandon(
              promotion,
              cutover,
              "the hold of "
                  + seconds(limits.hold())
                  + " was used up while "
                  + cutover.step().words(),
              false,
              now));
    }
    return world.routes().values().stream()
        .filter(RouteSeen::holdRanOut)
        .findFirst()
        .map(
            _ -> Decider.abandon(promotion, cutover, "the hold ran out at the router", false, now));
  }

  private static List<Event> holding(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    Collection<RouteSeen> routes = world.routes().values();
    boolean held = held(promotion, world);
    long inFlight = routes.stream().mapToLong(RouteSeen::inFlight).sum();
    long unsafe = routes.stream().mapToLong(RouteSeen::inFlightUnsafe).sum();
    Instant settled = cutover.begun().plus(promotion.workload().limits().settle());
    // A long download may go on through the cutover; a request that may write may not.
    boolean quiet = inFlight == 0 || (unsafe == 0 && !now.isBefore(settled));
    return held && quiet ? List.of(new Event.Held(now, inFlight)) : List.of();
  }

  private static boolean fenced(Promotion promotion, World world) {
    return world.data().values().stream().allMatch(seen -> bothFenced(seen, promotion.epoch()));
  }

  private static boolean bothFenced(DataSeen seen, long epoch) {
    return List.of(seen.source(), seen.target()).stream()
        .allMatch(side -> side.fence() == Fence.FENCED && side.epoch() >= epoch);
  }

  private static boolean drained(Cutover cutover, World world) {
    return world.data().values().stream()
        .allMatch(seen -> arrived(seen, cutover.from(), cutover.token()));
  }

  /** Whether a token marked on a side has come out at the other. */
  private static boolean arrived(DataSeen seen, Side marked, String token) {
    return is(seen.on(marked).marked(), token) && is(seen.on(marked.other()).arrived(), token);
  }

  private static boolean is(Optional<String> found, String token) {
    return found.filter(token::equals).isPresent();
  }

  private static List<Event> proving(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    boolean proven =
        fenced(promotion, world)
            && held(promotion, world)
            && world.data().values().stream().allMatch(seen -> proven(cutover, seen));
    if (!proven) {
      return List.of();
    }
    long rows = world.data().values().stream().mapToLong(seen -> seen.check().tokenRows()).sum();
    Duration took =
        world.data().values().stream()
            .map(seen -> seen.check().tokenTook())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return List.of(new Event.OwnerMoved(cutover.to(), promotion.epoch() + 1, now, rows, took));
  }

  private static boolean held(Promotion promotion, World world) {
    return promotion.workload().routes().stream()
        .filter(route -> route.traits().holds())
        .map(route -> world.route(route.name()))
        .allMatch(seen -> seen.holding() && seen.epoch() == promotion.epoch());
  }

  private static boolean proven(Cutover cutover, DataSeen seen) {
    SideSeen owner = seen.on(cutover.to());
    return is(owner.aligned(), cutover.token())
        && is(seen.check().token(), cutover.token())
        && seen.from(cutover.to()).phase() == LinkSeen.Phase.FOLLOWING
        && arrived(seen, cutover.from(), cutover.token())
        && arrived(seen, cutover.to(), cutover.token());
  }

  private static List<Event> opening(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    if (!Course.reached(promotion, world)) {
      return List.of();
    }
    Duration heldMax =
        promotion.workload().routes().stream()
            .map(Route::name)
            .map(route -> world.route(route).heldMax())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return List.of(new Event.CutoverFinished(cutover.to(), now, heldMax));
  }

  private static String seconds(Duration duration) {
    return String.format(java.util.Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
