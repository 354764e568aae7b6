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
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules by which a cutover goes from one step to the next. Each step is left only on what was
 * read back from outside, never on the belief that an order was carried out.
 */
final class CutoverRules {
  private CutoverRules() {}

  static List<Event> next(Promotion promotion, Cutover cutover, World world, Instant now) {
    if (cutover.isCrossing() && cutover.committed()) {
      return led(promotion, cutover, world, now);
    }
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
      case DRAINING -> draining(promotion, cutover, world, now);
      case PROVING -> proving(promotion, cutover, world, now);
      case OPENING -> List.of();
    };
  }

  /** Whatever goes wrong before the commit point takes the cutover back. */
  private static Optional<Event> wrong(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    if (promotion.sharing().isOpen()) {
      Optional<String> shared = SharedRules.wrong(promotion, world, isReturn(promotion, cutover));
      if (shared.isPresent()) {
        // What follows is decided when it is taken back: nobody need be left between two sides.
        return Optional.of(Decider.abandon(promotion, cutover, shared.get(), false, now));
      }
    }
    Optional<String> leak =
        isReturn(promotion, cutover) ? Optional.empty() : Decider.wrong(promotion, world);
    if (leak.isPresent()) {
      return Optional.of(Decider.abandon(promotion, cutover, leak.get(), true, now));
    }
    return (isReturn(promotion, cutover)
            ? Optional.<Event>empty()
            : unequal(promotion, cutover, world, now)
                .or(() -> unable(promotion, cutover, world, now)))
        .or(() -> overdue(promotion, cutover, world, now));
  }

  /**
   * Behind the commit point users are led to the new owner, whatever that takes: what says before
   * it that it could not, would leave them with an owner that is fenced for good.
   */
  private static Optional<Event> unable(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    return Readiness.unable(world, cutover.to())
        .findFirst()
        .map(why -> Decider.abandon(promotion, cutover, why, false, now));
  }

  /**
   * What differs while both sides accept writes is counted once this is taken back; of who comes
   * back nothing more can be asked than that all that he wrote has arrived.
   */
  private static Optional<Event> unequal(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    for (Asset.Data asset : promotion.workload().data()) {
      CheckSeen check = world.data(asset.name()).check();
      if (!check.differences().isEmpty()) {
        String why = asset.name() + " is not equal on both sides: " + Readiness.differences(check);
        boolean park = !promotion.sharing().isOpen();
        return Optional.of(Decider.abandon(promotion, cutover, why, park, now));
      }
    }
    return Optional.empty();
  }

  /** Whether everybody comes back from a target that accepts writes of its own. */
  private static boolean isReturn(Promotion promotion, Cutover cutover) {
    return promotion.sharing().isOpen() && cutover.to() == Side.SOURCE;
  }

  /** Whether everybody has come back to a source that was never fenced. */
  private static boolean isHome(Promotion promotion) {
    return promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, Phase.Resting back)
        && cutover.to() == Side.SOURCE
        && back.rest().owner() == Side.SOURCE;
  }

  private static Optional<Event> overdue(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    Limits limits = promotion.workload().limits();
    if (!now.isBefore(cutover.holdEnds().minus(limits.commitMargin()))) {
      return Optional.of(
          Decider.abandon(
              promotion,
              cutover,
              "the hold of "
                  + seconds(limits.hold())
                  + " was used up while "
                  + cutover.step().words()
                  + Readiness.silent(world).map(why -> "; " + why).collect(Collectors.joining()),
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
    Set<Side> wanted = Wants.in(promotion).fenced();
    return world.data().values().stream()
        .allMatch(seen ->
            wanted.stream()
                .map(seen::on)
                .allMatch(
                    side -> side.fence() == Fence.FENCED && side.epoch() >= promotion.epoch()));
  }

  /** Both ways where both sides have accepted writes, unless everybody just comes back. */
  private static boolean drained(Promotion promotion, World world) {
    Wanted wanted = Wants.in(promotion);
    String token = wanted.token().orElseThrow();
    return world.data().values().stream()
        .allMatch(seen -> wanted.marked().stream().allMatch(side -> arrived(seen, side, token)));
  }

  private static List<Event> draining(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    if (!drained(promotion, world)) {
      return List.of();
    }
    if (!cutover.isCrossing()) {
      return List.of(new Event.Drained(now));
    }
    return held(promotion, world)
        ? List.of(new Event.UsersCrossed(promotion.epoch() + 1, now))
        : List.of();
  }

  /**
   * Users are led on while they wait, or not at all: who was let go meanwhile, because the hold ran
   * out or the plane was started anew, may have written on the source since.
   */
  private static List<Event> led(Promotion promotion, Cutover cutover, World world, Instant now) {
    if (Leading.reached(promotion, Wants.in(promotion), world)) {
      return List.of(new Event.FlightBegun(cutover.flight(), promotion.epoch(), now));
    }
    return promotion.workload().routes().stream()
            .noneMatch(route -> Leading.isLetGo(promotion, route, world))
        ? List.of()
        : List.of(
            Decider.abandon(
                promotion, cutover, "the hold was over before users were led on", false, now));
  }

  /** Whether a token marked on a side has come out at the other. */
  static boolean arrived(DataSeen seen, Side marked, String token) {
    return is(seen.on(marked).marked(), token) && is(seen.on(marked.other()).arrived(), token);
  }

  static boolean is(Optional<String> found, String token) {
    return found.filter(token::equals).isPresent();
  }

  private static List<Event> proving(
      Promotion promotion, Cutover cutover, World world, Instant now) {
    boolean proven =
        fenced(promotion, world)
            && held(promotion, world)
            && (isReturn(promotion, cutover)
                ? drained(promotion, world)
                : Readiness.silent(world).findAny().isEmpty()
                    && SharedRules.isCounted(promotion, world)
                    && world.data().values().stream().allMatch(seen -> proven(cutover, seen)));
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
    boolean reached =
        Course.reached(promotion, world)
            || (isHome(promotion) && Course.isHomeWithoutLog(promotion, world));
    if (!reached) {
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
